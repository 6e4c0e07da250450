"""Every kiosk of a fleet sees all of them; the database says which one tells staff."""

from __future__ import annotations

import logging

from atm_app.desk import Desk
from atm_app.ports import Work
from atm_app.stores import AuditEvent, StoreUnavailable
from atm_app.trust.alerts import Alert
from atm_app.watch.fleet import FleetNews, told_of
from atm_app.watch.heartbeat import Heartbeat

log = logging.getLogger(__name__)

# The database lets one of all kiosks look at the fleet as often as this.
LOOK_SECONDS = 15.0
CLAIM_BYTES = 16


class FleetWatcher:
    """``look`` runs on the controller's thread. The question is asked on the messages' thread, in no customer's way,
    and only by a machine that could tell somebody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due = 0.0
        self._looking = False

    def look(self, heartbeat: Heartbeat) -> None:
        machine = self._desk.machine
        store, now = machine.fleet, machine.clock.monotonic()
        if store is None or self._looking or now < self._due or not machine.alerts.reaches_somebody:
            return
        if heartbeat.database_answers:
            self._looking, self._due = True, now + LOOK_SECONDS
            claim, settings = machine.random.token_bytes(CLAIM_BYTES), machine.settings.fleet_alerts
            machine.workers.submit(
                Work.MESSAGES, lambda: store.look(claim, settings), self._came_back, self._did_not
            )  # fmt: skip

    def _came_back(self, news: tuple[FleetNews, ...]) -> None:
        self._looking = False
        for alert, detail, terminals in told_of(news):
            self._tell(alert, detail, terminals)

    def _did_not(self, error: Exception) -> None:
        self._looking = False
        told = str(error) if isinstance(error, StoreUnavailable) else ""
        log.warning("the fleet could not be looked at: %s %s", type(error).__name__, told)

    def _tell(self, alert: Alert, detail: str, terminals: int) -> None:
        machine = self._desk.machine
        row = AuditEvent("alert", alert.value, details={"terminals": terminals})
        self._desk.beside(Work.LEDGER, lambda: machine.audit.write(row))
        self._desk.beside(Work.MESSAGES, lambda: machine.alerts.tell(alert, detail))
