"""Settles what an earlier process or a lost database left open, each intent exactly once, whatever the order of the
crashes. Nothing is guessed: where the notes are, their device says."""

from __future__ import annotations

from atm_app.banking.settlement import Settlement
from atm_app.cash_ports import CashAcceptor, CashDispenser, CashFate
from atm_app.intent_ports import Intent, IntentJournal, IntentKind, IntentState
from atm_app.stores import Movement

Recovered = tuple[Intent, Movement]


class Recovery:
    """Runs at the start, and again after every trouble."""

    def __init__(
        self, settlement: Settlement, intents: IntentJournal, dispenser: CashDispenser, acceptor: CashAcceptor
    ) -> None:
        self._settlement = settlement
        self._intents = intents
        self._dispenser = dispenser
        self._acceptor = acceptor

    def settle_open(self) -> tuple[Recovered, ...]:
        """Each open intent with what it came to. REFUSED: the books had settled it otherwise, which is a task for
        staff and not for a machine.

        Raises StoreUnavailable, DeviceUnavailable when the device cannot be asked; what was settled stays settled.
        """
        return tuple((intent, self._settle(intent)) for intent in self._intents.open())

    def _settle(self, intent: Intent) -> Movement:
        if intent.kind is IntentKind.TRANSFER:
            return self._settlement.settle_transfer(intent.request_id)
        if intent.kind is IntentKind.DEPOSIT:
            return self._settlement.settle(intent.request_id, self._acceptor.fate(intent.request_id))
        return self._settlement.settle(intent.request_id, self._fate_of_withdrawal(intent))

    def _fate_of_withdrawal(self, intent: Intent) -> CashFate:
        if intent.state in (IntentState.CREATED, IntentState.HELD):
            return CashFate.NOT_DISPENSED
        if intent.state is IntentState.TAKEN:
            return CashFate.TAKEN
        return self._dispenser.fate(intent.request_id)
