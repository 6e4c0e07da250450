"""Speech by espeak-ng, one process a sentence: a voice that is cut short is a process that is killed.

The text goes in by standard input. In the arguments every user of the machine could read it, and a text that begins
with a dash would be an option.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from pathlib import Path
from xml.sax.saxutils import quoteattr

from atm_app.devices.tones import BEEP, TICK, TONES, Note, write_tones
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.sound_ports import Sound

NAME = "speaker"
PROGRAM = "espeak-ng"
DEFAULT_DEVICE = "default"
# Words a minute: espeak-ng's own 175 is quick for amounts that are heard once.
WORDS_A_MINUTE = 150
AMPLITUDE_STEP = 20  # espeak-ng goes from 0 to 200


class EspeakSpeaker:
    """A speaker, and a loudspeaker. ``device``: an ALSA or PulseAudio name, or ``default``. ``wave_file``: speak into a
    file instead. ``folder``: where the tones are kept. ``name``: of this device among others."""

    def __init__(
        self, folder: Path, device: str = DEFAULT_DEVICE, wave_file: Path | None = None, name: str = NAME
    ) -> None:
        self._folder = folder
        self._name = name
        self._written: set[Path] = set()
        self._output = ["-w", str(wave_file)] if wave_file else [] if device == DEFAULT_DEVICE else ["-d", device]
        self._lock = threading.Lock()
        self._speaking: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []
        self._trouble = ""

    def status(self) -> DeviceStatus:
        if shutil.which(PROGRAM) is None:
            return DeviceStatus(
                self._name, DeviceState.NO_DEVICE, advice=f"install {PROGRAM}; nothing is spoken without it"
            )
        with self._lock:
            self._hear_of_the_last()
            trouble = self._trouble
        if trouble:
            return DeviceStatus(self._name, DeviceState.OFFLINE, advice=f"nothing is heard: {trouble}")
        return DeviceStatus(self._name, DeviceState.ONLINE)

    def headset(self) -> bool:
        """No jack is watched: a key on the welcome screen begins the guidance."""
        return False

    def say(self, text: str, language: str, volume: int) -> None:
        self._speak(text, ["-v", language, "-s", str(WORDS_A_MINUTE)], volume)

    def spell(self, letter: str, language: str, volume: int) -> None:
        """``--punct``: signs by their names; ``-k 2``: "capital" before one."""
        self._speak(letter, ["-v", language, "-s", str(WORDS_A_MINUTE), "--punct", "-k", "2"], volume)

    def tick(self, volume: int) -> None:
        self._play("tick", TICK, volume)

    def beep(self, volume: int) -> None:
        self._play("key", BEEP, volume)

    def play(self, sound: Sound, volume: int) -> None:
        self._play(sound.value, TONES[sound], volume)

    def stop(self) -> None:
        """Silence now."""
        with self._lock:
            self._end()

    @property
    def speaking(self) -> bool:
        with self._lock:
            return self._speaking is not None and self._speaking.poll() is None

    def wait(self, seconds: float) -> None:
        """Until all is said, at most so long."""
        if self._speaking is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._speaking.wait(seconds)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _play(self, name: str, notes: tuple[Note, ...], volume: int) -> None:
        """Written once a process: a file of an earlier version may sound otherwise."""
        path = self._folder / f"{name}.wav"
        try:
            if path not in self._written:
                write_tones(path, notes)
                self._written.add(path)
        except OSError as error:
            with self._lock:
                self._trouble = f"{path.name}: {error.strerror}"
            return
        self._speak(f"<speak><audio src={quoteattr(str(path))}/></speak>", ["-m"], volume)

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
