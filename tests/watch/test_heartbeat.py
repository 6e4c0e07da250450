"""What the machine says of itself every few seconds, on the real database: in place, of nobody, and in nobody's way."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from atm_app import __version__
from atm_app.desk import WATCH_SECONDS
from atm_app.ports import DeviceState, Work
from atm_app.stores import StoreUnavailable
from atm_app.trust.vault import KeyProblem
from db.connection import SQL
from tests.db.bank import administrator, ask
from tests.flows.steps import to_menu
from tests.world import World


@pytest.fixture
def admin(world: World) -> Iterator[Any]:
    connection = administrator(world.storage.folder)
    yield connection
    connection.close()


def said(world: World, admin: Any) -> tuple[str, str, str]:
    (row,) = ask(admin, "SELECT doing, reason, version FROM heartbeat WHERE terminal = %s", (world.terminal,))
    return row[0], row[1], row[2]


def devices(world: World, admin: Any) -> dict[str, tuple[str, int]]:
    rows = ask(
        admin, "SELECT device, state, stands_in FROM heartbeat_device WHERE terminal = %s", (world.terminal,)
    )  # fmt: skip
    return {device: (state, stands_in) for device, state, stands_in in rows}


def test_it_says_what_it_is_doing_and_of_whom_never(world: World, admin: Any) -> None:
    world.wait(WATCH_SECONDS)
    assert said(world, admin) == ("free", "", __version__)
    to_menu(world)
    world.wait(WATCH_SECONDS)
    assert said(world, admin)[:2] == ("customer", "")
    written = repr(ask(admin, "SELECT * FROM heartbeat")) + repr(ask(admin, "SELECT * FROM heartbeat_device"))
    customer = world.customer
    assert not [told for told in (customer.number, customer.email, customer.name, customer.phone) if told in written]
    world.touch("cancel")
    world.touch("done")


def test_each_device_is_told_as_it_is(world: World, admin: Any) -> None:
    world.sensor.state = DeviceState.OFFLINE
    world.wait(WATCH_SECONDS + 1)
    told = devices(world, admin)
    assert told["fingerprint"] == ("offline", 1)
    assert told["camera"] == ("online", 1)
    assert len(told) == 6
    world.sensor.state = DeviceState.ONLINE
    world.wait(WATCH_SECONDS + 1)
    assert devices(world, admin)["fingerprint"] == ("online", 1)


def test_hours_of_it_leave_as_many_rows_as_minutes(world: World, admin: Any) -> None:
    world.wait(WATCH_SECONDS)
    (first,) = ask(admin, "SELECT since, beaten_at FROM heartbeat WHERE terminal = %s", (world.terminal,))
    rows = len(devices(world, admin))
    for _ in range(20):
        world.wait(WATCH_SECONDS)
    (last,) = ask(admin, "SELECT since, beaten_at FROM heartbeat WHERE terminal = %s", (world.terminal,))
    assert last[0] == first[0], "it has been free since then"
    assert last[1] > first[1]
    assert len(devices(world, admin)) == rows


def test_a_machine_out_of_service_says_why(world: World, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise KeyProblem("the ring is gone")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage.sign_ups, "give_up", broken)
        world.controller.send("fail", "dispenser")
        world.wait(2 * WATCH_SECONDS)
        assert said(world, admin)[:2] == ("out_of_service", "KeyProblem")
    world.wait(2 * WATCH_SECONDS)
    assert said(world, admin)[:2] == ("free", "")


def test_one_at_a_time_waits_for_the_ledger(world: World) -> None:
    """However long the ledger takes, what it owes a customer stands behind one beat at most; out of service behind the
    preparation as well."""
    world.wait(WATCH_SECONDS)
    world.workers.held.add(Work.LEDGER)
    for state, most in (("welcome", 1), ("out_of_service", 3)):
        if state == "out_of_service":
            world.controller.send("fail", "dispenser")
        for _ in range(10):
            world.wait(WATCH_SECONDS)
        assert world.state == state
        assert len([item for item in world.workers._waiting if item[0] is Work.LEDGER]) <= most
    world.workers.held.clear()
    world.settle()


def test_a_beat_that_fails_ends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage.watch, "beat", lost)
        world.wait(WATCH_SECONDS)
        seen = len(world.sightings)
        assert world.state == "welcome"
    world.wait(WATCH_SECONDS)
    assert len(world.sightings) == seen + 1


def test_a_row_that_somebody_else_wrote_stops_no_counting(world: World, admin: Any) -> None:
    world.wait(WATCH_SECONDS)
    chain = f"{world.terminal}/kiosk"
    for event, details in (("face_liveness", "no JSON"), ("face_liveness", "[1]"), ("pin_verify", "{}")):
        ask(
            admin,
            "INSERT INTO audit (chain, event, outcome, session, subject, details) VALUES (%s, %s, 'live', '', '', %s)",
            (chain, event, details),
        )
    world.wait(WATCH_SECONDS)
    assert [decision.event for decision in world.sightings[-1].decisions] == ["face_liveness"] * 2 + ["pin_verify"]
    assert [dict(decision.details) for decision in world.sightings[-1].decisions] == [{}, {}, {}]


def test_the_version_it_tells_is_the_projects() -> None:
    project = tomllib.loads((SQL.parent / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__
