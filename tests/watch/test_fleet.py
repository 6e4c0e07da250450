"""A fleet as one list, and staff told once of what is wrong with it, however many kiosks see it."""

from __future__ import annotations

import secrets
import time

import pytest

from atm_app import __version__
from atm_app.banking.money import Money
from atm_app.desk import WATCH_SECONDS
from atm_app.devices.mail import Inbox, MailChannel
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.trust.alerts import Alert, Alerts
from atm_app.watch.fleet import PAGE, FleetNews, FleetQuery, FleetTerminal, TerminalState, Trouble, WorstDevice, told_of
from atm_app.watch.fleet_watcher import LOOK_SECONDS
from atm_app.watch.heartbeat import SILENT_SECONDS, Doing
from atm_app.watch_settings import AlertSettings, FleetAlertSettings
from db.storage import Storage
from tests.db.bank import InThread, administrator, ask, connection_id, wait_at_a_lock
from tests.flows.conftest import MakeWorld
from tests.mailbox import channel as channel
from tests.mailbox import inbox as inbox
from tests.watch.fleet import MANY, ONLINE, FleetOfRows

STAFF = "staff@bank.example"
SETTINGS = FleetAlertSettings(silent_after=300, clock_off=5, other_version_after=3600)


@pytest.fixture
def fleet(fleet_rows: FleetOfRows) -> FleetOfRows:
    fleet_rows.empty()
    return fleet_rows


def listed(fleet: FleetOfRows, **query: object) -> list[FleetTerminal]:
    return list(fleet.storage.fleet.page(FleetQuery(**query)).terminals)  # type: ignore[arg-type]


def look(fleet: FleetOfRows, claim: bytes = b"") -> list[tuple[str, str, bool]]:
    """One due look of T-1: what it is to tell."""
    fleet.turn()
    return facts(fleet.storage.fleet_watch.look(claim or secrets.token_bytes(16), SETTINGS))


def facts(news: tuple[FleetNews, ...]) -> list[tuple[str, str, bool]]:
    return [(each.terminal, each.trouble.value, each.over) for each in news]


# --- the list --------------------------------------------------------------------------------------------------------


def test_each_terminal_is_one_line_and_the_worst_comes_first(fleet: FleetOfRows) -> None:
    gone = DeviceStatus("printer", DeviceState.OFFLINE)
    broken = DeviceStatus("dispenser", DeviceState.HARDWARE_ERROR)
    for terminal in ("FREE", "LOST", "SHUT", "GONE", "LOW"):
        fleet.beat(terminal)
    fleet.beat("BROKEN", devices=(gone, ONLINE, broken))
    fleet.beat("SHUT", Doing.OUT_OF_SERVICE, "dispenser")
    fleet.silence("LOST", SILENT_SECONDS + 2)
    fleet.revoke("GONE")
    fleet.load("LOW", (500, 100, 9), (100, 100, 0), (200, 100, 10))
    found = listed(fleet)
    assert [(each.terminal, each.state.value) for each in found] == [
        ("LOST", "silent"), ("SHUT", "out_of_service"), ("BROKEN", "free"), ("LOW", "free"), ("FREE", "free"),
        ("T-1", "never"), ("GONE", "revoked"),
    ]  # fmt: skip
    lost, shut, down, low, free, never, _ = found
    assert (lost.silent_seconds or 0) > SILENT_SECONDS
    assert shut.reason == "dispenser"
    assert (down.devices_down, down.worst) == (2, WorstDevice("dispenser", DeviceState.HARDWARE_ERROR))
    assert (low.cash, low.low, low.empty) == (Money.of_major(9 * 500 + 10 * 200), 1, 1)
    units = fleet.storage.fleet.page(FleetQuery(chosen="LOW")).details
    assert units is not None
    assert [unit.replenishment_status.value for unit in units.cash_units] == ["low", "empty", "ok"]
    assert (free.version, free.devices_down, free.worst, free.cash) == (__version__, 0, None, None)
    assert free.clock_ahead == pytest.approx(0, abs=1)
    assert (never.heard_at, never.clock_ahead, never.version) == (None, None, "")


