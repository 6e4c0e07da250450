"""Which sound comes with what the screen shows. None is the only sign of anything, and none says what was typed."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.ports import Clock, Timer
from atm_app.sign_up_views import Joined
from atm_app.sound_ports import Sound
from atm_app.views import Farewell, Locked, MoreTime, ReceiptOffer, Shown, TakeCash, View
from gui.words import NOTES

# A screen that comes up with it.
SCREENS: dict[type[View], Sound] = {
    TakeCash: Sound.TAKE_CASH,
    ReceiptOffer: Sound.ACCEPTED,
    Joined: Sound.ACCEPTED,
    MoreTime: Sound.ATTENTION,
    Locked: Sound.ATTENTION,
    Farewell: Sound.FAREWELL,
}
# What a note on the screen says; all others want to be read.
NOTED: dict[str, Sound] = {
    **dict.fromkeys(NOTES, Sound.ATTENTION),
    **dict.fromkeys(
        ("pin_changed", "authenticator_set", "authenticator_removed", "emergency_pin_set", "consent_withdrawn",
         "limits_kept", "receipt_mailed", "receipt_printed", "signed_up"),
        Sound.ACCEPTED,
    ),
    "cancelled": Sound.FAREWELL,
}  # fmt: skip
# Heard until the notes are taken.
REPEATED_SECONDS: dict[type[View], float] = {TakeCash: 2.5}

Play = Callable[[Sound], None]


class Sounds:
    """``play`` returns at once. Who is guided by the voice hears nothing else: it says all of this, and no sound is to
    talk over it."""

    def __init__(self, play: Play, clock: Clock) -> None:
        self._play = play
        self._clock = clock
        self._before: Shown | None = None
        self._timer: Timer | None = None

    def touched(self) -> None:
        """A key or a button, whichever."""
        if self._before is not None and self._before.guidance is None:
            self._play(Sound.TOUCH)

    def follow(self, shown: Shown) -> None:
        """Called with every picture of the machine."""
        before, self._before = self._before, shown
        entered = before is None or type(before.view) is not type(shown.view)
        if entered or shown.guidance is not None:
            self.stop()
        if shown.guidance is not None:
            return
        sound = _sound_of(before, shown)
        if sound is not None:
            self._play(sound)
        if entered and type(shown.view) in REPEATED_SECONDS:
            self._repeat(SCREENS[type(shown.view)], REPEATED_SECONDS[type(shown.view)])

    def stop(self) -> None:
        """Repeat nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _repeat(self, sound: Sound, seconds: float) -> None:
        def again() -> None:
            self._play(sound)
            self._timer = self._clock.call_later(seconds, again)

        self._timer = self._clock.call_later(seconds, again)


def _sound_of(before: Shown | None, shown: Shown) -> Sound | None:
    """A note says more than its screen, and both more than one step done."""
    view = shown.view
    entered = before is None or type(before.view) is not type(view)
    noted = entered or before is None or before.view.note != view.note
    if noted and view.note in NOTED:
        return NOTED[view.note]
    if entered and type(view) in SCREENS:
        return SCREENS[type(view)]
    return Sound.ACCEPTED if before is not None and shown.passed > before.passed else None
