"""How one machine is at this moment. Staff role only."""

from __future__ import annotations

from datetime import UTC

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import JournalQuery
from atm_app.branch.now_ports import HOURS, Durations, FailureCount, Heard, MachineNow
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.heartbeat import Doing
from db.connection import Database, Row
from db.desk import RecordRows

KIOSK = "kiosk"
LATEST_MOVEMENTS, LATEST_TIMES = 10, 500


class NowRows:
    """``chain``: of the kiosk's audit."""

    def __init__(self, database: Database, terminal: str, chain: str, currency: str) -> None:
        self._database = database
        self._terminal = terminal
        self._chain = chain
        self._currency = currency

    def now(self) -> MachineNow:
        return MachineNow(
            self.heard(),
            tuple(CashUnit(**row) for row in self._rows("cash_units_of")),
            RecordRows(self._database).journal(JournalQuery(terminal=self._terminal, count=LATEST_MOVEMENTS)),
            tuple(
                FailureCount(row["factor"], int(row["of_hour"]), int(row["of_day"]))
                for row in self._decisions("recent_failures")
            ),
            self._durations("face_times"),
            self._durations("visit_times"),
            _by_hour(self._decisions("hourly_sign_ins"), "sign_ins"),
            tuple(Money(sum_, self._currency) for sum_ in _by_hour(self._rows("hourly_withdrawals"), "amount")),
            next((int(row["hour_now"]) for row in self._rows("hour_of")), 0),
        )

    def heard(self) -> Heard | None:
        """What the kiosk last said; None where none was ever started."""
        row = next((row for row in self._rows("heartbeats_of") if row["process"] == KIOSK), None)
        if row is None:
            return None
        devices = devices_of(self._database, self._terminal, KIOSK)
        return Heard(
            Doing(row["doing"]), row["reason"], row["version"], row["since"].replace(tzinfo=UTC),
            row["beaten_at"].replace(tzinfo=UTC), int(row["silent_seconds"]), devices,
        )  # fmt: skip

    def _durations(self, query: str) -> Durations | None:
        return Durations.of([float(row["seconds"]) for row in self._decisions(query, count=LATEST_TIMES)])

    def _rows(self, query: str, **parameters: object) -> list[Row]:
        return self._database.rows(query, terminal=self._terminal, **parameters)

    def _decisions(self, query: str, **parameters: object) -> list[Row]:
        return self._database.rows(query, chain=self._chain, **parameters)


def devices_of(database: Database, terminal: str, process: str) -> tuple[DeviceStatus, ...]:
    """As that process last told of them, in its order."""
    return tuple(
        DeviceStatus(row["device"], DeviceState(row["state"]), bool(row["stands_in"]), row["advice"])
        for row in database.rows("devices_of", terminal=terminal, process=process)
    )


def _by_hour(rows: list[Row], column: str) -> tuple[int, ...]:
    """This hour last. Of the hour before the first one a part may still be within the day: it is left out."""
    found = {int(row["hours_ago"]): int(row[column]) for row in rows}
    return tuple(found.get(hours_ago, 0) for hours_ago in range(HOURS - 1, -1, -1))
