"""One display for all tests of the screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gui.studio import Display, Studio


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    made = Display()
    yield made
    made.close()


@pytest.fixture(scope="module")
def studio(display: Display) -> Iterator[Studio]:
    """A window of the design's own size."""
    made = Studio(display, (1920, 1080))
    yield made
    made.close()


@pytest.fixture(scope="module")
def sized(display: Display, request: pytest.FixtureRequest) -> Iterator[Studio]:
    """A window of the size a test names."""
    made = Studio(display, request.param)
    yield made
    made.close()
