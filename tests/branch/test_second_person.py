"""What takes two: a signature is good for the very action, for who asked, once, and for minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch.cash_desk import CashLoad, ExchangeEnd, SuspenseSettlement, begin_exchange_action
from atm_app.branch.limit_desk import PolicyLimitChange
from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.branch.roles import Deed, Role
from atm_app.branch.signed_action import Action, Approval, Approvals
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import NoteCount
from atm_app.config import MovementLimit
from atm_app.stores import RequestRefused
from tests.branch.people import PASSWORD, POLICY, Branch, Person
from tests.branch.walk import Walk
from tests.db.bank import Bank, ask, fresh_id, pass_time, together

LIMIT = PolicyLimitChange(
    POLICY, LimitKind.PAYMENT, MovementLimit(per_transaction=1000, per_day=2000, burst=3, period=60)
)  # fmt: skip


@dataclass
class Two:
    """An administrator who asks, and another who signs."""

    branch: Branch
    first: Person
    second: Person
    session: StaffSession

    def action(self, change: PolicyLimitChange = LIMIT) -> Action:
        return change.action(self.branch.settings.terminal)

    def signed(self, action: Action | None = None) -> Approval:
        approval = self.branch.sign(self.session, action or self.action(), self.second)
        assert approval is not None
        return approval

    def change(
        self, approval: Approval, change: PolicyLimitChange = LIMIT, session: StaffSession | None = None
    ) -> None:
        self.branch.console.limits.change_policy_limit(session or self.session, change, approval)

    def refused(
        self, approval: Approval, change: PolicyLimitChange = LIMIT, session: StaffSession | None = None
    ) -> Refusal:
        before = self.branch.content()
        with pytest.raises(NotAllowed) as refused:
            self.change(approval, change, session)
        assert self.branch.content() == before
        return refused.value.refusal


@pytest.fixture
def two(branch: Branch) -> Two:
    first, second = branch.person(Role.ADMINISTRATOR), branch.person(Role.ADMINISTRATOR)
    return Two(branch, first, second, branch.session(first))


def refusal_to_sign(two: Two, person: Person, action: Action | None = None) -> Refusal:
    with pytest.raises(NotAllowed) as refused:
        two.branch.sign(two.session, action or two.action(), person)
    return refused.value.refusal


OTHERS = {
    "amount": replace(LIMIT, limit=LIMIT.limit.model_copy(update={"per_day": 2001})),
    "how often": replace(LIMIT, limit=LIMIT.limit.model_copy(update={"burst": 4})),
    "kind": replace(LIMIT, kind=LimitKind.TRANSFER),
    "policy": replace(LIMIT, policy="cardless"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_whatever_is_changed_after_the_signature_has_none(two: Two, other: PolicyLimitChange) -> None:
    approval = two.signed()
    assert two.refused(approval, other) is Refusal.NOT_APPROVED
    two.change(approval)  # what was signed still is


def test_it_is_used_once(two: Two) -> None:
    """Else an old limit could be brought back by whoever kept the signature under it."""
    approval = two.signed()
    two.change(approval)
    assert two.refused(approval) is Refusal.NOT_APPROVED


def test_an_exchange_is_begun_once_and_ended_once_however_often_it_is_asked_for(branch: Branch) -> None:
    """A repeat after a lost answer books nothing again, and what is begun anew is signed anew."""
    walk = Walk(branch)
    session, cash = branch.session(walk.first[Role.CUSTODIAN]), branch.console.cash
    begin = walk.approval(session, begin_exchange_action(walk.terminal))
    cash.begin_exchange(session, begin)
    loaded = tuple(NoteCount(unit.position, unit.denomination, 20) for unit in walk.storage.ledger.cash_units())
    end, request = ExchangeEnd(loaded, Money(-walk.booked_cash())), fresh_id()
    approval = walk.approval(session, end.action(walk.terminal))
    cash.end_exchange(session, end, approval, request)
    booked = branch.content()["journal"]
    cash.end_exchange(session, end, approval, request)
    assert branch.content()["journal"] == booked
    for again in (
        lambda: cash.begin_exchange(session, begin), lambda: cash.end_exchange(session, end, approval, fresh_id()),
    ):  # fmt: skip
        with pytest.raises(NotAllowed) as refused:
            again()
        assert refused.value.refusal is Refusal.NOT_APPROVED


def test_used_at_two_consoles_at_once_it_is_used_at_one(two: Two) -> None:
    banks = [Bank(two.branch.storage.folder, ()) for _ in range(2)]

    def use(bank: Bank, approval: Approval) -> bool:
        approvals = Approvals(bank.storage.approvals, bank.storage.vault, 60)
        return bool(approvals.use(two.action(), two.first.member, approval, fresh_id()))

    for _ in range(3):
        approval = two.signed()
        assert sorted(together([lambda bank=bank, one=approval: use(bank, one) for bank in banks])) == [False, True]
    for bank in banks:
        bank.close()


def test_it_is_good_for_who_asked_and_nobody_else(two: Two) -> None:
    other = two.branch.session(two.branch.person(Role.ADMINISTRATOR))
    assert two.refused(two.signed(), session=other) is Refusal.NOT_APPROVED
    assert two.refused(two.signed(), session=two.branch.session(two.second)) is Refusal.NOT_APPROVED


def test_it_expires(two: Two) -> None:
    database, seconds = two.branch.storage.staff, two.branch.settings.staff.approval_minutes * 60
    approvals = [two.signed(), two.signed()]
    try:
        pass_time(database, seconds - 5)
        two.change(approvals[0])
        pass_time(database, 6)
        assert two.refused(approvals[1]) is Refusal.NOT_APPROVED
    finally:
        ask(database._connection, "SET timestamp = DEFAULT")


def test_an_invented_approval_is_none(two: Two) -> None:
    assert two.refused(Approval(10**12, two.second.name)) is Refusal.NOT_APPROVED


def test_nobody_is_two_people(two: Two) -> None:
    assert refusal_to_sign(two, two.first) is Refusal.SAME_PERSON


@pytest.mark.parametrize("role", [Role.TELLER, Role.AUDITOR])
def test_a_role_that_may_not_sign_does_not(two: Two, role: Role) -> None:
    assert refusal_to_sign(two, two.branch.person(role)) is Refusal.ROLE


def test_a_custodian_signs_for_a_small_branch(two: Two) -> None:
    two.second = two.branch.person(Role.CUSTODIAN)
    two.change(two.signed())


def test_who_has_not_set_up_their_account_signs_nothing(two: Two) -> None:
    newcomer = two.branch.newcomer(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed) as refused:
        two.branch.console.second_person.sign(two.session, two.action(), newcomer.name, PASSWORD, "")
    assert refused.value.refusal is Refusal.NOT_SET_UP


def test_what_the_first_may_not_do_is_signed_by_nobody_who_may(two: Two) -> None:
    last, custodian = two.branch.last_audit(), two.branch.person(Role.CUSTODIAN)
    assert refusal_to_sign(two, custodian, begin_exchange_action("T")) is Refusal.ROLE
    assert "staff_second_person" not in {row["event"] for row in two.branch.audit_after(last)}, "nobody was asked"


def test_a_deed_of_one_is_signed_by_nobody(two: Two) -> None:
    assert refusal_to_sign(two, two.second, Action(Deed.ADD_STAFF, "T")) is Refusal.ROLE


@pytest.mark.parametrize("what", ["password", "code", "a code again", "nobody"])
def test_a_wrong_second_person_is_told_nothing_and_counted(two: Two, what: str) -> None:
    sign, action = two.branch.console.second_person.sign, two.action()
    if what == "a code again":
        two.signed()
    name = "nobody.to.sign" if what == "nobody" else two.second.name
    password = "wrong" if what == "password" else PASSWORD
    code = "000000" if what == "code" else two.branch.code_now(two.second)
    for _ in range(3):
        last = two.branch.last_audit()
        assert sign(two.session, action, name, password, code) is None
    assert [(row["event"], row["outcome"]) for row in two.branch.audit_after(last)] == [
        ("staff_second_person", "locked")
    ]  # fmt: skip
    assert sign(two.session, action, two.second.name, PASSWORD, two.branch.code(two.second)) is None or what == "nobody"


def test_a_second_person_who_is_shut_out_meanwhile_has_signed_nothing(two: Two) -> None:
    approval = two.signed()
    member = two.second.member
    two.branch.storage.staff_accounts.change(member.staff_id, member.role, bytes(16), disabled=True)
    assert two.refused(approval) is Refusal.NOT_APPROVED


def test_a_second_person_whose_role_was_taken_away_has_signed_nothing(two: Two) -> None:
    approval = two.signed()
    two.branch.storage.staff_accounts.change(two.second.member.staff_id, Role.TELLER, bytes(16), disabled=False)
    assert two.refused(approval) is Refusal.NOT_APPROVED


def test_a_signature_nobody_uses_is_sealed_all_the_same(two: Two) -> None:
    two.signed()
    chain = f"{two.branch.settings.terminal}/staff"
    assert two.branch.storage.staff.rows("unsealed_rows", chain=chain, after=0) == []


def test_an_administrator_of_the_database_cannot_put_another_action_under_a_signature(two: Two) -> None:
    """The row says what the console wants to hear; the MAC says what was signed, for whom and by whom."""
    other = OTHERS["amount"]
    approval, wished = two.signed(), two.signed(two.action(other))
    copy = "UPDATE staff_approval a JOIN staff_approval b ON b.id = %s SET a.asked_by = %s WHERE a.id = %s"
    stranger = two.branch.person(Role.ADMINISTRATOR)
    ask(two.branch.admin, copy, (wished.approval_id, stranger.member.staff_id, approval.approval_id))
    assert two.refused(approval, session=two.branch.session(stranger)) is Refusal.NOT_APPROVED


def test_both_people_are_in_the_audit(two: Two) -> None:
    last, new = two.branch.last_audit(), replace(LIMIT, kind=LimitKind.CASH_DEPOSIT)
    approval = two.signed(two.action(new))
    two.change(approval, new)
    rows = [(row["event"], row["outcome"], row["subject"]) for row in two.branch.audit_after(last)]
    first, second = two.first.member.pseudonym, two.second.member.pseudonym
    assert rows == [
        ("staff_second_person", "accepted", second), ("staff_approval", "granted", second),
        ("staff_deed", "begun", first), ("limit_set", "done", b""), ("staff_deed", "done", b""),
    ]  # fmt: skip
    (begun,) = (row for row in two.branch.audit_after(last) if row["outcome"] == "begun")
    assert (begun["approval"], begun["deed"]) == (approval.approval_id, Deed.CHANGE_POLICY_LIMIT)


# --- cash ------------------------------------------------------------------------------------------------------------


def test_one_note_more_than_was_signed_is_not_booked(branch: Branch) -> None:
    walk = Walk(branch)
    session, terminal = branch.session(walk.first[Role.CUSTODIAN]), walk.terminal
    loaded = tuple(NoteCount(unit.position, unit.denomination, 20) for unit in walk.storage.ledger.cash_units())
    end = ExchangeEnd(loaded, Money(-walk.booked_cash()))
    walk.storage.branch.begin_exchange()
    approval = walk.approval(session, end.action(terminal))
    for other in (
        replace(end, loaded=(replace(loaded[0], count=21), *loaded[1:])), replace(end, loaded=loaded[:1]),
        replace(end, counted=end.counted - Money(1)),
    ):  # fmt: skip
        before = branch.content()
        with pytest.raises(NotAllowed):
            branch.console.cash.end_exchange(session, other, approval, fresh_id())
        assert branch.content() == before
    branch.console.cash.end_exchange(session, replace(end, loaded=loaded[::-1]), approval, fresh_id())


def test_what_was_shown_of_a_lost_dispense_must_be_what_the_books_have(branch: Branch) -> None:
    walk = Walk(branch)
    session, hold = branch.session(walk.first[Role.CUSTODIAN]), walk.suspended()
    shown = SuspenseSettlement(replace(hold, amount=Money(1)), taken=True)
    approval = walk.approval(session, shown.action(walk.terminal))
    with pytest.raises(RequestRefused, match="other_hold"):
        branch.console.cash.settle_suspense(session, shown, approval, fresh_id())
    assert hold in walk.storage.branch.suspended()


@pytest.mark.parametrize(("make", "reason"), [
    (lambda: ExchangeEnd((NoteCount(1, 100, 1), NoteCount(1, 100, 1)), Money(0)), "position_twice"),
    (lambda: ExchangeEnd((NoteCount(0, 100, 1),), Money(0)), "no_such_position"),
    (lambda: ExchangeEnd((NoteCount(1, 100, -1),), Money(0)), "impossible_count"),
    (lambda: ExchangeEnd((NoteCount(1, -100, 1),), Money(0)), "no_such_note"),
    (lambda: ExchangeEnd((), Money(-1)), "negative_count"),
    (lambda: CashLoad(1, Money(100), 0), "no_notes"),
    (lambda: CashLoad(300, Money(100), 1), "no_such_position"),
    (lambda: CashLoad(1, Money(100), 10**9), "impossible_count"),
])  # fmt: skip
def test_what_cannot_be_is_refused_before_anybody_signs_it(make: Any, reason: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        make()
    assert refused.value.reason == reason


def test_a_note_another_cassette_holds_is_not_loaded(branch: Branch) -> None:
    walk = Walk(branch)
    session, load = branch.session(walk.first[Role.CUSTODIAN]), CashLoad(1, Money(50_00), 1)
    with pytest.raises(RequestRefused, match="other_note"):
        branch.console.cash.load(session, load, walk.approval(session, load.action(walk.terminal)), fresh_id())


# --- the text that is signed -----------------------------------------------------------------------------------------

PARTS = st.lists(st.tuples(st.text(max_size=6), st.one_of(st.text(max_size=6), st.integers())), max_size=4).map(tuple)
ACTIONS = st.builds(Action, st.sampled_from(Deed), st.text(max_size=6), PARTS)


@settings(max_examples=300, deadline=None, database=None)
@given(one=ACTIONS, other=ACTIONS)
def test_two_actions_have_one_text_only_where_they_are_the_same(one: Action, other: Action) -> None:
    assert (one.canonical == other.canonical) is (one == other)


def test_a_number_is_not_the_word_for_it() -> None:
    one, other = (Action(Deed.LOAD_CASH, "T", (("count", count),)) for count in (1, "1"))
    assert one.canonical != other.canonical
