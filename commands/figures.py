"""Figures of one machine for Prometheus, counted from what the machine sees of itself and kept in memory. Nobody is in
them: their labels are devices, factors, kinds of movement and words of ours."""

from __future__ import annotations

import platform
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from atm_app import __version__
from atm_app.banking.money import MINOR_DIGITS
from atm_app.ports import DeviceState
from atm_app.watch.fleet import FleetPage, FleetRecords
from atm_app.watch.heartbeat import Decision, Doing, Sighting
from commands.fleet_figures import FleetFigures

# Seconds of a face decision: with its challenges it takes from two to thirty.
FACE_BUCKETS = (1.0, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 45.0)


class Figures:
    """``take`` is called with every sighting; the others from any thread. ``fleet``: None where
    nobody is asked for it."""

    def __init__(self, terminal: str, fleet: FleetRecords | None = None) -> None:
        self.registry = CollectorRegistry()
        self._fleet = FleetFigures(fleet, self.registry) if fleet else None
        self.latest: Sighting | None = None
        build = Info("atm_build", "What runs here.", registry=self.registry)
        build.info({"version": __version__, "python": platform.python_version(), "terminal": terminal})
        self._sessions = Counter("atm_sessions", "Visits that ended, by how.", ["outcome"], registry=self.registry)
        self._decisions = Counter(
            "atm_factor_decisions", "Factors that were shown.", ["factor", "verdict"], registry=self.registry
        )
        self._face = Histogram(
            "atm_face_decision_seconds", "How long a live face took to be told.", buckets=FACE_BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self._movements = Counter("atm_movements", "Movements of money.", ["kind", "outcome"], registry=self.registry)
        self._alerts = Counter("atm_alerts", "What staff were told of.", ["alert"], registry=self.registry)
        self._notes = Gauge(
            "atm_cassette_notes", "Notes that should lie in it.", ["position", "note"], registry=self.registry
        )
        self._capacity = Gauge(
            "atm_cassette_loaded_notes", "Notes it was loaded with.", ["position", "note"], registry=self.registry
        )
        self._device = Gauge(
            "atm_device_state", "1 for the state it is in.", ["device", "state"], registry=self.registry
        )
        self._doing = Gauge("atm_doing", "1 for what the machine is doing.", ["doing"], registry=self.registry)
        self._out_of_service = Counter(
            "atm_out_of_service_seconds", "In which nobody was served.", registry=self.registry
        )
        self._seen = Gauge(
            "atm_last_sighting_timestamp_seconds", "When it last looked at itself.", registry=self.registry
        )

    def take(self, sighting: Sighting) -> None:
        """Counts it; a millisecond."""
        before, self.latest = self.latest, sighting
        if before is not None and before.heartbeat.doing is Doing.OUT_OF_SERVICE:
            self._out_of_service.inc(max(0.0, sighting.at - before.at))
        self._seen.set(time.time())
        for doing in Doing:
            self._doing.labels(doing.value).set(doing is sighting.heartbeat.doing)
        for device in sighting.heartbeat.devices:
            for state in DeviceState:
                self._device.labels(device.name, state.value).set(state is device.state)
        for unit in sighting.cash_units or ():
            note = f"{unit.denomination / 10 ** MINOR_DIGITS[unit.currency]:g} {unit.currency}"
            self._notes.labels(str(unit.position), note).set(unit.count)
            self._capacity.labels(str(unit.position), note).set(unit.initial)
        for decision in sighting.decisions:
            self._count(decision)

    def _count(self, decision: Decision) -> None:
        event, outcome = decision.event, decision.outcome
        name, _, last = event.rpartition("_")
        if event == "session" and outcome != "begun":
            self._sessions.labels(outcome).inc()
        elif event == "alert":
            self._alerts.labels(outcome).inc()
        elif event == "face_liveness":
            self._decisions.labels("liveness", outcome).inc()
            if "seconds" in decision.details:
                self._face.observe(float(decision.details["seconds"]))
        elif last in ("verify", "identify"):
            self._decisions.labels(name, outcome).inc()
        elif last == "settle":
            self._movements.labels(name, outcome).inc()
        elif last == "hold" and outcome != "held":
            self._movements.labels(name, "refused").inc()
        elif "fee" in decision.details:  # moved at once: a transfer, a bill, a top-up
            self._movements.labels(event, outcome if outcome == "posted" else "refused").inc()

    def fleet(self) -> FleetPage | None:
        """The worst terminals and how many there are; may take as long as the database does. A machine whose database
        does not answer tells how it was."""
        if self._fleet is None:
            return None
        if self.latest is None or not self.latest.heartbeat.database_answers:
            return self._fleet.latest
        return self._fleet.look()

    def exposition(self) -> bytes:
        """As Prometheus reads it, in its text format."""
        self.fleet()
        return generate_latest(self.registry)
