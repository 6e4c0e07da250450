"""Another channel of the same bank: deposits, transfers and payments through the real services, without a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits, value_of
from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.cash_ports import NotesIn
from atm_app.config import Settings
from atm_app.identity.delivery import Delivery
from atm_app.identity.visits import LEASE_SECONDS
from atm_app.ports import Cancellation, DeviceError
from atm_app.simulation.fake_stores import FakeConfirmations, FakeCustomers
from atm_app.simulation.fake_visits import FakeVisits
from atm_app.simulation.faults import Killed, Port
from atm_app.simulation.people import Person, SeededRandom
from atm_app.simulation.terminal import Backend, Terminal
from atm_app.stores import Deposit, Outcome, StoreUnavailable, Transfer

POLICY = "cardless"
SLOT_SECONDS = 30.0


class Teller(Terminal):
    """A terminal that a person at a counter drives: what is open is recovered before each piece of work.

    ``orders``: what customers ordered, by the description their movement carries.
    """

    def __init__(
        self, name: str, backend: Backend, settings: Settings, random: SeededRandom, counts: Counter[str]
    ) -> None:
        super().__init__(name, backend, settings, random, counts, cassettes=())
        self.orders = 0
        ledger, intents = self.over(Port.DATABASE, self.ledger), self.over(Port.DISK, self.intents)
        acceptor = self.over(Port.ACCEPTOR, self.acceptor)
        self.settlement = Settlement(ledger, intents)
        self.recovery = Recovery(self.settlement, intents, self.over(Port.DISPENSER, self.dispenser), acceptor)
        self.deposits = Deposits(ledger, intents, acceptor, random)
        self.transfers = Transfers(ledger, intents, random)
        self.visits = self.over(Port.DATABASE, FakeVisits(backend.bank, name, self.chain))
        self.confirmations = Confirmations(
            self.over(Port.DATABASE, FakeConfirmations(backend.bank, name)),
            self.over(Port.DATABASE, FakeCustomers(backend.bank, self.chain)),
            Delivery((backend.post,), settings.bank).send, settings.bank,
        )  # fmt: skip

    def recover(self) -> bool:
        """Whether nothing is left open."""
        try:
            self.recovery.settle_open()
        except (StoreUnavailable, DeviceError, Killed):
            return False
        return not self.intents.open()

    def pay(self, person: Person, account: int, amount: Money, to: int | None, biller: str, reference: str) -> None:
        """One order of a customer; it is never given twice."""

        def order(session: bytes) -> None:
            self.orders += 1
            ordered = Transfer(
                self.transfers.new_request(), person.customer_id, account, amount, session, person.pseudonym, POLICY,
                to, biller, reference, f"order {self.name}-{self.orders}",
            )  # fmt: skip
            self.transfers.book(ordered)

        self._serve(person, order)

    def pay_in(self, person: Person, account: int, notes: NotesIn) -> None:
        """Notes through the slot, as the kiosk's flow does it: count, ask, keep or give back, settle."""

        def count(session: bytes) -> None:
            request_id = self.deposits.new_request()
            self.deposits.begin(request_id, "INR")
            self.acceptor.insert(notes)
            escrow = self.deposits.count(request_id, SLOT_SECONDS, Cancellation())
            asked = Deposit(
                request_id, person.customer_id, account, value_of(escrow.notes, "INR"), escrow.notes, session,
                person.pseudonym, POLICY,
            )  # fmt: skip
            if self.deposits.hold(asked).outcome is Outcome.HELD:
                fate = self.deposits.keep(request_id)
            else:
                fate = self.deposits.give_back(request_id, SLOT_SECONDS)
            self.settlement.settle(request_id, fate)

        self._serve(person, count)

    def _serve(self, person: Person, deed: Callable[[bytes], None]) -> None:
        """A visit, if nothing is left open and the customer has none at a machine."""
        if not self.recover():
            return
        session = self.random.token_bytes(16)
        try:
            if self.visits.begin(person.customer_id, POLICY, session, LEASE_SECONDS):
                deed(session)
                self.visits.end(person.customer_id, session)
        except (StoreUnavailable, DeviceError, Killed):
            self.recover()

    def send_confirmations(self) -> None:
        try:
            self.confirmations.send_owed()
        except (StoreUnavailable, Killed):
            return
