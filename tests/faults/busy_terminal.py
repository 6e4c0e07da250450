"""A terminal in a process of its own that moves money without pause until somebody kills it.

``python -m tests.faults.busy_terminal ORDERS`` (JSON, see ``Orders``): recovers what its predecessors left open, waits
for a line on standard input, then works as the kiosk's services do, with the virtual devices' state on disk. It says on
standard output, a line each: ``recovering``; ``recovered``; ``asked REQUEST`` before anything else knows that request;
``done REQUEST KIND OUTCOME MINOR`` when the books have answered.
"""

from __future__ import annotations

import dataclasses
import json
import random
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from atm_app.banking.deposits import Deposits
from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import CashFate, NoteCount, NotesOfValue
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.intent_ports import IntentKind
from atm_app.ports import Cancellation
from atm_app.stores import Deposit, Movement, Outcome, StoreUnavailable, Transfer
from db.folder import DataFolder
from db.storage import Storage

NOTE = 100_00  # minor units; the one denomination there is
POSITION = 1
MOST_NOTES = 3
SESSION, SUBJECT, POLICY = bytes(16), b"s" * 16, "cardless"
LONGEST_LIFE = 86_400  # seconds


@dataclass(frozen=True)
class Orders:
    """``payee``: the account transfers go to. ``seed``: of what the customer wants next."""

    folder: str
    terminal: str
    customer: int
    account: int
    payee: int
    seed: int

    def text(self) -> str:
        return json.dumps(dataclasses.asdict(self))


def devices(folder: DataFolder) -> tuple[VirtualDispenser, VirtualAcceptor]:
    return (
        VirtualDispenser(folder.virtual / "dispenser.json"),
        VirtualAcceptor(folder.virtual / "acceptor.json", [NOTE]),
    )


def say(*words: object) -> None:
    print(*words, flush=True)


class ToldRandom:
    """Whatever request it makes, the one who listens hears of it first."""

    def randbelow(self, upper: int) -> int:
        return secrets.randbelow(upper)

    def token_bytes(self, count: int) -> bytes:
        made = secrets.token_bytes(count)
        say("asked", made.hex())
        return made


class BusyTerminal:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._choice = random.Random(orders.seed)
        storage = Storage(DataFolder(Path(orders.folder)), orders.terminal, "INR")
        storage.open()
        self._dispenser, self._acceptor = devices(storage.folder)
        self._acceptor.changed = self._insert_notes
        self._in_hand = 0
        chance, ledger, intents = ToldRandom(), storage.ledger, storage.intents
        self._withdrawals = Withdrawals(ledger, intents, self._dispenser, chance)
        self._deposits = Deposits(ledger, intents, self._acceptor, chance)
        self._transfers = Transfers(ledger, intents, chance)
        self._settlement = Settlement(ledger, intents)
        self._recovery = Recovery(self._settlement, intents, self._dispenser, self._acceptor)
        self._visits = storage.visits
        self._seal = storage.audit.seal

    def recover(self) -> None:
        say("recovering")
        self._visits.end_all()
        assert self._visits.begin(self._orders.customer, POLICY, SESSION, LONGEST_LIFE)
        for intent, movement in self._recovery.settle_open():
            self._tell(intent.request_id, intent.kind, movement, intent.amount.minor)
        self._seal()
        say("recovered")

    def work(self) -> None:
        while True:
            try:
                self._choice.choice((self._withdraw, self._pay_in, self._transfer))()
            except StoreUnavailable:
                self.recover()

    def _withdraw(self) -> None:
        count = self._choice.randint(1, MOST_NOTES)
        mix, amount = (NoteCount(POSITION, NOTE, count),), Money(NOTE * count)
        orders = self._orders
        request, movement = self._withdrawals.hold(
            orders.customer, SUBJECT, orders.account, amount, mix, SESSION, POLICY
        )
        assert movement.outcome is Outcome.HELD, movement
        fate = self._withdrawals.pay_out(request, mix)
        assert fate is CashFate.PRESENTED, fate
        if self._choice.random() < 0.8:
            self._dispenser.take()
        fate = self._withdrawals.wait_taken(request, 0.0)
        self._tell(request, IntentKind.WITHDRAWAL, self._settlement.settle(request, fate), amount.minor)

    def _pay_in(self) -> None:
        request = self._deposits.new_request()
        self._deposits.begin(request, "INR")
        self._in_hand = self._choice.randint(1, MOST_NOTES)
        notes = self._deposits.count(request, 5.0, Cancellation()).notes
        amount = Money(sum(note.denomination * note.count for note in notes))
        orders = self._orders
        movement = self._deposits.hold(
            Deposit(request, orders.customer, orders.account, amount, notes, SESSION, SUBJECT, POLICY)
        )
        assert movement.outcome is Outcome.HELD, movement
        keeps = self._choice.random() < 0.8
        fate = self._deposits.keep(request) if keeps else self._deposits.give_back(request, 5.0)
        self._tell(request, IntentKind.DEPOSIT, self._settlement.settle(request, fate), amount.minor)

    def _transfer(self) -> None:
        request, amount, orders = self._transfers.new_request(), Money(self._choice.randint(1, 500)), self._orders
        movement = self._transfers.book(
            Transfer(request, orders.customer, orders.account, amount, SESSION, SUBJECT, POLICY, to=orders.payee)
        )
        self._tell(request, IntentKind.TRANSFER, movement, amount.minor)

    def _insert_notes(self) -> None:
        """The slot has opened before a customer with notes in hand."""
        if self._acceptor.slot_open and self._in_hand:
            count, self._in_hand = self._in_hand, 0
            self._acceptor.insert((NotesOfValue(NOTE, count),))

    def _tell(self, request: bytes, kind: IntentKind, movement: Movement, minor: int) -> None:
        say("done", request.hex(), kind.value, movement.outcome.value, minor)


def main(orders: Orders) -> None:
    terminal = BusyTerminal(orders)
    terminal.recover()
    sys.stdin.readline()
    terminal.work()


if __name__ == "__main__":
    main(Orders(**json.loads(sys.argv[1])))
