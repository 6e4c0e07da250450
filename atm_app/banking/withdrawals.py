"""A withdrawal in two phases: hold → dispense → present → taken: post. Everything else voids; what nobody knows is
suspended. Each step is on the terminal's own disk before the next one starts, so that a new process can finish it.
"""

from __future__ import annotations

import contextlib

from atm_app.banking.money import Money
from atm_app.cash_ports import CashDispenser, CashFate, DispenseFailed, Mix
from atm_app.intent_ports import Intent, IntentJournal, IntentState
from atm_app.ports import DeviceError, Random
from atm_app.stores import Ledger, Movement, Outcome, StoreUnavailable, Withdrawal


class Withdrawals:
    """``hold`` runs on ``Work.LEDGER``; ``pay_out`` and ``wait_taken`` on ``Work.DISPENSER``."""

    def __init__(self, ledger: Ledger, intents: IntentJournal, dispenser: CashDispenser, random: Random) -> None:
        self._ledger = ledger
        self._intents = intents
        self._dispenser = dispenser
        self._random = random

    def hold(
        self, customer_id: int, subject: bytes, account_id: int, amount: Money, mix: Mix, session: bytes, policy: str
    ) -> tuple[bytes, Movement]:
        """Reserve the money. The request id is on disk before the database hears of it.

        Raises StoreUnavailable: nothing has moved, and what the database may hold is voided by ``Recovery``.
        """
        request_id = self._random.token_bytes(16)
        self._intents.record(Intent(request_id, IntentState.CREATED, amount))
        asked = Withdrawal(request_id, customer_id, account_id, amount, mix, session, subject, policy)
        movement = self._ledger.hold(asked)
        held = movement.outcome is Outcome.HELD
        self._intents.advance(request_id, IntentState.HELD if held else IntentState.SETTLED)
        return request_id, movement

    def pay_out(self, request_id: bytes, mix: Mix) -> CashFate:
        """Count the notes and show them in the shutter. PRESENTED, or where they are when that failed.

        Raises DeviceUnavailable when the dispenser cannot even be asked: the intent stays open for ``Recovery``.
        """
        self._intents.advance(request_id, IntentState.DISPENSING)
        try:
            self._dispenser.dispense(request_id, mix)
            self._dispenser.present(request_id)
        except DispenseFailed as failure:
            return failure.fate
        except DeviceError:
            return self._dispenser.fate(request_id)
        self._advance_if_possible(request_id, IntentState.PRESENTED)
        return CashFate.PRESENTED

    def wait_taken(self, request_id: bytes, seconds: float) -> CashFate:
        """What became of the presented notes. Raises DeviceUnavailable, as ``pay_out`` does."""
        fate = self._dispenser.wait_taken(request_id, seconds)
        if fate is CashFate.TAKEN:
            self._advance_if_possible(request_id, IntentState.TAKEN)
        return fate

    def _advance_if_possible(self, request_id: bytes, state: IntentState) -> None:
        """Once notes have moved, a full disk must not stop the customer's money: DISPENSING asks the device anyway."""
        with contextlib.suppress(StoreUnavailable):
            self._intents.advance(request_id, state)
