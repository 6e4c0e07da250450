"""The demonstration enrols its customers with their consent, and nobody anew who took it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.identity.enrolment import Enrolment
from atm_app.stores import Factor
from commands.demonstration import PARTS, Demonstration
from commands.people import PEOPLE
from db.folder import DataFolder
from tests.world import World


@pytest.fixture
def world(folder: DataFolder, tmp_path: Path) -> Iterator[World]:
    made = World(folder, tmp_path)
    yield made
    made.close()


def test_who_withdrew_a_consent_is_not_enrolled_again_at_the_next_start(world: World) -> None:
    storage, person = world.storage, PEOPLE[0]
    enrolment = Enrolment(
        storage.customers, storage.templates, storage.staff_consents, world.captures(), world.pictures, storage.vault
    )
    devices: Any = None  # nothing is enrolled here
    demonstration = Demonstration(
        world.terminal,
        storage.branch,
        enrolment,
        devices,
        devices,
        devices,
        frozenset(PARTS),
        lambda: 0,
        lambda _: None,
    )
    customer_id = enrolment.customers.enrol(person.customer)
    assert demonstration._missing(person) == set(PARTS), "nobody has agreed or refused yet"
    for kind in (Factor.FINGERPRINT, Factor.FACE):
        enrolment.consent(customer_id, kind)
    assert storage.consents.revoke(customer_id, Factor.FINGERPRINT)
    assert demonstration._missing(person) == {"pin", "face", "palm"}
    enrolment.consent(customer_id, Factor.FINGERPRINT)
    assert demonstration._missing(person) == set(PARTS)
