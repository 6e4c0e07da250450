"""The machine's own sounds: each is heard by what espeak-ng makes of it, and none is like another."""

from __future__ import annotations

import shutil
import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

from atm_app.devices import espeak
from atm_app.devices.espeak import EspeakSpeaker
from atm_app.devices.tones import BEEP, RATE, TONES, Note, seconds_of, write_tones
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.ports import DeviceState
from atm_app.sound_ports import Sound
from atm_app.speech_ports import LOUDEST, SOFTEST, USUAL_VOLUME

PATIENCE = 20.0
HEARD = 300  # of 32767, at the softest
needs_espeak = pytest.mark.skipif(shutil.which(espeak.PROGRAM) is None, reason="espeak-ng is not installed")


def samples(path: Path) -> array[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def written(tmp_path: Path, notes: tuple[Note, ...]) -> array[int]:
    path = tmp_path / "sounds" / "one.wav"
    write_tones(path, notes)
    return samples(path)


def test_every_sound_has_its_notes() -> None:
    assert TONES.keys() == set(Sound)
    assert len({*TONES.values(), BEEP}) == len(Sound) + 1


@pytest.mark.parametrize("sound", Sound)
def test_a_sound_is_short_and_begins_and_ends_in_silence(tmp_path: Path, sound: Sound) -> None:
    found = written(tmp_path, TONES[sound])
    assert len(found) == pytest.approx(seconds_of(TONES[sound]) * RATE, abs=len(TONES[sound]))
    assert len(found) < 0.8 * RATE
    assert abs(found[0]) < 100
    assert abs(found[-1]) < 100


def test_a_touch_is_the_softest_and_the_shortest(tmp_path: Path) -> None:
    heights = {sound: max(written(tmp_path, TONES[sound])) for sound in Sound}
    assert min(heights, key=lambda sound: heights[sound]) is Sound.TOUCH
    assert seconds_of(TONES[Sound.TOUCH]) == min(map(seconds_of, TONES.values()))


@pytest.mark.parametrize("hertz", [392, 880, 1319])
def test_a_note_is_as_high_as_it_says(tmp_path: Path, hertz: int) -> None:
    found = np.array(written(tmp_path, (Note(hertz, 0.5),)))
    strongest = np.argmax(np.abs(np.fft.rfft(found))) * RATE / len(found)
    assert strongest == pytest.approx(hertz, abs=3)


@needs_espeak
@pytest.mark.parametrize("sound", Sound)
def test_every_sound_is_heard_at_every_volume(tmp_path: Path, sound: Sound) -> None:
    heights = []
    for volume in (SOFTEST, USUAL_VOLUME, LOUDEST):
        path = tmp_path / f"{volume}.wav"
        loudspeaker = EspeakSpeaker(tmp_path / "not made yet", wave_file=path, name="loudspeaker")
        loudspeaker.play(sound, volume)
        loudspeaker.wait(PATIENCE)
        assert loudspeaker.status().state is DeviceState.ONLINE
        assert loudspeaker.status().name == "loudspeaker"
        heights.append(max(samples(path)))
    assert heights[0] > HEARD
    assert heights == sorted(set(heights))


def test_a_sound_of_an_earlier_version_is_written_anew(tmp_path: Path) -> None:
    old = tmp_path / f"{Sound.TOUCH}.wav"
    old.write_bytes(b"")
    EspeakSpeaker(tmp_path, wave_file=tmp_path / "heard.wav").play(Sound.TOUCH, USUAL_VOLUME)
    assert max(samples(old)) > 1000


def test_without_the_program_nothing_is_heard_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    loudspeaker = EspeakSpeaker(tmp_path)
    for sound in Sound:
        loudspeaker.play(sound, USUAL_VOLUME)
    loudspeaker.wait(PATIENCE)
    assert loudspeaker.status().state is DeviceState.NO_DEVICE


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("a file where the folder should be")
    loudspeaker = EspeakSpeaker(tmp_path / "sounds")
    loudspeaker.play(Sound.TOUCH, USUAL_VOLUME)
    if shutil.which(espeak.PROGRAM) is not None:
        assert loudspeaker.status().state is DeviceState.OFFLINE


def test_the_virtual_one_keeps_what_was_played() -> None:
    loudspeaker = VirtualSpeaker("loudspeaker")
    loudspeaker.play(Sound.TOUCH, USUAL_VOLUME)
    loudspeaker.play(Sound.FAREWELL, USUAL_VOLUME)
    assert list(loudspeaker.played) == [Sound.TOUCH, Sound.FAREWELL]
    assert (loudspeaker.status().name, loudspeaker.status().virtual) == ("loudspeaker", True)
