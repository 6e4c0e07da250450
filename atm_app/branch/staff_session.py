"""Who is signed in at the console, and since when they have done nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from atm_app.branch.staff_ports import StaffMember


@dataclass
class StaffSession:
    """From the sign-in to the sign-out. ``token``: 16 bytes that stand for it in the audit. ``touched``: monotonic
    seconds of the latest activity. ``offered``: the secret of an authenticator that has not shown a code yet."""

    token: bytes
    member: StaffMember
    touched: float
    locked: bool = False
    ended: bool = False
    offered: str = field(default="", repr=False)

    def idle(self, now: float, idle_seconds: float) -> bool:
        return now - self.touched > idle_seconds

    def touch(self, now: float, idle_seconds: float) -> None:
        """Something is done now. What comes after too long a pause finds the session locked."""
        if self.idle(now, idle_seconds):
            self.locked = True
        if not self.locked:
            self.touched = now

    def unlocked(self, now: float) -> None:
        self.locked = False
        self.touched = now

    def end(self) -> None:
        """Signed out; nothing is done in it any more."""
        self.ended = True
        self.offered = ""
