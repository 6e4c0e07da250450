"""Accounts of staff, their lockout, and what a second person signed. Staff role only."""

from __future__ import annotations

import json
from collections.abc import Sequence

from atm_app.branch.roles import Role
from atm_app.branch.staff_ports import NewStaff, Signature, StaffCredentials, StaffMember
from atm_app.stores import AttemptVerdict, Factor, RequestRefused
from atm_app.trust.vault import Vault
from db.connection import Database, Row
from db.identity import verdict_of

AUTHENTICATOR = "staff_authenticator"
# Names nobody has are counted apart from customers' numbers.
INVENTED = "staff"


class StaffRows:
    """The secret of an authenticator is sealed under a key of its own purpose, bound to its owner; staff have no data
    key. ``chain``: of the audit."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._vault = vault
        self._chain = chain

    def credentials(self, user_name: str) -> StaffCredentials | None:
        row = self._database.row("staff_by_user_name", user_name=user_name)
        if row is None:
            return None
        member, known = _member(row), bytes(row["hash"])
        secret = self._opened(row, member)
        old = self._vault.pin_hash_is_old(known) or (bool(secret) and row["key_id"] != self._vault.key_id)
        return StaffCredentials(member, known, secret, old)

    def get(self, staff_id: int) -> StaffMember | None:
        row = self._database.row("staff_by_id", staff=staff_id)
        return _member(row) if row else None

    def find(self, user_name: str) -> StaffMember | None:
        row = self._database.row("staff_by_user_name", user_name=user_name)
        return _member(row) if row else None

    def all(self) -> tuple[StaffMember, ...]:
        return tuple(map(_member, self._database.rows("all_staff")))

    # --- by an administrator -----------------------------------------------------------------------------------------

    def create(self, new: NewStaff, session: bytes) -> int:
        return self._create(new, session, first=False)

    def create_first(self, new: NewStaff) -> int:
        return self._create(new, b"", first=True)

    def _create(self, new: NewStaff, session: bytes, *, first: bool) -> int:
        """Not repeated after a lost answer: the password of the one that was made is known to nobody then."""
        row = self._database.once(
            "create_staff",
            user_name=new.user_name, pseudonym=new.pseudonym, role=new.role.value, hash=new.password_hash, first=first,
            chain=self._chain, session=session,
        )  # fmt: skip
        if row["reason"]:
            raise RequestRefused(row["reason"])
        return int(row["staff_id"])

    def change(self, staff_id: int, role: Role, session: bytes, *, disabled: bool) -> None:
        row = self._database.row(
            "change_staff", staff=staff_id, role=role.value, disabled=disabled, chain=self._chain, session=session
        )
        assert row is not None, "change_staff always answers"
        if row["reason"]:
            raise RequestRefused(row["reason"])

    def reset(self, staff_id: int, password_hash: bytes, session: bytes) -> bool:
        row = self._database.row(
            "reset_staff", staff=staff_id, hash=password_hash, chain=self._chain, session=session
        )  # fmt: skip
        return row is not None and bool(row["done"])

    # --- by their owner ----------------------------------------------------------------------------------------------

    def change_password(self, staff_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        row = self._database.row(
            "change_staff_password", staff=staff_id, old=old, new=new, chain=self._chain, session=session
        )
        return row is not None and bool(row["done"])

    def renew(self, credentials: StaffCredentials, password_hash: bytes, session: bytes) -> None:
        member, key_id = credentials.member, self._vault.key_id
        sealed = self._sealed(member, credentials.secret, key_id) if credentials.secret else None
        self._database.rows(
            "renew_staff_secrets",
            staff=member.staff_id, old=credentials.password_hash, new=password_hash, key_id=key_id, sealed=sealed,
            chain=self._chain, session=session,
        )  # fmt: skip

    def set_authenticator(self, member: StaffMember, secret: str, step: int, session: bytes) -> bool:
        key_id = self._vault.key_id
        row = self._database.row(
            "set_staff_authenticator",
            staff=member.staff_id, key_id=key_id, sealed=self._sealed(member, secret, key_id), step=step,
            chain=self._chain, session=session,
        )  # fmt: skip
        return row is not None and bool(row["done"])

    def use_step(self, staff_id: int, step: int) -> bool:
        """Not repeated after a lost answer: the lost call may have used the step, which counts as a wrong code."""
        return bool(self._database.once("use_staff_step", staff=staff_id, step=step)["done"])

    def _sealed(self, member: StaffMember, secret: str, key_id: str) -> bytes:
        key = self._vault.derive(AUTHENTICATOR, key_id)
        return self._vault.seal(key, secret.encode(), member.pseudonym, AUTHENTICATOR)

    def _opened(self, row: Row, member: StaffMember) -> str:
        if not member.has_authenticator:
            return ""
        key = self._vault.derive(AUTHENTICATOR, row["key_id"])
        return self._vault.open(key, bytes(row["sealed"]), member.pseudonym, AUTHENTICATOR).decode()


def _member(row: Row) -> StaffMember:
    return StaffMember(
        row["id"], row["user_name"], bytes(row["pseudonym"]), Role(row["role"]),
        must_change=bool(row["must_change"]), has_authenticator=row["sealed"] is not None,
        disabled=bool(row["disabled"]), locked_seconds=int(row["locked_seconds"]),
    )  # fmt: skip


class StaffLockoutRows:
    """``Lockouts`` for accounts of staff: one row of failures for password and code together, whatever the factor. A
    lost answer of ``begin`` leaves the attempt counted: the safe side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, holder: int, /, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        row = self._database.once("begin_staff_attempt", staff=holder, limit_=limit, delays=json.dumps(list(delays)))
        return verdict_of(row)

    def begin_invented(self, token: bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        row = self._database.once(
            "begin_invented_attempt", token=token, factor=INVENTED, limit_=limit, delays=json.dumps(list(delays))
        )
        return verdict_of(row)

    def succeeded(self, holder: int, /, factor: Factor) -> None:
        self._database.rows("staff_attempt_succeeded", staff=holder)

    def locked_seconds(self, holder: int, /) -> int:
        row = self._database.row("staff_by_id", staff=holder)
        return int(row["locked_seconds"]) if row else 0


class ApprovalRows:
    """``chain``: of the audit."""

    def __init__(self, database: Database, chain: str) -> None:
        self._database = database
        self._chain = chain

    def grant(
        self, key_id: str, binding: bytes, asked_by: int, approved_by: int, seconds: int, deed: str, session: bytes
    ) -> int:
        row = self._database.once(
            "grant_approval",
            key_id=key_id, binding=binding, asked_by=asked_by, approved_by=approved_by, seconds=seconds, deed=deed,
            chain=self._chain, session=session,
        )  # fmt: skip
        return int(row["approval"])

    def signature(self, approval_id: int) -> Signature | None:
        row = self._database.row("approval_of", approval=approval_id)
        return Signature(row["key_id"], bytes(row["approver"]), Role(row["role"])) if row else None

    def use(self, approval_id: int, binding: bytes, asked_by: int, request_id: bytes) -> bool:
        row = self._database.row(
            "use_approval", approval=approval_id, binding=binding, asked_by=asked_by, request=request_id
        )
        return row is not None and bool(row["done"])
