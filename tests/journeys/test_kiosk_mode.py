"""Visits at the whole machine: somebody looks over the shoulder, sounds are heard, and staff ask it to end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atm_app.config import PrivacySettings
from atm_app.onlooker_ports import Onlooker
from atm_app.sound_ports import Sound
from commands.kiosk import Kiosk
from commands.people import PEOPLE, Person
from db.folder import DataFolder
from tests.journeys.conftest import Visitor, running

CHEN: Person = PEOPLE[0]


@pytest.fixture(scope="module")
def kiosk(folder: DataFolder) -> Iterator[Kiosk]:
    with running(folder, privacy=PrivacySettings(onlooker_warning=True)) as made:
        yield made


def heard(visitor: Visitor) -> list[Sound]:
    loudspeaker = visitor.kiosk.plant.virtual_loudspeaker
    assert loudspeaker is not None
    return list(loudspeaker.played)


def to_balance(visitor: Visitor, person: Person) -> None:
    visitor.touch("Balance")
    if len(person.accounts) > 1:
        visitor.wait_for("choose_account")
        visitor.touch(person.accounts[0].bank)
    visitor.wait_for("balance")


@pytest.mark.slow
def test_somebody_looks_over_the_shoulder(visitor: Visitor) -> None:
    """Told of at the balance, covered by the customer, seen again after a touch, and no more once they have gone."""
    root = visitor.kiosk.root
    visitor.bench.step_up(CHEN.key)
    visitor.sign_in_by_number(CHEN)
    visitor.bench.stand_behind(True)
    to_balance(visitor, CHEN)
    visitor.touch("Hide the screen")
    assert visitor.shown.onlooker is Onlooker.HIDDEN
    middle = root.winfo_containing(root.winfo_width() // 2, root.winfo_height() // 2)
    assert middle is not None
    visitor.bench.stand_behind(False)
    middle.event_generate("<Button-1>")
    visitor.wait_until(lambda: visitor.shown.onlooker is Onlooker.NOBODY)
    assert visitor.state == "balance"
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


@pytest.mark.slow
def test_a_withdrawal_is_heard(visitor: Visitor) -> None:
    """By who sees the screen: nothing of it says which keys were touched."""
    visitor.kiosk.plant.virtual_loudspeaker.played.clear()  # type: ignore[union-attr]
    visitor.bench.step_up(CHEN.key)
    visitor.sign_in_by_number(CHEN)
    signed_in = heard(visitor)
    keys = len(CHEN.customer.number) + len(CHEN.pin) + 6
    assert signed_in.count(Sound.TOUCH) == keys + 3, "Enter twice, and the way in"
    assert signed_in.count(Sound.ACCEPTED) == 2
    visitor.to_amount(CHEN)
    visitor.touch("₹2,000")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state == "take_cash")
    visitor.wait_until(lambda: heard(visitor).count(Sound.TAKE_CASH) == 2, 6.0)
    visitor.bench.take_cash()
    visitor.wait_for("receipt")
    visitor.touch("No receipt")
    visitor.wait_for("another")
    visitor.touch("No, thank you")
    visitor.wait_for("welcome")
    assert heard(visitor)[-1] is Sound.FAREWELL


def test_a_machine_that_is_asked_to_end_waits_for_the_notes(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As SIGTERM asks. The end itself is written down instead of taking the window from the other journeys."""
    kiosk = visitor.kiosk
    ended: list[str] = []
    monkeypatch.setattr(kiosk.root, "quit", lambda: ended.append(visitor.state))
    visitor.bench.step_up(CHEN.key)
    visitor.sign_in_by_number(CHEN)
    visitor.to_amount(CHEN)
    visitor.touch("₹2,000")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state == "take_cash")
    kiosk.end()
    kiosk.root.update()
    assert ended == [], "the notes lie there"
    visitor.bench.take_cash()
    visitor.wait_for("receipt")
    assert ended
    assert set(ended) == {"receipt"}
    kiosk._ending = False


def test_the_bench_opens_beside_virtual_devices_only(visitor: Visitor) -> None:
    kiosk = visitor.kiosk
    kiosk.root.event_generate("<F12>")
    assert kiosk._bench_window is not None
    kiosk.root.event_generate("<F12>")
    assert kiosk._bench_window is None
    shown = kiosk.window.shown
    assert shown is not None
    kiosk.window._shown = None
    kiosk.root.event_generate("<F12>")
    assert kiosk._bench_window is None
    kiosk.window._shown = shown
