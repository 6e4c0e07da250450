"""A branch beside the command line that a person runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.folder import DataFolder
from tests.db.bank import Bank


@pytest.fixture(scope="module")
def bank(folder: DataFolder) -> Iterator[Bank]:
    made = Bank(folder)
    yield made
    made.close()
