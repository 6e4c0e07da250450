from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from db.folder import DataFolder
from tests.at_rest import copy_of
from tests.flows.conftest import cheap_pins as cheap_pins
from tests.flows.conftest import make_world as make_world
from tests.flows.conftest import world as world
from tests.watch.fleet import FleetOfRows


@pytest.fixture(scope="session")
def fleet_rows(first_start: DataFolder) -> Iterator[FleetOfRows]:
    """A server for all tests of fleets, on which no other terminals are."""
    folder = copy_of(first_start)
    made = FleetOfRows(folder)
    yield made
    made.close()
    shutil.rmtree(folder.root, ignore_errors=True)
