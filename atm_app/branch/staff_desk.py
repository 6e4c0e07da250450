"""The administrator's desk: accounts of staff. There is always an administrator left; nobody resets themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_ports import NewStaff, StaffAccounts, StaffMember
from atm_app.branch.staff_session import StaffSession
from atm_app.ports import Random
from atm_app.stores import RequestRefused
from atm_app.trust.vault import Vault, normalised

FIRST_ADMINISTRATOR = "administrator"
USER_NAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
# Letters and digits that are not taken for each other; 16 of 31 are 79 bits.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet
PASSWORD_GROUPS, GROUP_LETTERS = 4, 4
PSEUDONYM_BYTES = 16


@dataclass(frozen=True)
class HandedOut:
    """An account as its owner gets it. ``password``: shown this once, to be changed at the first sign-in."""

    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class StaffDesk:
    """Raises NotAllowed, RequestRefused and StoreUnavailable throughout."""

    permissions: Permissions
    staff: StaffAccounts
    vault: Vault
    random: Random

    def create_first_administrator(self) -> HandedOut:
        """For a machine's first start: nobody is signed in, and nobody can be. Raises RequestRefused (not_the_first)
        once anybody has finished setting up an account."""
        pseudonym, password = self.random.token_bytes(PSEUDONYM_BYTES), self._drawn_password()
        pin_hash = self.vault.pin_hash(password, pseudonym)
        try:
            self.staff.create_first(NewStaff(FIRST_ADMINISTRATOR, Role.ADMINISTRATOR, pseudonym, pin_hash))
        finally:
            self.permissions.seal()
        return HandedOut(FIRST_ADMINISTRATOR, password)

    def list(self, session: StaffSession) -> tuple[StaffMember, ...]:
        with self.permissions.deed(session, Deed.LIST_STAFF):
            return self.staff.all()

    def add(self, session: StaffSession, user_name: str, role: Role) -> HandedOut:
        """Raises RequestRefused: user_name_malformed, user_name_taken."""
        with self.permissions.deed(session, Deed.ADD_STAFF, added=role.value) as record:
            name = normalised(user_name)
            if not USER_NAME.fullmatch(name):
                raise RequestRefused("user_name_malformed")
            pseudonym, password = self.random.token_bytes(PSEUDONYM_BYTES), self._drawn_password()
            record.subject = pseudonym
            self.staff.create(
                NewStaff(name, role, pseudonym, self.vault.pin_hash(password, pseudonym)), session.token
            )  # fmt: skip
            return HandedOut(name, password)

    def change_role(self, session: StaffSession, user_name: str, role: Role) -> None:
        """Raises RequestRefused: no_such_staff, last_administrator."""
        with self.permissions.deed(session, Deed.CHANGE_STAFF, to=role.value) as record:
            member = self._member(user_name)
            record.subject = member.pseudonym
            self.staff.change(member.staff_id, role, session.token, disabled=member.disabled)

    def disable(self, session: StaffSession, user_name: str) -> None:
        """From the next thing they do on. Raises RequestRefused: no_such_staff, last_administrator."""
        self._set_disabled(session, user_name, disabled=True)

    def enable(self, session: StaffSession, user_name: str) -> None:
        self._set_disabled(session, user_name, disabled=False)

    def _set_disabled(self, session: StaffSession, user_name: str, *, disabled: bool) -> None:
        with self.permissions.deed(session, Deed.CHANGE_STAFF, disabled=int(disabled)) as record:
            member = self._member(user_name)
            record.subject = member.pseudonym
            self.staff.change(member.staff_id, member.role, session.token, disabled=disabled)

    def reset(self, session: StaffSession, user_name: str) -> HandedOut:
        """For a colleague who lost password or authenticator. Raises RequestRefused: no_such_staff, oneself."""
        with self.permissions.deed(session, Deed.RESET_STAFF) as record:
            member = self._member(user_name)
            record.subject = member.pseudonym
            if member.staff_id == session.member.staff_id:
                raise RequestRefused("oneself")
            password = self._drawn_password()
            self.staff.reset(member.staff_id, self.vault.pin_hash(password, member.pseudonym), session.token)
            return HandedOut(member.user_name, password)

    def _member(self, user_name: str) -> StaffMember:
        member = self.staff.find(normalised(user_name))
        if member is None:
            raise RequestRefused("no_such_staff")
        return member

    def _drawn_password(self) -> str:
        groups = (
            "".join(PASSWORD_LETTERS[self.random.randbelow(len(PASSWORD_LETTERS))] for _ in range(GROUP_LETTERS))
            for _ in range(PASSWORD_GROUPS)
        )
        return "-".join(groups)
