"""What is known of notes nobody knows where: every row that tells of them, in the order it happened, in sentences."""

from __future__ import annotations

import pytest

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import Suspended
from atm_app.branch.lost_notes import LAST_WORDS, STATES, LostHold, consequence, story_of
from atm_app.branch.roles import Role
from atm_app.cash_ports import CashFate, NotesOfValue
from atm_app.intent_ports import Intent, IntentKind, IntentState
from atm_app.stores import Deposit, Outcome, RequestRefused
from tests.branch.walk import Walk
from tests.db.bank import ask, fresh_id


def known(walk: Walk, request_id: bytes) -> LostHold:
    return walk.console.cash.lost(walk.branch.session(walk.first[Role.CUSTODIAN]), request_id)


def written_down(walk: Walk, hold: Suspended, kind: IntentKind = IntentKind.WITHDRAWAL) -> None:
    """As the terminal did before it asked the books, and when they had settled it."""
    walk.storage.intents.record(Intent(hold.request_id, IntentState.CREATED, hold.amount, kind))
    walk.storage.intents.advance(hold.request_id, IntentState.SETTLED)


def deposited(walk: Walk) -> Suspended:
    customer = walk.customer()
    account = walk.storage.branch.open_account(customer.customer_id, "Bank", f"55{customer.number}", "savings", "INR")
    walk.serve(customer)
    asked = Deposit(
        fresh_id(), customer.customer_id, account, Money.of_major(600),
        (NotesOfValue(500_00, 1), NotesOfValue(100_00, 1)), bytes(16), customer.pseudonym, "accessible",
    )  # fmt: skip
    walk.suspended()  # ends what an exchange began
    assert walk.storage.ledger.hold_deposit(asked).outcome is Outcome.HELD
    walk.storage.ledger.settle(asked.request_id, Outcome.SUSPENDED, CashFate.UNKNOWN)
    return next(hold for hold in walk.storage.branch.suspended() if hold.request_id == asked.request_id)


def test_a_lost_withdrawal_is_told_from_all_three_sides(walk: Walk) -> None:
    held = walk.suspended()
    written_down(walk, held)
    hold = known(walk, held.request_id)
    (journal,) = {line.journal_id for line in hold.booked}
    account = f"•••• {held.account_end}"
    told = [each.what for each in story_of(hold)]
    assert set(told) == {
        "The machine wrote down that it was about to pay out ₹100.",
        f"The books held ₹100 on account {account}: 1 × ₹100.",
        f"The dispenser's last word: {LAST_WORDS[CashFate.UNKNOWN]}.",
        f"Journal row {journal}, Withdrawal, notes not known where: account {account} ₹100 less, suspense ₹100 more.",
        f"The machine's own journal, last entry: {STATES[IntentState.SETTLED]}.",
    }
    moments = [each.at for each in story_of(hold) if each.at]
    assert moments == sorted(moments)
    assert len(moments) == len(told)
    assert consequence(hold, taken=True) == "Books ₹100 from suspense to cash in the machine."
    assert consequence(hold, taken=False) == f"Books ₹100 from suspense to account {account}."


def test_a_lost_deposit_has_booked_nothing(walk: Walk) -> None:
    held = deposited(walk)
    hold = known(walk, held.request_id)
    told = [each.what for each in story_of(hold)]
    assert any("1 × ₹500, 1 × ₹100" in sentence for sentence in told)
    assert any(sentence.startswith("The acceptor's last word") for sentence in told)
    assert "Nothing was booked: neither the account nor the machine's cash has changed." in told
    assert consequence(hold, taken=True) == "Books nothing."


@pytest.mark.parametrize("taken", [True, False])
def test_settling_books_what_was_told(walk: Walk, taken: bool) -> None:
    held = walk.suspended()
    hold = known(walk, held.request_id)
    journal = walk.storage.branch.resolve_suspense(fresh_id(), held.request_id, taken=taken)
    rows = ask(
        walk.branch.admin,
        "SELECT a.kind, RIGHT(a.number, 4), p.amount FROM posting p JOIN account a ON a.id = p.account_id "
        "WHERE p.journal_id = %s", (journal,),
    )  # fmt: skip
    (to,) = ((kind, end) for kind, end, amount in rows if amount > 0)
    (from_,) = (kind for kind, _, amount in rows if amount < 0)
    names = {"cash_in_machine": "cash in the machine", "savings": f"account •••• {to[1]}"}
    assert consequence(hold, taken=taken) == f"Books ₹100 from {from_} to {names[to[0]]}."


def test_where_the_machines_journal_knows_nothing_that_is_said(walk: Walk) -> None:
    hold = known(walk, walk.suspended().request_id)
    assert hold.intent is None
    assert any(each.what.startswith("The machine's own journal has no entry of it") for each in story_of(hold))


def test_notes_of_a_cassette_that_holds_others_by_now_are_not_named(walk: Walk) -> None:
    held = walk.suspended()
    ask(walk.branch.admin, "UPDATE cash_unit SET denomination = 20000 WHERE terminal = %s AND position = 4",
        (walk.terminal,))  # fmt: skip
    try:
        assert known(walk, held.request_id).notes == ()
    finally:
        ask(walk.branch.admin, "UPDATE cash_unit SET denomination = 10000 WHERE terminal = %s AND position = 4",
            (walk.terminal,))  # fmt: skip


def test_an_exchange_since_is_said(walk: Walk) -> None:
    held = walk.suspended()
    walk.exchanged()
    hold = known(walk, held.request_id)
    assert any(each.what.startswith("An exchange has counted the machine since") for each in story_of(hold))
    assert consequence(hold, taken=True) == "Books ₹100 from suspense to the differences."


def test_a_hold_that_is_none_is_refused(walk: Walk) -> None:
    with pytest.raises(RequestRefused, match="not_suspended"):
        known(walk, fresh_id())


def test_every_state_and_every_last_word_has_a_sentence() -> None:
    assert set(STATES) == set(IntentState)
    assert set(LAST_WORDS) == set(CashFate)
