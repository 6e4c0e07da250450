"""What a fate of notes means for the customer's money, told to the books."""

from __future__ import annotations

from atm_app.cash_ports import CashFate
from atm_app.intent_ports import IntentJournal, IntentState
from atm_app.stores import Ledger, Movement, Outcome

OUTCOME_OF = {
    # of a withdrawal
    CashFate.NOT_DISPENSED: Outcome.VOIDED,
    CashFate.STACKED: Outcome.VOIDED,
    CashFate.REJECTED: Outcome.VOIDED,
    CashFate.RETRACTED: Outcome.VOIDED,
    CashFate.TAKEN: Outcome.POSTED,
    CashFate.PRESENTED: Outcome.SUSPENDED,
    # of a deposit
    CashFate.STORED: Outcome.POSTED,
    CashFate.RETURNED: Outcome.VOIDED,
    # of both
    CashFate.UNKNOWN: Outcome.SUSPENDED,
}


class Settlement:
    """Runs on ``Work.LEDGER``."""

    def __init__(self, ledger: Ledger, intents: IntentJournal) -> None:
        self._ledger = ledger
        self._intents = intents

    def settle(self, request_id: bytes, fate: CashFate) -> Movement:
        """Post, void or suspend. Raises StoreUnavailable; ``Recovery`` settles it later then.

        REFUSED: the books know the hold otherwise or not at all. The intent is kept as disputed for staff.
        """
        movement = self._ledger.settle(request_id, OUTCOME_OF[fate], fate)
        refused = movement.outcome is Outcome.REFUSED
        self._intents.advance(request_id, IntentState.DISPUTED if refused else IntentState.SETTLED)
        return movement

    def settle_transfer(self, request_id: bytes) -> Movement:
        """Find out whether a transfer was posted; if not, the books refuse it for good from now on."""
        movement = self._ledger.settle(request_id, Outcome.VOIDED, CashFate.NOT_DISPENSED)
        self._intents.advance(request_id, IntentState.SETTLED)
        return movement
