"""What a visit leaves in memory: objects that refer to one another (a screen and its callbacks, an error and its
frames) stay, with all they hold of the customer, until Python looks for such rings. It is made to look when the visit
is over and nobody touches the machine: while one is under way a search would hold up the screen."""

from __future__ import annotations

import gc

from atm_app.desk import ENDINGS
from atm_app.ports import Clock, Timer
from atm_app.views import Shown

# Long enough for the screen to be painted and the last answers of the visit to come in.
SETTLE_SECONDS = 0.5


class Leftovers:
    """Told of every picture by ``follow``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: Timer | None = None
        self._before = ""
        self._is_settled = False

    def follow(self, shown: Shown) -> None:
        state, self._before = self._before, shown.state
        if shown.state == state:
            return
        self.stop()
        if shown.state == "welcome" or shown.state in ENDINGS:
            self._timer = self._clock.call_later(SETTLE_SECONDS, self._clear)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _clear(self) -> None:
        gc.collect()
        if not self._is_settled:
            # What the machine has when it is ready it keeps: looking through it took 0.3 s of each search.
            gc.freeze()
            self._is_settled = True
