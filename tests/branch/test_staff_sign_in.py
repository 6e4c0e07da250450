"""Signing in at the console on the real database: one answer whatever is wrong, a lock that outlives a restart, and a
pause after which the password is wanted again."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from atm_app.branch.permissions import Refusal
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.trust.vault import Vault
from commands.branch_wiring import console_of
from db.connection import Database
from tests.branch.people import PASSWORD, Branch, Person, refusal_of
from tests.db.bank import Bank, ask, together

WRONG = "another lamp 8 river"
LOCKS_AFTER = 3


def lift(branch: Branch, person: Person) -> None:
    branch.storage.staff_lockouts.succeeded(person.member.staff_id, None)  # type: ignore[arg-type]


def outcomes(branch: Branch, last: int, event: str = "staff_sign_in") -> list[str]:
    return [row["outcome"] for row in branch.audit_after(last) if row["event"] == event]


def test_name_password_and_code_together_sign_in_and_the_audit_knows_who(branch: Branch) -> None:
    person, last = branch.person(Role.TELLER), branch.last_audit()
    session = branch.sign_in(person)
    assert session is not None
    assert session.member == person.member
    (row,) = branch.audit_after(last)
    assert (row["event"], row["outcome"], row["session"], row["subject"]) == (
        "staff_sign_in", "accepted", session.token, person.member.pseudonym,
    )  # fmt: skip


def test_a_name_is_the_same_however_it_is_typed(branch: Branch) -> None:
    person = branch.person(Role.TELLER)
    assert branch.console.sign_in.sign_in(f" {person.name.upper()} ", PASSWORD, branch.code(person)) is not None


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "१२३४५६", "1" * 5000])
def test_the_password_alone_is_not_enough(branch: Branch, code: str) -> None:
    person = branch.person(Role.TELLER)
    assert branch.sign_in(person, code=code) is None


def test_a_code_signs_in_once_and_a_wrong_password_does_not_use_it_up(branch: Branch) -> None:
    person = branch.person(Role.TELLER)
    code = branch.code(person)
    assert branch.sign_in(person, WRONG, code) is None
    assert branch.sign_in(person, PASSWORD, code) is not None
    assert branch.sign_in(person, PASSWORD, code) is None


def test_no_code_from_before_the_last_one_signs_in(branch: Branch) -> None:
    person = branch.person(Role.TELLER)
    earlier, later = branch.code(person), branch.code(person)
    assert branch.sign_in(person, PASSWORD, later) is not None
    assert branch.sign_in(person, PASSWORD, earlier) is None


def test_a_code_used_at_two_consoles_at_once_signs_in_at_one(branch: Branch) -> None:
    banks = [Bank(branch.storage.folder, ()) for _ in range(2)]
    consoles = [console_of(bank.storage, branch.settings, branch.clock) for bank in banks]
    for _ in range(3):
        person = branch.person(Role.TELLER)
        typed = (person.name, PASSWORD, branch.code(person))
        seen = together([partial(console.sign_in.sign_in, *typed) for console in consoles])
        assert [session is None for session in seen].count(False) == 1
    for bank in banks:
        bank.close()


def test_somebody_elses_code_is_none(branch: Branch) -> None:
    person, other = branch.person(Role.TELLER), branch.person(Role.TELLER)
    assert branch.sign_in(person, code=branch.code(other)) is None


def test_every_wrong_way_is_answered_alike_and_only_the_audit_tells_them_apart(branch: Branch) -> None:
    person, locked, shut = (branch.person(Role.AUDITOR) for _ in range(3))
    for _ in range(LOCKS_AFTER):
        branch.sign_in(locked, WRONG)
    branch.storage.staff_accounts.change(shut.member.staff_id, Role.AUDITOR, bytes(16), disabled=True)
    last, sign_in = branch.last_audit(), branch.console.sign_in.sign_in
    answers = [
        sign_in("nobody.yet", PASSWORD, "000000"), sign_in("", "", ""), sign_in("' OR 1=1 -- ", "x\0", "\ud800"),
        branch.sign_in(person, WRONG), branch.sign_in(person, code="000000"), branch.sign_in(locked),
        branch.sign_in(shut),
    ]  # fmt: skip
    assert answers == [None] * len(answers)
    assert outcomes(branch, last) == ["refused"] * 5 + ["locked", "refused"]


def work_of(branch: Branch, monkeypatch: pytest.MonkeyPatch, name: str, password: str, code: str) -> list[str]:
    """What one try asks of the database and of bcrypt, in order."""
    done: list[str] = []
    call, matches = Database._call, Vault.pin_matches

    def noted(self: Database, query: str, parameters: dict[str, Any]) -> Any:
        done.append(query)
        return call(self, query, parameters)

    def compared(self: Vault, pin: str, owner: bytes, pin_hash: bytes | None) -> bool:
        done.append("bcrypt")
        return matches(self, pin, owner, pin_hash)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "_call", noted)
        patch.setattr(Vault, "pin_matches", compared)
        assert branch.console.sign_in.sign_in(name, password, code) is None
    return [query.replace("begin_invented_attempt", "begin_staff_attempt") for query in done]


def test_every_wrong_way_takes_the_same_work(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    """bcrypt once, and the same calls of the database in the same order. By the wall clock it is measured for
    customers, whose checks these are."""
    person, locked, shut = (branch.person(Role.AUDITOR) for _ in range(3))
    for _ in range(LOCKS_AFTER):
        branch.sign_in(locked, WRONG)
    branch.storage.staff_accounts.change(shut.member.staff_id, Role.AUDITOR, bytes(16), disabled=True)
    wrong = work_of(branch, monkeypatch, person.name, WRONG, "000000")
    assert wrong.count("bcrypt") == 1
    for name, password, code in (
        ("nobody.here", PASSWORD, "000000"), (person.name, PASSWORD, "000000"),
        (locked.name, WRONG, "000000"), (locked.name, PASSWORD, "000000"), (shut.name, PASSWORD, branch.code(shut)),
    ):  # fmt: skip
        assert work_of(branch, monkeypatch, name, password, code) == wrong, name


# --- the lock --------------------------------------------------------------------------------------------------------


def test_three_wrong_tries_lock_for_longer_each_time_and_a_restart_does_not_open(branch: Branch) -> None:
    person = branch.person(Role.CUSTODIAN)
    staff = branch.storage.staff_accounts
    for delay in branch.settings.lockout.delays[:3]:
        for _ in range(LOCKS_AFTER):
            assert branch.sign_in(person, WRONG) is None
        member = staff.get(person.member.staff_id)
        assert member is not None
        assert delay - 5 < member.locked_seconds <= delay
        assert branch.restarted().sign_in(person) is None, "locked for every console"
        wait_out = "UPDATE staff_account SET locked_until = UTC_TIMESTAMP(6) WHERE id = %s"
        ask(branch.admin, wait_out, (person.member.staff_id,))
    assert branch.sign_in(person) is not None
    member = staff.get(person.member.staff_id)
    assert member is not None
    assert member.locked_seconds == 0
    assert [branch.sign_in(person, WRONG) for _ in range(LOCKS_AFTER - 1)] == [None, None]
    assert branch.sign_in(person) is not None, "a right try had ended the row of wrong ones"


def test_a_name_nobody_has_locks_as_one_somebody_has(branch: Branch) -> None:
    last = branch.last_audit()
    for _ in range(LOCKS_AFTER + 1):
        branch.console.sign_in.sign_in("nobody.at.all", PASSWORD, "000000")
    assert outcomes(branch, last) == ["refused", "refused", "locked", "locked"]


# --- a session -------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(branch: Branch) -> StaffSession:
    signed_in = branch.sign_in(branch.person(Role.AUDITOR))
    assert signed_in is not None
    return signed_in


def test_after_a_pause_nothing_is_done_until_the_password_is_typed_again(
    branch: Branch, session: StaffSession
) -> None:  # fmt: skip
    pause = branch.settings.staff.idle_minutes * 60
    branch.clock.seconds += pause
    assert refusal_of(branch, session) is None, "not a second early, and what is done counts"
    branch.clock.seconds += pause
    assert refusal_of(branch, session) is None
    branch.clock.seconds += pause
    branch.console.permissions.touched(session)
    branch.clock.seconds += pause
    assert branch.console.permissions.is_open(session), "typing counts"
    branch.clock.seconds += 1
    assert not branch.console.permissions.is_open(session), "looking does not"
    assert refusal_of(branch, session) is Refusal.LOCKED
    assert refusal_of(branch, session) is Refusal.LOCKED, "trying does not open it"
    assert not branch.console.sign_in.unlock(session, WRONG)
    assert refusal_of(branch, session) is Refusal.LOCKED
    assert branch.console.sign_in.unlock(session, PASSWORD)
    assert refusal_of(branch, session) is None


def test_who_cannot_unlock_is_locked_out_and_the_session_ends(branch: Branch, session: StaffSession) -> None:
    branch.clock.seconds += branch.settings.staff.idle_minutes * 60 + 1
    assert refusal_of(branch, session) is Refusal.LOCKED
    assert [branch.console.sign_in.unlock(session, WRONG) for _ in range(LOCKS_AFTER)] == [False] * LOCKS_AFTER
    assert refusal_of(branch, session) is Refusal.ENDED
    assert not branch.console.sign_in.unlock(session, PASSWORD)


def test_signing_out_ends_it_for_good(branch: Branch, session: StaffSession) -> None:
    last = branch.last_audit()
    branch.console.sign_in.sign_out(session)
    branch.console.sign_in.sign_out(session)
    assert refusal_of(branch, session) is Refusal.ENDED
    assert not branch.console.sign_in.unlock(session, PASSWORD)
    assert outcomes(branch, last, "staff_sign_out") == ["done"]


def test_a_role_or_an_account_that_is_taken_away_is_gone_at_once(branch: Branch, session: StaffSession) -> None:
    staff, member = branch.storage.staff_accounts, session.member
    staff.change(member.staff_id, Role.TELLER, bytes(16), disabled=False)
    assert refusal_of(branch, session) is Refusal.ROLE
    staff.change(member.staff_id, Role.AUDITOR, bytes(16), disabled=False)
    assert refusal_of(branch, session) is None
    staff.change(member.staff_id, Role.AUDITOR, bytes(16), disabled=True)
    assert refusal_of(branch, session) is Refusal.ENDED
    staff.change(member.staff_id, Role.AUDITOR, bytes(16), disabled=False)
    assert refusal_of(branch, session) is Refusal.ENDED, "who comes back signs in"


def test_neither_password_nor_secret_is_shown_by_what_is_passed_around(branch: Branch) -> None:
    person = branch.person(Role.TELLER)
    known = branch.storage.staff_accounts.credentials(person.name)
    assert known is not None
    assert known.secret == person.secret
    assert person.secret not in repr(known)
    assert "$2b$" not in repr(known)
    rows = ask(branch.admin, "SELECT sealed, hash FROM staff_account WHERE user_name = %s", (person.name,))
    assert all(person.secret.encode() not in bytes(column) for column in rows[0])
