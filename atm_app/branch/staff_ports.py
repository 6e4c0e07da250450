"""What the branch keeps of its staff: ports onto the database, and the frozen rows that cross them.

All calls block. Raises StoreUnavailable and KeyProblem throughout. ``session``: 16 bytes, of who does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from atm_app.branch.roles import Role


@dataclass(frozen=True)
class StaffMember:
    """``pseudonym``: 16 bytes that stand for them in the audit. ``must_change``: their password is one that somebody
    else has seen. ``locked_seconds``: until they may try again."""

    staff_id: int
    user_name: str
    pseudonym: bytes
    role: Role
    must_change: bool = False
    has_authenticator: bool = True
    disabled: bool = False
    locked_seconds: int = 0

    @property
    def lockout_id(self) -> int:
        return self.staff_id

    @property
    def ready(self) -> bool:
        """Password and authenticator are their own, and nobody shut the account."""
        return self.has_authenticator and not self.must_change and not self.disabled


@dataclass(frozen=True)
class StaffCredentials:
    """What a sign-in is checked against. ``secret``: of the authenticator in base32, empty while there is none.
    ``old``: made under a master key that is no longer the active one."""

    member: StaffMember
    password_hash: bytes = field(repr=False)
    secret: str = field(default="", repr=False)
    old: bool = False


@dataclass(frozen=True)
class NewStaff:
    """``pseudonym``: 16 bytes, the owner of the hash."""

    user_name: str
    role: Role
    pseudonym: bytes
    password_hash: bytes = field(repr=False)


class StaffAccounts(Protocol):
    def credentials(self, user_name: str) -> StaffCredentials | None: ...
    def get(self, staff_id: int) -> StaffMember | None: ...
    def find(self, user_name: str) -> StaffMember | None: ...
    def all(self) -> tuple[StaffMember, ...]:
        """By user name; shut accounts too."""
        ...

    def create(self, new: NewStaff, session: bytes) -> int:
        """The new account's id. Raises RequestRefused (user_name_taken)."""
        ...

    def create_first(self, new: NewStaff) -> int:
        """Only while nobody has ever finished setting up an account; one that waits for it gets this password. Raises
        RequestRefused (not_the_first)."""
        ...

    def change(self, staff_id: int, role: Role, session: bytes, *, disabled: bool) -> None:
        """Raises RequestRefused (no_such_staff, last_administrator)."""
        ...

    def reset(self, staff_id: int, password_hash: bytes, session: bytes) -> bool:
        """A password to be changed, no authenticator, no lock; false when there is no such account."""
        ...

    def change_password(self, staff_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        """Chosen by its owner. False when ``old`` is no longer the hash in force."""
        ...

    def renew(self, credentials: StaffCredentials, password_hash: bytes, session: bytes) -> None:
        """The same secrets under the master key now active."""
        ...

    def set_authenticator(self, member: StaffMember, secret: str, step: int, session: bytes) -> bool:
        """``step``: the latest that was used. False when there is one already, or the password is not theirs yet."""
        ...

    def use_step(self, staff_id: int, step: int) -> bool:
        """False when this step, or a later one, was used before."""
        ...


@dataclass(frozen=True)
class Signature:
    """``key_id``: of the master key its MAC was made under. ``approver``: the second person's pseudonym, ``role``: the
    one they have now."""

    key_id: str
    approver: bytes
    role: Role


class ApprovalStore(Protocol):
    """What second people signed, as MACs."""

    def grant(
        self, key_id: str, binding: bytes, asked_by: int, approved_by: int, seconds: int, deed: str, session: bytes
    ) -> int:
        """The approval's id. ``binding``: 32 bytes."""
        ...

    def signature(self, approval_id: int) -> Signature | None: ...

    def use(self, approval_id: int, binding: bytes, asked_by: int, request_id: bytes) -> bool:
        """Once, in time, for one request of 16 bytes; the same request again is no second use."""
        ...
