"""Accounts of staff: the first, the last, and everybody in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from atm_app.branch.roles import RIGHTS, Deed, Right, Role
from atm_app.branch.staff_desk import FIRST_ADMINISTRATOR
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import RequestRefused
from tests.branch.people import Branch, Person
from tests.db.bank import Bank, InThread, administrator, ask, connection_id_of, wait_at_a_lock


@pytest.fixture
def last_one(branch: Branch) -> Person:
    """The only administrator whose account is open."""
    person = branch.person(Role.ADMINISTRATOR)
    ask(branch.admin, "UPDATE staff_account SET disabled = 1 WHERE role = 'administrator' AND id <> %s",
        (person.member.staff_id,))  # fmt: skip
    return person


def refused(branch: Branch, act: Callable[[], object]) -> str:
    before = branch.content()
    with pytest.raises(RequestRefused) as why:
        act()
    assert branch.content() == before
    return why.value.reason


def test_the_last_administrator_stays(branch: Branch, last_one: Person) -> None:
    session, staff = branch.session(last_one), branch.console.staff
    assert refused(branch, lambda: staff.disable(session, last_one.name)) == "last_administrator"
    assert refused(branch, lambda: staff.change_role(session, last_one.name, Role.TELLER)) == "last_administrator"
    other = branch.person(Role.ADMINISTRATOR)
    staff.disable(session, last_one.name)
    assert refused(branch, lambda: staff.disable(branch.session(other), other.name)) == "last_administrator"


def test_of_two_who_shut_each_other_out_at_once_one_stays(branch: Branch, last_one: Person) -> None:
    """Both calls stand at the same rows, and go on one after the other."""
    ids = (last_one.member.staff_id, branch.person(Role.ADMINISTRATOR).member.staff_id)
    banks = [Bank(branch.storage.folder, ()) for _ in range(2)]
    blocker = administrator(branch.storage.folder)

    def shut(bank: Bank, staff_id: int) -> str:
        try:
            bank.storage.staff_accounts.change(staff_id, Role.ADMINISTRATOR, bytes(16), disabled=True)
        except RequestRefused as why:
            return why.reason
        return ""

    try:
        ask(blocker, "START TRANSACTION")
        ask(blocker, "SELECT id FROM staff_account FOR UPDATE")
        calls = []
        for bank, staff_id in zip(banks, ids, strict=True):
            connection = connection_id_of(bank.storage.staff)
            calls.append(InThread(partial(shut, bank, staff_id)))
            wait_at_a_lock(branch.admin, connection, "the call waits for the accounts")
        ask(blocker, "ROLLBACK")
        assert sorted(call.result() for call in calls) == ["", "last_administrator"]
    finally:
        blocker.close()
        for bank in banks:
            bank.close()


@pytest.fixture
def session(branch: Branch) -> StaffSession:
    return branch.session(branch.person(Role.ADMINISTRATOR))


@pytest.mark.parametrize("name", ["", "ab", "1abc", "a b c", "a" * 33, "' OR 1", "ad\nmin", "é" * 4])
def test_a_user_name_that_is_none_is_refused(branch: Branch, session: StaffSession, name: str) -> None:
    assert refused(branch, lambda: branch.console.staff.add(session, name, Role.TELLER)) == "user_name_malformed"


def test_a_user_name_is_somebodys_once(branch: Branch, session: StaffSession) -> None:
    person = branch.person(Role.TELLER)
    add = branch.console.staff.add
    assert refused(branch, lambda: add(session, person.name.upper(), Role.ADMINISTRATOR)) == "user_name_taken"


def test_what_is_handed_out_signs_in_and_is_never_the_same(branch: Branch, session: StaffSession) -> None:
    handed_out = [branch.console.staff.add(session, f"new.{n}.{session.token.hex()[:6]}", Role.TELLER) for n in (1, 2)]
    assert handed_out[0].password != handed_out[1].password
    for each in handed_out:
        assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", each.password)
        assert each.password not in repr(each)
        assert branch.console.sign_in.sign_in(each.user_name, each.password, "") is not None


def test_nobody_resets_themselves_or_nobody(branch: Branch, session: StaffSession) -> None:
    reset = branch.console.staff.reset
    assert refused(branch, lambda: reset(session, session.member.user_name)) == "oneself"
    assert refused(branch, lambda: reset(session, "nobody.here")) == "no_such_staff"


def test_a_reset_lifts_a_lock(branch: Branch, session: StaffSession) -> None:
    person = branch.person(Role.TELLER)
    for _ in range(3):
        branch.sign_in(person, "wrong")
    handed_out = branch.console.staff.reset(session, person.name)
    assert branch.sign_in(person, handed_out.password, code="") is not None


def test_where_somebody_is_set_up_nobody_is_the_first(branch: Branch, last_one: Person) -> None:
    assert refused(branch, branch.console.staff.create_first_administrator) == "not_the_first"
    assert branch.storage.staff_accounts.find(FIRST_ADMINISTRATOR) is None


def test_every_deed_is_somebodys_and_the_auditor_does_and_signs_nothing() -> None:
    assert set(RIGHTS) == set(Deed)
    assert all(right.roles for right in RIGHTS.values())
    looks = {
        Deed.LOOK_AT_CASH, Deed.WATCH_MACHINE, Deed.READ_AUDIT, Deed.READ_JOURNAL, Deed.LIST_STAFF,
        Deed.SAVE_REPORT, Deed.READ_STORY, Deed.SAVE_STORY, Deed.EXPORT_RECORDS, Deed.VERIFY_AUDIT,
        Deed.WATCH_FLEET,
    }  # fmt: skip
    own = {Deed.CHANGE_OWN_PASSWORD, Deed.SET_UP_AUTHENTICATOR}
    assert {deed for deed, right in RIGHTS.items() if Role.AUDITOR in right.roles} == looks | own
    assert not any(Role.AUDITOR in right.approvers for right in RIGHTS.values())
    assert {deed for deed, right in RIGHTS.items() if right.of_newcomers} == own


def test_no_deed_of_two_can_be_signed_by_nobody_else_but_its_own_role_of_one() -> None:
    """Somebody of another role can sign, so that a branch with one of each role can work day by day; and cash, limits
    and lists of customers take two. A restore, which no day needs, is for two administrators, whom a branch has."""
    for deed, right in RIGHTS.items():
        if right.takes_two and deed is not Deed.RESTORE_BACKUP:
            assert right.approvers - right.roles, deed
    assert RIGHTS[Deed.RESTORE_BACKUP] == Right(frozenset({Role.ADMINISTRATOR}), frozenset({Role.ADMINISTRATOR}))
    assert {
        Deed.BEGIN_EXCHANGE, Deed.END_EXCHANGE, Deed.LOAD_CASH, Deed.SETTLE_SUSPENSE, Deed.CHANGE_POLICY_LIMIT,
        Deed.CHANGE_CUSTOMER_LIMIT, Deed.IMPORT_CUSTOMERS, Deed.EXPORT_CUSTOMERS, Deed.RESTORE_BACKUP,
    } == {deed for deed, right in RIGHTS.items() if right.takes_two}  # fmt: skip