def test_a_machine_that_is_heard_of_at_the_last_moment_is_not_silent(fleet: FleetOfRows) -> None:
    fleet.beat("T-1")
    fleet.silence("T-1", SILENT_SECONDS - 1)
    assert listed(fleet)[0].state is TerminalState.FREE


def test_what_a_newer_version_says_is_listed_all_the_same(fleet: FleetOfRows) -> None:
    fleet.beat("NEW")
    fleet.set("NEW", "doing = 'dancing', version = '9.0'")
    assert [(each.state, each.version) for each in listed(fleet, name="NEW")] == [(TerminalState.OTHER, "9.0")]


def test_what_was_invited_is_listed_before_it_was_ever_there(fleet: FleetOfRows) -> None:
    ask(fleet.admin, "INSERT INTO terminal_login (terminal, state) VALUES ('NEW', 'invited')")
    assert [each.state for each in listed(fleet, name="new")] == [TerminalState.NEVER]


def test_a_clock_is_told_by_the_machine_and_unknown_of_the_version_before(fleet: FleetOfRows) -> None:
    fleet.beat("FAST", ahead=42)
    fleet.beat("SLOW", ahead=-3600)
    fleet.beat("EXACT", ahead=1)
    assert [each.terminal for each in listed(fleet)] == ["FAST", "SLOW", "EXACT", "T-1"]
    found = {each.terminal: each.clock_ahead for each in listed(fleet)}
    assert found["FAST"] == pytest.approx(42, abs=1)
    assert found["SLOW"] == pytest.approx(-3600, abs=1)
    before = ("FAST", "kiosk", "free", "", "0.0.9", "[]")
    ask(fleet.admin, "CALL beat(%s, %s, %s, %s, %s, %s)", before)
    assert [(each.clock_ahead, each.version) for each in listed(fleet, name="fast")] == [(None, "0.0.9")]


def test_a_part_of_a_name_is_text_and_a_list_is_a_page_at_a_time(fleet: FleetOfRows) -> None:
    for number in range(12):
        fleet.beat(f"ATM-{number:02}")
    first = fleet.storage.fleet.page(FleetQuery(name="atm-", count=5))
    assert ([each.terminal[-2:] for each in first.terminals], first.more) == (["00", "01", "02", "03", "04"], True)
    last = fleet.storage.fleet.page(FleetQuery(name="ATM-", count=5, skip=10))
    assert ([each.terminal[-2:] for each in last.terminals], last.more) == (["10", "11"], False)
    assert listed(fleet, name="%") == listed(fleet, name="' OR 1") == []
    assert listed(fleet, states=(TerminalState.SILENT, TerminalState.REVOKED)) == []
    assert [each.terminal for each in listed(fleet, states=(TerminalState.NEVER,))] == ["T-1"]


def test_a_thousand_terminals_are_one_quick_question(fleet: FleetOfRows) -> None:
    fleet.add_many()
    storage = fleet.storage
    storage.fleet.page(FleetQuery())
    begun = time.perf_counter()
    page = storage.fleet.page(FleetQuery(skip=500))
    took = time.perf_counter() - begun
    everybody = storage.fleet.page(FleetQuery(count=2 * MANY))
    begun = time.perf_counter()
    news = storage.fleet_watch.look(secrets.token_bytes(16), SETTINGS)
    looked = time.perf_counter() - begun
    print(f"a page and all counts {took * 1000:.0f} ms, a look for alerts {looked * 1000:.0f} ms")
    assert len(page.terminals) == PAGE
    assert page.more
    assert len(everybody.terminals) == MANY + 1
    assert sum(count.terminals for count in page.counts) == MANY + 1
    assert {each.devices_down for each in everybody.terminals} == {0, 1}
    assert news == ()
    assert took < 2, "it is looked at every three seconds"


# --- the rules -------------------------------------------------------------------------------------------------------


