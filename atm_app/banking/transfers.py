"""Transfers and payments: one call of the books, made known on the terminal's own disk before it is asked."""

from __future__ import annotations

from atm_app.intent_ports import Intent, IntentJournal, IntentKind, IntentState
from atm_app.ports import Random
from atm_app.stores import Ledger, Movement, Transfer

REQUEST_BYTES = 16


class Transfers:
    """Runs on ``Work.LEDGER``."""

    def __init__(self, ledger: Ledger, intents: IntentJournal, random: Random) -> None:
        self._ledger = ledger
        self._intents = intents
        self._random = random

    def new_request(self) -> bytes:
        """Made once for every order of a customer, so that the same order twice moves money once."""
        return self._random.token_bytes(REQUEST_BYTES)

    def book(self, transfer: Transfer) -> Movement:
        """Raises StoreUnavailable: nobody knows whether it was booked. ``Recovery`` finds out, and makes sure that it
        is not booked any later."""
        self._intents.record(Intent(transfer.request_id, IntentState.CREATED, transfer.amount, IntentKind.TRANSFER))
        movement = self._ledger.transfer(transfer)
        self._intents.advance(transfer.request_id, IntentState.SETTLED)
        return movement
