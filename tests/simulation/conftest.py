"""The books of both kinds, and quiet."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from db.folder import DataFolder
from tests.simulation.books import Books, FakeBooks, RealBooks


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A simulated machine logs each of its thousand troubles; nobody reads them here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def keeper(folder: DataFolder) -> Iterator[RealBooks]:
    """Keeps the server up between the tests."""
    made = RealBooks(folder)
    yield made
    made.close()


@pytest.fixture(params=["simulated", "database"])
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    made: Books = FakeBooks() if request.param == "simulated" else RealBooks(request.getfixturevalue("keeper").folder)
    yield made
    made.check_books()
    made.close()
