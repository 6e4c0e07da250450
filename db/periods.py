"""Accounting periods that ended and exchanges of cassettes, as the books wrote them down. Staff role only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from atm_app.banking.cash import CashUnit
from atm_app.branch.branch_ports import EndOfDay, PeriodTotal
from atm_app.branch.cash_count import CashPlace, PlaceCount
from atm_app.branch.report_ports import LAST_PERIOD, EndedPeriod, Exchange, MachineAccount, Unsettled
from atm_app.cash_ports import NotesOfValue
from db.connection import Database, Row


class PeriodRows:
    """Reads only."""

    def __init__(self, database: Database, terminal: str) -> None:
        self._database = database
        self._terminal = terminal

    def ended(self, count: int, before: int = LAST_PERIOD) -> tuple[EndedPeriod, ...]:
        rows = self._database.rows("cut_offs_of", terminal=self._terminal, before=before, count=count)
        return tuple(map(_ended_period, rows))

    def exchanges(self, first: int, last: int) -> tuple[Exchange, ...]:
        rows = self._database.rows("exchanges_of", terminal=self._terminal, first=first, last=last)
        return tuple(
            Exchange(
                bytes(row["request_id"]), int(row["period"]), int(row["journal_id"] or 0),
                row["at"].replace(tzinfo=UTC), int(row["booked"]), int(row["counted"]), int(row["loaded"]),
                row["currency"], _places(row["places"]), _named(row), row["second_name"],
            )
            for row in rows
        )  # fmt: skip


def end_of_day(row: Row) -> EndOfDay:
    totals = tuple(
        PeriodTotal(total["kind"], int(total["count"]), int(total["amount"]))
        for total in sorted(json.loads(row["totals"]), key=lambda total: str(total["kind"]))
    )
    units = tuple(CashUnit(**unit) for unit in sorted(json.loads(row["cash"]), key=lambda unit: int(unit["position"])))
    at = row["at"].replace(tzinfo=UTC)
    return EndOfDay(int(row["period"]), at, totals, units, int(row["cash_difference"]))


def places_text(places: Sequence[PlaceCount]) -> str:
    """As an exchange keeps them; one text for one count, because the request's digest covers it."""
    return json.dumps(
        [
            {"place": each.place.value, "position": each.position, "denomination": each.denomination,
             "booked": each.booked, "counted": each.counted, "loaded": each.loaded, "tested": each.tested}
            for each in places
        ],
        separators=(",", ":"),
    )  # fmt: skip


def _places(text: str) -> tuple[PlaceCount, ...]:
    return tuple(PlaceCount(**{**each, "place": CashPlace(each["place"])}) for each in json.loads(text))


def _named(row: Row) -> str:
    """Who did it; an account of staff is never deleted, but another machine's may be missing here."""
    return str(row["user_name"]) or bytes(row["done_by"]).hex()


def _listed(text: str | None) -> list[Any] | None:
    return None if text is None else json.loads(text)


def _ended_period(row: Row) -> EndedPeriod:
    cash_in, unsettled, accounts = (_listed(row[name]) for name in ("cash_in", "unsettled", "accounts"))
    return EndedPeriod(
        end_of_day(row), bytes(row["request_id"]), row["opened_at"].replace(tzinfo=UTC), _named(row),
        None if cash_in is None else tuple(
            NotesOfValue(int(note["denomination"]), int(note["count"]))
            for note in sorted(cash_in, key=lambda note: -int(note["denomination"]))
        ),
        None if unsettled is None else tuple(
            Unsettled(each["state"], each["kind"], int(each["count"]), int(each["amount"])) for each in unsettled
        ),
        None if accounts is None else tuple(
            MachineAccount(each["kind"], int(each["opening"]), int(each["moved"]), int(each["balance"]))
            for each in sorted(accounts, key=lambda each: str(each["kind"]))
        ),
    )  # fmt: skip
