"""A branch on the real database: its console, people of every role, and the time that passes between their codes."""

from __future__ import annotations

import itertools
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

import pyotp

from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.branch.roles import Role
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_ports import NewStaff, StaffMember
from atm_app.branch.staff_session import StaffSession
from atm_app.config import PolicySettings, Settings
from atm_app.identity.authenticator_app import STEP_SECONDS
from commands.branch_wiring import console_of
from db.storage import Storage
from tests.branch.lent import ScriptedMachine
from tests.db.bank import administrator, ask, tables_of
from tests.scripted import NamedPalms
from tests.world import THRESHOLD, HandClock, World

PASSWORD = "brown lamp 7 river"
HANDED_OUT = b"k1$handed-out"
NOBODY = bytes(16)
# A policy no other test signs in by: its limits may be changed.
POLICY = "of-the-branch"
# What writing an audit row writes.
AUDIT_TABLES = frozenset({"audit", "audit_seal", "audit_head"})

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    member: StaffMember
    secret: str

    @property
    def name(self) -> str:
        return self.member.user_name


class People:
    """Who works at a branch. ``clock``: of their authenticators."""

    def __init__(self, storage: Storage, clock: HandClock) -> None:
        self.storage, self.clock = storage, clock

    def newcomer(self, role: Role) -> Person:
        """Somebody with a password that was handed out to them, and no authenticator."""
        staff, vault = self.storage.staff_accounts, self.storage.vault
        name, pseudonym = f"{role}.{next(_numbers)}.{secrets.token_hex(4)}", secrets.token_bytes(16)
        staff.create(NewStaff(name, role, pseudonym, vault.pin_hash(PASSWORD, pseudonym)), NOBODY)
        member = staff.find(name)
        assert member is not None
        return Person(member, "")

    def person(self, role: Role) -> Person:
        """Somebody who has set up their account."""
        staff, vault = self.storage.staff_accounts, self.storage.vault
        name, pseudonym = f"{role}.{next(_numbers)}.{secrets.token_hex(4)}", secrets.token_bytes(16)
        staff_id = staff.create(NewStaff(name, role, pseudonym, HANDED_OUT), NOBODY)
        assert staff.change_password(staff_id, HANDED_OUT, vault.pin_hash(PASSWORD, pseudonym), NOBODY)
        secret, member = pyotp.random_base32(), staff.get(staff_id)
        assert member is not None
        assert staff.set_authenticator(member, secret, 0, NOBODY)
        member = staff.get(staff_id)
        assert member is not None
        return Person(member, secret)

    def code(self, person: Person) -> str:
        """The next one: each is good once."""
        self.clock.seconds += STEP_SECONDS
        return self.code_now(person)

    def code_now(self, person: Person) -> str:
        return pyotp.TOTP(person.secret).at(self.clock.now())


class Branch(People):
    """``world``: the machine the console stands beside."""

    def __init__(self, world: World, **changes: Any) -> None:
        super().__init__(world.storage, world.clock)
        self.world = world
        own = {POLICY: PolicySettings(steps=("pin", "one_time_code"))}
        self.settings = Settings(**{**world.settings.model_dump(), "policies": own, **changes})
        self.admin = administrator(world.storage.folder)
        self.lent = ScriptedMachine(world)
        self.console = console_of(
            self.storage, self.settings, self.clock, self.lent, self.storage.folder.root / "atm.toml"
        )  # fmt: skip
        made = self.console.enrolment
        recognition = replace(made.recognition, palms=NamedPalms(), finger_threshold=lambda _: THRESHOLD)
        self.enrolment = self.console.enrolment = replace(made, recognition=recognition)

    def restarted(self) -> Branch:
        """The console of another process."""
        return Branch(self.world)

    # --- who is there ------------------------------------------------------------------------------------------------

    def sign_in(self, person: Person, password: str = PASSWORD, code: str | None = None) -> StaffSession | None:
        return self.console.sign_in.sign_in(person.name, password, self.code(person) if code is None else code)

    def session(self, person: Person) -> StaffSession:
        """Somebody who has just signed in; that they can is tested elsewhere."""
        return StaffSession(secrets.token_bytes(16), person.member, self.clock.monotonic())

    def sign(self, session: StaffSession, action: Action, person: Person) -> Approval | None:
        return self.console.second_person.sign(session, action, person.name, PASSWORD, self.code(person))

    # --- what is in the database -------------------------------------------------------------------------------------

    def last_audit(self) -> int:
        return int(ask(self.admin, "SELECT COALESCE(MAX(id), 0) FROM audit")[0][0])

    def audit_after(self, last: int) -> list[dict[str, Any]]:
        rows = ask(
            self.admin, "SELECT chain, event, outcome, session, subject, details FROM audit WHERE id > %s ORDER BY id",
            (last,),
        )  # fmt: skip
        return [
            {"chain": chain, "event": event, "outcome": outcome, "session": bytes(session), "subject": bytes(subject),
             **json.loads(details)}
            for chain, event, outcome, session, subject, details in rows
        ]  # fmt: skip

    def content(self) -> dict[str, int]:
        """A checksum of every table but the audit's."""
        tables = sorted(set(tables_of(self.admin)) - AUDIT_TABLES)
        sums = ask(self.admin, f"CHECKSUM TABLE {', '.join(tables)}")
        return {str(name).partition(".")[2]: int(checksum) for name, checksum in sums}

    def close(self) -> None:
        self.admin.close()


def refusal_of(branch: Branch, session: StaffSession) -> Refusal | None:
    """Why this person may do nothing now, asked with a deed that changes nothing."""
    try:
        branch.console.staff.list(session)
    except NotAllowed as refused:
        return refused.refusal
    return None
