"""Customer number, face, finger, PIN and one-time code."""

from __future__ import annotations

import tkinter
from typing import Any

from PIL import Image, ImageDraw, ImageTk

from atm_app.ports import FaceAdvice, FacePrompt, FingerPrompt
from atm_app.steps.identity import NUMBER_DIGITS, PIN_DIGITS
from atm_app.views import Claim, Face, Fingerprint, OneTimeCode, Pin, Shown
from gui import tokens
from gui.icons import icon
from gui.screens.base import Screen
from gui.words import ADVICE, FINGER_PROMPTS, PROMPTS

FRAME_MILLISECONDS = 33
PREVIEW_WIDTH, PREVIEW_HEIGHT = 960, 720


def spaced(digits: str, places: int) -> str:
    """Typed digits and the places still empty."""
    return " ".join([*digits, *("–" * (places - len(digits)))])


class ClaimScreen(Screen):
    def build(self, shown: Shown) -> None:
        self.title(self.words("Your customer number"), self.words("Six digits; they are in every message we send you."))
        self._text = self.field_text(self.field(0.27, 0.42, 640))
        self.keypad(0.68, 0.52, enter=True)
        self._note_y = 0.66
        self._note_x = 0.27

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Claim)
        self.lettering.set(self._text, spaced(shown.view.number, NUMBER_DIGITS), "title", bold=True)


class PinScreen(Screen):
    def build(self, shown: Shown) -> None:
        self.title(self.words("Your PIN"), self.words("Cover the keypad with your hand."))
        self._text = self.field_text(self.field(0.27, 0.42, 640))
        self.keypad(0.68, 0.52, enter=True)
        self._note_y = 0.66

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Pin)
        dots = " ".join(["●"] * shown.view.filled)
        self.lettering.set(self._text, dots or " ".join("–" * min(4, PIN_DIGITS)), "title", bold=True)


class OneTimeCodeScreen(Screen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, OneTimeCode)
        self.title(self.words("Your one-time code"))
        self._told = self.lettering.label(self.frame, "", "body", colour=tokens.MUTED, wrap=1500)
        self._told.place(relx=0.5, rely=0.175, anchor="center")
        self._text = self.field_text(self.field(0.27, 0.42, 640))
        self._resend = self.lettering.button(
            self.frame, self.words("Send a new code"), self.act("resend"), icon_name="message"
        )
        self._resend.place(relx=0.27, rely=0.56, anchor="center", width=self.scale(640), height=self.scale(104))
        self.keypad(0.68, 0.52, enter=False)
        self._note_y = 0.72

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OneTimeCode)
        told = self.words("We sent a code to {address}.") if view.sent else self.words("Sending a code to {address} …")
        if not view.sent and not shown.busy:
            told = self.words("No code is on its way.")
        self.lettering.set(self._told, told.format(address=view.address), colour=tokens.MUTED, wrap=1500)
        self.lettering.set(self._text, spaced(view.digits, 6), "title", bold=True)
        self._resend.state(["!disabled" if view.left > 0 and not shown.busy else "disabled"])


