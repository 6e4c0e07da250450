"""Between hold and settlement: money that moves. Nobody can cancel there, and every way out settles."""

from __future__ import annotations

import logging

from atm_app.cash_ports import CashFate
from atm_app.desk import Step
from atm_app.ports import DeviceError, Work
from atm_app.stores import Movement, Outcome

log = logging.getLogger(__name__)


class MovingMoney(Step):
    """``device`` and ``kind``: of the audit's rows and of what is out of service when the device cannot be asked."""

    waits_for_customer = False
    device = ""
    kind = ""

    def settled(self, fate: CashFate) -> None:
        """The books have it; where the customer goes from here."""
        raise NotImplementedError  # cash out and cash in go on differently

    def late_note(self, fate: CashFate) -> str:
        """What is said when the books cannot be reached, though the notes are where ``fate`` says."""
        raise NotImplementedError  # cash out and cash in go on differently

    def settle(self, fate: CashFate) -> None:
        request_id = self.session.order.request_id
        self.session.order.fate = fate
        self.desk.work(
            Work.LEDGER, lambda: self.machine.settlement.settle(request_id, fate), self._settled, self._not_settled
        )

    def postpone(self, error: Exception, note: str) -> bool:
        """The device cannot be asked where the notes are. Nothing is guessed: recovery asks when it is back."""
        if not isinstance(error, DeviceError):
            return False
        self.desk.trouble = self.device
        self.desk.note_event(f"{self.kind}_settle", "postponed")
        self.desk.send("explain", note)
        return True

    def _settled(self, movement: Movement) -> None:
        order = self.session.order
        order.movement = movement
        assert order.fate is not None
        if movement.outcome is Outcome.REFUSED:
            log.error("the books refused to settle: %s", movement.reason)
            self.desk.note_event(f"{self.kind}_settle", "disputed", reason=movement.reason)
            self.desk.send("explain", "cash_unknown")
        else:
            self.settled(order.fate)

    def _not_settled(self, error: Exception) -> bool:
        """What the database did not hear, recovery tells it as soon as it is back."""
        order = self.session.order
        assert order.fate is not None
        self.desk.trouble = "database"
        self.desk.note_event(f"{self.kind}_settle", "postponed")
        self.desk.send("explain", self.late_note(order.fate))
        return isinstance(error, Exception)
