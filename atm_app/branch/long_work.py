"""What takes long at the console: told while it goes on, and stopped by whoever asked for it."""

from __future__ import annotations

from atm_app.ports import Cancellation, Cancelled


class LongWork:
    """``done`` of ``total`` (0: not known), in the unit of what is done. Written by the thread that works, read by the
    one that shows it: both are whole numbers, which are replaced and never half-written."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._cancellation = Cancellation()

    @property
    def cancelled(self) -> bool:
        """Whether it is no longer wanted."""
        return self._cancellation.cancelled

    def step(self, count: int) -> None:
        """So much more is done. Raises Cancelled once it is no longer wanted."""
        self.done += count
        if self.cancelled:
            raise Cancelled

    def cancel(self) -> None:
        self._cancellation.cancel()
