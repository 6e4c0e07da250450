"""One machine and its branch for a file of tests; each test makes the people it needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.trust import vault
from db.folder import DataFolder
from tests.branch.people import Branch
from tests.branch.walk import Walk
from tests.world import World


@pytest.fixture(scope="module")
def quick_hashes() -> Iterator[None]:
    """They cost a 256th of real ones: how long one takes is tested with customers' PINs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "PIN_ROUNDS", 4)
        patch.setattr(vault, "_HASH_OF_NOTHING", vault._HASH_OF_NOTHING.replace(b"$12$", b"$04$"))
        yield


@pytest.fixture(scope="module")
def branch(quick_hashes: None, folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    world = World(folder, tmp_path_factory.mktemp("branch"))
    made = Branch(world)
    yield made
    made.close()
    assert world.storage.ledger.trial_balance().balanced
    world.close()


@pytest.fixture(scope="module")
def walk(branch: Branch) -> Walk:
    return Walk(branch)


@pytest.fixture
def teller(walk: Walk) -> StaffSession:
    return walk.branch.session(walk.first[Role.TELLER])


@pytest.fixture
def custodian(walk: Walk) -> StaffSession:
    return walk.branch.session(walk.first[Role.CUSTODIAN])


@pytest.fixture
def auditor(walk: Walk) -> StaffSession:
    return walk.branch.session(walk.first[Role.AUDITOR])
