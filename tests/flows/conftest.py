from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.trust import vault
from db.folder import DataFolder
from tests.world import World

MakeWorld = Callable[..., World]

# Bcrypt's least; the real work factor is 0.2 s a comparison, of which these tests make thousands. What it costs, and
# that it costs everybody the same, tests/ground shows with the real one.
CHEAP_ROUNDS = 4


@pytest.fixture(autouse=True, scope="module")
def cheap_pins() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "PIN_ROUNDS", CHEAP_ROUNDS)
        patch.setattr(vault, "_HASH_OF_NOTHING", vault._HASH_OF_NOTHING.replace(b"$12$", b"$%02d$" % CHEAP_ROUNDS))
        yield


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
