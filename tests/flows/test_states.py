"""Every state × cancel, × no touch at all, × touches it does not know."""

from __future__ import annotations

from typing import Any

import pytest

from atm_app.ports import Work
from atm_app.views import Farewell, MoreTime
from tests.flows.conftest import MakeWorld
from tests.flows.steps import PASSWORD, WAYS, to_menu, to_take_cash
from tests.world import World

# Money is moving, or has moved and only the receipt is left.
NO_CANCEL = {"take_cash", "storing", "booking"}
# The camera, the sensor and the shutter have a patience of their own.
OWN_PATIENCE = {"face", "fingerprint", "take_cash", "insert_notes", "storing", "booking", "joining"}
LONGER = {
    "one_time_code", "confirm_code", "authenticator", "user_name", "password", "question", "contact_code",
    "first_password", "agreements", "joined",
}  # fmt: skip
SESSION_STATES = sorted(WAYS)


def some(states: list[str], first: int) -> list[Any]:
    """Every third from ``first`` on in every run, the others with the slow tests; each state is in some of them."""
    return [
        pytest.param(each, marks=() if place % 3 == first else pytest.mark.slow) for place, each in enumerate(states)
    ]


def idle_of(world: World, state: str) -> float:
    """Seconds without a touch; twice as long while somebody looks for a message or an app, or writes."""
    return world.settings.times.idle * (2 if state in LONGER else 1)


def release(world: World) -> None:
    """Let the notes of a held take-cash go back, so that the books can be closed."""
    world.dispenser.changed = lambda: None
    world.workers.held.clear()
    if world.state == "take_cash":
        assert world.controller.session is not None
        world.dispenser.fate(world.controller.session.order.request_id)
    world.settle()
    if world.state in ("insert_notes", "more_time"):  # whose notes were never put in
        world.touch("cancel")


def test_nobody_starts_by_face_while_the_first_customers_are_being_enrolled(world: World) -> None:
    world.controller.set_preparing(0.0)
    assert not world.view.biometric
    world.touch("start")
    assert world.state == "welcome"
    world.controller.set_preparing(1.0)
    WAYS["face"](world)
    assert world.state == "face"


@pytest.mark.parametrize("state", some(SESSION_STATES, 0))
def test_cancel_ends_the_visit_and_wipes_the_session(world: World, state: str) -> None:
    WAYS[state](world)
    world.touch("cancel")
    if state in NO_CANCEL:
        assert world.state == state
    else:
        assert world.state == "farewell"
        assert world.controller.session is None
        assert isinstance(world.view, Farewell)
        assert ("session", "cancelled") in world.events()
    release(world)


@pytest.mark.parametrize("state", some(SESSION_STATES, 1))
def test_a_machine_that_is_switched_off_ends_the_visit(world: World, state: str) -> None:
    """But for money that is on its way, which the machine is not switched off under."""
    WAYS[state](world)
    world.controller.stop()
    assert world.controller.moving is (state in NO_CANCEL)
    if not world.controller.moving:
        assert world.controller.session is None
        world.settle()
        assert ("session", "switched_off") in world.events()
    else:
        assert world.controller.session is not None
    release(world)


def test_a_machine_that_is_switched_off_looks_after_nothing_any_more(world: World) -> None:
    """Its loop may go on for a moment; its devices and its database are being closed."""
    world.controller.stop()
    assert world.clock.is_idle


@pytest.mark.parametrize("state", some(sorted(set(SESSION_STATES) - OWN_PATIENCE), 2))
def test_no_touch_asks_for_more_time_and_then_ends(world: World, state: str) -> None:
    WAYS[state](world)
    world.wait(idle_of(world, state) - 1)
    assert world.state == state
    world.wait(1.1)
    assert world.state == "more_time"
    assert isinstance(world.view, MoreTime)
    assert world.view.seconds >= 20
    world.wait(world.settings.times.more_time - 1)
    assert world.state == "more_time"
    world.wait(1.1)
    assert (world.state, world.note) == ("farewell", "timed_out")
    assert world.controller.session is None


@pytest.mark.parametrize("state", some(sorted(set(SESSION_STATES) - OWN_PATIENCE), 0))
def test_more_time_leads_back_to_the_same_place(world: World, state: str) -> None:
    WAYS[state](world)
    before = world.view
    messages = len(world.post.messages)
    world.wait(idle_of(world, state) + 1)
    world.touch("more")
    assert world.state == state
    later = {**vars(before), "note": ""}
    if "resend" in later:  # by now another code may be sent
        later["resend"] = True
    assert world.view == before.__class__(**later)
    assert len(world.post.messages) == messages, "no second code for coming back"


@pytest.mark.parametrize("state", some(sorted(set(SESSION_STATES) - OWN_PATIENCE), 1))
def test_a_touch_keeps_the_visit_alive(world: World, state: str) -> None:
    WAYS[state](world)
    for _ in range(3):
        world.wait(world.settings.times.idle - 1)
        world.touch("language", "hi")
        world.touch("nothing_of_this_name")
    assert world.state == state


@pytest.mark.parametrize("state", some(SESSION_STATES, 2))
def test_touches_a_state_does_not_know_do_nothing(world: World, state: str) -> None:
    WAYS[state](world)
    known = {"more", "done", "back", "change", "confirm", "print", "withdraw", "balance", "resend", "enter"}
    for name in ("start", "start_accessible", "watch", "passed", "taken", "refuse", "account", "amount", "digit"):
        assert name not in known
        world.touch(name, "x")
    assert world.state == state
    release(world)


@pytest.mark.parametrize("state", some(SESSION_STATES, 0))
def test_no_view_or_log_line_of_a_state_holds_pin_code_or_template(
    world: World, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    WAYS[state](world)
    codes = [message.text.split("code is ")[1][:6] for message in world.post.messages if "code is" in message.text]
    typed_views = [shown for shown in world.shown if shown.state not in ("one_time_code", "claim")]
    for secret in [*codes, "2580"]:
        assert secret not in caplog.text
        assert not any(secret in repr(shown.view) for shown in typed_views if shown.state in ("pin", "first_pin"))
    assert PASSWORD not in caplog.text + repr(world.shown)
    release(world)


def test_the_shutter_keeps_its_own_time(world: World) -> None:
    to_take_cash(world)
    world.wait(300)
    assert world.state == "take_cash"
    release(world)
    assert world.state == "notice"


def test_late_answers_of_an_ended_session_are_dropped(make_world: MakeWorld) -> None:
    world = make_world()
    to_menu(world)
    world.workers.held.add(Work.LEDGER)
    world.touch("withdraw")
    assert world.controller.busy
    world.touch("cancel")
    assert world.state == "farewell"
    world.workers.held.clear()
    world.settle()
    assert world.state == "farewell"
    world.wait(6)
    assert world.state == "welcome"


def test_touches_while_work_is_under_way_wait(world: World) -> None:
    to_menu(world)
    world.workers.held.add(Work.LEDGER)
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    assert world.state == "choose_account"
    world.workers.held.clear()
    world.settle()
    assert world.state == "choose_account"
