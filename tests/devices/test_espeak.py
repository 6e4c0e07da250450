"""The voice: the real espeak-ng speaks into files; what is missing is told and stops nothing."""

from __future__ import annotations

import os
import shutil
import stat
import wave
from array import array
from pathlib import Path

import pytest

from atm_app.devices import espeak
from atm_app.devices.espeak import EspeakSpeaker
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.ports import DeviceState
from atm_app.speech_ports import LOUDEST, SOFTEST, USUAL_VOLUME

PATIENCE = 20.0
LONG = "This sentence is spoken for a very long time. " * 400
needs_espeak = pytest.mark.skipif(shutil.which(espeak.PROGRAM) is None, reason="espeak-ng is not installed")


def samples(path: Path) -> array[int]:
    with wave.open(str(path)) as file:
        return array("h", file.readframes(file.getnframes()))


def spoken(tmp_path: Path, text: str, language: str = "en", volume: int = USUAL_VOLUME) -> array[int]:
    path = tmp_path / "said.wav"
    speaker = EspeakSpeaker(tmp_path, wave_file=path)
    speaker.say(text, language, volume)
    speaker.wait(PATIENCE)
    assert speaker.status().state is DeviceState.ONLINE
    return samples(path)


@needs_espeak
@pytest.mark.parametrize(("language", "text"), [
    ("en", "Please take your cash"), ("hi", "कृपया अपना नकद लें"), ("mr", "कृपया आपली रोकड घ्या"),
])  # fmt: skip
def test_every_language_has_a_voice(tmp_path: Path, language: str, text: str) -> None:
    said = spoken(tmp_path, text, language)
    assert len(said) > 11_025, "half a second at least"
    assert max(said) > 2000, "and not silence"


@needs_espeak
def test_the_text_is_no_option_and_no_markup(tmp_path: Path) -> None:
    plain = len(spoken(tmp_path, "version"))
    assert len(spoken(tmp_path, "--version")) >= plain
    assert len(spoken(tmp_path, "<b> version")) > plain


@needs_espeak
def test_louder_is_louder(tmp_path: Path) -> None:
    heights = [max(spoken(tmp_path, "Volume", volume=volume)) for volume in (SOFTEST, USUAL_VOLUME, LOUDEST)]
    assert heights == sorted(set(heights))


@needs_espeak
def test_a_key_that_is_not_named_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    speaker = EspeakSpeaker(tmp_path / "not made yet", wave_file=path)
    speaker.beep(USUAL_VOLUME)
    speaker.wait(PATIENCE)
    assert speaker.status().state is DeviceState.ONLINE
    assert max(samples(path)) > 2000


def held_back(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program of the same name that does something else."""
    program = folder / espeak.PROGRAM
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_new_sentence_ends_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that would never end by themselves one is left, and it is the second."""
    held_back(tmp_path, monkeypatch, "exec sleep 600")
    speaker = EspeakSpeaker(tmp_path)
    speaker.say(LONG, "en", USUAL_VOLUME)
    first = speaker._speaking
    assert first is not None
    assert first.poll() is None
    speaker.say("Short.", "en", USUAL_VOLUME)
    second = speaker._speaking
    assert second is not None
    assert second is not first
    assert first.wait(PATIENCE) == -9
    assert speaker.speaking
    speaker.stop()
    assert second.wait(PATIENCE) == -9
    assert not speaker.speaking
    assert speaker.status().state is DeviceState.ONLINE, "cut short is no trouble"


def test_nothing_personal_stands_in_the_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user of the machine can read those."""
    held_back(tmp_path, monkeypatch, "exec sleep 600")
    speaker = EspeakSpeaker(tmp_path)
    speaker.say("Your balance is 84250 rupees", "en", USUAL_VOLUME)
    process = speaker._speaking
    assert process is not None
    assert not [argument for argument in process.args if "84250" in str(argument)]  # type: ignore[union-attr]
    speaker.stop()


def test_without_the_program_the_status_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = EspeakSpeaker(tmp_path)
    speaker.say("Nobody hears this", "en", USUAL_VOLUME)
    speaker.beep(USUAL_VOLUME)
    speaker.stop()
    status = speaker.status()
    assert status.state is DeviceState.NO_DEVICE
    assert "espeak-ng" in status.advice


@pytest.mark.parametrize(("script", "told"), [
    ("cat > /dev/null; echo 'error: No such file or directory' >&2", "No such file or directory"),
    ("cat > /dev/null; echo 'Error: The specified espeak-ng voice does not exist.' >&2; exit 1", "voice"),
    ("exit 3", "exit code 3"),
])  # fmt: skip
def test_a_silent_machine_says_so_until_it_speaks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    """Without a sound card espeak-ng complains and ends with 0."""
    held_back(tmp_path, monkeypatch, script)
    speaker = EspeakSpeaker(tmp_path)
    speaker.say("Hello", "en", USUAL_VOLUME)
    speaker.wait(PATIENCE)
    status = speaker.status()
    assert status.state is DeviceState.OFFLINE
    assert told in status.advice
    held_back(tmp_path, monkeypatch, "cat > /dev/null")
    speaker.say("Hello", "en", USUAL_VOLUME)
    speaker.wait(PATIENCE)
    assert speaker.status().state is DeviceState.ONLINE


def test_the_virtual_speaker_keeps_what_was_said() -> None:
    speaker = VirtualSpeaker()
    assert (speaker.last, speaker.headset(), speaker.status().virtual) == ("", False, True)
    speaker.say("नमस्ते", "hi", 5)
    speaker.beep(5)
    speaker.plug(True)
    assert (speaker.last, speaker.said[-1].language, speaker.beeps, speaker.headset()) == ("नमस्ते", "hi", 1, True)