def test_silence_is_told_once_and_its_end_once(fleet: FleetOfRows) -> None:
    fleet.beat("LOST")
    fleet.silence("LOST", 299)
    assert look(fleet) == []
    fleet.silence("LOST", 302)
    assert look(fleet) == [("LOST", "silent", False)]
    assert look(fleet) == []
    fleet.beat("LOST")
    assert look(fleet) == [("LOST", "silent", True)]
    assert look(fleet) == []
    fleet.silence("LOST", 400)
    assert look(fleet) == [("LOST", "silent", False)]


def test_when_nobody_could_look_nobody_is_silent(fleet: FleetOfRows) -> None:
    """The database itself was away: then everybody has said nothing for as long."""
    fleet.beat("LOST")
    fleet.silence("LOST", 4000)
    ask(fleet.admin, "UPDATE fleet_watch SET watched_at = UTC_TIMESTAMP(6) - INTERVAL 3000 SECOND")
    assert fleet.storage.fleet_watch.look(secrets.token_bytes(16), SETTINGS) == ()
    fleet.turn(watching=100)
    assert fleet.storage.fleet_watch.look(secrets.token_bytes(16), SETTINGS) == ()
    assert look(fleet) == [("LOST", "silent", False)]


def test_a_revoked_terminal_is_nobodys_news(fleet: FleetOfRows) -> None:
    for terminal in ("LOST", "STOLEN"):
        fleet.beat(terminal)
        fleet.silence(terminal, 400)
    fleet.revoke("STOLEN")
    assert look(fleet) == [("LOST", "silent", False)]
    fleet.revoke("LOST")
    fleet.beat("LOST")
    assert look(fleet) == []


def test_a_clock_that_stays_wrong_is_told_with_how_much(fleet: FleetOfRows) -> None:
    fleet.beat("FAST", ahead=6)
    assert look(fleet) == []
    fleet.pass_over(60)
    fleet.beat("FAST", ahead=6)
    claim = secrets.token_bytes(16)
    assert look(fleet, claim) == [("FAST", "clock", False)]
    (news,) = fleet.storage.fleet_watch.look(claim, SETTINGS)
    assert news.clock_ahead == pytest.approx(6, abs=1), "an answer that was lost is given again"
    fleet.beat("FAST", ahead=4)
    assert look(fleet) == [], "nearly as wrong is not right"
    fleet.beat("FAST", ahead=1)
    assert look(fleet) == [("FAST", "clock", True)]


def test_a_clock_that_was_put_right_at_once_is_nobodys_news(fleet: FleetOfRows) -> None:
    fleet.beat("FAST", ahead=-90)
    assert look(fleet) == []
    fleet.beat("FAST")
    assert look(fleet) == []
    fleet.pass_over(60)
    fleet.beat("FAST", ahead=-90)
    assert look(fleet) == [], "a minute of its own"


def test_another_version_than_most_is_told_when_an_upgrade_should_be_over(fleet: FleetOfRows) -> None:
    for terminal in ("A", "B", "OLD"):
        fleet.beat(terminal)
    fleet.set("OLD", "version = '0.0.9'")
    assert look(fleet) == []
    fleet.pass_over(3600)
    fleet.turn()
    (news,) = fleet.storage.fleet_watch.look(secrets.token_bytes(16), SETTINGS)
    assert (news.terminal, news.trouble, news.version, news.usual) == ("OLD", Trouble.VERSION, "0.0.9", __version__)
    fleet.beat("OLD")
    assert look(fleet) == [("OLD", "version", True)]


def test_of_two_versions_none_is_the_usual_one(fleet: FleetOfRows) -> None:
    fleet.beat("A")
    fleet.beat("B")
    fleet.set("B", "version = '0.0.9'")
    look(fleet)
    assert ask(fleet.admin, "SELECT * FROM fleet_alert") == []


def test_many_at_once_are_one_message_a_kind() -> None:
    news = [FleetNews(f"ATM-{n}", Trouble.SILENT, False, "1", "", 0.0, 372) for n in range(3)]
    news.append(FleetNews("ATM-9", Trouble.CLOCK, False, "1", "", -7.4, 2))
    assert told_of(news) == (
        (Alert.TERMINAL_SILENT, "ATM-0, for 6 minutes; ATM-1, for 6 minutes; ATM-2, for 6 minutes", 3),
        (Alert.CLOCK_OFF, "ATM-9, 7 s slow", 1),
    )  # fmt: skip


