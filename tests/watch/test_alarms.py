"""When staff are told, by the machine's own mail over a real server on loopback: once, and again when it is back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from atm_app.banking.cash import CashUnit
from atm_app.config import AlertSettings, MailSettings, Settings
from atm_app.desk import WATCH_SECONDS
from atm_app.devices.mail import Inbox, MailChannel
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.stores import AuditEvent
from atm_app.trust.alerts import SENTENCES, Alert, Alerts
from atm_app.trust.vault import KeyProblem
from atm_app.watch.alarms import BACK_SECONDS, Alarms
from atm_app.watch.heartbeat import Decision, Doing, Heartbeat, Sighting
from commands import audit
from db.folder import DataFolder
from db.storage import Storage
from tests.db.bank import administrator, ask
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_menu
from tests.mailbox import channel as channel
from tests.mailbox import inbox as inbox
from tests.world import PIN, World

STAFF = "staff@bank.example"
SETTINGS = AlertSettings(
    email=STAFF, device_down_after=30, out_of_service_after=30, refused_count=3, refused_window=600,
    low_cash_notes=5, low_cash_share=0.0,
)  # fmt: skip

CAMERA = DeviceStatus("camera", DeviceState.ONLINE)
UNIT = CashUnit(2, 50_000, "INR", 200, 0, 0, 0, 0)


def test_there_is_a_sentence_for_every_alert_with_nobody_in_it() -> None:
    assert set(SENTENCES) == set(Alert)
    personal = {Alert.DURESS}  # whoever helps has to know whom
    assert [alert for alert in Alert if "customer" in SENTENCES[alert]] == list(personal)


# --- the rules alone -------------------------------------------------------------------------------------------------


class Watched:
    """One machine's alarms; ``see`` lets seconds pass and says what staff are told then."""

    def __init__(self, settings: AlertSettings = SETTINGS) -> None:
        self._alarms = Alarms(settings)
        self._now = 0.0

    def see(
        self, seconds: float = 3, device: DeviceState = DeviceState.ONLINE, notes: int | None = None,
        refused: int = 0, doing: Doing = Doing.FREE, head: tuple[int, str] = (0, ""),
    ) -> list[str]:  # fmt: skip
        self._now += seconds
        heartbeat = Heartbeat(doing, "", (replace(CAMERA, state=device),))
        units = (replace(UNIT, presented=UNIT.initial - notes),) if notes is not None else None
        decisions = tuple(Decision(number, "pin_verify", "refused", {}) for number in range(refused))
        heads = json.dumps({"chain": "T/kiosk", "sequence": head[0], "seal": head[1]}) if head[0] else ""
        sighting = Sighting(self._now, heartbeat, decisions, units, heads)
        return [alert.value for alert, _ in self._alarms.judge(sighting)]


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_cassette_is_told_once_a_crossing(watched: Watched) -> None:
    assert [watched.see(notes=notes) for notes in (50, 6, 5, 4, 6, 5, 0)] == [
        [], [], ["low_cash"], [], [], [], [],
    ]  # fmt: skip
    assert watched.see(notes=200) == []
    assert watched.see(notes=5) == ["low_cash"]


def test_the_share_of_the_load_counts_where_it_is_more() -> None:
    watched = Watched(replace_settings(low_cash_share=0.25))
    assert watched.see(notes=51) == []
    assert watched.see(notes=50) == ["low_cash"]


def replace_settings(**changes: Any) -> AlertSettings:
    return AlertSettings(**{**SETTINGS.model_dump(), **changes})


def test_a_device_that_blinks_is_nobodys_news(watched: Watched) -> None:
    for _ in range(10):
        assert watched.see(29, DeviceState.OFFLINE) == []
        assert watched.see(1) == []


def test_a_device_is_told_gone_once_and_back_once_it_stays(watched: Watched) -> None:
    gone = [told for _ in range(20) for told in watched.see(3, DeviceState.OFFLINE)]
    assert gone == ["device_down"]
    assert watched.see(3) == []
    assert watched.see(3, DeviceState.OFFLINE) == [], "it came for a moment only"
    back = [told for _ in range(10) for told in watched.see(3)]
    assert back == ["device_back"]
    assert [told for _ in range(20) for told in watched.see(3, DeviceState.HARDWARE_ERROR)] == ["device_down"]


def test_an_attempt_of_fraud_is_told_at_once(watched: Watched) -> None:
    assert watched.see(3, DeviceState.FRAUD_ATTEMPT) == ["tamper"]
    assert watched.see(3, DeviceState.FRAUD_ATTEMPT) == []
    watched.see(BACK_SECONDS)
    watched.see(BACK_SECONDS)
    assert watched.see(3, DeviceState.FRAUD_ATTEMPT) == ["tamper"]


def test_refusals_count_within_their_minutes(watched: Watched) -> None:
    assert watched.see(3, refused=2) == []
    assert watched.see(600, refused=1) == [], "the first two are forgotten by now"
    assert watched.see(3, refused=2) == ["refusals"]
    assert watched.see(3, refused=5) == []


def test_refusals_are_told_again_after_a_calm(watched: Watched) -> None:
    assert watched.see(3, refused=3) == ["refusals"]
    for _ in range(4):
        assert watched.see(300) == []
    assert watched.see(3, refused=3) == ["refusals"]


