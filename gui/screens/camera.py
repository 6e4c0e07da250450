"""A screen on which the customer sees themselves: the camera's picture as in a mirror, a guide over it, one thing to
do at a time beside it."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageColor, ImageDraw

from atm_app.views import Shown
from gui import tokens
from gui.icons import OVERSAMPLING, icon
from gui.reading import as_title
from gui.screens.base import Screen

# How often a new frame is looked for: twice as often as the camera makes one, so that none waits for the next look.
LOOK_MILLISECONDS = 16
FRAME_WIDTH, FRAME_HEIGHT = 640, 480  # the camera's pixels, which the dark outside of the guide is drawn in
SHADE_OPACITY = 135
SIGN_SIZE = 150


class CameraScreen(Screen):
    """``first_sign``: the icon of what is to be done at first. ``guide_box`` says what part of the picture is to be
    filled and stays bright. Places in design pixels: of the picture, of the middle of the column of words beside it,
    and of what stands in it."""

    shows_busy = False
    first_sign = ""
    preview_left, preview_top, preview_width, preview_height = 120, 48, 960, 720
    column_x, column_width, advice_width = 1470, 720, 600
    # Sizes to choose from, so that a prompt and an advice take no more lines than there is room for.
    prompt_sizes, prompt_lines = ("prompt", "title", "large"), 2
    advice_sizes, advice_lines = ("large", "body"), 2
    sign_x, sign_y, prompt_y, advice_y, kept_y = 1470, 130, 336, 544, 868
    note_x, note_y, note_wrap = 1470, 706, 560

    def guide_box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what is to be filled."""
        raise NotImplementedError

    def build(self, shown: Shown) -> None:
        self._size = (self.scale(self.preview_width), self.scale(self.preview_height))
        width, height = self._size
        self.canvas = tkinter.Canvas(
            self.frame, width=width, height=height, highlightthickness=0, background=self.palette.shade, borderwidth=0
        )
        self.put(self.canvas, self.preview_left, self.preview_top, anchor="nw")
        self._photo = self.lettering.photo(Image.new("RGB", self._size, self.palette.shade))
        self.canvas.create_image(0, 0, image=self._photo, anchor="nw")
        self._shade = self._shade_outside()
        box = self.guide_box(width, height)
        self.guide = self.canvas.create_oval(*box, outline=self.palette.guide, width=self.scale(5))
        self.arc = self.canvas.create_arc(
            *box, start=90, extent=0, style="arc", outline=self.palette.good_light, width=self.scale(16)
        )
        self._round_corners()
        self._sign = self.picture(self.frame, icon(self.first_sign, self.scale(SIGN_SIZE), self.palette.accent))
        self.put(self._sign, self.sign_x, self.sign_y)
        self._signs: dict[str, Any] = {}
        self._prompt = as_title(self.text("", self.column_x, self.prompt_y))
        self._advice_box = ttk.Frame(self.frame, style="Advice.TFrame", padding=(self.scale(36), self.scale(16)))
        self._advice = self.lettering.label(
            self._advice_box,
            "",
            "large",
            bold=True,
            colour=self.palette.accent_deep,
            ground=self.palette.accent_wash,
            wrap=self.advice_width,
        )
        self._advice.pack()
        self.text(
            self.words("Your picture is not kept."), self.column_x, self.kept_y, "small", colour=self.palette.muted
        )
        self._shown_at = -1.0
        self.frames_painted = 0
        self._next: str | None = None
        self.canvas.bind("<Destroy>", lambda _: self._stop())
        self._paint_frame()

    def ask(self, prompt: str, sign: str) -> None:
        """One thing to do, in words and as a sign."""
        size = self.lettering.largest(prompt, self.prompt_sizes, self.column_width, self.prompt_lines)
        self.lettering.set(self._prompt, prompt, size, bold=True, wrap=self.column_width)
        if sign not in self._signs:
            self._signs[sign] = self.lettering.photo(icon(sign, self.scale(SIGN_SIZE), self.palette.accent))
        self._sign.configure(image=self._signs[sign])

    def advise(self, advice: str) -> None:
        """What would make the picture better; nothing when it is good."""
        if not advice:
            self._advice_box.place_forget()
            return
        size = self.lettering.largest(advice, self.advice_sizes, self.advice_width, self.advice_lines)
        self.lettering.set(
            self._advice, advice, size, bold=True, colour=self.palette.accent_deep, wrap=self.advice_width
        )
        self.put(self._advice_box, self.column_x, self.advice_y)

    def show_progress(self, colour: str, fraction: float) -> None:
        """The guide's colour, and how much is done, 0..1."""
        self.canvas.itemconfigure(self.guide, outline=colour)
        self.canvas.itemconfigure(self.arc, extent=-min(359.9, 360 * fraction))

    def _stop(self) -> None:
        """No more frames: the screen goes, or the whole window does."""
        if self._next is not None:
            self.frame.after_cancel(self._next)
            self._next = None

    # --- the picture -------------------------------------------------------------------------------------------------

    def _paint_frame(self) -> None:
        self._next = self.frame.after(LOOK_MILLISECONDS, self._paint_frame)
        latest = self.studio.preview()
        if latest is None or latest[1] == self._shown_at:
            return
        frame, self._shown_at = latest
        self._photo.paste(self._pictured(frame))
        self.frames_painted += 1

    def _pictured(self, frame: Any) -> Image.Image:
        """BGR rows of the camera, mirrored and dimmed outside the oval. By OpenCV: Pillow took three times as long."""
        keep, tint = self._shade
        mirrored = cv2.flip(frame, 1)
        if mirrored.shape == keep.shape:
            mirrored = cv2.add(cv2.multiply(mirrored, keep, scale=1 / 255), tint)
        larger = cv2.resize(mirrored, self._size, interpolation=cv2.INTER_LINEAR)
        return Image.fromarray(cv2.cvtColor(larger, cv2.COLOR_BGR2RGB))

    def _round_corners(self) -> None:
        """Four small pictures of the ground lie over the canvas's corners."""
        radius = self.scale(tokens.RADIUS)
        side = 2 * radius
        mask = Image.new("L", (side * OVERSAMPLING, side * OVERSAMPLING), 255)
        ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=0)
        cover = Image.new("RGBA", (side, side), self.palette.paper)
        cover.putalpha(mask.resize((side, side), Image.Resampling.LANCZOS))
        width, height = self._size
        for x, from_x in ((0, 0), (width - radius, radius)):
            for y, from_y in ((0, 0), (height - radius, radius)):
                photo = self.lettering.photo(cover.crop((from_x, from_y, from_x + radius, from_y + radius)))
                self._pictures.append(photo)
                self.canvas.create_image(x, y, image=photo, anchor="nw")

    def _shade_outside(self) -> tuple[Any, Any]:
        """What each pixel of the camera's frame keeps of itself (255: all) and what is added to it, as BGR rows."""
        shade = Image.new("L", (FRAME_WIDTH, FRAME_HEIGHT), SHADE_OPACITY)
        ImageDraw.Draw(shade).ellipse(self.guide_box(FRAME_WIDTH, FRAME_HEIGHT), fill=0)
        opacity = np.asarray(shade, dtype=np.float32)[..., None]
        shade_colour = np.array(ImageColor.getrgb(self.palette.shade)[::-1], dtype=np.float32)
        keep = np.repeat(255 - opacity, 3, axis=2)
        return keep.astype(np.uint8), (opacity / 255 * shade_colour).astype(np.uint8)