# --- who tells -------------------------------------------------------------------------------------------------------


def test_of_three_that_look_at_the_same_instant_one_tells(fleet: FleetOfRows) -> None:
    """All three have seen that it is their turn before any of them takes it."""
    watchers = [Storage(fleet.storage.folder, name, "INR") for name in ("W-1", "W-2", "W-3")]
    fleet.beat("LOST")
    try:
        for watcher in watchers:
            assert watcher.fleet_watch.look(secrets.token_bytes(16), SETTINGS) == ()
        connections = [connection_id(watcher.kiosk) for watcher in watchers]
        fleet.silence("LOST", 400)
        fleet.turn()
        ask(fleet.admin, "BEGIN")
        ask(fleet.admin, "SELECT id FROM fleet_watch FOR UPDATE")
        looking = [
            InThread(lambda rows=watcher.fleet_watch: rows.look(secrets.token_bytes(16), SETTINGS))  # type: ignore[misc]
            for watcher in watchers
        ]
        for connection in connections:
            wait_at_a_lock(fleet.admin, connection, "each stands at the turn")
        ask(fleet.admin, "COMMIT")
        told = [news for each in looking for news in each.result()]
        assert facts(tuple(told)) == [("LOST", "silent", False)]
    finally:
        for watcher in watchers:
            watcher.close()


def test_of_two_kiosks_one_mail_comes_to_staff(make_world: MakeWorld, channel: MailChannel, inbox: Inbox) -> None:
    kiosks = [make_world(alerts=AlertSettings(email=STAFF), fleet_alerts=SETTINGS) for _ in range(2)]
    storage = kiosks[0].storage
    admin = administrator(storage.folder)
    name = f"LOST-{secrets.token_hex(3)}"
    ask(admin, "INSERT INTO terminal (terminal) VALUES (%s)", (name,))
    ask(
        admin, "INSERT INTO heartbeat (terminal, process, doing, version, beaten_at) VALUES"
        " (%s, 'kiosk', 'free', '1', UTC_TIMESTAMP(6) - INTERVAL 400 SECOND)", (name,),
    )  # fmt: skip
    # Terminals of other tests are gone for ever.
    ask(
        admin, "INSERT IGNORE INTO fleet_alert (terminal, kind, state)"
        " SELECT terminal, 'silent', 'told' FROM heartbeat WHERE process = 'kiosk' AND terminal <> %s", (name,),
    )  # fmt: skip
    ask(
        admin, "UPDATE fleet_watch SET watched_at = UTC_TIMESTAMP(6) - INTERVAL 20 SECOND,"
        " watching_since = UTC_TIMESTAMP(6) - INTERVAL 1 DAY",
    )  # fmt: skip
    for kiosk in kiosks:
        object.__setattr__(kiosk.controller.machine, "alerts", Alerts(channel, STAFF, kiosk.terminal))
    for kiosk in kiosks:
        kiosk.wait(LOOK_SECONDS + 2 * WATCH_SECONDS)
    ask(admin, "DELETE FROM fleet_alert")
    ask(admin, "DELETE FROM heartbeat WHERE terminal = %s", (name,))
    admin.close()
    told = [mail for mail in inbox.messages(STAFF) if mail.subject.endswith("terminal silent")]
    assert len(told) == 1
    assert f"Not heard of: {name}, for 6 minutes" in told[0].text
    assert [("alert", "terminal_silent") in kiosk.events() for kiosk in kiosks].count(True) == 1


def test_who_could_tell_nobody_takes_no_turn(make_world: MakeWorld) -> None:
    """Or what it saw would be told by none."""
    world = make_world()
    admin = administrator(world.storage.folder)
    ask(admin, "UPDATE fleet_watch SET watched_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR")
    world.wait(LOOK_SECONDS + WATCH_SECONDS)
    ((age,),) = ask(admin, "SELECT TIMESTAMPDIFF(SECOND, watched_at, UTC_TIMESTAMP(6)) FROM fleet_watch")
    admin.close()
    assert age > 3000
