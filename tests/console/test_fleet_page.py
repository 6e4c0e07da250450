"""The page of the fleet: one kiosk alone and many, a page at a time, and never a choice that nobody made."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from atm_app.branch.roles import Role
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.fleet import PAGE, TerminalState
from atm_app.watch.fleet_words import CHOICES, STATES, cells, lasting, summary
from atm_app.watch.heartbeat import Doing, Heartbeat
from commands.staff_console import SIZE
from db.watch import WatchRows
from gui.console.fleet import FleetTablePage
from tests.console.conftest import Clerk
from tests.console.fleet_figures import COUNTS, GOOD, TERMINALS
from tests.db.bank import ask
from tests.gui.layout import clipped, visible

CAMERA = DeviceStatus("camera", DeviceState.ONLINE, virtual=True)
PRINTER = DeviceStatus("printer", DeviceState.OFFLINE, advice="plug it in")


@pytest.fixture
def page(clerk: Clerk) -> FleetTablePage:
    """With the branch's own machine alone in the list."""
    clerk.branch.storage.watch.beat(Heartbeat(Doing.FREE, "", (CAMERA, PRINTER)))
    clerk.as_(Role.CUSTODIAN)
    clerk.go_to("Fleet")
    page = clerk.shell.page
    assert isinstance(page, FleetTablePage)
    search(clerk, page, clerk.branch.settings.terminal)
    return page


def search(clerk: Clerk, page: FleetTablePage, name: str, state: str = "All") -> None:
    page.form.fields["name"].delete(0, "end")
    page.form.fields["name"].insert(0, name)
    page.form.fields["state"].set(state)  # type: ignore[attr-defined]
    clerk.press("Search")
    clerk.settle()


def beat(clerk: Clerk, *names: str) -> None:
    for name in names:
        ask(clerk.branch.admin, "INSERT IGNORE INTO terminal (terminal) VALUES (%s)", (name,))
        rows = WatchRows(clerk.branch.storage.kiosk, name, "kiosk", f"{name}/kiosk")
        rows.beat(Heartbeat(Doing.FREE, "", (CAMERA,)))


def choose(clerk: Clerk, page: FleetTablePage, key: str) -> None:
    page.table.choose(key)
    clerk.root.update()
    clerk.settle()


def row(page: FleetTablePage, key: str) -> tuple[str, ...]:
    return tuple(str(cell) for cell in page.table.widget.item(key, "values"))


def test_one_kiosk_alone_is_one_row_with_its_parts(clerk: Clerk, page: FleetTablePage) -> None:
    own = clerk.branch.settings.terminal
    assert own in page.table.keys
    assert row(page, own)[1] == "Serving, free"
    assert row(page, own)[3:5] == ("just now", "right")
    assert row(page, own)[6] == "down: printer"
    choose(clerk, page, own)
    assert [line.cells for line in page.devices.shown[1:]] == [
        ("Printer", "does not answer: plug it in"), ("Working", "camera"),
    ]  # fmt: skip
    assert len(page.cassettes.shown) == 1 + len(clerk.branch.storage.ledger.cash_units())


def test_it_looks_again_by_itself_and_chooses_nothing(clerk: Clerk, page: FleetTablePage) -> None:
    own = clerk.branch.settings.terminal
    choose(clerk, page, own)
    last = clerk.branch.last_audit()
    clerk.branch.storage.watch.beat(Heartbeat(Doing.OUT_OF_SERVICE, "dispenser", (CAMERA,)))
    clerk.look_again(page, lambda: row(page, own)[1] == "Out of service")
    assert any("Out of service: the dispenser does not work" in text for text in clerk.texts)
    assert page.table.chosen == own
    assert [line.cells[0] for line in page.devices.shown] == ["Devices", "Working"]
    clerk.settle()
    assert clerk.branch.audit_after(last) == [], "looking again is no deed, and filling the table no choice"


def test_a_list_is_narrowed_and_turned_a_page_at_a_time(clerk: Clerk, page: FleetTablePage) -> None:
    name = f"F{secrets.token_hex(2).upper()}-"
    beat(clerk, *(f"{name}{number:02}" for number in range(PAGE + 2)))
    search(clerk, page, name.lower())
    assert page.table.keys == tuple(f"{name}{number:02}" for number in range(PAGE))
    clerk.press("Next page")
    clerk.settle()
    assert page.table.keys == (f"{name}{PAGE:02}", f"{name}{PAGE + 1:02}")
    clerk.press("Next page")
    assert clerk.shell.told == "There are no more."
    clerk.press("Page before")
    clerk.settle()
    assert len(page.table.keys) == PAGE
    search(clerk, page, name, "Revoked")
    assert (page.table.keys, clerk.shell.told) == ((), "Nothing fits.")
    search(clerk, page, name, "In service")
    assert len(page.table.keys) == PAGE


def test_an_answer_to_what_was_asked_before_is_dropped(clerk: Clerk, page: FleetTablePage) -> None:
    before = page.first(clerk.shell.signed_in)
    search(clerk, page, "nothing is called like this")
    page.show(before)
    assert page.table.keys == ()


@pytest.mark.parametrize("role", Role)
def test_who_watches_the_fleet_is_offered_it(clerk: Clerk, role: Role) -> None:
    clerk.as_(role)
    assert ("Fleet" in [section.name for section in clerk.shell._offered()]) is (role is not Role.TELLER)


def test_nothing_is_cut_off_however_bad_it_is(clerk: Clerk, page: FleetTablePage) -> None:
    advice = "Plug the sensor in, or correct its port in the settings; it was last seen at another one. " * 2
    devices = tuple(replace(PRINTER, name=f"fingerprint {place}", advice=advice) for place in range(8))
    clerk.branch.storage.watch.beat(Heartbeat(Doing.OUT_OF_SERVICE, "a_reason_nobody_has_words_for_ye", devices))
    choose(clerk, page, clerk.branch.settings.terminal)
    clerk.look_again(page, lambda: len(page.devices.shown) == 5)
    clerk.root.update()
    assert not list(clipped(list(visible(clerk.top.frame))))
    bottom = page.devices.frame.winfo_rooty() + page.devices.frame.winfo_height()
    assert bottom <= clerk.root.winfo_rooty() + SIZE[1] - 52
    widget = page.table.widget
    assert sum(widget.column(name, "width") for name in widget["columns"]) <= widget.winfo_width()


def test_the_words_of_a_line() -> None:
    assert set(STATES) == set(TerminalState)
    assert {state for states in CHOICES.values() for state in states} == set(TerminalState)
    told = {each.terminal: cells(each, "en_IN") for each in TERMINALS}
    assert told["ATM-7"][1:5] == ("Not heard of", told["ATM-7"][2], "47 minutes ago", "")
    assert told["ATM-3"][7:] == ("1 empty, 1 low", "₹48,100")
    assert told["ATM-21"][4] == "not told"
    assert told["ATM-30"][4] == "3 minutes slow"
    assert told["ATM-12"][6] == "down: dispenser, 1 more"
    assert told["ATM-31"][3:] == ("never", "", "", "", "", "")
    assert cells(replace(GOOD, clock_ahead=7300.0), "en_IN")[4] == "2 hours fast"
    assert [lasting(seconds) for seconds in (0, 119, 120, 7200, 172_800)] == [
        "0 seconds", "119 seconds", "2 minutes", "2 hours", "2 days",
    ]  # fmt: skip
    assert summary(COUNTS) == (
        "32 terminals  ·  28 in service  ·  1 out of service  ·  1 not heard of  ·  1 never heard of  ·  1 revoked"
        "  ·  2 versions"
    )
