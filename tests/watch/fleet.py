"""A fleet's rows on a server of a test's own: terminals that beat, and the time that passes for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.heartbeat import Doing, Heartbeat
from db.folder import DataFolder
from db.storage import Storage
from db.watch import WatchRows
from tests.db.bank import administrator, ask

ONLINE = DeviceStatus("camera", DeviceState.ONLINE)
MANY = 1000


class FleetOfRows:
    """``storage``: of one terminal of them, T-1, which asks."""

    def __init__(self, folder: DataFolder) -> None:
        self.storage = Storage(folder, "T-1", "INR")
        self.storage.open()
        self.admin: Any = administrator(folder)
        self.add("T-1")

    def close(self) -> None:
        self.admin.close()
        self.storage.close()

    def empty(self) -> None:
        """But for T-1, which has said nothing yet."""
        for table in ("fleet_alert", "heartbeat_device", "heartbeat", "invitation", "terminal_login", "cash_unit"):
            ask(self.admin, f"DELETE FROM {table}")
        ask(self.admin, "DELETE FROM terminal WHERE terminal <> 'T-1'")
        self.turn()

    def turn(self, watching: float = 86_400) -> None:
        """The next look is due; somebody has looked for so many seconds."""
        ask(
            self.admin, "UPDATE fleet_watch SET watched_at = UTC_TIMESTAMP(6) - INTERVAL 20 SECOND,"
            " watching_since = UTC_TIMESTAMP(6) - INTERVAL %s SECOND", (watching,),
        )  # fmt: skip

    def add(self, terminal: str) -> None:
        ask(self.admin, "INSERT IGNORE INTO terminal (terminal) VALUES (%s)", (terminal,))

    def beat(
        self, terminal: str, doing: Doing = Doing.FREE, reason: str = "", devices: tuple[DeviceStatus, ...] = (ONLINE,),
        ahead: float = 0.0,
    ) -> None:  # fmt: skip
        """``ahead``: seconds of its clock."""
        clock: Callable[[], datetime] = lambda: datetime.now(UTC) + timedelta(seconds=ahead)  # noqa: E731
        self.add(terminal)
        rows = WatchRows(self.storage.kiosk, terminal, "kiosk", f"{terminal}/kiosk", clock)
        rows.beat(Heartbeat(doing, reason, devices))

    def set(self, terminal: str, assignment: str, *values: object) -> None:
        """Of its heartbeat, as SQL has it."""
        ask(self.admin, f"UPDATE heartbeat SET {assignment} WHERE terminal = %s", (*values, terminal))

    def silence(self, terminal: str, seconds: float) -> None:
        self.set(terminal, "beaten_at = UTC_TIMESTAMP(6) - INTERVAL %s SECOND", seconds)

    def pass_over(self, seconds: float) -> None:
        """What was seen has lasted so much longer."""
        ask(self.admin, "UPDATE fleet_alert SET begun_at = begun_at - INTERVAL %s SECOND", (seconds,))

    def revoke(self, terminal: str) -> None:
        ask(
            self.admin, "INSERT INTO terminal_login (terminal, state, revoked_at) VALUES (%s, 'revoked',"
            " UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE state = 'revoked'", (terminal,),
        )  # fmt: skip

    def load(self, terminal: str, *units: tuple[int, int, int]) -> None:
        """Cassettes: major units of a note, how many were loaded, how many are left."""
        for position, (major, loaded, left) in enumerate(units, 1):
            ask(
                self.admin, "INSERT INTO cash_unit (terminal, position, denomination, currency, initial, presented)"
                " VALUES (%s, %s, %s, 'INR', %s, %s)", (terminal, position, major * 100, loaded, loaded - left),
            )  # fmt: skip

    def add_many(self) -> None:
        """A thousand that were heard of now, each with four cassettes and six devices."""
        numbers = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT "
        name = "CONCAT('ATM-', LPAD(i, 4, '0'))"
        few = "(SELECT 1 AS p UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6) d"
        now = "UTC_TIMESTAMP(6)"
        ask(self.admin, "SET timestamp = UNIX_TIMESTAMP(NOW(6))")  # one moment for a beat and its devices
        for statement in (
            f"INSERT INTO terminal (terminal) {numbers} {name} FROM n",
            "INSERT INTO heartbeat (terminal, process, doing, reason, version, since, beaten_at, clock_ahead)"
            f" {numbers} {name}, 'kiosk', 'free', '', '0.1.0', {now}, {now}, 12 FROM n",
            "INSERT INTO heartbeat_device (terminal, process, device, place, state, stands_in, beaten_at)"
            f" {numbers} {name}, 'kiosk', CONCAT('device ', p), p, IF(MOD(i + p, 200), 'online', 'offline'), 0, {now}"
            f" FROM n CROSS JOIN {few}",
            "INSERT INTO cash_unit (terminal, position, denomination, currency, initial)"
            f" {numbers} {name}, p, 10000, 'INR', 1000 FROM n CROSS JOIN {few} WHERE p < 5",
        ):
            ask(self.admin, statement, (MANY,))
        ask(self.admin, "SET timestamp = DEFAULT")
        ask(self.admin, "ANALYZE TABLE terminal, heartbeat, heartbeat_device, cash_unit")
