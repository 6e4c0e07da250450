"""What a process says of itself, and what it reads back of its own decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from atm_app import __version__
from atm_app.watch.heartbeat import Decision, Heartbeat
from db.connection import Database

# Longer names and advice are cut: the columns are so wide.
LONGEST_NAME, LONGEST_ADVICE, LONGEST_REASON = 32, 200, 32


class WatchRows:
    """``process``: kiosk or staff; ``chain``: of its audit; ``clock``: the machine's own."""

    def __init__(
        self, database: Database, terminal: str, process: str, chain: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._terminal = terminal
        self._process = process
        self._chain = chain

    def beat(self, heartbeat: Heartbeat) -> None:
        devices = [
            {"place": place, "name": device.name[:LONGEST_NAME], "state": device.state.value,
             "stands_in": int(device.virtual), "advice": device.advice[:LONGEST_ADVICE]}
            for place, device in enumerate(heartbeat.devices)
        ]  # fmt: skip
        self._database.rows(
            "beat_with_clock",
            terminal=self._terminal, process=self._process, doing=heartbeat.doing.value,
            reason=heartbeat.reason[:LONGEST_REASON], version=__version__, devices=json.dumps(devices),
            clock=self._clock().astimezone(UTC).replace(tzinfo=None),
        )  # fmt: skip

    def newest_decision(self) -> int:
        row = self._database.row("newest_of", chain=self._chain)
        return int(row["id"]) if row else 0

    def decisions_after(self, audit_id: int) -> tuple[Decision, ...]:
        return tuple(
            Decision(int(row["id"]), row["event"], row["outcome"], _figures(row["details"]))
            for row in self._database.rows("decisions_after", chain=self._chain, after=audit_id)
        )


def _figures(details: str) -> dict[str, str | int | float]:
    """Nothing where somebody wrote past the procedures what is no JSON: the rest is counted all the same."""
    try:
        found = json.loads(details)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
