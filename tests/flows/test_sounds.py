"""What is heard in a visit: the loudspeaker beside the real controller and its flow."""

from __future__ import annotations

import pytest

from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.sound_ports import Sound
from atm_app.views import View
from gui.sounds import NOTED, REPEATED_SECONDS, SCREENS, Sounds
from gui.words import NOTES
from tests.flows.steps import PIN, cardless_to_menu, to_another, to_menu, to_pin, to_take_cash
from tests.world import World

VOLUME = 5


class Listener:
    """Somebody who stands before the machine and hears it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.loudspeaker = VirtualSpeaker("loudspeaker")
        self.sounds = Sounds(lambda sound: self.loudspeaker.play(sound, VOLUME), world.clock)
        self._followed = 0
        self.hear()

    def hear(self) -> list[Sound]:
        """What was played since the last time."""
        for shown in self.world.shown[self._followed :]:
            self.sounds.follow(shown)
        self._followed = len(self.world.shown)
        heard = list(self.loudspeaker.played)
        self.loudspeaker.played.clear()
        return heard

    def touch(self, name: str, value: str = "") -> list[Sound]:
        self.sounds.touched()
        self.world.touch(name, value)
        return self.hear()


@pytest.fixture
def listener(world: World) -> Listener:
    return Listener(world)


def test_a_welcome_screen_is_silent(listener: Listener) -> None:
    listener.world.wait(600)
    assert listener.hear() == []


def test_every_digit_of_a_pin_sounds_alike(listener: Listener) -> None:
    to_pin(listener.world)
    listener.hear()
    heard = [tuple(listener.touch("digit", digit)) for digit in "0123"]
    heard.append(tuple(listener.touch("erase")))
    assert set(heard) == {(Sound.TOUCH,)}


def test_what_was_right_and_what_was_not(listener: Listener) -> None:
    world = listener.world
    to_pin(world)
    listener.hear()
    world.type("9182" if PIN != "9182" else "9183")
    listener.hear()
    assert listener.touch("enter") == [Sound.TOUCH, Sound.ATTENTION]
    world.controller.repaint()
    assert listener.hear() == [], "once for a note, however often its screen is painted"
    world.type(PIN)
    listener.hear()
    assert listener.touch("enter") == [Sound.TOUCH, Sound.ACCEPTED]


def test_notes_are_asked_for_until_they_are_taken(listener: Listener) -> None:
    world = listener.world
    to_take_cash(world)
    assert listener.hear()[-1] is Sound.TAKE_CASH
    every = REPEATED_SECONDS[type(world.view)]
    world.wait(every * 3)
    assert listener.hear() == [Sound.TAKE_CASH] * 3
    world.dispenser.changed = lambda: None
    world.workers.held.clear()
    world.dispenser.take()
    world.settle()
    assert world.state == "receipt"
    assert listener.hear() == [Sound.ACCEPTED]
    world.wait(every * 3)
    assert listener.hear() == []


def test_the_end_of_a_visit(listener: Listener) -> None:
    to_another(listener.world)
    listener.hear()
    assert listener.touch("done") == [Sound.TOUCH, Sound.FAREWELL]


def test_the_question_for_more_time_and_the_end_without_an_answer(listener: Listener) -> None:
    world = listener.world
    to_menu(world)
    listener.hear()
    world.wait(world.settings.times.idle + 0.1)
    assert listener.hear() == [Sound.ATTENTION]
    world.wait(world.settings.times.more_time + 0.1)
    assert listener.hear() == [Sound.ATTENTION], "why it ended stands on the screen"


def test_who_listens_to_the_voice_hears_nothing_else(listener: Listener) -> None:
    world = listener.world
    world.touch("guide", "move")
    listener.hear()
    to_take_cash(world)
    listener.sounds.touched()
    world.wait(20)
    assert listener.hear() == []
    world.dispenser.changed = lambda: None
    world.workers.held.clear()
    world.dispenser.take()
    world.settle()


def test_a_voice_that_begins_ends_the_sounds(listener: Listener) -> None:
    """A headset is put in while the notes lie there."""
    world = listener.world
    to_take_cash(world)
    listener.hear()
    world.speaker.plug(True)
    world.wait(1.0)
    world.settle()
    listener.hear()
    world.wait(10.0)
    assert listener.hear() == []
    world.dispenser.changed = lambda: None
    world.workers.held.clear()
    world.dispenser.take()
    world.settle()


def test_each_step_of_signing_in_is_accepted(listener: Listener) -> None:
    """Face, finger, code."""
    cardless_to_menu(listener.world)
    assert listener.hear() == [Sound.ACCEPTED] * 3


def test_the_tables_know_every_note_and_only_views() -> None:
    assert NOTED.keys() == NOTES.keys()
    assert set(SCREENS.values()) | set(NOTED.values()) | {Sound.TOUCH} == set(Sound), "each is heard somewhere"
    assert all(issubclass(view, View) for view in SCREENS)
    assert REPEATED_SECONDS.keys() <= SCREENS.keys()
