"""The machine as it is at this moment: its devices, what the kiosk is doing, what happened of late. Looked at again
every three seconds while the page is open and nobody has locked the console."""

from __future__ import annotations

from collections.abc import Sequence
from tkinter import ttk

from atm_app.banking.cash import CashUnit, ReplenishmentStatus
from atm_app.banking.money import MINOR_DIGITS, Money
from atm_app.branch.branch_ports import JournalLine
from atm_app.branch.now_ports import HOURS, Durations, FailureCount, Heard, MachineNow
from atm_app.branch.staff_session import StaffSession
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.fleet_words import WHY
from atm_app.watch.heartbeat import Doing
from gui.console import layout
from gui.console.charts import BarChart, Level, LevelChart
from gui.console.lines import PADDING, Cell, Line, Lines, card_of
from gui.console.looking import LookingPage
from gui.console.shell import Shell
from gui.console.words import LOCALE
from gui.palette import Palette

COLUMN, CHART_HEIGHT = 658, 482
TOLD, ADVICE = 530, 330  # design pixels a line of it may be long
EVERY_HOURS = 4  # an hour is named below every fourth bar
STATES = {
    DeviceState.ONLINE: "works", DeviceState.OFFLINE: "does not answer", DeviceState.NO_DEVICE: "is not there",
    DeviceState.STARTING: "is starting", DeviceState.HARDWARE_ERROR: "is broken",
    DeviceState.USER_ERROR: "wants a hand", DeviceState.FRAUD_ATTEMPT: "reports an attempt of fraud",
}  # fmt: skip
DOINGS = {
    Doing.STARTING: ("clock", "It is starting."), Doing.FREE: ("check", "It is free: nobody is at it."),
    Doing.CUSTOMER: ("person", "A customer is at it."), Doing.SERVED: ("tools", "It is in the hands of staff."),
}  # fmt: skip
FACTORS = {
    "face": "Face", "fingerprint": "Fingerprint", "palm": "Palm", "pin": "PIN or password", "one_time_code": "Code",
}  # fmt: skip


