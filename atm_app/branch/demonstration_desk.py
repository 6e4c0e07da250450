"""The administrator's desk for a machine that demonstrates itself: its drawn customers and virtual cassettes as they
began. What it may touch is for the port to say, which refuses wherever anything real or anybody else is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession


@dataclass(frozen=True)
class DemonstrationStep:
    """``who``: a customer of the demonstration or the cassettes. ``what``: is or was done about them."""

    who: str
    what: str


class DemonstrationKeeper(Protocol):
    """Raises CareProblem where this is no machine for demonstrations, and StoreUnavailable."""

    def look_at(self) -> Sequence[DemonstrationStep]:
        """What is not as it began; nothing is changed."""
        ...

    def renew(self, done_by: bytes) -> Sequence[DemonstrationStep]:
        """What was done, or why not. ``done_by``: the pseudonym of who asks."""
        ...


@dataclass(frozen=True)
class DemonstrationDesk:
    permissions: Permissions
    keeper: DemonstrationKeeper

    def look_at(self, session: StaffSession) -> Sequence[DemonstrationStep]:
        with self.permissions.deed(session, Deed.RENEW_DEMONSTRATION):
            return self.keeper.look_at()

    def renew(self, session: StaffSession) -> Sequence[DemonstrationStep]:
        with self.permissions.deed(session, Deed.RENEW_DEMONSTRATION):
            return self.keeper.renew(session.member.pseudonym)
