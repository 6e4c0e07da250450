"""Staff have the machine: between two visits, for one errand after the other, and it comes back whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyotp
import pytest

from atm_app.identity.authenticator_app import new_secret, provisioning_uri
from atm_app.palm_ports import PalmAdvice, PalmCapture, PalmNotCaptured, PalmProgress
from atm_app.ports import (
    DeviceUnavailable,
    FaceCapture,
    FaceNotCaptured,
    FaceProgress,
    FacePrompt,
    FacePurpose,
    FaceRefusal,
    FaceRequest,
    FingerMatch,
    FingerTemplate,
    NoFinger,
    Work,
)
from atm_app.stores import Factor
from atm_app.supervisor_ports import (
    Agreed,
    AgreementErrand,
    Answer,
    AppCode,
    AppErrand,
    Errand,
    ErrandRefused,
    FaceErrand,
    FingerErrand,
    FingerTaken,
    FingerTestErrand,
    PalmErrand,
    PinErrand,
    PinHashed,
    Progress,
)
from atm_app.views import Face, InService
from commands.system_random import SystemRandom
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_menu, to_pin
from tests.scripted import FAMILY
from tests.world import PIN, World, face_of

PSEUDONYM = bytes(range(16))
FACE = FaceErrand(FaceRequest(FacePurpose.ENROL, (FacePrompt.BLINK,)))


@dataclass
class Staff:
    """What they hear."""

    lent_family: str = ""
    waited: list[str] = field(default_factory=list)
    reports: list[Progress] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def lent(self, family: str) -> None:
        self.lent_family = family

    def waits(self, state: str) -> None:
        self.waited.append(state)

    def report(self, progress: Progress) -> None:
        self.reports.append(progress)

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)

    def fail(self, error: Exception) -> None:
        self.errors.append(error)


@pytest.fixture
def staff(world: World) -> Staff:
    """They have the machine."""
    staff = Staff()
    world.controller.staff_arrive(staff)
    assert (world.state, staff.lent_family) == ("in_service", FAMILY)
    return staff


def ask(world: World, errand: Errand, language: str = "en") -> None:
    world.controller.begin_errand(errand, language)
    world.settle()


def app_errand() -> AppErrand:
    secret = new_secret(SystemRandom())
    return AppErrand(provisioning_uri("100001", "Bank", secret), secret)


ERRANDS: dict[str, Errand] = {
    "agreements": AgreementErrand((Factor.FACE, Factor.PALM)), "face": FACE, "finger": FingerErrand(2, 5.0),
    "palm": PalmErrand(5, 5.0), "pin": PinErrand(PSEUDONYM), "app": app_errand(),
}  # fmt: skip


def begin(world: World, errand: str) -> None:
    """As far as the customer has something to do."""
    world.workers.held |= {Work.FACE, Work.FINGERPRINT, Work.PALM}
    ask(world, ERRANDS[errand])
    assert world.state.startswith("assisted_")


# --- coming and going ------------------------------------------------------------------------------------------------


def test_staff_have_the_machine_until_they_give_it_back(world: World, staff: Staff) -> None:
    assert world.view == InService()
    for touch in ("start", "start_accessible", "open_account", "cancel", "digit"):
        world.touch(touch)
        assert world.state == "in_service"
    world.wait(600)
    assert world.state == "in_service"
    world.controller.staff_leave()
    world.settle()
    assert world.state == "welcome"
    assert [outcome for event, outcome in world.events() if event == "supervisor"] == ["begun", "ended"]
    to_menu(world)


def test_a_visit_is_not_cut_short_for_staff(world: World) -> None:
    to_pin(world)
    staff = Staff()
    world.controller.staff_arrive(staff)
    assert (world.state, staff.waited, staff.lent_family) == ("pin", ["pin"], "")
    world.touch("cancel")
    world.touch("done")
    assert (world.state, staff.lent_family) == ("in_service", FAMILY)


def test_staff_who_gave_up_waiting_get_nothing(world: World) -> None:
    to_pin(world)
    world.controller.staff_arrive(Staff())
    world.controller.staff_leave()
    world.touch("cancel")
    world.touch("done")
    assert world.state == "welcome"


def test_staff_wait_until_the_first_customers_are_enrolled(world: World) -> None:
    world.controller.set_preparing(0.5)
    staff = Staff()
    world.controller.staff_arrive(staff)
    assert (world.state, staff.waited) == ("welcome", ["welcome"])
    world.controller.set_preparing(1.0)
    assert world.state == "in_service"


def test_a_machine_out_of_service_is_lent_and_looks_at_itself_again(world: World) -> None:
    world.controller.trouble = "trouble"
    world.controller.send("fail", "trouble")
    staff = Staff()
    world.controller.staff_arrive(staff)
    assert world.state == "in_service"
    world.controller.staff_leave()
    assert world.state == "out_of_service"
    world.wait(4)
    assert world.state == "welcome"


# --- errands ---------------------------------------------------------------------------------------------------------


def test_the_customer_agrees_for_themselves_in_their_language(world: World, staff: Staff) -> None:
    ask(world, AgreementErrand((Factor.FACE, Factor.PALM)), "hi")
    assert world.controller.language == "hi"
    world.touch("agree", "palm")
    world.touch("agree", "fingerprint")
    assert staff.answers == []
    world.touch("enter")
    assert staff.answers == [Agreed((Factor.PALM,))]
    assert world.state == "in_service"


def test_a_face_goes_to_staff_with_what_the_camera_sees_on_the_way(world: World, staff: Staff) -> None:
    samples = (face_of(77),) * 3
    world.camera.script.append(samples)
    ask(world, FACE)
    (answer,) = staff.answers
    assert isinstance(answer, FaceCapture)
    assert answer.samples == samples
    assert world.camera.requests[-1] == FACE.request
    assert any(isinstance(shown.view, Face) for shown in world.shown)
    assert isinstance(staff.reports[0], FaceProgress)
    assert world.controller.session is None


def test_fingers_and_palms_go_to_staff(world: World, staff: Staff) -> None:
    ask(world, FingerErrand(2, 5.0))
    world.sensor.script.append(321)
    ask(world, FingerTestErrand((FingerTemplate(7, "left_thumb", FAMILY, b"finger"),), 5.0))
    world.palms.script.append((b"palm",))
    ask(world, PalmErrand(5, 5.0))
    taken, match, palm = staff.answers
    assert taken == FingerTaken(b"finger", FAMILY)
    assert match == FingerMatch(7, 321, FAMILY)
    assert isinstance(palm, PalmCapture)
    assert PalmProgress(PalmAdvice.NO_HAND, 0.0) in staff.reports


def test_a_pin_is_typed_twice_and_only_its_hash_leaves(world: World, staff: Staff) -> None:
    ask(world, PinErrand(PSEUDONYM))
    for pin in (PIN, "1379"):
        world.type(pin)
        world.touch("enter")
    assert (world.note, staff.answers) == ("pin_not_repeated", [])
    for _ in range(2):
        world.type(PIN)
        world.touch("enter")
    (answer,) = staff.answers
    assert isinstance(answer, PinHashed)
    assert world.storage.vault.pin_matches(PIN, PSEUDONYM, answer.pin_hash)
    assert not world.storage.vault.pin_matches(PIN, bytes(16), answer.pin_hash)
    assert PIN not in repr(answer) + repr(world.shown)


def test_a_simple_pin_is_refused_at_the_pad(world: World, staff: Staff) -> None:
    ask(world, PinErrand(PSEUDONYM))
    world.type("1234")
    world.touch("enter")
    assert (world.note, staff.answers) == ("pin_too_simple", [])


def test_the_app_has_to_show_a_code_of_the_key(world: World, staff: Staff) -> None:
    errand = app_errand()
    ask(world, errand)
    right = pyotp.TOTP(errand.secret).at(world.clock.now())
    world.type(f"{(int(right) + 1) % 10**6:06d}")
    assert (world.note, staff.answers) == ("not_confirmed", [])
    world.type(right)
    assert staff.answers == [AppCode(right)]
    assert errand.secret not in repr(world.shown)


@pytest.mark.parametrize("errand", ERRANDS)
def test_the_customer_may_stop_every_errand(world: World, staff: Staff, errand: str) -> None:
    begin(world, errand)
    world.touch("cancel")
    world.workers.held.clear()
    world.settle()
    (error,) = staff.errors
    assert isinstance(error, ErrandRefused)
    assert (error.reason, world.state, world.controller.session) == ("cancelled", "in_service", None)
    assert not staff.answers


@pytest.mark.parametrize("errand", ERRANDS)
def test_staff_may_withdraw_every_errand(world: World, staff: Staff, errand: str) -> None:
    begin(world, errand)
    world.controller.withdraw_errand()
    world.workers.held.clear()
    world.settle()
    assert [str(error) for error in staff.errors] == ["withdrawn"]
    assert world.state == "in_service"
    world.controller.withdraw_errand()
    assert world.state == "in_service"


@pytest.mark.parametrize("errand", ERRANDS)
def test_whoever_goes_in_the_middle_leaves_a_machine_that_works(world: World, staff: Staff, errand: str) -> None:
    begin(world, errand)
    world.controller.staff_leave()
    world.workers.held.clear()
    world.settle()
    assert (world.state, staff.answers, staff.errors) == ("welcome", [], [])
    to_menu(world)


@pytest.mark.parametrize("errand", ["agreements", "pin", "app"])
def test_an_errand_nobody_does_anything_about_ends_by_itself(world: World, staff: Staff, errand: str) -> None:
    begin(world, errand)
    world.wait(world.settings.times.idle * 2 + 1)
    assert [str(error) for error in staff.errors] == ["timed_out"]
    assert world.state == "in_service"


@pytest.mark.parametrize(("errand", "error"), [
    (FACE, FaceNotCaptured(FaceRefusal.NOT_LIVE)), (FACE, DeviceUnavailable("unplugged")),
    (FingerTestErrand((), 5.0), NoFinger()), (PalmErrand(5, 5.0), PalmNotCaptured(PalmAdvice.TOO_FAR)),
])  # fmt: skip
def test_what_a_device_says_goes_to_staff(world: World, staff: Staff, errand: Errand, error: Exception) -> None:
    for device in (world.camera, world.sensor, world.palms):
        device.script.append(error)
    ask(world, errand)
    assert staff.errors == [error]
    assert world.state == "in_service"


def test_one_errand_at_a_time(world: World, staff: Staff) -> None:
    begin(world, "face")
    world.controller.begin_errand(ERRANDS["pin"], "en")
    assert [str(error) for error in staff.errors] == ["busy"]
    assert world.state == "assisted_capture"


def test_a_machine_that_is_switched_off_during_an_errand_stops_looking(make_world: MakeWorld) -> None:
    world, staff = make_world(), Staff()
    world.controller.staff_arrive(staff)
    begin(world, "face")
    world.controller.stop()
    assert world.controller.session is None
    world.workers.held.clear()
    world.settle()
    assert staff.answers == []
