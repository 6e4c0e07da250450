"""What a machine tells Prometheus and people over HTTP: real requests to the server of a machine that has customers."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from atm_app.config import Settings, WatchSettings
from atm_app.desk import WATCH_SECONDS
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.stores import StoreUnavailable
from atm_app.watch.heartbeat import Doing, Heartbeat, Sighting
from commands.figures import Figures
from commands.figures_server import MOST_AT_ONCE, FiguresServer
from tests.flows.conftest import MakeWorld
from tests.flows.steps import cardless_to_menu, to_menu
from tests.world import PIN, World


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    made = make_world(watch=WatchSettings(port=9464))
    made.wait(WATCH_SECONDS)
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[FiguresServer]:
    """Of a machine that was seen once."""
    figures = Figures("T-1")
    figures.take(Sighting(0.0, Heartbeat(Doing.FREE, "", (DeviceStatus("camera", DeviceState.ONLINE),))))
    made = FiguresServer(Settings(terminal="T-1"), figures)
    made.start(port=0)
    yield made
    made.stop()


@pytest.fixture
def watched(world: World) -> Iterator[FiguresServer]:
    figures = Figures(world.terminal)
    object.__setattr__(world.controller.machine, "sighted", figures.take)
    made = FiguresServer(world.settings, figures)
    made.start(port=0)
    world.wait(WATCH_SECONDS)
    yield made
    made.stop()


def ask(server: FiguresServer, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def figures_of(server: FiguresServer) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    status, headers, body = ask(server, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(body) for sample in family.samples
    }  # fmt: skip


def test_a_visit_is_counted_as_it_went(world: World, watched: FiguresServer) -> None:
    before = figures_of(watched)
    assert before["atm_doing", "free"] == 1
    cardless_to_menu(world)
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.touch("amount", "200000")
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    world.touch("done")
    world.touch("cancel")
    world.wait(WATCH_SECONDS)
    world.sensor.state = DeviceState.OFFLINE
    world.wait(WATCH_SECONDS + 1)
    now = figures_of(watched)
    assert sum(value for labels, value in now.items() if labels[0] == "atm_sessions_total") == 1
    assert now["atm_factor_decisions_total", "face", "accepted"] == 1
    assert now["atm_factor_decisions_total", "one_time_code", "accepted"] == 1
    assert now["atm_face_decision_seconds_count",] == 1
    assert now["atm_face_decision_seconds_sum",] == 4.0
    assert now["atm_movements_total", "withdrawal", "posted"] == 1
    notes = {labels: value for labels, value in now.items() if labels[0] == "atm_cassette_notes"}
    assert sum(notes.values()) == sum(unit.count for unit in world.storage.ledger.cash_units())
    assert now["atm_device_state", "fingerprint", "offline"] == 1
    assert now["atm_device_state", "fingerprint", "online"] == 0
    assert now["atm_out_of_service_seconds_total",] == 0


def test_the_time_out_of_service_is_counted(
    world: World, watched: FiguresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage.sign_ups, "give_up", broken)
        world.controller.send("fail", "database")
        world.wait(10 * WATCH_SECONDS)
        now = figures_of(watched)
    assert now["atm_out_of_service_seconds_total",] == pytest.approx(30, abs=2 * WATCH_SECONDS)
    assert now["atm_doing", "out_of_service"] == 1
    assert "It is out of service: database." in ask(watched, "/")[2]


def test_the_page_says_it_in_words_and_names_nobody(world: World, watched: FiguresServer) -> None:
    to_menu(world)
    world.wait(WATCH_SECONDS)
    status, headers, page = ask(watched, "/")
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert "A customer is at it." in page
    assert "fingerprint" in page
    assert "<script" not in page
    assert 'http-equiv="refresh"' in page
    told = page + ask(watched, "/metrics")[2]
    customer = world.customer
    personal = (customer.number, customer.email, customer.phone, *customer.name.split(), PIN, customer.pseudonym.hex())
    assert [each for each in personal if each in told] == []
    world.touch("cancel")
    world.touch("done")


@pytest.mark.parametrize("path", ["/", "/metrics", "/else"])
def test_a_browser_is_told_to_do_nothing_with_it(server: FiguresServer, path: str) -> None:
    _, headers, _ = ask(server, path)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "atm"


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/metrics"])
def test_it_is_read_and_nothing_else(server: FiguresServer, method: str, path: str) -> None:
    status, headers, body = ask(server, path, method)
    assert status in (405, 501)
    assert body == ""
    assert "Content-Security-Policy" in headers


@pytest.mark.parametrize(("host", "status"), [
    ("localhost", 200), ("127.0.0.1", 200), ("LOCALHOST:9464", 200), ("[::1]:9464", 200),
    ("evil.example", 421), ("evil.example:9464", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("localhost.", 421),
])  # fmt: skip
def test_a_name_that_was_bound_to_loopback_reads_nothing(server: FiguresServer, host: str, status: int) -> None:
    answered, _, body = ask(server, "/metrics", Host=host)
    assert answered == status
    assert bool(body) is (status == 200)


def test_what_was_asked_does_not_come_back(server: FiguresServer) -> None:
    status, _, body = ask(server, "/<script>alert(1)</script>")
    assert (status, body) == (404, "")


def test_whoever_holds_connections_open_holds_nobody_up(server: FiguresServer) -> None:
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MOST_AT_ONCE)]
    try:
        for each in held[: MOST_AT_ONCE // 2]:
            each.close()
        assert ask(server, "/metrics")[0] == 200
    finally:
        for each in held:
            each.close()


def test_a_port_that_is_taken_stops_nothing(server: FiguresServer) -> None:
    second = FiguresServer(Settings(terminal="T-2"), Figures("T-2"))
    second.start(port=server.port)
    assert second.port == 0
    second.stop()


def test_nobody_is_told_unless_the_settings_say_so() -> None:
    assert WatchSettings().port == 0
    assert WatchSettings().address == "127.0.0.1"
