"""Every method of every desk by every role: who may does it on the real database, who may not leaves one row of audit
and nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch.limit_desk import PolicyLimitChange
from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.branch.roles import RIGHTS, Deed, Role
from atm_app.branch.staff_session import StaffSession
from atm_app.config import MovementLimit
from atm_app.stores import Factor, RequestRefused
from tests.branch.people import POLICY, Person
from tests.branch.walk import Walk
from tests.branch.ways import BY_ITSELF, WAYS, WITHOUT_A_SESSION


def desks(walk: Walk) -> dict[str, object]:
    console = walk.console
    return {
        "customers": console.customers, "limits": console.limits, "cash": console.cash, "watch": console.watch,
        "reports": console.reports, "stories": console.stories, "exports": console.exports, "lists": console.lists,
        "now": console.now, "fleet": console.fleet, "care": console.care, "staff": console.staff,
        "enrolment": walk.branch.enrolment, "restores": console.restores,
        "demonstration": console.demonstration,
    }  # fmt: skip


def test_every_method_of_every_desk_is_walked_and_every_deed_with_it(walk: Walk) -> None:
    methods = {
        f"{name}.{method}"
        for name, desk in desks(walk).items()
        for method, _ in inspect.getmembers(type(desk), inspect.isfunction)
        if not method.startswith("_")
    }
    assert methods - WITHOUT_A_SESSION == set(WAYS)
    own = {Deed.CHANGE_OWN_PASSWORD, Deed.SET_UP_AUTHENTICATOR}  # tests/branch/test_own_account.py
    assert {deed for deed, _ in WAYS.values()} == set(Deed) - own == set(RIGHTS) - own


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("way", WAYS)
def test_who_may_does_it_and_who_may_not_leaves_a_refusal_and_nothing_else(walk: Walk, way: str, role: Role) -> None:
    deed, prepared = WAYS[way]
    act, person = prepared(walk), walk.first[role]
    session, last = walk.branch.session(person), walk.branch.last_audit()
    if role in RIGHTS[deed].roles:
        act(session)
        if way in BY_ITSELF:
            assert walk.branch.audit_after(last) == []
            return
        assert_done_by(person, deed, walk.branch.audit_after(last), session)
        return
    before = walk.branch.content()
    with pytest.raises(NotAllowed) as refused:
        act(session)
    assert (refused.value.deed, refused.value.refusal) == (deed, Refusal.ROLE)
    (row,) = walk.branch.audit_after(last)
    assert (row["event"], row["outcome"], row["deed"], row["role"]) == ("staff_refused", "role", deed, role)
    assert (row["session"], row["subject"]) == (session.token, person.member.pseudonym)
    assert walk.branch.content() == before, "a refused deed touched something"


def assert_done_by(person: Person, deed: Deed, rows: list[dict[str, Any]], session: StaffSession) -> None:
    own = [row for row in rows if row["event"] == "staff_deed"]
    assert [row["outcome"] for row in own] == ["begun", "done"] * (len(own) // 2)
    assert own
    assert {(row["session"], row["deed"], row["role"]) for row in own} == {(session.token, deed, person.member.role)}
    assert own[0]["subject"] == person.member.pseudonym
    assert {row["chain"] for row in own} == {rows[-1]["chain"]}
    assert rows[-1]["chain"].endswith("/staff")


@pytest.mark.parametrize("deed", [deed for deed in Deed if RIGHTS[deed].takes_two])
def test_a_deed_of_two_is_never_done_by_one(walk: Walk, deed: Deed) -> None:
    """Whatever a desk forgets, the gate does not."""
    role = next(iter(RIGHTS[deed].roles))
    with pytest.raises(NotAllowed) as refused, walk.console.permissions.deed(
        walk.branch.session(walk.first[role]), deed
    ):  # fmt: skip
        pytest.fail("it was done")
    assert refused.value.refusal is Refusal.NOT_APPROVED


@pytest.mark.parametrize(("way", "reason"), [
    (lambda walk, session: walk.console.customers.look_up(session, "999999"), "no_such_customer"),
    (lambda walk, session: walk.console.customers.unlock(session, "' OR 1"), "no_such_customer"),
    (lambda walk, session: walk.console.customers.freeze_account(session, "nobody's"), "no_such_account"),
    (lambda walk, session: walk.console.customers.freeze_account(session, f"CASH-{walk.terminal}-INR"),
     "no_such_account"),
    (lambda walk, session: walk.console.customers.erase(session, walk.world.number), "balance"),
    (lambda walk, session: walk.console.customers.open_account(session, walk.world.number, "fees"), "no_such_kind"),
    (lambda walk, session: walk.console.customers.revoke_biometric(session, walk.world.number, Factor.PIN),
     "no_biometric"),
    (lambda walk, session: walk.console.customers.review_sign_up(session, walk.world.number), "not_waiting"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_word_and_changes_nothing(
    walk: Walk, way: Callable[[Walk, StaffSession], object], reason: str
) -> None:
    session, last, before = (
        walk.branch.session(walk.first[Role.TELLER]),
        walk.branch.last_audit(),
        walk.branch.content(),
    )
    with pytest.raises(RequestRefused) as refused:
        way(walk, session)
    assert refused.value.reason == reason
    assert walk.branch.content() == before
    own = [row for row in walk.branch.audit_after(last) if row["event"] == "staff_deed"]
    assert [(row["outcome"], row.get("reason")) for row in own] == [("begun", None), ("failed", reason)]


def test_what_staff_set_is_not_written_over_by_a_machines_settings(walk: Walk) -> None:
    administrator = walk.branch.session(walk.first[Role.ADMINISTRATOR])
    limit = MovementLimit(per_transaction=123, per_day=456, burst=2, period=60)
    change = PolicyLimitChange(POLICY, LimitKind.WITHDRAWAL, limit)
    approval = walk.approval(administrator, change.action(walk.terminal))
    walk.console.limits.change_policy_limit(administrator, change, approval)
    walk.storage.branch.prepare_books(walk.branch.settings)
    seen = {each.kind: each for each in walk.storage.ledger.allowances(walk.world.customer_id, POLICY)}
    assert seen[LimitKind.WITHDRAWAL].ceiling_per_day == Money.of_major(456)
