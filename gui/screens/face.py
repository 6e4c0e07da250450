"""The face: the camera's picture as in a mirror, the oval to fill, and one thing to do at a time."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageColor, ImageDraw

from atm_app.ports import FaceAdvice, FacePrompt
from atm_app.views import Face, Shown
from gui import tokens
from gui.icons import OVERSAMPLING, icon
from gui.screens.base import Screen
from gui.words import ADVICE, PROMPTS

# How often a new frame is looked for: twice as often as the camera makes one, so that none waits for the next look.
LOOK_MILLISECONDS = 16
PREVIEW_WIDTH, PREVIEW_HEIGHT = 960, 720
PREVIEW_LEFT, PREVIEW_TOP = 120, 48
FRAME_WIDTH, FRAME_HEIGHT = 640, 480  # the camera's pixels, which the dark outside of the oval is drawn in
OVAL_HALF_WIDTH, OVAL_HALF_HEIGHT = 0.295, 0.40  # of the picture's height
SHADE_OPACITY = 135
COLUMN_X, COLUMN_WIDTH = 1470, 720
SIGNS = {
    FacePrompt.LOOK: "face",
    FacePrompt.BLINK: "blink",
    FacePrompt.TURN_LEFT: "turn_left",
    FacePrompt.TURN_RIGHT: "turn_right",
    FacePrompt.LOOK_BACK: "face",
    FacePrompt.LEFT_A_LITTLE: "turn_left",
    FacePrompt.RIGHT_A_LITTLE: "turn_right",
    FacePrompt.NEARER: "nearer",
    FacePrompt.FARTHER: "farther",
    FacePrompt.DONE: "check",
}


class FaceScreen(Screen):
    shows_busy = False
    note_x, note_y, note_wrap = COLUMN_X, 706, 560

    def build(self, shown: Shown) -> None:
        self._size = (self.scale(PREVIEW_WIDTH), self.scale(PREVIEW_HEIGHT))
        width, height = self._size
        self._canvas = tkinter.Canvas(
            self.frame, width=width, height=height, highlightthickness=0, background=tokens.NAVY, borderwidth=0
        )
        self.put(self._canvas, PREVIEW_LEFT, PREVIEW_TOP, anchor="nw")
        self._photo = self.lettering.photo(Image.new("RGB", self._size, tokens.NAVY))
        self._canvas.create_image(0, 0, image=self._photo, anchor="nw")
        self._shade = _shade()
        oval = _oval(width, height)
        self._guide = self._canvas.create_oval(*oval, outline=tokens.WHITE, width=self.scale(5))
        self._arc = self._canvas.create_arc(
            *oval, start=90, extent=0, style="arc", outline=tokens.GREEN_LIGHT, width=self.scale(16)
        )
        self._round_corners()
        self._sign = self.picture(self.frame, icon("face", self.scale(150), tokens.BLUE))
        self.put(self._sign, COLUMN_X, 130)
        self._signs: dict[FacePrompt, Any] = {}
        self._prompt = self.text("", COLUMN_X, 336, "prompt", bold=True, wrap=COLUMN_WIDTH)
        self._advice_box = ttk.Frame(self.frame, style="Advice.TFrame", padding=(self.scale(36), self.scale(16)))
        self._advice = self.lettering.label(
            self._advice_box, "", "large", bold=True, colour=tokens.BLUE_DEEP, ground=tokens.BLUE_WASH, wrap=600
        )
        self._advice.pack()
        self.text(
            self.words("Your picture is not kept."), COLUMN_X, 868, "small", colour=tokens.MUTED
        )  # fmt: skip
        self._shown_at = -1.0
        self.frames_painted = 0
        self._next: str | None = None
        self._canvas.bind("<Destroy>", lambda _: self._stop())
        self._paint_frame()

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Face)
        checking = view.prompt is FacePrompt.DONE
        prompt = self.words("One moment") if checking else self.words(PROMPTS[view.prompt.value])
        self.lettering.set(self._prompt, prompt, "prompt", bold=True, wrap=COLUMN_WIDTH)
        if view.prompt not in self._signs:
            sign = icon(SIGNS[view.prompt], self.scale(150), tokens.BLUE)
            self._signs[view.prompt] = self.lettering.photo(sign)
        self._sign.configure(image=self._signs[view.prompt])
        advice = FaceAdvice.NONE if checking else view.advice
        self._advise(advice)
        self._canvas.itemconfigure(self._guide, outline=_guide_colour(advice))
        self._canvas.itemconfigure(self._arc, extent=-min(359.9, 360 * view.fraction))

    def _stop(self) -> None:
        """No more frames: the screen goes, or the whole window does."""
        if self._next is not None:
            self.frame.after_cancel(self._next)
            self._next = None

    def _advise(self, advice: FaceAdvice) -> None:
        if advice is FaceAdvice.NONE:
            self._advice_box.place_forget()
            return
        text = self.words(ADVICE[advice.value])
        self.lettering.set(self._advice, text, "large", bold=True, colour=tokens.BLUE_DEEP, wrap=600)
        self.put(self._advice_box, COLUMN_X, 544)

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
        cover = Image.new("RGBA", (side, side), tokens.PAPER)
        cover.putalpha(mask.resize((side, side), Image.Resampling.LANCZOS))
        width, height = self._size
        for x, from_x in ((0, 0), (width - radius, radius)):
            for y, from_y in ((0, 0), (height - radius, radius)):
                photo = self.lettering.photo(cover.crop((from_x, from_y, from_x + radius, from_y + radius)))
                self._pictures.append(photo)
                self._canvas.create_image(x, y, image=photo, anchor="nw")


def _guide_colour(advice: FaceAdvice) -> str:
    """Green: stay as you are; amber: something is to be done, which words say beside it; white: nobody is there."""
    if advice is FaceAdvice.NO_FACE:
        return tokens.WHITE
    return tokens.GREEN_LIGHT if advice is FaceAdvice.NONE else tokens.AMBER


def _oval(width: int, height: int) -> tuple[int, int, int, int]:
    half = (round(height * OVAL_HALF_WIDTH), round(height * OVAL_HALF_HEIGHT))
    centre = (width // 2, round(height * 0.50))
    return centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]


def _shade() -> tuple[Any, Any]:
    """What each pixel of the camera's frame keeps of itself (255: all) and what is added to it, as BGR rows."""
    shade = Image.new("L", (FRAME_WIDTH, FRAME_HEIGHT), SHADE_OPACITY)
    ImageDraw.Draw(shade).ellipse(_oval(FRAME_WIDTH, FRAME_HEIGHT), fill=0)
    opacity = np.asarray(shade, dtype=np.float32)[..., None]
    navy = np.array(ImageColor.getrgb(tokens.NAVY)[::-1], dtype=np.float32)
    keep = np.repeat(255 - opacity, 3, axis=2)
    return keep.astype(np.uint8), (opacity / 255 * navy).astype(np.uint8)
