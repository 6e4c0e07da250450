"""How a terminal of the fleet is, in whole words: a line of a table, and the sentence over its details. English, for
staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from atm_app.watch.fleet import HEARD, FleetCount, FleetTerminal, TerminalState
from atm_app.watch.heartbeat import SILENT_SECONDS

COLUMNS = ("Terminal", "State", "Since", "Last heard", "Clock", "Version", "Devices", "Cassettes", "Cash")
STATES = {
    TerminalState.STARTING: "Starting", TerminalState.FREE: "Serving, free",
    TerminalState.CUSTOMER: "Serving a customer", TerminalState.SERVED: "In the hands of staff",
    TerminalState.OUT_OF_SERVICE: "Out of service", TerminalState.SILENT: "Not heard of",
    TerminalState.NEVER: "Never heard of", TerminalState.REVOKED: "Revoked", TerminalState.OTHER: "Busy",
}  # fmt: skip
SERVING = (
    TerminalState.STARTING, TerminalState.FREE, TerminalState.CUSTOMER, TerminalState.SERVED, TerminalState.OTHER,
)  # fmt: skip
# Why a machine is out of service, by the word it says.
WHY = {
    "database": "the database does not answer", "dispenser": "the dispenser does not work",
    "acceptor": "notes could not be given back", "trouble": "something went wrong, and it is looking at itself",
}  # fmt: skip
# What the list can be narrowed to.
CHOICES: dict[str, tuple[TerminalState, ...]] = {
    "All": (), "In service": SERVING, "Out of service": (TerminalState.OUT_OF_SERVICE,),
    "Not heard of": (TerminalState.SILENT,), "Never heard of": (TerminalState.NEVER,),
    "Revoked": (TerminalState.REVOKED,),
}  # fmt: skip
# Seconds of each, the longest first: a length of time is told in the largest of which it has two.
UNITS = ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
# A clock that is less off than this is told as right; half a second is the network's.
RIGHT_SECONDS = 1.0


def lasting(seconds: float) -> str:
    """In whole units, rounded down."""
    size, name = next((unit for unit in UNITS if seconds >= 2 * unit[0]), UNITS[-1])
    return f"{seconds // size:.0f} {name}"


def cells(terminal: FleetTerminal, locale: str) -> tuple[str, ...]:
    """As ``COLUMNS`` stand; ``locale``: of sums of money."""
    return (
        terminal.terminal, STATES[terminal.state], _moment(_since(terminal)), heard(terminal), clock(terminal),
        terminal.version, devices(terminal), cassettes(terminal), terminal.cash.text(locale) if terminal.cash else "",
    )  # fmt: skip


def heard(terminal: FleetTerminal) -> str:
    if terminal.silent_seconds is None:
        return "never"
    return "just now" if terminal.silent_seconds <= SILENT_SECONDS else f"{lasting(terminal.silent_seconds)} ago"


def clock(terminal: FleetTerminal) -> str:
    """Of one that is silent nobody knows."""
    ahead = terminal.clock_ahead
    if terminal.state not in HEARD:
        return ""
    if ahead is None:
        return "not told"
    if abs(ahead) < RIGHT_SECONDS:
        return "right"
    return f"{lasting(abs(ahead))} {'fast' if ahead > 0 else 'slow'}"


def cassettes(terminal: FleetTerminal) -> str:
    if terminal.cash is None:
        return ""
    told = [f"{count} {name}" for count, name in ((terminal.empty, "empty"), (terminal.low, "low")) if count]
    return ", ".join(told) or "enough"


def devices(terminal: FleetTerminal) -> str:
    """How many are down, and the worst of them."""
    if terminal.state in (TerminalState.NEVER, TerminalState.REVOKED):
        return ""
    if terminal.worst is None:
        return "all work"
    more = f", {terminal.devices_down - 1} more" if terminal.devices_down > 1 else ""
    return f"down: {terminal.worst.name}{more}"


def sentence(terminal: FleetTerminal) -> str:
    """Over the details."""
    told = STATES[terminal.state]
    if terminal.state is TerminalState.OUT_OF_SERVICE:
        told += f": {WHY.get(terminal.reason, terminal.reason.replace('_', ' ') or 'it does not say why')}"
    since = _since(terminal)
    told += f", since {since.astimezone():%d %b %H:%M}." if since else "."
    off = clock(terminal)
    if off and off not in ("right", "not told"):
        told += f" Its clock is {off}."
    return told


def summary(counts: Sequence[FleetCount]) -> str:
    """Of all there are: how many, and how many of them want somebody."""
    states = Counter[TerminalState]()
    versions = Counter[str]()
    for count in counts:
        states[count.state] += count.terminals
        if count.state in HEARD:
            versions[count.version] += count.terminals
    terminals = sum(states.values())
    told = [f"{terminals} terminal" if terminals == 1 else f"{terminals} terminals"]
    for name, of in CHOICES.items():
        if number := sum(states[state] for state in of):
            told.append(f"{number} {name.lower()}")
    if len(versions) > 1:
        told.append(f"{len(versions)} versions")
    return "  ·  ".join(told)


def _since(terminal: FleetTerminal) -> datetime | None:
    return terminal.heard_at if terminal.state is TerminalState.SILENT else terminal.since


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone():%d %b %H:%M}" if at else ""
