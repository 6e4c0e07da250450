"""The customer takes a consent back: what was kept is gone, the kiosk forgets, and the way without it stays open."""

from __future__ import annotations

import pytest

from atm_app.identity.consents import BIOMETRICS, in_force
from atm_app.ports import Work
from atm_app.stores import Factor
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_consents, to_menu
from tests.flows.test_duress import EMERGENCY, set_emergency_pin, sign_in_with
from tests.world import World, face_of


def templates(world: World) -> dict[Factor, int]:
    kept = world.storage.templates
    return {
        Factor.FACE: int(kept.face(world.customer_id) is not None),
        Factor.FINGERPRINT: len(kept.fingers(world.customer_id)),
        Factor.PALM: len(kept.palms(world.customer_id)),
    }


def withdraw(world: World, kind: Factor) -> None:
    world.touch("revoke", kind.value)
    assert world.view.asked is kind
    world.touch("destroy")


def letters(world: World) -> list[str]:
    return [message.text for message in world.post.messages if "If you did not do this" in message.text]


def test_the_page_shows_what_is_agreed_to_and_since_when(world: World) -> None:
    to_consents(world)
    assert [consent.kind for consent in world.view.given] == list(BIOMETRICS)
    assert all(consent.in_force for consent in world.view.given)
    world.touch("back")
    assert world.state == "own_account"


@pytest.mark.parametrize("kind", BIOMETRICS)
def test_what_is_withdrawn_is_destroyed_and_the_rest_stays(world: World, kind: Factor) -> None:
    before = templates(world)
    to_consents(world)
    withdraw(world, kind)
    assert (world.state, world.note) == ("another", "consent_withdrawn")
    assert templates(world) == {**before, kind: 0}
    assert world.events().count(("consent_revoked", "done")) == 1
    (letter,) = letters(world)
    assert "withdrew your consent" in letter
    world.touch("more")
    world.touch("own_account")
    world.touch("consents")
    assert [consent.kind for consent in world.view.given] == [each for each in BIOMETRICS if each is not kind]


def test_it_is_asked_once_more_and_may_be_left(world: World) -> None:
    to_consents(world)
    before = templates(world)
    world.touch("destroy")
    world.touch("revoke", "pin")
    assert world.view.asked is None, "nothing was asked for yet, and no PIN is a biometric"
    world.touch("revoke", "face")
    world.touch("back")
    assert (world.state, world.view.asked) == ("consents", None)
    world.touch("revoke", "palm")
    world.wait(world.settings.times.idle + 1)
    world.touch("more")
    assert world.view.asked is Factor.PALM
    assert templates(world) == before


def test_the_kiosk_forgets_the_face_and_number_and_pin_still_open(world: World) -> None:
    assert world.customer_id in world.gallery.customers()
    to_consents(world)
    withdraw(world, Factor.FACE)
    world.touch("done")
    world.touch("done")
    world.wait(4)
    assert world.customer_id not in world.gallery.customers()
    world.camera.script.append((world.face,) * 3)
    world.touch("start")
    assert world.state != "fingerprint", "nobody is known by this face"
    world.touch("cancel")
    world.touch("done")
    to_menu(world)


def test_a_visit_by_the_face_that_is_withdrawn_teaches_nothing(world: World) -> None:
    """The template is learned from at the end of a visit: by then there is none."""
    to_consents(world)
    assert world.controller.session is not None
    world.controller.session.samples = (world.face,) * 3
    withdraw(world, Factor.FACE)
    world.touch("done")
    assert templates(world)[Factor.FACE] == 0
    assert ("template_learn", "done") not in world.events()


def test_a_visit_that_looks_at_the_face_before_each_transaction_ends_with_it(make_world: MakeWorld) -> None:
    world = make_world(policy="face-otp")
    world.camera.script.append((world.face,) * 3)
    world.touch("start")
    world.type(world.post.code())
    assert world.state == "menu"
    world.camera.script.append((world.face,) * 3)
    world.touch("own_account")
    assert world.state == "own_account"
    world.touch("consents")
    withdraw(world, Factor.FACE)
    assert (world.state, world.note) == ("farewell", "consent_withdrawn")
    assert templates(world)[Factor.FACE] == 0


def test_who_forces_the_customer_sees_it_done_and_nothing_is(world: World) -> None:
    set_emergency_pin(world)
    before = templates(world)
    sign_in_with(world, EMERGENCY)
    world.touch("own_account")
    world.touch("consents")
    told = len(world.post.messages)
    withdraw(world, Factor.FACE)
    assert (world.state, world.note) == ("another", "consent_withdrawn")
    world.touch("more")
    world.touch("own_account")
    world.touch("consents")
    assert Factor.FACE not in {consent.kind for consent in world.view.given}
    assert templates(world) == before
    assert len(in_force(world.storage.consents.of(world.customer_id))) == len(BIOMETRICS)
    assert len(world.post.messages) == told
    assert ("consent_revoked", "done") not in world.events()


def test_an_answer_that_comes_after_the_visit_withdraws_all_the_same(world: World) -> None:
    """The customer asked for it; walking away does not take that back."""
    to_consents(world)
    world.workers.held.add(Work.LEDGER)
    withdraw(world, Factor.FACE)
    world.touch("cancel")
    world.workers.held.clear()
    world.settle()
    assert world.state == "farewell"
    assert templates(world)[Factor.FACE] == 0


def test_faces_of_others_stay_when_one_is_withdrawn(world: World) -> None:
    world.storage.templates.store_face(world.friend, face_of(3_000_001), 0.9)
    to_consents(world)
    withdraw(world, Factor.FACE)
    world.wait(4)
    assert world.friend in world.gallery.customers()
