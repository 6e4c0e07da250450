"""A customer who is forced: all looks as ever, help is called, and there is little to take."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from atm_app.config import AlertSettings
from atm_app.identity.authentication import DURESS_FINGER
from atm_app.trust.alerts import MOST_OWED, Alert
from atm_app.views import OneTimeCode
from tests.flows.conftest import MakeWorld
from tests.flows.steps import cardless_to_menu, to_emergency_pin, to_new_pin, to_pin
from tests.world import FAMILY, PIN, World

EMERGENCY = "7351"
STAFF = "staff@bank.example"


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    world = make_world(alerts=AlertSettings(email=STAFF))
    set_emergency_pin(world)
    return world


def set_emergency_pin(world: World) -> None:
    authentication, customer = world.authentication, world.customer
    assert authentication.set_emergency_pin(b"s" * 16, customer, PIN, EMERGENCY)


def sign_in_with(world: World, pin: str) -> None:
    to_pin(world)
    world.type(pin)
    world.touch("enter")
    world.type(world.post.code())


def alarms(world: World) -> list[str]:
    return [message.text for message in world.post.messages if "SILENT ALARM" in message.text]


def test_it_is_set_by_who_knows_the_pin_and_nothing_shows_that_it_is(world: World) -> None:
    to_emergency_pin(world)
    before = world.view
    for pin in (PIN, "8046", "8046"):
        world.type(pin)
        world.touch("enter")
    assert (world.state, world.note) == ("another", "emergency_pin_set")
    world.touch("done")
    world.touch("done")
    to_emergency_pin(world)
    assert world.view == before
    assert ("credential_change", "done") in world.events()


def test_everything_looks_as_with_the_pin(world: World) -> None:
    def pictures(pin: str) -> list[Any]:
        world.shown.clear()
        sign_in_with(world, pin)
        seen = [shown for shown in world.shown if not isinstance(shown.view, OneTimeCode)]
        world.touch("cancel")
        world.touch("done")
        return seen

    assert pictures(PIN) == pictures(EMERGENCY)


def test_staff_are_told_once_and_the_audit_knows(world: World) -> None:
    sign_in_with(world, EMERGENCY)
    (alarm,) = alarms(world)
    assert world.number in alarm
    assert world.terminal in alarm
    assert world.customer.name not in alarm
    assert ("duress", "alarm") in world.events()
    assert ("alert", "duress") in world.events()


def test_with_the_pin_nobody_is_told(world: World) -> None:
    sign_in_with(world, PIN)
    assert alarms(world) == []
    assert ("duress", "alarm") not in world.events()


def test_there_is_little_to_take(world: World) -> None:
    sign_in_with(world, EMERGENCY)
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    assert world.view.most.minor == 2_000_00
    world.touch("amount", "500000")
    assert (world.state, world.note) == ("amount", "over_transaction_limit")
    world.touch("amount", "200000")
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    assert world.state == "receipt"


def test_an_alarm_that_could_not_be_sent_is_sent_later(world: World) -> None:
    to_pin(world)
    world.type(EMERGENCY)
    world.post.down = True
    world.touch("enter")
    assert alarms(world) == []
    world.touch("cancel")
    world.touch("done")
    world.post.down = False
    world.wait(10)
    assert len(alarms(world)) == 1


def test_who_was_told_the_emergency_pin_changes_nothing_for_good(world: World) -> None:
    for way in (to_new_pin, to_emergency_pin):
        sign_in_with(world, EMERGENCY)
        if way is to_new_pin:
            world.touch("pin")
        else:
            world.touch("own_account")
            world.touch("emergency_pin")
        for pin in (EMERGENCY, "8046", "8046"):
            world.type(pin)
            world.touch("enter")
        assert world.state == "notice"
        world.touch("cancel")
        world.touch("done")
    sign_in_with(world, PIN)
    assert world.state == "menu"


def test_who_forces_the_customer_has_no_app_afterwards(world: World) -> None:
    sign_in_with(world, EMERGENCY)
    world.touch("own_account")
    world.touch("authenticator")
    told = len(world.post.messages)
    world.type(pyotp.TOTP(world.view.secret).at(world.clock.now()))
    assert (world.state, world.note) == ("another", "authenticator_set")
    assert world.storage.authenticators.secret(world.customer_id) is None
    assert len(world.post.messages) == told


def test_pin_and_emergency_pin_are_never_the_same(world: World) -> None:
    authentication, customer = world.authentication, world.customer
    assert not authentication.set_emergency_pin(b"s" * 16, customer, PIN, PIN)
    assert not authentication.change_pin(b"s" * 16, customer, PIN, EMERGENCY)


def test_a_finger_kept_for_duress_signs_in_and_calls(make_world: MakeWorld) -> None:
    world = make_world(alerts=AlertSettings(email=STAFF))
    world.storage.templates.store_finger(world.customer_id, DURESS_FINGER, FAMILY, b"the other finger")
    cardless_to_menu(world)
    assert alarms(world) == []
    world.touch("cancel")
    world.touch("done")
    enrolled = world.storage.templates.fingers(world.customer_id)
    fingers = [finger.finger for finger in enrolled if finger.family == FAMILY]
    world.sensor.finger = fingers.index(DURESS_FINGER)
    cardless_to_menu(world)
    assert len(alarms(world)) == 1


def test_only_so_many_alarms_are_kept(make_world: MakeWorld) -> None:
    world = make_world(alerts=AlertSettings(email=STAFF))
    alerts = world.controller.machine.alerts
    world.post.down = True
    for number in range(MOST_OWED + 5):
        alerts.tell(Alert.DURESS, str(number))
    world.post.down = False
    assert alerts.send_owed() == MOST_OWED


def test_without_staff_nothing_is_sent(make_world: MakeWorld) -> None:
    world = make_world()
    set_emergency_pin(world)
    sign_in_with(world, EMERGENCY)
    assert world.state == "menu"
    assert alarms(world) == []
    assert ("alert", "duress") in world.events()