class FaceScreen(Screen):
    """The camera's picture as in a mirror, the oval to fill, and one thing to do at a time."""

    def build(self, shown: Shown) -> None:
        self._size = (self.scale(PREVIEW_WIDTH), self.scale(PREVIEW_HEIGHT))
        width, height = self._size
        self._canvas = tkinter.Canvas(
            self.frame, width=width, height=height, highlightthickness=0, background=tokens.NAVY, borderwidth=0
        )
        self._canvas.place(relx=0.32, rely=0.43, anchor="center")
        self._photo = ImageTk.PhotoImage("RGB", self._size, master=self.frame)
        self._canvas.create_image(0, 0, image=self._photo, anchor="nw")
        self._shade, oval = self._guide()
        self._canvas.create_oval(*oval, outline=tokens.WHITE, width=self.scale(4))
        self._arc = self._canvas.create_arc(
            *oval, start=90, extent=0, style="arc", outline="#3fd08a", width=self.scale(14)
        )
        x = 0.80
        self.picture(self.frame, icon("face", self.scale(120), tokens.BLUE)).place(relx=x, rely=0.15, anchor="center")
        self._prompt = self.lettering.label(self.frame, "", "title", bold=True, wrap=640)
        self._prompt.place(relx=x, rely=0.38, anchor="center")
        self._advice = self.lettering.label(self.frame, "", "large", colour=tokens.BLUE_DEEP, wrap=640)
        self._advice.place(relx=x, rely=0.60, anchor="center")
        self.lettering.label(
            self.frame, self.words("Your picture is not kept."), "small", colour=tokens.MUTED, wrap=640
        ).place(relx=x, rely=0.75, anchor="center")
        self._note_y = 0.91
        self._shown_at = -1.0
        self._next: str | None = None
        self._paint_frame()

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Face)
        checking = view.prompt is FacePrompt.DONE
        prompt = self.words("One moment") if checking else self.words(PROMPTS[view.prompt.value])
        self.lettering.set(self._prompt, prompt, "title", bold=True, wrap=640)
        advised = view.advice is not FaceAdvice.NONE
        advice = self.words(ADVICE[view.advice.value]) if advised and not checking else ""
        self.lettering.set(self._advice, advice, "large", colour=tokens.BLUE_DEEP, wrap=640)
        self._canvas.itemconfigure(self._arc, extent=-min(359.9, 360 * view.fraction))

    def close(self) -> None:
        if self._next is not None:
            self.frame.after_cancel(self._next)
        super().close()

    def _paint_frame(self) -> None:
        self._next = self.frame.after(FRAME_MILLISECONDS, self._paint_frame)
        latest = self.studio.preview()
        if latest is None or latest[1] == self._shown_at:
            return
        frame, self._shown_at = latest
        self._photo.paste(self._pictured(frame))

    def _pictured(self, frame: Any) -> Image.Image:
        """BGR rows of the camera, mirrored and dimmed outside the oval."""
        picture = Image.fromarray(frame[:, ::-1, ::-1]).resize(self._size, Image.Resampling.BILINEAR)
        picture.paste(self._shade, (0, 0), self._shade)
        return picture

    def _guide(self) -> tuple[Image.Image, tuple[int, int, int, int]]:
        width, height = self._size
        half, centre = (round(height * 0.29), round(height * 0.39)), (width // 2, round(height * 0.50))
        oval = (centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1])
        shade = Image.new("RGBA", self._size, (*Image.new("RGB", (1, 1), tokens.NAVY).getpixel((0, 0)), 120))  # type: ignore[misc]
        ImageDraw.Draw(shade).ellipse(oval, fill=(0, 0, 0, 0))
        return shade, oval


class FingerprintScreen(Screen):
    def build(self, shown: Shown) -> None:
        self._sign = self.picture(self.frame, icon("fingerprint", self.scale(330), tokens.BLUE))
        self._sign.place(relx=0.5, rely=0.34, anchor="center")
        self._prompt = self.lettering.label(self.frame, "", "title", bold=True, wrap=1500)
        self._prompt.place(relx=0.5, rely=0.60, anchor="center")
        self.lettering.label(
            self.frame, self.words("The sensor is below the screen, on the right."), "body", colour=tokens.MUTED
        ).place(relx=0.5, rely=0.69, anchor="center")
        self._note_y = 0.80

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Fingerprint)
        self.lettering.set(self._prompt, self.words(FINGER_PROMPTS[view.prompt.value]), "title", bold=True, wrap=1500)
        reading = view.prompt is FingerPrompt.READING
        picture = icon("fingerprint", self.scale(330), tokens.GREEN if reading else tokens.BLUE)
        photo = self.lettering.photo(picture)
        self._sign.configure(image=photo)
        self._pictures.append(photo)
        del self._pictures[:-2]
