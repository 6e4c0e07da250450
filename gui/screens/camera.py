"""A screen on which the customer sees themselves: the camera's picture as in a mirror, a guide over it, one thing to
do at a time beside it."""

from __future__ import annotations

import tkinter
from collections.abc import Mapping
from dataclasses import dataclass
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
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Place, Stage

# How often a new frame is looked for: twice as often as the camera makes one, so that none waits for the next look.
LOOK_MILLISECONDS = 16
FRAME_WIDTH, FRAME_HEIGHT = 640, 480  # the camera's pixels, which the dark outside of the guide is drawn in
SHADE_OPACITY = 135


@dataclass(frozen=True)
class CameraPlaces:
    """``preview``: left, top, width and height of the picture. ``x``: the middle of the column of words; ``prompt``,
    ``advice``: the middle's height, where lines break, how many there may be, and the sizes to choose from."""

    preview: tuple[float, float, float, float]
    x: float
    sign_y: float
    sign: float
    prompt: Words
    advice: Words
    advice_padding: tuple[float, float]
    kept: tuple[float, float]
    note: Place


@dataclass(frozen=True)
class Words:
    """What is said, so large that it takes no more lines than there is room for."""

    y: float
    wrap: float
    lines: int
    sizes: tuple[str, ...]


PROMPT, ADVICE = ("prompt", "title", "large", "body"), ("large", "body", "small")
CAMERA = {
    LANDSCAPE: CameraPlaces(
        (120, 48, 960, 720), 1470, 130, 150, Words(336, 720, 2, PROMPT[:3]), Words(544, 600, 2, ADVICE[:2]), (36, 16),
        (1470, 868), Place(1470, 706, 560),
    ),
    PORTRAIT: CameraPlaces(
        (88, 20, 904, 678), 540, 784, 150, Words(962, 960, 2, PROMPT), Words(1140, 880, 2, ADVICE), (36, 16),
        (540, 1392), Place(540, 1294, 860),
    ),
    COMPACT: CameraPlaces(
        (36, 14, 680, 510), 958, 52, 80, Words(180, 436, 2, PROMPT), Words(338, 400, 2, ADVICE), (20, 6),
        (984, 572), Place(958, 462, 370),
    ),
}  # fmt: skip


class CameraScreen(Screen):
    """``first_sign``: the icon of what is to be done at first. ``guide_box`` says what part of the picture is to be
    filled and stays bright."""

    shows_busy = False
    first_sign = ""
    places: Mapping[Stage, CameraPlaces] = CAMERA

    def guide_box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what is to be filled."""
        raise NotImplementedError

    def build(self, shown: Shown) -> None:
        places = self.places[self.stage]
        self.note_place = places.note
        left, top, *size = places.preview
        width, height = self._size = self.scale(size[0]), self.scale(size[1])
        self.canvas = tkinter.Canvas(
            self.frame, width=width, height=height, highlightthickness=0, background=self.palette.shade, borderwidth=0
        )
        self.put(self.canvas, left, top, anchor="nw")
        self._photo = self.lettering.photo(Image.new("RGB", self._size, self.palette.shade))
        self.canvas.create_image(0, 0, image=self._photo, anchor="nw")
        self._shade = self._shade_outside()
        box = self.guide_box(width, height)
        self.guide = self.canvas.create_oval(*box, outline=self.palette.guide, width=self.scale(5))
        self.arc = self.canvas.create_arc(
            *box, start=90, extent=0, style="arc", outline=self.palette.good_light, width=self.scale(16)
        )
        self._round_corners()
        self._sign = self.picture(self.frame, icon(self.first_sign, self.scale(places.sign), self.palette.accent))
        self.put(self._sign, places.x, places.sign_y)
        self._signs: dict[str, Any] = {}
        self._prompt = as_title(self.text("", places.x, places.prompt.y))
        padding = (self.scale(places.advice_padding[0]), self.scale(places.advice_padding[1]))
        self._advice_box = ttk.Frame(self.frame, style="Advice.TFrame", padding=padding)
        self._advice = self.lettering.label(
            self._advice_box,
            "",
            "large",
            bold=True,
            colour=self.palette.accent_deep,
            ground=self.palette.accent_wash,
            wrap=places.advice.wrap,
        )
        self._advice.pack()
        kept = self.words("Your picture is not kept.")
        self.text(kept, *places.kept, "small", colour=self.palette.muted)
        self._shown_at = -1.0
        self.frames_painted = 0
        self._next: str | None = None
        self.canvas.bind("<Destroy>", lambda _: self._stop())
        self._paint_frame()

    def ask(self, prompt: str, sign: str) -> None:
        """One thing to do, in words and as a sign."""
        places = self.places[self.stage]
        place = places.prompt
        size = self.lettering.largest(prompt, place.sizes, place.wrap, place.lines)
        self.lettering.set(self._prompt, prompt, size, bold=True, wrap=place.wrap)
        if sign not in self._signs:
            self._signs[sign] = self.lettering.photo(icon(sign, self.scale(places.sign), self.palette.accent))
        self._sign.configure(image=self._signs[sign])

    def advise(self, advice: str) -> None:
        """What would make the picture better; nothing when it is good."""
        if not advice:
            self._advice_box.place_forget()
            return
        places = self.places[self.stage]
        place = places.advice
        size = self.lettering.largest(advice, place.sizes, place.wrap, place.lines)
        self.lettering.set(self._advice, advice, size, bold=True, colour=self.palette.accent_deep, wrap=place.wrap)
        self.put(self._advice_box, places.x, place.y)

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
