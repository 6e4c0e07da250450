"""What a deed at the teller's and the auditor's desk means for the customer, the books and the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AuditQuery, JournalQuery, TemplateLabel
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import CashFate
from atm_app.stores import Account, Customer, Factor, Outcome, RequestRefused
from db.audit import verify
from tests.branch.walk import Walk
from tests.db.bank import ask, fresh_id
from tests.scripted import FAMILY


@pytest.fixture
def rich(walk: Walk) -> tuple[Customer, Account]:
    """Somebody with 1,000 rupees."""
    customer, books = walk.customer(), walk.storage.branch
    account = books.open_account(customer.customer_id, "Bank", f"7003{fresh_id().hex()[:8]}", "savings", "INR")
    books.deposit(fresh_id(), account, Money.of_major(1000))
    return customer, walk.storage.ledger.accounts(customer.customer_id)[0]


def test_a_frozen_account_is_not_offered_and_pays_nothing_until_it_is_released(
    walk: Walk, teller: StaffSession, rich: tuple[Customer, Account]
) -> None:
    (customer, account), ledger, desk = rich, walk.storage.ledger, walk.console.customers
    on_its_way = walk.withdrawal(customer, account.account_id)
    assert ledger.hold(on_its_way).outcome is Outcome.HELD
    desk.freeze_account(teller, account.number)
    assert ledger.accounts(customer.customer_id) == ()
    refused = ledger.hold(walk.withdrawal(customer, account.account_id))
    assert (refused.outcome, refused.reason) == (Outcome.REFUSED, "account_not_open")
    assert ledger.settle(on_its_way.request_id, Outcome.POSTED, CashFate.TAKEN).outcome is Outcome.POSTED
    (seen,) = desk.look_up(teller, customer.number).accounts
    assert (seen.status, seen.balance) == ("frozen", Money.of_major(900))
    desk.release_account(teller, account.number)
    assert ledger.hold(walk.withdrawal(customer, account.account_id)).outcome is Outcome.HELD


def test_one_finger_is_noise_and_the_other_still_opens(walk: Walk, teller: StaffSession) -> None:
    customer, store = walk.customer(), walk.storage.templates.store_finger
    for finger in ("right_index", "duress", "duress"):
        store(customer.customer_id, finger, FAMILY, b"finger")
    desk = walk.console.customers
    labels = desk.look_up(teller, customer.number).templates
    assert [(label.kind, label.position) for label in labels] == [
        (Factor.FINGERPRINT, "duress"), (Factor.FINGERPRINT, "right_index"),
    ]  # fmt: skip
    desk.revoke_template(teller, customer.number, labels[0])
    sealed = ask(walk.branch.admin, "SELECT position, sealed, active FROM template WHERE customer_id = %s ORDER BY id",
                 (customer.customer_id,))  # fmt: skip
    assert [(position, not any(bytes(noise)), active) for position, noise, active in sealed] == [
        ("right_index", False, 1), ("duress", True, 0), ("duress", True, 0),
    ]  # fmt: skip
    with pytest.raises(RequestRefused, match="no_such_template"):
        desk.revoke_template(teller, customer.number, labels[0])
    with pytest.raises(RequestRefused, match="no_such_template"):
        desk.revoke_template(teller, customer.number, TemplateLabel(Factor.FACE, "face"))


def test_an_emergency_pin_is_taken_away_and_can_be_set_anew(walk: Walk, teller: StaffSession) -> None:
    customer, customers, desk = walk.customer(), walk.storage.customers, walk.console.customers
    customers.set_pin_hash(customer.customer_id, b"k1$pin")
    with pytest.raises(RequestRefused, match="no_emergency_pin"):
        desk.remove_emergency_pin(teller, customer.number)
    for _ in range(2):
        assert customers.set_emergency_pin_hash(customer.customer_id, b"k1$pin", b"k1$emergency", bytes(16))
        enrolment = walk.storage.branch.enrolment(customer.number)
        assert enrolment is not None
        assert enrolment.credentials == 2
        desk.remove_emergency_pin(teller, customer.number)
        assert customers.emergency_pin_hash(customer.customer_id) is None
        enrolment = walk.storage.branch.enrolment(customer.number)
        assert enrolment is not None
        assert enrolment.credentials == 1


# --- the record ------------------------------------------------------------------------------------------------------


def test_everything_staff_did_is_sealed_in_their_chain(walk: Walk, teller: StaffSession) -> None:
    walk.console.customers.look_up(teller, walk.customer().number)
    chain = f"{walk.terminal}/staff"
    found = verify(walk.storage.kiosk, walk.storage.sealer, walk.storage.folder.checkpoints)
    assert [problem for problem in found.problems if chain in problem] == []
    unsealed = walk.storage.staff.rows("unsealed_rows", chain=chain, after=0)
    assert [row["event"] for row in unsealed] == []


def test_the_auditor_finds_rows_by_what_they_hold_page_by_page(
    walk: Walk, teller: StaffSession, auditor: StaffSession
) -> None:  # fmt: skip
    for _ in range(3):
        with pytest.raises(RequestRefused):
            walk.console.customers.look_up(teller, "999999")
    search = walk.console.watch.audit
    failed = search(auditor, AuditQuery(event="staff_deed", outcome="failed", session=teller.token))
    assert len(failed) == 3
    assert [row.audit_id for row in failed] == sorted((row.audit_id for row in failed), reverse=True)
    page = search(auditor, AuditQuery(outcome="failed", session=teller.token, before=failed[0].audit_id, count=1))
    assert page == (failed[1],)
    moment = walk.branch.clock.now()  # the test's clock stands a little before or after the database's
    day = timedelta(days=1)
    assert search(auditor, AuditQuery(session=teller.token, until=moment - day)) == ()
    assert len(search(auditor, AuditQuery(session=teller.token, since=moment - day))) == 6
    assert search(auditor, AuditQuery(chain="' OR 1=1 -- ", session=teller.token)) == ()


def test_the_auditor_finds_movements_and_names_nobody(
    walk: Walk, auditor: StaffSession, rich: tuple[Customer, Account]
) -> None:
    search = walk.console.watch.journal
    lines = search(auditor, JournalQuery(kind="branch_deposit", terminal=walk.terminal, least=1000_00, most=1000_00))
    assert lines[0].amount == Money.of_major(1000)
    assert not [line for line in lines if rich[1].number in repr(line) or rich[0].number in repr(line)]
    older = JournalQuery(
        kind="branch_deposit", terminal=walk.terminal, least=1000_00, most=1000_00, before=lines[0].journal_id
    )
    assert search(auditor, older) == lines[1:]
    assert search(auditor, JournalQuery(kind="branch_deposit", terminal="nowhere")) == ()


@pytest.mark.parametrize("count", [0, 501, -1])
def test_nobody_reads_everything_at_once(walk: Walk, auditor: StaffSession, count: int) -> None:
    ways: list[Callable[[], object]] = [
        lambda: walk.console.watch.audit(auditor, AuditQuery(count=count)),
        lambda: walk.console.watch.journal(auditor, JournalQuery(count=count)),
    ]
    for way in ways:
        with pytest.raises(RequestRefused, match="too_many"):
            way()
