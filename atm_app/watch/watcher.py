"""The machine looks at itself: tells what it is doing, counts what it decided, and lets staff know."""

from __future__ import annotations

import logging

from atm_app.desk import Desk
from atm_app.ports import Work
from atm_app.stores import AuditEvent, StoreUnavailable
from atm_app.trust.alerts import Alert
from atm_app.watch.alarms import Alarms
from atm_app.watch.fleet_watcher import FleetWatcher
from atm_app.watch.heartbeat import Doing, Heartbeat, Sighting, WatchStore, doing_in

log = logging.getLogger(__name__)


class Watcher:
    """``look`` runs on the controller's thread, every few seconds. What it asks of the database is one piece of work on
    the ledger's thread, two milliseconds long, and never a second one while the first has not come back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._machine = desk.machine
        self._alarms = Alarms(desk.machine.settings.alerts)
        self._fleet = FleetWatcher(desk)
        self._counting = False
        self._newest: int | None = None

    def look(self) -> None:
        store, heartbeat = self._machine.watch, self._heartbeat()
        self._fleet.look(heartbeat)
        if store is None or self._counting:
            return
        if not heartbeat.database_answers:
            self._seen(Sighting(self._machine.clock.monotonic(), heartbeat))
            return
        self._counting = True
        self._machine.workers.submit(
            Work.LEDGER, lambda: self._counted(store, heartbeat), self._came_back, self._did_not
        )  # fmt: skip

    def _heartbeat(self) -> Heartbeat:
        desk, doing = self._desk, doing_in(self._desk.flow.here)
        reason = (desk.trouble or desk.note) if doing is Doing.OUT_OF_SERVICE else ""
        # By name: as they answered first, they would stand elsewhere after every start.
        return Heartbeat(doing, reason, tuple(sorted(desk.statuses(), key=lambda status: status.name)))

    def _counted(self, store: WatchStore, heartbeat: Heartbeat) -> Sighting:
        """On the ledger's thread. What was decided before this machine started is nobody's news."""
        store.beat(heartbeat)
        if self._newest is None:
            self._newest = store.newest_decision()
        decisions = store.decisions_after(self._newest)
        if decisions:
            self._newest = decisions[-1].audit_id
        machine = self._machine
        return Sighting(
            machine.clock.monotonic(), heartbeat, decisions, machine.ledger.cash_units(), machine.heads()
        )  # fmt: skip

    def _came_back(self, sighting: Sighting) -> None:
        self._counting = False
        self._seen(sighting)

    def _did_not(self, error: Exception) -> None:
        self._counting = False
        told = str(error) if isinstance(error, StoreUnavailable) else ""
        log.warning("the machine could not tell of itself: %s %s", type(error).__name__, told)

    def _seen(self, sighting: Sighting) -> None:
        for alert, detail in self._alarms.judge(sighting):
            self._tell(alert, detail, sighting)
        self._machine.sighted(sighting)

    def _tell(self, alert: Alert, detail: str, sighting: Sighting) -> None:
        """The audit row belongs to no visit, whoever is at the machine."""
        machine = self._machine
        if sighting.heartbeat.database_answers:
            row = AuditEvent("alert", alert.value)
            self._desk.beside(Work.LEDGER, lambda: machine.audit.write(row))
        self._desk.beside(Work.MESSAGES, lambda: machine.alerts.tell(alert, detail))