class NowPage(LookingPage[MachineNow]):
    """``lines``, ``charts``: what is shown, by the titles of their cards."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._parts = 10 ** MINOR_DIGITS[shell.settings.currency]
        scale = shell.workshop.scale
        shell.workshop.text(self.frame, "Now", "title", bold=True, on_card=False).pack(
            anchor="w", padx=scale(layout.MARGIN), pady=(scale(layout.GAP), 0)
        )
        self._told = shell.workshop.text(self.frame, "", quiet=True, on_card=False)
        self._told.pack(anchor="w", padx=scale(layout.MARGIN))
        self._columns = self._laid_out()
        self.lines: dict[str, Lines] = {}
        self._card(0, "The kiosk", Lines, (Cell(wide=True, bold=True, wrap=TOLD),), "body")
        self._card(0, "Devices", Lines, (Cell(), Cell(quiet=True, right=True, wide=True, wrap=ADVICE)), "small")
        self._cassettes = LevelChart(shell.workshop, self._titled(0, "Cassettes"), COLUMN - 2 * PADDING)
        self._cassettes.canvas.pack(anchor="w")
        width = COLUMN - 2 * PADDING
        self.charts = {
            "Sign-ins by hour": BarChart(shell.workshop, self._titled(1, "Sign-ins by hour"), width, CHART_HEIGHT,
                                         lambda value: f"{value:.0f}"),
            "Withdrawals by hour": BarChart(shell.workshop, self._titled(1, "Withdrawals by hour"), width, CHART_HEIGHT,
                                            self._sum),
        }  # fmt: skip
        for chart in self.charts.values():
            chart.canvas.pack(anchor="w")
        self._card(2, "Last movements", Lines, (Cell(quiet=True), Cell(), Cell(right=True, wide=True)), "small")
        self._card(2, "Not accepted", Lines, (Cell(), Cell(right=True, wide=True), Cell(right=True)), "small")
        self._card(2, "How long it takes", Lines, (Cell(), Cell(right=True, wide=True), Cell(right=True)), "small")
        self.begin()

    # --- looking -----------------------------------------------------------------------------------------------------

    def first(self, session: StaffSession) -> MachineNow:
        return self._shell.console.now.open(session)

    def again(self, session: StaffSession) -> MachineNow:
        return self._shell.console.now.look_again(session)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show(self, now: MachineNow) -> None:
        palette, heard = self._shell.theme.palette, now.heard
        at = f"  ·  told at {heard.at.astimezone():%H:%M:%S}  ·  version {heard.version}" if heard else ""
        self.say(f"Machine {self._shell.settings.terminal}{at}")
        self.lines["The kiosk"].fill(kiosk_lines(heard, palette))
        self.lines["Devices"].fill([device_line(device, palette) for device in heard.devices] if heard else [])
        self._cassettes.show([level_of(unit, palette) for unit in now.cash_units])
        hours = [(now.hour - HOURS + 1 + place) % 24 for place in range(HOURS)]
        names = ["" if (hour % EVERY_HOURS) else f"{hour:02}" for hour in hours]
        self.charts["Sign-ins by hour"].show(now.sign_ins, names)
        self.charts["Withdrawals by hour"].show([sum_.minor / self._parts for sum_ in now.withdrawals], names)
        self.lines["Last movements"].fill([movement_line(each) for each in now.movements])
        self.lines["Not accepted"].fill(failure_lines(now.failures))
        self.lines["How long it takes"].fill(duration_lines(now.face, now.visits))

    def say(self, text: str) -> None:
        self._shell.workshop.set(self._told, text, colour=self._shell.theme.palette.muted)

    def _sum(self, major: float) -> str:
        return Money.of_major(round(major), self._shell.settings.currency).text(LOCALE)

    # --- laying out --------------------------------------------------------------------------------------------------

    def _laid_out(self) -> Sequence[ttk.Frame]:
        scale = self._shell.workshop.scale
        columns = []
        body = ttk.Frame(self.frame)
        body.pack(anchor="w", padx=scale(layout.MARGIN), pady=scale(layout.GAP) // 2)
        for place in range(3):
            column = ttk.Frame(body, width=scale(COLUMN))
            column.grid(row=0, column=place, sticky="n", padx=(0, scale(layout.GAP)))
            columns.append(column)
        return columns

    def _titled(self, column: int, title: str) -> ttk.Frame:
        """A card as wide as its column; what goes into it."""
        work = self._shell.workshop
        card = card_of(work, self._columns[column], COLUMN)
        card.pack(fill="x", pady=(0, work.scale(layout.GAP)))
        work.text(card, title, "body", bold=True).pack(anchor="w", pady=(0, work.scale(layout.GAP) // 2))
        return card

    def _card(self, column: int, title: str, kind: type[Lines], cells: Sequence[Cell], size: str) -> None:
        signs = column == 0
        self.lines[title] = kind(self._shell.workshop, self._titled(column, title), cells, signs=signs, size=size)
        self.lines[title].frame.pack(fill="x")


def kiosk_lines(heard: Heard | None, palette: Palette) -> list[Line]:
    """What it is doing, and since when."""
    if heard is None:
        return [Line(("No kiosk was ever started here.",), "info", palette.muted)]
    if heard.silent:
        told = f"Not heard of since {heard.at.astimezone():%d %b %H:%M:%S}."
        return [Line((told,), "warning", palette.warning_deep)]
    since = Line((f"Since {heard.since.astimezone():%d %b %H:%M}",), head=True)
    if heard.doing is Doing.OUT_OF_SERVICE:
        why = WHY.get(heard.reason, heard.reason.replace("_", " ") or "it does not say why")
        return [Line((f"Out of service: {why}.",), "cancel", palette.bad), since]
    sign, told = DOINGS[heard.doing]
    return [Line((told,), sign, palette.good if heard.doing is Doing.FREE else palette.accent), since]


def device_line(device: DeviceStatus, palette: Palette) -> Line:
    told = STATES[device.state]
    name = device.name[:1].upper() + device.name[1:]
    if device.state is DeviceState.ONLINE:
        return Line((name, f"{told}, virtual" if device.virtual else told), "check", palette.good)
    told = f"{told}: {device.advice}" if device.advice else told
    if device.state in (DeviceState.STARTING, DeviceState.USER_ERROR):
        return Line((name, told), "warning", palette.warning_deep)
    return Line((name, told), "cancel", palette.bad)


def level_of(unit: CashUnit, palette: Palette) -> Level:
    colours = {ReplenishmentStatus.OK: palette.good, ReplenishmentStatus.LOW: palette.warning}
    status = unit.replenishment_status
    return Level(
        Money(unit.denomination, unit.currency).text(LOCALE), unit.count / max(1, unit.initial),
        f"{unit.count} of {unit.initial}, {status.value}", colours.get(status, palette.bad),
    )  # fmt: skip


def movement_line(line: JournalLine) -> Line:
    amount = line.amount.text(LOCALE) if line.amount else "no postings"
    return Line((f"{line.at.astimezone():%H:%M}", line.kind.replace("_", " "), amount))


def failure_lines(failures: Sequence[FailureCount]) -> list[Line]:
    if not failures:
        return [Line(("Nothing was refused in the last day.", "", ""))]
    lines = [Line(("", "in an hour", "in a day"), head=True)]
    return lines + [
        Line((FACTORS.get(each.factor, each.factor), str(each.of_hour), str(each.of_day))) for each in failures
    ]


def duration_lines(face: Durations | None, visits: Durations | None) -> list[Line]:
    found = [(name, each) for name, each in (("Telling a live face", face), ("A visit", visits)) if each is not None]
    if not found:
        return [Line(("Nobody was here in the last day.", "", ""))]
    lines = [Line(("", "mostly", "95 of 100 within"), head=True)]
    return lines + [Line((name, _seconds(each.median), _seconds(each.most))) for name, each in found]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