def test_an_end_of_the_audit_that_goes_back_is_told(watched: Watched) -> None:
    assert watched.see(head=(5, "aa")) == []
    assert watched.see(head=(7, "bb")) == []
    assert watched.see(head=(7, "bb")) == []
    assert watched.see(head=(7, "cc")) == ["tamper"]
    assert watched.see(head=(6, "cc")) == ["tamper"]
    assert watched.see(head=(6, "cc")) == []


# --- the whole way to the mailbox ------------------------------------------------------------------------------------


@pytest.fixture
def world(make_world: MakeWorld, channel: MailChannel) -> World:
    made = make_world(alerts=SETTINGS)
    object.__setattr__(made.controller.machine, "alerts", Alerts(channel, STAFF, made.terminal))
    made.wait(WATCH_SECONDS)
    return made


@pytest.fixture
def told(world: World, inbox: Inbox) -> Callable[[Alert], list[str]]:
    def of(alert: Alert) -> list[str]:
        subject = f"{world.terminal}: {alert.value.replace('_', ' ')}"
        return [received.text for received in inbox.messages(STAFF) if received.subject == subject]

    return of


def test_a_device_that_is_pulled_out_and_put_back(world: World, told: Callable[[Alert], list[str]]) -> None:
    world.sensor.state = DeviceState.OFFLINE
    world.wait(60)
    (message,) = told(Alert.DEVICE_DOWN)
    assert "fingerprint: offline" in message
    assert ("alert", "device_down") in world.events()
    world.sensor.state = DeviceState.ONLINE
    world.wait(60)
    assert len(told(Alert.DEVICE_BACK)) == 1
    assert len(told(Alert.DEVICE_DOWN)) == 1


def test_whoever_tries_and_is_refused(world: World, told: Callable[[Alert], list[str]]) -> None:
    """Two numbers, one of them nobody's: the machine counts, not the customer."""
    for number, pins in ((world.number, ("9137", "9138")), (world.nobodys_number, ("9139",))):
        world.touch("start_accessible")
        world.type(number)
        world.touch("enter")
        for pin in pins:
            world.type(pin)
            world.touch("enter")
        world.touch("cancel")
        world.touch("done")
    world.wait(WATCH_SECONDS)
    (message,) = told(Alert.REFUSALS)
    assert not [each for each in (world.number, world.nobodys_number, PIN, world.customer.email) if each in message]


def test_an_audit_that_was_cut_at_its_end(world: World, told: Callable[[Alert], list[str]]) -> None:
    to_menu(world)
    world.touch("cancel")
    world.touch("done")
    world.wait(WATCH_SECONDS)
    admin, chain = administrator(world.storage.folder), f"{world.terminal}/kiosk"
    (head,) = ask(admin, "SELECT sequence, seal FROM audit_head WHERE chain = %s", (chain,))
    ask(admin, "UPDATE audit_head SET sequence = 1 WHERE chain = %s", (chain,))
    world.wait(WATCH_SECONDS)
    ask(admin, "UPDATE audit_head SET sequence = %s, seal = %s WHERE chain = %s", (*head, chain))
    admin.close()
    assert chain in told(Alert.TAMPER)[0]


@pytest.mark.slow
def test_a_verification_that_fails_is_told(
    started_folder: DataFolder, channel: MailChannel, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = Storage(started_folder, "V-1", "INR")
    storage.open()
    storage.audit.write(AuditEvent("test", "done"))
    storage.audit.seal()
    admin = administrator(started_folder)
    ask(admin, "UPDATE audit_head SET seal = UNHEX(REPEAT('ab', 32)) WHERE chain = 'V-1/kiosk'")
    admin.close()
    messages = SimpleNamespace(mail=channel, staff_address=STAFF, close=lambda: None)
    monkeypatch.setattr(audit, "Messages", lambda _: messages)
    settings = Settings(terminal="V-1", alerts=SETTINGS, mail=MailSettings(host="mail.bank.example"))
    assert audit.verify(started_folder, settings, None, json_output=True) == 1
    storage.close()
    (received,) = inbox.messages(STAFF)
    assert "V-1 may have been tampered with: chain V-1/kiosk" in received.text


def test_out_of_service_and_in_service_again(
    world: World, told: Callable[[Alert], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise KeyProblem("the ring is gone")

    with monkeypatch.context() as patch:
        patch.setattr(world.storage.sign_ups, "give_up", broken)
        world.controller.send("fail", "dispenser")
        world.wait(60)
        assert world.state == "out_of_service"
    (message,) = told(Alert.OUT_OF_SERVICE)
    assert "KeyProblem" in message
    world.wait(60)
    assert len(told(Alert.IN_SERVICE)) == 1
    assert len(told(Alert.OUT_OF_SERVICE)) == 1


def test_a_cassette_that_runs_low(world: World, told: Callable[[Alert], list[str]]) -> None:
    admin = administrator(world.storage.folder)
    ask(admin, "UPDATE cash_unit SET presented = initial - 5 WHERE terminal = %s AND position = 3", (world.terminal,))
    world.wait(2 * WATCH_SECONDS)
    ask(admin, "UPDATE cash_unit SET presented = 0 WHERE terminal = %s AND position = 3", (world.terminal,))
    admin.close()
    (message,) = told(Alert.LOW_CASH)
    assert "cassette 3" in message
    assert "5 of 20 notes" in message
