"""The right side of the test bench: what the machine gave out and what the customers received."""

from __future__ import annotations

import re
from pathlib import Path
from tkinter import ttk
from typing import Any

from PIL import Image

from gui.bench_places import BenchPlaces
from gui.lettered import fitted
from gui.text import Lettering

MESSAGES, SOUNDS = 4, 4
RECEIPT_HEIGHT = 138  # design pixels


class BenchState:
    """Labels that follow the bench; ``refresh`` is cheap when nothing changed."""

    def __init__(self, column: ttk.Frame, letters: Lettering, bench: Any, places: BenchPlaces) -> None:
        self._bench = bench
        self._letters = letters
        self._scale, self._width = places.scale, places.text_width
        self._palette = letters.theme.palette
        pad = self._scale(26)
        self._card = ttk.Frame(column, style="Card.TFrame", padding=pad)
        self._card.pack(fill="both", expand=True, pady=(self._scale(14), self._scale(6)))
        self._person = self._block("The customer")
        self._shutter = self._block("In the shutter")
        self._cassettes = self._block("In the cassettes")
        self._notes_in = self._block("Paid in")
        self._said = self._block("Last said to the headset, last sounds")
        self._messages = self._block("Messages received, newest first")
        self._block("Last receipt")
        self._receipt = ttk.Label(self._card, background=self._palette.surface)
        self._receipt.pack(anchor="w")
        self._drawn: Path | None = None

    def refresh(self) -> None:
        for label, text in (
            (self._person, self._about_person()),
            (self._shutter, self._about_shutter()),
            (self._cassettes, self._about_cassettes()),
            (self._notes_in, self._about_notes_in()),
            (self._said, f"{self._about_speech()}\n{self._about_sounds()}"),
            (self._messages, self._about_messages()),
        ):
            self._letters.set(label, text, "bench", justify="left")
        if self._bench.printer is not None:
            self._draw_receipt(self._bench.printer.last)

    def _block(self, title: str) -> ttk.Label:
        heading = self._letters.label(
            self._card,
            title,
            "bench",
            bold=True,
            colour=self._palette.accent_deep,
            ground=self._palette.surface,
        )
        heading.pack(anchor="w", pady=(self._scale(10), self._scale(2)))
        text = self._letters.label(self._card, "", "bench", ground=self._palette.surface, justify="left")
        text.pack(anchor="w")
        return text

    def _about_person(self) -> str:
        person = self._bench.person
        if person is None:
            return "Nobody stands before the machine."
        if not person.accounts:
            return f"{person.customer.name}, who is no customer"
        return f"{person.customer.name}: number {person.customer.number}, PIN {person.pin}"

    def _about_shutter(self) -> str:
        notes, value = self._bench.dispenser.in_shutter()
        return f"{notes} notes, ₹{value // 100:,}" if notes else "Nothing."

    def _about_cassettes(self) -> str:
        counts = self._bench.dispenser.counts()
        each = [f"₹{note.denomination // 100:,} × {note.count:,}" for note in counts]
        return "\n".join("    ".join(each[start : start + 2]) for start in range(0, len(each), 2)) or "None."

    def _about_notes_in(self) -> str:
        acceptor = self._bench.acceptor
        slot = "Slot open" if acceptor.slot_open else "Slot shut"
        escrow, box = (
            sum(note.denomination * note.count for note in notes) // 100
            for notes in (acceptor.in_escrow(), acceptor.in_box())
        )
        return f"{slot}, ₹{escrow:,} in escrow, ₹{box:,} kept"

    def _about_speech(self) -> str:
        said = self._bench.speaker.last if self._bench.speaker is not None else ""
        return fitted(said, self._scale.letters("bench"), False, self._scale(self._width)) or "Nothing."

    def _about_sounds(self) -> str:
        played = list(self._bench.loudspeaker.played)[-SOUNDS:] if self._bench.loudspeaker is not None else []
        return ", ".join(sound.replace("_", " ") for sound in played) or "No sound."

    def _about_messages(self) -> str:
        inbox = self._bench.inbox
        messages = inbox.messages()[-MESSAGES:][::-1] if inbox is not None else []
        lines = []
        for message in messages:
            code = re.search(r"\b\d{6}\b", message.text)
            line = f"{code[0] if code else message.subject}  to {message.address}"
            lines.append(fitted(line, self._scale.letters("bench"), False, self._scale(self._width)))
        return "\n".join(lines) or "None."

    def _draw_receipt(self, path: Path | None) -> None:
        """The paper as it came out, small. A receipt is read once."""
        if path is None or path == self._drawn or not Path(path).exists():
            return
        self._drawn = path
        with Image.open(path) as paper:
            grey = paper.convert("L")
        grey.thumbnail((self._scale(self._width), self._scale(RECEIPT_HEIGHT)), Image.Resampling.LANCZOS)
        self._photo = self._letters.photo(grey)
        self._receipt.configure(image=self._photo)
