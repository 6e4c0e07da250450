"""What is known of a dispense or deposit whose notes are nobody knows where: the books' rows, the machine's own journal
and the device's last words, in the order it happened and in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atm_app.banking.money import Money
from atm_app.branch.kind_words import movement_told
from atm_app.cash_ports import CashFate
from atm_app.intent_ports import IntentEntry, IntentState


@dataclass(frozen=True)
class BookedLine:
    """One posting. ``account``: a customer's last four digits, or the kind of an account of the machine; ``amount``:
    minor units, from the customer's side."""

    journal_id: int
    at: datetime
    kind: str
    account: str
    amount: int


@dataclass(frozen=True)
class LostHold:
    """``notes``: (denomination in minor units, count), empty where they cannot be named any more. ``fate``:
    the device's last word. ``intent``: the machine's own entry, None where its journal has none."""

    request_id: bytes
    kind: str
    amount: Money
    account_end: str
    notes: tuple[tuple[int, int], ...]
    fate: CashFate
    created_at: datetime
    settled_at: datetime
    counted: bool
    booked: tuple[BookedLine, ...]
    intent: IntentEntry | None


class LostHolds(Protocol):
    def of(self, request_id: bytes) -> LostHold | None:
        """None where no hold of this machine is suspended under it. Raises StoreUnavailable."""
        ...


@dataclass(frozen=True)
class Happened:
    """``at``: None for what has no moment."""

    at: datetime | None
    what: str


LAST_WORDS = {
    CashFate.UNKNOWN: "it does not know where the notes are: nobody saw what became of them",
    CashFate.PRESENTED: "the notes lay before the customer",
    CashFate.STACKED: "the notes were ready, not yet before the customer",
    CashFate.NOT_DISPENSED: "no note had left the cassettes",
    CashFate.TAKEN: "the customer took the notes",
    CashFate.RETRACTED: "the notes were taken back",
    CashFate.REJECTED: "the notes are in the reject bin",
    CashFate.STORED: "the notes are in the collecting box",
    CashFate.RETURNED: "the notes were given back to the customer",
}
STATES = {
    IntentState.CREATED: "it had written the movement down and not asked the books yet",
    IntentState.HELD: "the books had agreed, no note had moved yet",
    IntentState.DISPENSING: "notes were on their way out of the cassettes",
    IntentState.PRESENTED: "the notes lay before the customer",
    IntentState.TAKEN: "the customer had taken the notes",
    IntentState.STORING: "the notes were on their way into the collecting box",
    IntentState.SETTLED: "nothing is left to do for the machine; the rest is for staff",
    IntentState.DISPUTED: "the notes' fate and the books disagree: staff have to look",
}
MACHINE_ACCOUNTS = {
    "suspense": "suspense", "cash_in_machine": "cash in the machine", "differences": "the differences",
}  # fmt: skip


def story_of(hold: LostHold) -> tuple[Happened, ...]:
    """In the order of its moments, what has none at the end."""
    told = list(_told(hold))
    timed = sorted((each for each in told if each.at is not None), key=lambda each: each.at or datetime.max)
    return (*timed, *(each for each in told if each.at is None))


def _told(hold: LostHold) -> Iterator[Happened]:
    amount, account = hold.amount.text(), f"•••• {hold.account_end}"
    withdrawal = hold.kind == "withdrawal"
    notes = ", ".join(f"{count} × {Money(note, hold.amount.currency).text()}" for note, count in hold.notes)
    entry = hold.intent
    if entry is not None:
        deed = f"pay out {amount}" if withdrawal else f"take in {amount}"
        yield Happened(entry.created_at, f"The machine wrote down that it was about to {deed}.")
    told = f"held {amount} on account {account}" if withdrawal else f"agreed to take {amount} for account {account}"
    yield Happened(hold.created_at, f"The books {told}{f': {notes}' if notes else ''}.")
    device = "dispenser" if withdrawal else "acceptor"
    yield Happened(hold.settled_at, f"The {device}'s last word: {LAST_WORDS[hold.fate]}.")
    yield from _booked(hold)
    if entry is not None:
        yield Happened(entry.changed_at, f"The machine's own journal, last entry: {STATES[entry.intent.state]}.")
    else:
        yield Happened(None, "The machine's own journal has no entry of it: this console stands at another machine, or "
                             "it was dropped after 90 days.")  # fmt: skip
    if hold.counted:
        yield Happened(None, "An exchange has counted the machine since: if these notes were missing or too much, they "
                             "are among its differences.")  # fmt: skip


def _booked(hold: LostHold) -> Iterator[Happened]:
    """A sentence for each journal row."""
    rows = {line.journal_id: line for line in hold.booked}
    for journal_id, first in rows.items():
        lines = [line for line in hold.booked if line.journal_id == journal_id]
        moved = ", ".join(_moved(line, hold.amount.currency) for line in lines)
        yield Happened(first.at, f"Journal row {journal_id}, {movement_told(first.kind)}: {moved}.")
    if not rows:
        yield Happened(hold.settled_at, "Nothing was booked: neither the account nor the machine's cash has changed.")


def _moved(line: BookedLine, currency: str) -> str:
    account = MACHINE_ACCOUNTS.get(line.account, f"account •••• {line.account}")
    return f"{account} {Money(abs(line.amount), currency).text()} {'more' if line.amount > 0 else 'less'}"


def consequence(hold: LostHold, *, taken: bool) -> str:
    """What settling it this way books."""
    amount, account = hold.amount.text(), f"account •••• {hold.account_end}"
    other = "the differences" if hold.counted else "cash in the machine"
    if hold.kind == "withdrawal":
        return f"Books {amount} from suspense to {other if taken else account}."
    return "Books nothing." if taken else f"Books {amount} from {other} to {account}."
