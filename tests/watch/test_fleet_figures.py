"""What every machine tells Prometheus and people of its fleet, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from atm_app import __version__
from atm_app.config import Settings
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.stores import StoreUnavailable
from atm_app.watch.fleet import FleetPage, FleetQuery
from atm_app.watch.heartbeat import DATABASE_TROUBLE, Doing, Heartbeat, Sighting
from commands.figures import Figures
from commands.figures_server import FiguresServer
from commands.fleet_figures import KEPT_SECONDS, MOST, FleetFigures
from tests.watch.fleet import MANY, ONLINE, FleetOfRows
from tests.watch.test_figures import ask, figures_of

SEEN = Sighting(0.0, Heartbeat(Doing.FREE, "", ()))


@pytest.fixture
def server(fleet_rows: FleetOfRows) -> Iterator[FiguresServer]:
    """Of a machine whose fleet is empty yet."""
    fleet_rows.empty()
    figures = Figures("T-1", fleet_rows.storage.fleet_figures)
    figures.take(SEEN)
    made = FiguresServer(Settings(terminal="T-1"), figures)
    made.start(port=0)
    yield made
    made.stop()


def test_the_fleet_is_counted_by_state_and_version(fleet_rows: FleetOfRows, server: FiguresServer) -> None:
    fleet_rows.beat("A", ahead=-12)
    fleet_rows.beat(
        "B", Doing.OUT_OF_SERVICE, "dispenser", (DeviceStatus("dispenser", DeviceState.HARDWARE_ERROR), ONLINE)
    )
    fleet_rows.beat("C", ahead=900)
    fleet_rows.silence("C", 500)
    fleet_rows.beat("<b>D", ahead=2)
    fleet_rows.set("<b>D", "version = '0.0.9'")
    fleet_rows.load("A", (500, 100, 100))
    now = figures_of(server)
    states = {labels[1]: value for labels, value in now.items() if labels[0] == "atm_fleet_terminals"}
    assert {state: value for state, value in states.items() if value} == {
        "free": 2, "out_of_service": 1, "silent": 1, "never": 1,
    }  # fmt: skip
    assert now["atm_fleet_versions", __version__] == 2
    assert now["atm_fleet_versions", "0.0.9"] == 1
    assert now["atm_fleet_clock_off_seconds",] == pytest.approx(12, abs=1), "of those that are heard of"
    assert now["atm_fleet_longest_silence_seconds",] == pytest.approx(500, abs=5)
    _, _, page = ask(server, "/")
    lines = page.split("<h2>Fleet</h2>")[1].split("<tr>")
    assert [line.split("</td>")[0].removeprefix("<td>") for line in lines[2:]] == ["C", "B", "A", "&lt;b&gt;D", "T-1"]
    assert "down: dispenser" in lines[3]
    assert "12 seconds slow" in lines[4]
    assert "5 terminals" in page


def test_of_a_thousand_the_worst_stand_on_the_page_and_none_is_a_label(
    fleet_rows: FleetOfRows, server: FiguresServer
) -> None:
    fleet_rows.add_many()
    fleet_rows.silence("ATM-0500", 60)
    page = ask(server, "/")[2].split("<h2>Fleet</h2>")[1]
    assert page.count("<tr>") == 1 + MOST
    assert page.split("<td>")[1].startswith("ATM-0500")
    assert f"{MANY + 1} terminals" in page
    assert f"These are the {MOST} that want somebody most." in page
    assert "ATM-" not in ask(server, "/metrics")[2]


class Records:
    """Counts how often it is asked; ``gone``: the database does not answer."""

    def __init__(self) -> None:
        self.asked, self.gone = 0, False

    def page(self, query: FleetQuery) -> FleetPage:
        self.asked += 1
        if self.gone:
            raise StoreUnavailable("gone")
        return FleetPage((), False, ())


def test_whoever_asks_often_asks_the_database_seldom_and_sees_how_it_was() -> None:
    records, at = Records(), 0.0
    figures = FleetFigures(records, CollectorRegistry(), lambda: at)
    first = figures.look()
    assert first is not None
    assert figures.look() is first
    assert records.asked == 1
    records.gone, at = True, KEPT_SECONDS
    assert figures.look() is first
    assert figures.look() is first
    assert records.asked == 2, "one that does not answer is not asked by everybody"


def test_a_machine_without_its_database_asks_nobody() -> None:
    records = Records()
    figures = Figures("T-1", records)
    assert figures.fleet() is None
    figures.take(replace(SEEN, heartbeat=Heartbeat(Doing.OUT_OF_SERVICE, DATABASE_TROUBLE, ())))
    figures.exposition()
    assert records.asked == 0
