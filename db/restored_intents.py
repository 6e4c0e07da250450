"""What a restore means for movements of money: none is lost silently, none is booked twice, nothing is guessed.

Books of an earlier moment meet the terminal's own journal, which either outlived the database and is newer than they
are, or comes from the backup and is as old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from atm_app.cash_ports import CashFate
from atm_app.intent_ports import IntentState
from atm_app.stores import Outcome
from db.intents import ENDED
from db.storage import Storage

# The journal is copied after the rows were read, and its clock is the terminal's own.
MARGIN_SECONDS = 3600.0


@dataclass(frozen=True)
class Reconciled:
    """``suspended``: holds whose end the books do not know any more, for staff to settle. ``disputed``: movements the
    journal saw settled and the books have never heard of."""

    suspended: int
    disputed: int


def reconcile(storage: Storage, terminal: str, made_at: datetime, *, own_journal: bool) -> Reconciled:
    """Before the machine starts on restored books. ``own_journal``: the journal was the terminal's until now, so that
    what is open in it is open indeed, and its recovery asks the device. Raises StoreUnavailable."""
    suspended = disputed = 0
    for hold in storage.staff.rows("open_holds_of", terminal=terminal):
        request = bytes(hold["request_id"])
        state = storage.intents.state_of(request)
        is_open = state is not None and state not in ENDED
        if is_open and (own_journal or state is IntentState.TAKEN):
            continue
        storage.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
        if is_open:
            storage.intents.advance(request, IntentState.SETTLED)
        suspended += 1
    for request in storage.intents.settled_since(made_at.timestamp() - MARGIN_SECONDS):
        if storage.staff.row("request_outcome", request=request) is None:
            storage.intents.advance(request, IntentState.DISPUTED)
            disputed += 1
    return Reconciled(suspended, disputed)
