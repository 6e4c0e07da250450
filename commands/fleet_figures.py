"""The fleet's figures for Prometheus and the status page: asked of the database when somebody asks for them, and kept
for a while. No terminal is a label: every machine of a fleet would tell of every other one."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge

from atm_app.watch.fleet import HEARD, FleetPage, FleetQuery, FleetRecords, TerminalState

log = logging.getLogger(__name__)

KEPT_SECONDS = 15.0
# Lines of the status page; those that want somebody stand first.
MOST = 50


class FleetFigures:
    """``look`` is called from any thread. ``now``: monotonic seconds."""

    def __init__(
        self, records: FleetRecords, registry: CollectorRegistry, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._records = records
        self._now = now
        self._asking = threading.Lock()
        self._asked: float | None = None
        self.latest: FleetPage | None = None
        self._terminals = Gauge("atm_fleet_terminals", "Terminals in each state.", ["state"], registry=registry)
        self._versions = Gauge(
            "atm_fleet_versions", "Terminals that are heard of, by version.", ["version"], registry=registry
        )
        self._clock = Gauge(
            "atm_fleet_clock_off_seconds", "Of the clock that is most off, among those heard of.", registry=registry
        )
        self._silence = Gauge(
            "atm_fleet_longest_silence_seconds", "Of the terminal not heard of for longest.", registry=registry
        )
        self._looked = Gauge(
            "atm_fleet_last_look_timestamp_seconds", "When the database last said so.", registry=registry
        )

    def look(self) -> FleetPage | None:
        """As it was ``KEPT_SECONDS`` ago at most, or as it last could be seen; None where it never could."""
        due = self._asked is None or self._now() - self._asked >= KEPT_SECONDS
        if due and self._asking.acquire(blocking=False):
            try:
                self._take(self._records.page(FleetQuery(count=MOST)))
            except Exception as error:  # whoever asks sees the machine all the same
                log.warning("the fleet could not be looked at: %s", type(error).__name__)
            finally:
                self._asked = self._now()
                self._asking.release()
        return self.latest

    def _take(self, page: FleetPage) -> None:
        self.latest = page
        self._looked.set(time.time())
        states, versions = Counter[TerminalState](), Counter[str]()
        clocks, silences = [0.0], [0]
        for count in page.counts:
            states[count.state] += count.terminals
            if count.state in HEARD:
                versions[count.version] += count.terminals
                clocks.append(count.clock_off or 0.0)
            elif count.state is TerminalState.SILENT:
                silences.append(count.longest_silence or 0)
        for state in TerminalState:
            self._terminals.labels(state.value).set(states[state])
        self._versions.clear()
        for version, terminals in versions.items():
            self._versions.labels(version).set(terminals)
        self._clock.set(max(clocks))
        self._silence.set(max(silences))
