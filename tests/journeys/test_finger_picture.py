"""Withdrawals under the policy ``fingerprint`` on the whole machine: a picture from a memory stick, or the sensor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from biometric.virtual.picture_stick import FINGER_FILE, LANDSCAPE_FILE, OTHER_FILE
from commands.kiosk import Kiosk
from commands.people import PEOPLE, Person
from tests.journeys.conftest import Visitor, running

CHEN, DELE = PEOPLE[:2]
OTHER_NAME = OTHER_FILE.rpartition("/")[2]


@pytest.fixture(scope="module")
def kiosk() -> Iterator[Kiosk]:
    yield from running(policy="fingerprint")


def to_finger(visitor: Visitor, person: Person) -> None:
    visitor.touch("Touch to start")
    visitor.wait_for("claim")
    visitor.type(person.customer.number)
    visitor.touch("Enter")
    visitor.wait_for("pin")
    visitor.type(person.pin)
    visitor.touch("Enter")


def to_stick(visitor: Visitor, person: Person) -> None:
    """Nobody's finger lies on the sensor meanwhile."""
    to_finger(visitor, person)
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.touch("Use a picture")
    visitor.wait_for("finger_picture")


@pytest.mark.timeout(300)
def test_a_withdrawal_with_a_picture_of_the_finger(visitor: Visitor) -> None:
    before = visitor.balance(DELE)
    to_stick(visitor, DELE)
    visitor.bench.put_in_stick(DELE.key)
    visitor.touch(LANDSCAPE_FILE)
    visitor.wait_until(lambda: visitor.note.startswith("picture_"))
    visitor.touch(FINGER_FILE)
    visitor.wait_for("menu")
    visitor.to_amount(DELE)
    visitor.touch("₹2,000")
    visitor.confirm_and_take()
    assert visitor.balance(DELE) == before - 2_000
    assert ("fingerprint_verify", "accepted") in visitor.events()


def test_the_finger_on_the_sensor_does_as_well(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    to_finger(visitor, CHEN)
    visitor.wait_for("menu")
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


def test_somebody_elses_picture_locks_after_three(visitor: Visitor) -> None:
    to_stick(visitor, CHEN)
    visitor.bench.put_in_stick(DELE.key)
    for file in (FINGER_FILE, OTHER_NAME):
        visitor.touch(file)
        visitor.wait_for("finger_picture", "not_confirmed")
    visitor.touch(FINGER_FILE)
    visitor.wait_until(lambda: "locked" in visitor.states)
    assert "menu" not in visitor.states


def test_a_sensor_unplugged_while_it_waits_leads_to_the_stick(visitor: Visitor) -> None:
    to_finger(visitor, DELE)
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.bench.sensor_fault("unplug")
    visitor.wait_for("finger_picture", "sensor_gone")
    visitor.bench.put_in_stick(DELE.key)
    visitor.touch(FINGER_FILE)
    visitor.wait_for("menu")
    visitor.bench.pull_out_stick()
    visitor.touch("Cancel")
    visitor.wait_for("welcome")
