"""Somebody new is enrolled at the console's real window: everything in its order, and every way it can end."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from atm_app.branch.roles import Role
from atm_app.identity.consents import BIOMETRICS
from atm_app.ports import DeviceUnavailable, FaceNotCaptured, FaceRefusal, NoFinger
from atm_app.stores import Factor, NewCustomer
from atm_app.supervisor_ports import ErrandRefused, MachineAway
from gui.console.enrolment import EnrolmentPage
from gui.console.enrolment_words import ERRANDS, FACE_REFUSALS
from gui.console.saving import PictureDialog
from gui.console.words import reason_told
from tests.branch.enrolling import GOOD_SCORE, paper
from tests.console.conftest import Clerk
from tests.gui.layout import clipped, visible
from tests.world import face_of

_numbers = count(430_000)


@pytest.fixture
def number(clerk: Clerk) -> str:
    """Of somebody new, whose details are typed; a teller is signed in."""
    number = str(next(_numbers))
    clerk.branch.lent.agrees = BIOMETRICS
    clerk.branch.lent.fault = None
    for device in (clerk.branch.world.camera, clerk.branch.world.sensor, clerk.branch.world.palms):
        device.script.clear()
    clerk.as_(Role.TELLER)
    clerk.press("New customer")
    clerk.fill(number=number, name=f"Ravi Menon{number}", phone=f"+91 98200 {number}", language="हिन्दी")
    clerk.press("Continue")
    return number


def take_face(clerk: Clerk, person: int) -> None:
    clerk.branch.world.camera.script.extend([(face_of(person),) * 5, (face_of(person),) * 3])
    clerk.press("Begin")


def take_finger(clerk: Clerk, finger: str, score: int = GOOD_SCORE) -> None:
    clerk.branch.world.sensor.script.append(score)
    clerk.fill(finger=finger)
    clerk.press("Begin")


def to_step(clerk: Clerk, name: str) -> None:
    clerk.press(next(text for text in clerk.buttons if text.endswith(f"  {name}")))


def test_somebody_new_is_enrolled_from_the_papers_to_the_account(clerk: Clerk, number: str, tmp_path: Path) -> None:
    machine = clerk.branch.lent
    assert machine.language == "hi"
    clerk.press("Begin")  # the agreement
    take_face(clerk, int(number))
    take_finger(clerk, "right index")
    assert "One more is good to have." in clerk.told
    take_finger(clerk, "left thumb")
    clerk.press("Continue")
    clerk.branch.world.palms.script.extend([(number.encode(),) * 5, (number.encode(),) * 3])
    clerk.press("Begin")
    clerk.press("Begin")  # the PIN
    clerk.press("Begin")  # the app
    path = Path(paper(tmp_path))
    clerk.press("Look for it")
    assert isinstance(clerk.top, PictureDialog)
    clerk.top._go(str(tmp_path))
    clerk.settle()
    clerk.mark(path.name)
    clerk.press("Take this picture")
    assert clerk.form.value("path") == str(path)
    clerk.press("Take it")
    assert clerk.branch.storage.customers.find(number) is None
    clerk.fill(kind="savings")
    clerk.press("Save")
    assert clerk.told == "Enrolled."
    assert f"Ravi Menon{number}  ·  {number}" in clerk.texts
    customer = clerk.branch.storage.customers.find(number)
    assert customer is not None
    labels = clerk.branch.storage.customer_files.templates(customer.customer_id)
    assert sorted((label.kind.value, label.position) for label in labels) == [
        ("face", "face"), ("fingerprint", "left_thumb"), ("fingerprint", "right_index"), ("palm", "right"),
    ]  # fmt: skip
    assert len(clerk.branch.storage.ledger.accounts(customer.customer_id)) == 1
    assert not machine.borrowed, "the machine is the customers' again"
    clerk.press("Document")
    assert "Document" in clerk.texts
    clerk.press("Close")


def test_somebody_like_them_is_shown_before(clerk: Clerk) -> None:
    number = str(next(_numbers))
    clerk.branch.storage.customers.enrol(NewCustomer(number, "Lalita Bapat", f"+91 98211 {number}", "", "", ""))
    clerk.as_(Role.TELLER)
    clerk.press("New customer")
    clerk.fill(name="Somebody Else", phone=f"+9198211{number}")
    clerk.press("Continue")
    assert "Is it one of these?" in clerk.texts
    clerk.press("Open the marked one")
    assert clerk.told == "Mark one first."
    clerk.shell.page.step.similar.choose(number)  # type: ignore[union-attr]
    clerk.press("Open the marked one")
    assert f"Lalita Bapat  ·  {number}" in clerk.texts


def test_details_that_cannot_be_are_told_and_nothing_goes_on(clerk: Clerk) -> None:
    clerk.as_(Role.TELLER)
    clerk.press("New customer")
    clerk.fill(name="", email="no address")
    clerk.press("Continue")
    assert clerk.told
    assert isinstance(clerk.shell.page, EnrolmentPage)
    assert clerk.shell.page.file is None
    to_step(clerk, "Face")
    assert clerk.told == "First say who it is."


@pytest.mark.parametrize(("error", "told"), [
    (ErrandRefused("cancelled"), ERRANDS["cancelled"]), (ErrandRefused("timed_out"), ERRANDS["timed_out"]),
    (FaceNotCaptured(FaceRefusal.NOT_LIVE), FACE_REFUSALS[FaceRefusal.NOT_LIVE]),
    (DeviceUnavailable("no picture for a second"), "The device does not answer: no picture for a second."),
    (MachineAway("the machine of this data folder is not running"),
     "The machine of this data folder is not running. Start it, and try again."),
    (NoFinger(), "No finger was laid on the sensor."),
])  # fmt: skip
def test_whatever_happens_at_the_machine_is_told_and_can_be_tried_again(
    clerk: Clerk, number: str, error: Exception, told: str
) -> None:
    clerk.press("Begin")
    clerk.branch.lent.fault = error
    clerk.press("Begin")
    assert clerk.told == told
    clerk.branch.lent.fault = None
    take_face(clerk, int(number))
    assert "known again" in clerk.told


def test_a_face_that_is_enrolled_is_told_with_whose_it_is(clerk: Clerk, number: str) -> None:
    clerk.press("Begin")
    clerk.branch.world.camera.script.append((clerk.branch.world.face,) * 5)
    clerk.press("Begin")
    assert clerk.told == f"This face is enrolled already, as customer {clerk.branch.world.number}."


def test_a_finger_that_is_not_known_again_is_taken_again(clerk: Clerk, number: str) -> None:
    clerk.press("Begin")
    clerk.press("Continue without")
    take_finger(clerk, "right index", score=1)
    assert clerk.told == "The finger was not known again. Take it again."
    assert clerk.shell.page.file.templates == {}  # type: ignore[union-attr]


def test_who_agrees_to_nothing_is_known_by_a_pin(clerk: Clerk, number: str) -> None:
    clerk.branch.lent.agrees = ()
    clerk.press("Begin")
    for _ in (Factor.FACE, Factor.FINGERPRINT, Factor.PALM):
        assert "The customer has not agreed to this." in clerk.texts
        clerk.press("Continue")
    to_step(clerk, "Save")
    clerk.press("Save")
    assert clerk.told == reason_told("no_way_in")
    to_step(clerk, "PIN")
    clerk.press("Begin")
    to_step(clerk, "Save")
    clerk.press("Save")
    assert clerk.told == "Enrolled."


def test_an_enrolment_that_is_left_keeps_nothing_and_gives_the_machine_back(clerk: Clerk, number: str) -> None:
    clerk.press("Begin")
    assert clerk.branch.lent.borrowed
    clerk.press("Sign out")
    clerk.press("Leave and lose it")
    assert not clerk.branch.lent.borrowed
    assert clerk.branch.storage.customers.find(number) is None


def take_some(clerk: Clerk, number: str) -> None:
    """Agreement, face, two fingers and PIN."""
    clerk.press("Begin")
    take_face(clerk, int(number))
    take_finger(clerk, "right index")
    take_finger(clerk, "left thumb")
    to_step(clerk, "PIN")
    clerk.press("Begin")


TAKEN = "what the customer agreed to, the face, two fingers and the PIN"


def test_going_back_asks_and_names_what_would_be_lost(clerk: Clerk, number: str) -> None:
    """By whatever way the question is not answered everything stays; then it is really gone."""
    take_some(clerk, number)
    page = clerk.shell.page
    assert isinstance(page, EnrolmentPage)
    here = page.step
    for stay in (
        lambda: clerk.press("Stay here"), lambda: clerk.root.event_generate("<Escape>"),
        lambda: clerk.root.focus_get().event_generate("<Return>"),  # type: ignore[union-attr]
    ):  # fmt: skip
        clerk.root.focus_force()
        clerk.settle()
        to_step(clerk, "Who it is")
        assert any(text.replace("\n", " ").endswith(f"lost: {TAKEN}.") for text in clerk.texts), clerk.texts
        assert not list(clipped(list(visible(clerk.top.frame))))
        assert clerk.root.focus_get() is clerk.buttons["Stay here"], "the default"
        stay()
        clerk.settle()
        assert not clerk.shell.dialogs
        assert page.step is here
        assert page.losses == TAKEN
    to_step(clerk, "Who it is")
    clerk.press("Go back and lose it")
    assert (page.losses, clerk.form.value("number")) == ("", number), "the details stay, to be put right"
    assert page.file is not None
    assert (page.file.ways_in, page.file.agreed) == (0, ())
    to_step(clerk, "Agreement")
    to_step(clerk, "Who it is")
    assert not clerk.shell.dialogs, "nothing is asked where nothing would be lost"


@pytest.mark.parametrize("way", ["Customers", "Lists", "Sign out"])
def test_leaving_an_enrolment_asks_first(clerk: Clerk, number: str, way: str) -> None:
    take_some(clerk, number)
    page = clerk.shell.page
    clerk.press(way)
    assert any(text.replace("\n", " ").endswith(f"lost then: {TAKEN}.") for text in clerk.texts), clerk.texts
    clerk.press("Stay here")
    assert clerk.shell.page is page
    assert clerk.branch.lent.borrowed
    clerk.press(way)
    clerk.press("Leave and lose it")
    assert clerk.shell.page is not page
    assert not clerk.branch.lent.borrowed


def test_a_customer_is_known_by_more(clerk: Clerk, number: str) -> None:
    clerk.press("Begin")
    to_step(clerk, "PIN")
    clerk.press("Begin")
    to_step(clerk, "Save")
    clerk.press("Save")
    clerk.press("Document")
    assert clerk.told == reason_told("no_document")
    clerk.press("Known by more")
    to_step(clerk, "Fingers")
    take_finger(clerk, "left ring")
    to_step(clerk, "Save")
    clerk.press("Save")
    assert clerk.cells("0") == ("fingerprint", "left_ring")


def test_nothing_of_any_step_is_cut_off(clerk: Clerk, number: str) -> None:
    page = clerk.shell.page
    assert isinstance(page, EnrolmentPage)
    page.file.agree(BIOMETRICS)  # type: ignore[union-attr]
    for step in page.steps:
        page.show(step)
        clerk.settle()
        assert not list(clipped(list(visible(page.frame)))), step.name
