"""Speech by espeak-ng, one process a sentence: a voice that is cut short is a process that is killed.

The text goes in by standard input. In the arguments every user of the machine could read it, and a text that begins
with a dash would be an option.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import struct
import subprocess
import threading
import wave
from pathlib import Path
from xml.sax.saxutils import quoteattr

from atm_app.ports import DeviceState, DeviceStatus

NAME = "speaker"
PROGRAM = "espeak-ng"
DEFAULT_DEVICE = "default"
# Words a minute: espeak-ng's own 175 is quick for amounts that are heard once.
WORDS_A_MINUTE = 150
AMPLITUDE_STEP = 20  # espeak-ng goes from 0 to 200
# espeak-ng plays a file of its own rate and width as it is; any other it hands to another program.
TONE_RATE, TONE_HERTZ, TONE_SECONDS, TONE_HEIGHT = 22_050, 880, 0.08, 9000


class EspeakSpeaker:
    """``device``: an ALSA or PulseAudio name, or ``default``. ``wave_file``: speak into a file instead. ``folder``:
    where the tone is kept."""

    def __init__(self, folder: Path, device: str = DEFAULT_DEVICE, wave_file: Path | None = None) -> None:
        self._tone = folder / "key.wav"
        self._output = ["-w", str(wave_file)] if wave_file else [] if device == DEFAULT_DEVICE else ["-d", device]
        self._lock = threading.Lock()
        self._speaking: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []
        self._trouble = ""

    def status(self) -> DeviceStatus:
        if shutil.which(PROGRAM) is None:
            return DeviceStatus(NAME, DeviceState.NO_DEVICE, advice=f"install {PROGRAM}; nothing is spoken without it")
        with self._lock:
            self._hear_of_the_last()
            trouble = self._trouble
        if trouble:
            return DeviceStatus(NAME, DeviceState.OFFLINE, advice=f"nothing is heard: {trouble}")
        return DeviceStatus(NAME, DeviceState.ONLINE)

    def headset(self) -> bool:
        """No jack is watched: a key on the welcome screen begins the guidance."""
        return False

    def say(self, text: str, language: str, volume: int) -> None:
        self._speak(text, ["-v", language, "-s", str(WORDS_A_MINUTE)], volume)

    def beep(self, volume: int) -> None:
        try:
            if not self._tone.exists():
                write_tone(self._tone)
        except OSError as error:
            with self._lock:
                self._trouble = f"{self._tone.name}: {error.strerror}"
            return
        self._speak(f"<speak><audio src={quoteattr(str(self._tone))}/></speak>", ["-m"], volume)

    def stop(self) -> None:
        """Silence now."""
        with self._lock:
            self._end()

    @property
    def speaking(self) -> bool:
        with self._lock:
            return self._speaking is not None and self._speaking.poll() is None

    def wait(self, seconds: float) -> None:
        """Until all is said. Raises subprocess.TimeoutExpired."""
        if self._speaking is not None:
            self._speaking.wait(seconds)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _speak(self, text: str, options: list[str], volume: int) -> None:
        with self._lock:
            self._end()
            try:
                self._speaking = subprocess.Popen(
                    [PROGRAM, "-b", "1", "--stdin", "-a", str(volume * AMPLITUDE_STEP), *options, *self._output],
                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                )  # fmt: skip
            except OSError as error:
                self._trouble = f"{PROGRAM}: {error.strerror}"
                return
            assert self._speaking.stdin is not None
            # A pipe takes 64 KiB at once, more than any screen has to say.
            with contextlib.suppress(BrokenPipeError):
                self._speaking.stdin.write(text.encode())
            with contextlib.suppress(BrokenPipeError):
                self._speaking.stdin.close()

    def _end(self) -> None:
        """Kill what is still being said, after hearing how it went if it is over."""
        self._hear_of_the_last()
        process, self._speaking = self._speaking, None
        if process is not None:
            process.kill()
            _close_pipe(process)
            self._killed.append(process)
        # Asked and not waited for: a sound card's driver may hold a process for a moment after its end.
        self._killed = [killed for killed in self._killed if killed.poll() is None]

    def _hear_of_the_last(self) -> None:
        """Without a sound card espeak-ng complains and ends well: what it wrote counts, not its exit code alone."""
        process = self._speaking
        if process is None or process.poll() is None:
            return
        written = process.stderr.read().decode(errors="replace").splitlines() if process.stderr else []
        errors = [line for line in written if line.lower().startswith("error")]
        self._trouble = errors[-1] if errors else f"exit code {process.returncode}" if process.returncode else ""
        _close_pipe(process)
        self._speaking = None


def _close_pipe(process: subprocess.Popen[bytes]) -> None:
    if process.stderr is not None:
        process.stderr.close()


def write_tone(path: Path) -> None:
    """A short sine, louder and softer without a click. Raises OSError."""
    count = round(TONE_RATE * TONE_SECONDS)
    heights = (
        TONE_HEIGHT * math.sin(math.pi * number / count) * math.sin(2 * math.pi * TONE_HERTZ * number / TONE_RATE)
        for number in range(count)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TONE_RATE)
        file.writeframes(b"".join(struct.pack("<h", round(height)) for height in heights))
    os.replace(unfinished, path)
