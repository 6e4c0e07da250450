from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.folder import DataFolder
from tests.world import World

MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(folder: DataFolder, tmp_path: Path) -> Iterator[MakeWorld]:
    """Worlds with settings of one's own; the books of each are checked at the end."""
    made: list[World] = []

    def make(**changes: Any) -> World:
        made.append(World(folder, tmp_path, **changes))
        return made[-1]

    yield make
    for world in made:
        world.check_books()
        assert world.controller.rescues == world.rescues_expected, "no step failed unseen"
        world.close()


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()
