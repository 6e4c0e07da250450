"""Notices somebody who stands close behind the customer; looks only while money or secrets are on the screen."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.onlooker_ports import Onlooker, OnlookerCamera
from atm_app.ports import Clock, Timer, Work, Workers
from atm_app.sign_up_views import FirstPassword, Question
from atm_app.views import (
    Amount,
    Authenticator,
    Balance,
    ChooseAccount,
    ChooseNotes,
    ChoosePayee,
    Confirm,
    InsertNotes,
    NewPin,
    OneTimeCode,
    OwnAccount,
    OwnLimits,
    Password,
    PayeeNumber,
    Pin,
    ReceiptOffer,
    Statement,
    View,
)

# What is for the customer's eyes alone. Not there: screens on which the camera works already, and those of notes that
# are to be taken, from which nothing is to take the eye away.
PRIVATE = (
    Pin, Password, OneTimeCode, NewPin, Authenticator, ChooseAccount, Amount, Confirm, ChooseNotes, InsertNotes,
    ReceiptOffer, Balance, Statement, ChoosePayee, PayeeNumber, OwnAccount, OwnLimits, FirstPassword, Question,
)  # fmt: skip
LOOK_SECONDS = 1.0
# Who walks past is not meant, and who turns their head for a moment has not gone.
STAY_SECONDS = 2.0
# Of the picture's width. The customer's own face at half a metre takes a quarter of it and more; this is an eighth,
# about a metre.
NEAR_SHARE = 0.125
# The customer, and one more.
CROWD = 2


class OnlookerWatch:
    """``camera``: None where the bank does not want it. ``changed`` is called when ``seen`` is another. Everything
    happens on the controller's thread, but for the looks themselves."""

    def __init__(
        self, camera: OnlookerCamera | None, clock: Clock, workers: Workers, changed: Callable[[], None]
    ) -> None:
        self._camera = camera
        self._clock = clock
        self._workers = workers
        self._changed = changed
        self.seen = Onlooker.NOBODY
        self._watching = False
        self._allowed = False
        self._round = 0
        self._other_since: float | None = None
        self._timer: Timer | None = None

    def follow(self, view: View) -> None:
        """This is shown now."""
        private = isinstance(view, PRIVATE) and not self._allowed
        if self._camera is None or private == self._watching:
            return
        self._watching = private
        if private:
            self._look_later()
        else:
            self._stop()

    def hide(self) -> None:
        """Cover the screen until it is touched."""
        if self.seen is Onlooker.NEAR:
            self._see(Onlooker.HIDDEN)

    def show(self) -> None:
        """The customer wants to see it again."""
        if self.seen is Onlooker.HIDDEN:
            self._see(Onlooker.NOBODY)

    def allow(self) -> None:
        """Whoever stands there may: nobody is looked for any more in this visit."""
        if self.seen is Onlooker.NEAR:
            self._allowed = True
            self._stop()
            self._changed()

    def forget(self) -> None:
        """The visit is over."""
        self._allowed = self._watching = False
        self._stop()

    # --- looking -----------------------------------------------------------------------------------------------------

    def _look_later(self) -> None:
        self._timer = self._clock.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        camera, number = self._camera, self._round
        assert camera is not None
        self._workers.submit(
            Work.ONLOOKERS, camera.faces, lambda faces: self._take(faces, number), lambda _: self._take((), number)
        )

    def _take(self, faces: tuple[float, ...], number: int) -> None:
        """One look's answer; that of a screen which is gone says nothing of this one."""
        if number != self._round:
            return
        self._look_later()
        near, now = sum(share >= NEAR_SHARE for share in faces) >= CROWD, self._clock.monotonic()
        if self.seen is Onlooker.HIDDEN or near == (self.seen is Onlooker.NEAR):
            self._other_since = None
            return
        if self._other_since is None:
            self._other_since = now
        if now - self._other_since >= STAY_SECONDS:
            self._see(Onlooker.NEAR if near else Onlooker.NOBODY)

    def _see(self, seen: Onlooker) -> None:
        self.seen, self._other_since = seen, None
        self._changed()

    def _stop(self) -> None:
        self._round += 1
        self.seen, self._other_since = Onlooker.NOBODY, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
