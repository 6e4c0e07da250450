"""Care for the glass: a picture that stands for hours leaves its shadow on many panels, so that a welcome screen which
nobody touches moves by a few pixels every minute, round a small loop."""

from __future__ import annotations

import math
from collections.abc import Callable

from atm_app.ports import Clock, Timer
from atm_app.views import Shown
from gui.window import KioskWindow

STEP_SECONDS = 60.0
STEPS = 8  # of one round
RADIUS = 6  # design pixels: wider than the thinnest stroke of a letter, narrower than any margin
LOOP = tuple(
    (math.cos(2 * math.pi * step / STEPS), math.sin(2 * math.pi * step / STEPS)) for step in range(STEPS)
)  # fmt: skip

Move = Callable[[int, int], None]


class BurnInCare:
    """``move`` is told how far the picture is to stand to the right and below its place, pixels of the design.
    ``after``: seconds until a welcome screen counts as left alone. Whoever touches it finds it where they see it; it
    is back in its place with the next screen."""

    def __init__(self, clock: Clock, after: float, move: Move) -> None:
        self._clock = clock
        self._after = after
        self._move = move
        self._timer: Timer | None = None
        self._step = 0
        self._moved = False
        self._idle = False

    def follow(self, shown: Shown) -> None:
        """Called with every picture of the machine."""
        idle = shown.state == "welcome"
        if idle and not self._idle:
            self._rest()
        elif not idle:
            self._stop()
            if self._moved:
                self._moved = False
                self._move(0, 0)
        self._idle = idle

    def touched(self) -> None:
        """Somebody is there."""
        if self._idle:
            self._rest()

    def anew(self) -> None:
        """The window has been laid out anew, in its place."""
        self._moved = False

    def _rest(self) -> None:
        self._stop()
        self._timer = self._clock.call_later(self._after, self._go_on)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_on(self) -> None:
        """One step. The loop goes on where it stopped, so that no place has more than its share."""
        right, down = LOOP[self._step]
        self._step = (self._step + 1) % STEPS
        self._moved = True
        self._move(round(RADIUS * right), round(RADIUS * down))
        self._timer = self._clock.call_later(STEP_SECONDS, self._go_on)


def move(window: KioskWindow, right: int, down: int) -> None:
    """Header, body and footer to the right and below their places, design pixels, at most RADIUS either way. They reach
    as far over the window's edges as they move, so that no stripe of another colour shows; what stands in them has
    wider margins than that."""
    scale = window.scale
    room = scale.offset(RADIUS) if (right, down) != (0, 0) else 0
    x, y = scale.offset(right) - room, scale.offset(down)
    header, top, footer = scale(scale.stage.header), scale(scale.stage.body_top), scale(scale.stage.footer)
    head, body, foot = window.parts
    head.place_configure(x=x, y=y - room, width=2 * room, height=header + room)
    body.place_configure(x=x, y=top + y, width=2 * room)
    foot.place_configure(x=x, width=2 * room, height=footer - y)
