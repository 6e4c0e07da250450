"""A running kiosk and the centre's settings: says which it runs, notices a newer version, and starts anew for it while
nobody is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from atm_app.ports import Clock, Timer, Work, Workers
from atm_app.stores import AuditEvent, StoreUnavailable
from atm_app.trust.publication import Versions
from commands.settings_in_force import NotUsable, SettingsInForce
from db.storage import Storage

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
# So that not all machines of a fleet start at once: the first ones show whether they come back.
LONGEST_DELAY_SECONDS = 300
# Between two looks whether the machine is free.
FREE_SECONDS = 5.0
# An audit row holds 1024 letters of JSON, in which a quotation mark takes two.
LONGEST_AUDITED = 400


@dataclass(frozen=True)
class Restart:
    """``is_free``: nobody is there, customer or staff. ``delay``: seconds, another every time. ``begin``: end this
    process, for whoever watches over it to start the next."""

    is_free: Callable[[], bool]
    delay: Callable[[], float]
    begin: Callable[[], None]


@dataclass(frozen=True)
class _Seen:
    """``reason``: why it is refused; empty where it can be used."""

    newest: Versions
    reason: str = ""


class SettingsWatch:
    """``restart``: None where nobody would start the machine again; a newer version then waits for the next start. All
    but what asks the database happens on the clock's thread."""

    def __init__(
        self, storage: Storage, judge: SettingsInForce, clock: Clock, workers: Workers, restart: Restart | None
    ) -> None:  # fmt: skip
        self._storage = storage
        self._running = judge.running
        self._judge = judge
        self._clock = clock
        self._workers = workers
        self._restart = restart
        self._judged: _Seen | None = None
        self._timer: Timer | None = None
        self._due: Timer | None = None
        self.waits = False  # a newer version that can be used

    def start(self) -> None:
        self._workers.submit(Work.LEDGER, self.look, self._looked, self._did_not)

    def stop(self) -> None:
        for timer in (self._timer, self._due):
            if timer is not None:
                timer.cancel()
        self._timer = self._due = None

    def look(self) -> _Seen:
        """On a worker. One read, and no more as long as nothing is new."""
        newest = self._storage.published_settings.newest()
        if self._judged is not None and self._judged.newest == newest:
            return self._judged
        refused, reason = None, ""
        if newest != self._running.versions:
            try:
                self._judge.judge(self._storage.published_settings.in_force(), self._storage.vault)
            except NotUsable as problem:
                refused, reason = newest.newest, str(problem)
        if reason:
            self._audit("refused", version=newest.newest, why=_plain(reason)[:LONGEST_AUDITED])
        elif self._judged is None and self._running.is_new:
            versions = self._running.versions
            self._audit("taken", general=versions.general, own=versions.own)
        self._storage.published_settings.tell(self._running.versions, refused, reason)
        return _Seen(newest, reason)

    def _audit(self, outcome: str, **details: str | int | float) -> None:
        self._storage.audit.write(AuditEvent("settings", outcome, details=details))

    def _looked(self, seen: _Seen) -> None:
        if seen != self._judged:
            self._judged = seen
            self._hear(seen)
        self._again()

    def _hear(self, seen: _Seen) -> None:
        self.waits = not seen.reason and seen.newest != self._running.versions
        if seen.reason:
            log.error("the centre's settings are refused; this machine goes on with %s: %s",
                      self._running.versions, seen.reason)  # fmt: skip
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self.waits:
            log.info("the centre published settings (%s); here runs %s until the next start",
                     seen.newest, self._running.versions)  # fmt: skip
            if self._restart is not None:
                self._due = self._clock.call_later(self._restart.delay(), self._try)

    def _try(self) -> None:
        assert self._restart is not None, "nothing is due otherwise"
        if self._restart.is_free():
            log.info("starting anew for the centre's settings")
            self._due = None
            self._restart.begin()
        else:
            self._due = self._clock.call_later(FREE_SECONDS, self._try)

    def _did_not(self, error: Exception) -> None:
        told = str(error) if isinstance(error, StoreUnavailable) else ""
        log.debug("the centre's settings could not be asked for: %s %s", type(error).__name__, told)
        self._again()

    def _again(self) -> None:
        self._timer = self._clock.call_later(LOOK_SECONDS, self.start)


def _plain(text: str) -> str:
    """A letter stays one letter in JSON."""
    return text.encode("ascii", "replace").decode()
