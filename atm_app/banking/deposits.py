"""A cash deposit: count into escrow → ask the books → keep the notes → post. Notes the books will not take, or the
customer changes their mind about, are given back. Each step is on the terminal's own disk before the next one.
"""

from __future__ import annotations

from atm_app.banking.money import Money
from atm_app.banking.transfers import REQUEST_BYTES
from atm_app.cash_ports import CashAcceptor, CashFate, Escrow, NotesIn
from atm_app.intent_ports import Intent, IntentJournal, IntentKind, IntentState
from atm_app.ports import Cancellation, DeviceError, Random
from atm_app.stores import Deposit, Ledger, Movement, Outcome


def value_of(notes: NotesIn, currency: str) -> Money:
    """What counted notes are worth."""
    return Money(sum(note.denomination * note.count for note in notes), currency)


class Deposits:
    """``begin`` and ``hold`` run on ``Work.LEDGER``; the rest on ``Work.ACCEPTOR``."""

    def __init__(self, ledger: Ledger, intents: IntentJournal, acceptor: CashAcceptor, random: Random) -> None:
        self._ledger = ledger
        self._intents = intents
        self._acceptor = acceptor
        self._random = random

    def new_request(self) -> bytes:
        """Known to the visit before anything is done, so that whoever ends it can end the deposit too."""
        return self._random.token_bytes(REQUEST_BYTES)

    def begin(self, request_id: bytes, currency: str) -> None:
        """On disk before the slot opens: whoever finds notes in escrow later knows whose they are."""
        self._intents.record(Intent(request_id, IntentState.CREATED, Money(0, currency), IntentKind.DEPOSIT))

    def count(self, request_id: bytes, seconds: float, cancellation: Cancellation) -> Escrow:
        """Take notes into escrow. Raises Cancelled, DeviceError."""
        return self._acceptor.count(request_id, seconds, cancellation)

    def hold(self, deposit: Deposit) -> Movement:
        """Ask the books whether the notes may be kept; refused ones are still in escrow, for ``give_back``.
        Raises StoreUnavailable."""
        movement = self._ledger.hold_deposit(deposit)
        if movement.outcome is Outcome.HELD:
            self._intents.advance(deposit.request_id, IntentState.HELD)
        return movement

    def keep(self, request_id: bytes) -> CashFate:
        """Escrow into the deposit box. Raises DeviceUnavailable when the acceptor cannot even be asked."""
        self._intents.advance(request_id, IntentState.STORING)
        try:
            self._acceptor.store(request_id)
        except DeviceError:
            return self._acceptor.fate(request_id)
        return CashFate.STORED

    def give_back(self, request_id: bytes, seconds: float) -> CashFate:
        """Escrow to the customer."""
        return self._acceptor.give_back(request_id, seconds)
