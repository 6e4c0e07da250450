"""A monkey at the machine: whatever it touches, types and unplugs, nothing breaks, nothing hangs, no money is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from atm_app.config import SignUpSettings
from atm_app.languages import LANGUAGES
from atm_app.views import Action
from commands.kiosk import Kiosk
from commands.people import PEOPLE
from db.folder import DataFolder
from tests.journeys.conftest import Visitor, assert_nothing_is_open, mend, running
from tests.journeys.monkey import Monkey

# So many deeds, then everything is mended and the machine has to come back to its welcome by itself. Two of three
# rounds begin behind the sign-in, where the money is.
ROUND, SIGNED_IN = 100, 3


@pytest.fixture(scope="module")
def kiosk(folder: DataFolder) -> Iterator[Kiosk]:
    with running(folder, sign_up=SignUpSettings(enabled=True), languages=LANGUAGES) as made:
        yield made


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    "deeds",
    [200, pytest.param(5_000, marks=pytest.mark.slow), pytest.param(50_000, marks=pytest.mark.soak)],
)
def test_whatever_somebody_does_the_machine_comes_back(visitor: Visitor, deeds: int, caplog: Any) -> None:
    monkey = Monkey(visitor, seed=deeds)
    for number in range(deeds):
        if number % ROUND == 0 and number // ROUND % SIGNED_IN:
            visitor.kiosk.window.touch(Action("language", "en"))
            visitor.sign_in_by_number(PEOPLE[number // ROUND % len(PEOPLE)])
        monkey.act()
        assert not monkey.errors, f"deed {number}"
        if (number + 1) % ROUND == 0:
            mend(visitor)
            assert_nothing_is_open(visitor.kiosk)
            assert visitor.kiosk.controller.rescues == 0, caplog.text[-4000:]
            visitor.history[:-1] = []
    print(f"{deeds} deeds: {dict(monkey.deeds)}; states {len(monkey.states)}: {dict(monkey.states)}")
