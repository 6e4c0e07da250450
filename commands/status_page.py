"""The machine as a page for people: its state, devices, cassettes, and its fleet. No script, no name, nothing to
press."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from atm_app import __version__
from atm_app.banking.money import Money
from atm_app.watch.fleet import FleetPage
from atm_app.watch.fleet_words import COLUMNS, cells, summary
from atm_app.watch.heartbeat import SILENT_SECONDS, Doing, Sighting

AGAIN_SECONDS = 5
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;color:#0b1b33;background:#f3f6fb}"
    "table{border-collapse:collapse;width:100%;background:#fff}td,th{padding:.4rem .8rem;text-align:left;"
    "border-bottom:1px solid #ccd6e8}h2{margin-top:2rem}"
)
# The one style the page may have, for the browser to compare.
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
DOINGS = {
    Doing.STARTING: "It is starting.", Doing.FREE: "It is free: nobody is at it.",
    Doing.CUSTOMER: "A customer is at it.", Doing.SERVED: "It is in the hands of staff.",
    Doing.OUT_OF_SERVICE: "It is out of service",
}  # fmt: skip


def page_of(terminal: str, sighting: Sighting | None, now: float, fleet: FleetPage | None = None) -> bytes:
    """``now``: monotonic seconds."""
    if sighting is None:
        body = "<p>It has not looked at itself yet.</p>"
    else:
        body = _state(sighting, now - sighting.at) + _devices(sighting) + _cassettes(sighting)
    body += _fleet(fleet) if fleet else ""
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{AGAIN_SECONDS}"><title>{escape(terminal)}</title>'
        f"<style>{STYLE}</style></head>"
    )
    foot = f"<p>Version {escape(__version__)}. Figures for Prometheus: <a href=/metrics>/metrics</a>.</p>"
    return f"{head}<body><h1>Machine {escape(terminal)}</h1>{body}{foot}</body></html>".encode()


def _state(sighting: Sighting, age: float) -> str:
    heartbeat = sighting.heartbeat
    told = DOINGS[heartbeat.doing]
    if heartbeat.doing is Doing.OUT_OF_SERVICE:
        told = f"{told}: {heartbeat.reason.replace('_', ' ') or 'it does not say why'}."
    silent = f" <strong>It has said nothing for {age:.0f} seconds.</strong>" if age > SILENT_SECONDS else ""
    return f"<p>{escape(told)}{silent}</p>"


def _devices(sighting: Sighting) -> str:
    rows = [
        (device.name, device.state.value.replace("_", " ") + (", virtual" if device.virtual else ""), device.advice)
        for device in sighting.heartbeat.devices
    ]
    return _table("Devices", ("Device", "State", "What to do"), rows)


def _cassettes(sighting: Sighting) -> str:
    rows = [
        (str(unit.position), Money(unit.denomination, unit.currency).text("en"), f"{unit.count} of {unit.initial}",
         unit.replenishment_status.value)
        for unit in sighting.cash_units or ()
    ]  # fmt: skip
    return _table("Cassettes", ("Cassette", "Note", "Notes", "State"), rows) if rows else ""


def _fleet(fleet: FleetPage) -> str:
    rows = [cells(each, "en") for each in fleet.terminals]
    told = f"<p>{escape(summary(fleet.counts))}</p>"
    more = f"<p>These are the {len(rows)} that want somebody most.</p>" if fleet.more else ""
    return _table("Fleet", COLUMNS, rows) + told + more


def _table(title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{lines}</table>"
