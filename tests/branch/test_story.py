"""One customer's whole story: from audit and journal, once each, newest first, and nothing that has to stay silent."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch import story_desk
from atm_app.branch.branch_ports import AccountStatus
from atm_app.branch.limit_desk import CustomerLimitChange
from atm_app.branch.long_work import LongWork
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.story import EVENTS, SILENT, StoryKind, StoryLine, kind_of, sentence_of
from atm_app.cash_ports import CashFate
from atm_app.identity.consents import BIOMETRICS
from atm_app.ports import Cancelled
from atm_app.stores import AuditEvent, Customer, Outcome, RequestRefused, Transfer
from atm_app.trust.audit import AuditRow
from tests.branch.walk import Walk
from tests.db.bank import fresh_id


@pytest.fixture
def customer(walk: Walk) -> Customer:
    return walk.customer()


def opened(walk: Walk, customer: Customer, prefix: str = "44") -> int:
    """An account with 1,000."""
    number = f"{prefix}{customer.number}"
    account = walk.storage.branch.open_account(customer.customer_id, "Bank", number, "savings", "INR")
    walk.storage.branch.deposit(fresh_id(), account, Money.of_major(1000))
    return account


def told(walk: Walk, session: StaffSession, whom: str, kind: StoryKind = StoryKind.EVERYTHING) -> list[str]:
    return [line.what for line in walk.console.stories.page(session, whom, kind).lines]


def withdrawn(walk: Walk, customer: Customer, account: int, outcome: Outcome, fate: CashFate) -> None:
    asked = walk.withdrawal(customer, account)
    walk.storage.ledger.hold(asked)
    walk.storage.ledger.settle(asked.request_id, outcome, fate)


def transferred(walk: Walk, payer: Customer, account: int, to: int, major: int) -> None:
    walk.serve(payer)
    asked = Transfer(
        fresh_id(), payer.customer_id, account, Money.of_major(major), bytes(16), payer.pseudonym, "accessible", to
    )  # fmt: skip
    assert walk.storage.ledger.transfer(asked).outcome is Outcome.POSTED


@pytest.mark.parametrize(("taken", "sentence"), [
    (True, "Lost notes of ₹100: staff found that the customer has them."),
    (False, "Lost withdrawal: the notes are in the machine: ₹100 to account"),
])  # fmt: skip
def test_lost_notes_and_how_they_were_settled_are_told_once(
    walk: Walk, customer: Customer, teller: StaffSession, taken: bool, sentence: str
) -> None:
    asked = walk.withdrawal(customer, opened(walk, customer))
    walk.storage.ledger.hold(asked)
    walk.storage.ledger.settle(asked.request_id, Outcome.SUSPENDED, CashFate.UNKNOWN)
    walk.storage.branch.resolve_suspense(fresh_id(), asked.request_id, taken=taken)
    sentences = told(walk, teller, customer.number, StoryKind.MOVEMENTS)
    assert len(sentences) == 3
    assert sentences[0].startswith(sentence)
    assert sentences[1].startswith("Withdrawal, notes not known where: ₹100 from account")


def test_everything_of_a_customer_is_told_once_and_newest_first(
    walk: Walk, customer: Customer, teller: StaffSession
) -> None:
    account = opened(walk, customer)
    withdrawn(walk, customer, account, Outcome.POSTED, CashFate.TAKEN)
    withdrawn(walk, customer, account, Outcome.VOIDED, CashFate.RETRACTED)
    walk.storage.staff_consents.revoke(customer.customer_id, next(iter(BIOMETRICS)), bytes(16))
    walk.storage.audit.write(AuditEvent("face_verify", "refused", fresh_id(), customer.pseudonym))
    change = CustomerLimitChange(customer.number, LimitKind.WITHDRAWAL, Money.of_major(300), Money.of_major(700))
    approval = walk.approval(teller, change.action(walk.terminal))
    walk.console.limits.change_customer_limit(teller, change, approval)
    walk.console.customers.unlock(teller, customer.number)
    page = walk.console.stories.page(teller, customer.number)
    moments = [line.at for line in page.lines]
    assert moments == sorted(moments, reverse=True)
    sentences = [line.what for line in page.lines]
    end = f"•••• {customer.number[-4:]}"
    for once in (
        "Enrolled.", f"Paid in at the branch: ₹1,000 to account {end}.", f"Withdrawal: ₹100 from account {end}.",
        "Withdrawal of ₹100 not paid out: retracted. Nothing was booked.", "Face: refused.",
        "Limit for withdrawal set: ₹300 at once, ₹700 a day.", "Unlocked by staff.",
        "Staff, teller: unlock customer.", "Staff, teller: change customer limit.",
    ):  # fmt: skip
        assert sentences.count(once) == 1, once
    assert not any("900" in sentence or "balance" in sentence for sentence in sentences), "what is left is not told"


@pytest.mark.parametrize("kind", [kind for kind in StoryKind if kind is not StoryKind.EVERYTHING])
def test_each_line_is_of_one_kind_and_together_they_are_everything(
    walk: Walk, customer: Customer, auditor: StaffSession, kind: StoryKind
) -> None:
    account = opened(walk, customer)
    withdrawn(walk, customer, account, Outcome.POSTED, CashFate.TAKEN)
    walk.storage.audit.write(AuditEvent("sign_in", "done", fresh_id(), customer.pseudonym))
    walk.storage.customer_files.set_customer_limit(
        customer.customer_id, LimitKind.TRANSFER, Money.of_major(1), Money.of_major(1), bytes(16)
    )
    walk.storage.customer_files.set_account_status(f"44{customer.number}", AccountStatus.FROZEN, bytes(16))
    whom = customer.pseudonym.hex()
    page = walk.console.stories.page(auditor, whom, kind)
    assert page.lines
    assert {line.kind for line in page.lines} == {kind}
    everything = walk.console.stories.page(auditor, whom).lines
    assert {line for line in page.lines if "read story" not in line.what} <= set(everything)


def test_a_transfer_between_own_accounts_and_one_that_came_in_are_told(
    walk: Walk, customer: Customer, teller: StaffSession
) -> None:
    mine, second, other = opened(walk, customer), opened(walk, customer, "45"), walk.customer()
    theirs = opened(walk, other)
    transferred(walk, customer, mine, second, 10)
    transferred(walk, other, theirs, mine, 20)
    sentences = told(walk, teller, customer.number, StoryKind.MOVEMENTS)
    end = f"•••• {customer.number[-4:]}"
    assert f"Transfer: ₹20 to account {end}." in sentences
    assert sentences.count(f"Transfer: ₹10 to account {end}.") == 1
    assert sum(sentence.startswith("Transfer: ₹1") for sentence in sentences) == 2


def test_pages_follow_on_each_other_without_a_gap_or_a_repeat(
    walk: Walk, customer: Customer, auditor: StaffSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, second = opened(walk, customer), opened(walk, customer, "45")
    for _ in range(4):
        withdrawn(walk, customer, account, Outcome.POSTED, CashFate.TAKEN)
        transferred(walk, customer, account, second, 10)
        walk.storage.audit.write(AuditEvent("sign_in", "done", fresh_id(), customer.pseudonym))
    whom = customer.pseudonym.hex()
    whole = [line for line in walk.console.stories.page(auditor, whom).lines if line.kind is not StoryKind.STAFF]
    monkeypatch.setattr(story_desk, "PAGE", 3)
    found: list[StoryLine] = []
    cursor = None
    while True:
        page = walk.console.stories.page(auditor, whom, StoryKind.EVERYTHING, cursor)
        found += [line for line in page.lines if line.kind is not StoryKind.STAFF]
        cursor = page.next_page
        if cursor is None:
            break
    assert found == whole
    assert len(whole) > 10


def test_a_teller_does_not_find_out_that_a_customer_was_forced(
    walk: Walk, customer: Customer, teller: StaffSession, auditor: StaffSession
) -> None:
    for event, outcome in (("duress", "alarm"), ("alert", "duress")):
        walk.storage.audit.write(AuditEvent(event, outcome, fresh_id(), customer.pseudonym))
    seen = told(walk, teller, customer.number)
    assert not any("duress" in sentence or "alarm" in sentence for sentence in seen)
    assert "Signed in under duress: silent alarm." in told(walk, auditor, customer.pseudonym.hex())


@pytest.mark.parametrize(("role", "whom", "reason"), [
    (Role.TELLER, "999999", "no_such_customer"), (Role.AUDITOR, "999999", "no_pseudonym"),
    (Role.AUDITOR, "no hex", "no_pseudonym"),
])  # fmt: skip
def test_whom_nobody_knows_is_said(walk: Walk, role: Role, whom: str, reason: str) -> None:
    with pytest.raises(RequestRefused, match=reason):
        walk.console.stories.page(walk.branch.session(walk.first[role]), whom)


def test_an_auditor_is_not_told_whose_number_a_pseudonym_is_nor_the_other_way(
    walk: Walk, customer: Customer, auditor: StaffSession, teller: StaffSession
) -> None:
    with pytest.raises(RequestRefused):
        walk.console.stories.page(auditor, customer.number)
    with pytest.raises(RequestRefused):
        walk.console.stories.page(teller, customer.pseudonym.hex())
    assert not any(customer.number in f"{line}" for line in walk.console.stories.page(
        auditor, customer.pseudonym.hex()
    ).lines)  # fmt: skip


def test_all_of_it_is_saved_as_a_list_page_by_page(
    walk: Walk, customer: Customer, teller: StaffSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(walk, customer)
    monkeypatch.setattr(story_desk, "EXPORT_PAGE", 2)
    shown = walk.console.stories.page(teller, customer.number).lines
    work = LongWork()
    path = walk.console.stories.save(teller, customer.number, StoryKind.EVERYTHING, str(tmp_path), work)
    rows = list(csv.reader(Path(path).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == list(story_desk.COLUMNS)
    assert [row[2] for row in rows if "read story" not in row[2]][1:] == [
        line.what for line in shown if "read story" not in line.what
    ]
    assert work.done == len(rows) - 1


def test_stopped_half_way_nothing_is_left(walk: Walk, customer: Customer, teller: StaffSession, tmp_path: Path) -> None:
    work = LongWork()
    work.cancel()
    with pytest.raises(Cancelled):
        walk.console.stories.save(teller, customer.number, StoryKind.EVERYTHING, str(tmp_path), work)
    assert list(tmp_path.iterdir()) == []


def test_an_event_nobody_wrote_a_sentence_for_is_told_by_its_name() -> None:
    def row(event: str, outcome: str, details: str = "{}") -> AuditRow:
        return AuditRow(1, "T-1/kiosk", "2026-11-22 10:00:00.000000", event, outcome, b"", b"", details)

    assert sentence_of(row("a_new_thing", "went_well")) == "A new thing: went well."
    assert sentence_of(row("palm_verify", "locked")) == "Palm: locked."
    assert sentence_of(row("withdrawal_hold", "over_daily_limit", '{"amount":"45000","currency":"INR"}')) == (
        "Withdrawal of ₹450 refused: over daily limit."
    )
    assert sentence_of(row("limit_set", "done")) == "Limit for – set: – at once, – a day."


def test_no_event_is_of_two_kinds_and_the_silent_ones_are_sign_ins() -> None:
    listed = [event for events in EVENTS.values() for event in events]
    assert len(set(listed)) == len(listed)
    assert {kind_of(event) for event in SILENT} == {StoryKind.SIGN_INS}
