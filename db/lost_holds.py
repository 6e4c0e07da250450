"""Holds whose notes are nobody knows where, with what the books and the machine's own journal have of them. Staff role
only."""

from __future__ import annotations

import json
from datetime import UTC

from atm_app.banking.money import Money
from atm_app.branch.lost_notes import BookedLine, LostHold
from atm_app.cash_ports import CashFate
from db.connection import Database, Row
from db.intents import IntentRows


class LostHoldRows:
    """Reads only. ``intents``: of the machine this runs on."""

    def __init__(self, database: Database, terminal: str, intents: IntentRows) -> None:
        self._database = database
        self._terminal = terminal
        self._intents = intents

    def of(self, request_id: bytes) -> LostHold | None:
        row = self._database.row("lost_hold", request=request_id, terminal=self._terminal)
        if row is None:
            return None
        booked = tuple(map(_line, self._database.rows("postings_of_hold", request=request_id)))
        return LostHold(
            request_id, row["kind"], Money(int(row["amount"]), row["currency"]), row["account_end"],
            self._notes(row), CashFate(row["fate"]), row["created_at"].replace(tzinfo=UTC),
            row["settled_at"].replace(tzinfo=UTC), bool(row["counted"]), booked, self._intents.entry(request_id),
        )  # fmt: skip

    def _notes(self, row: Row) -> tuple[tuple[int, int], ...]:
        """A withdrawal names cassettes, a deposit denominations. An exchange may have put another note into a cassette
        since: then the sum tells, and none is named."""
        units = {
            unit["position"]: int(unit["denomination"])
            for unit in self._database.rows("cash_units_of", terminal=self._terminal)
        }
        notes = tuple(
            (int(note.get("denomination", units.get(note.get("position"), 0))), int(note["count"]))
            for note in json.loads(row["notes"])
        )
        return notes if sum(note * count for note, count in notes) == int(row["amount"]) else ()


def _line(row: Row) -> BookedLine:
    return BookedLine(
        int(row["journal_id"]), row["created_at"].replace(tzinfo=UTC), row["kind"],
        row["account_end"] or row["account_kind"], int(row["amount"]),
    )  # fmt: skip
