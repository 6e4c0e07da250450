"""The machine's sounds as notes, and notes as WAV files: made here, so that nobody else's recording is needed."""

from __future__ import annotations

import math
import os
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atm_app.sound_ports import Sound

# espeak-ng plays a file of its own rate and width as it is; any other it hands to another program.
RATE = 22_050
SOFT, USUAL = 3000, 9000  # of 32767


@dataclass(frozen=True)
class Note:
    """A sine that swells and fades, so that it begins and ends without a click; 0 hertz is a rest. ``height``: of its
    samples."""

    hertz: float
    seconds: float
    height: int = USUAL


REST = Note(0, 0.06)
# For who listens: a key that nobody is to hear by name, and one that only goes on to the digit's next letter.
BEEP = (Note(880, 0.08),)
TICK = (Note(587, 0.04),)
# Rising is well, falling is the end, twice the same low note asks for a look at the screen.
TONES = {
    Sound.TOUCH: (Note(1400, 0.018, SOFT),),
    Sound.ACCEPTED: (Note(659, 0.09), Note(880, 0.16)),
    Sound.ATTENTION: (Note(392, 0.16), REST, Note(392, 0.16)),
    Sound.TAKE_CASH: (Note(988, 0.14), REST, Note(988, 0.14), REST, Note(1319, 0.22)),
    Sound.FAREWELL: (Note(880, 0.12), Note(698, 0.12), Note(587, 0.24)),
}


def seconds_of(notes: tuple[Note, ...]) -> float:
    return sum(note.seconds for note in notes)


def write_tones(path: Path, notes: tuple[Note, ...]) -> None:
    """One channel, 16 bits. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", height) for note in notes for height in _heights(note)))
    os.replace(unfinished, path)


def _heights(note: Note) -> Iterator[int]:
    count = round(RATE * note.seconds)
    for number in range(count):
        swell = math.sin(math.pi * number / count)
        yield round(note.height * swell * math.sin(2 * math.pi * note.hertz * number / RATE))
