"""Enrolling at the branch: gathered in memory, tried out, saved at once; nobody twice, and nothing half."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from atm_app.branch.enrolment_desk import EnrolmentDesk, FaceKnown, NotTheSame
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.identity.authenticator_app import STEP_SECONDS
from atm_app.identity.consents import BIOMETRICS, in_force
from atm_app.identity.personal_details import DetailRefused
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import Cancellation, DeviceUnavailable
from atm_app.stores import Factor, NewCustomer, RequestRefused, StoreUnavailable
from commands.branch_wiring import console_of
from db.storage import Storage
from tests.branch import enrolling
from tests.branch.enrolling import newcomer, nobody_listens, opened
from tests.branch.lent import ScriptedMachine
from tests.branch.walk import Walk, fresh_number
from tests.db.bank import ask, together
from tests.world import PIN, face_of


@pytest.fixture
def desk(walk: Walk) -> EnrolmentDesk:
    return walk.branch.enrolment


def whole_file(walk: Walk, desk: EnrolmentDesk, teller: StaffSession, folder: Path) -> EnrolmentFile:
    file = desk.open(teller, vars(newcomer()))
    desk.agree(teller, file, Cancellation())
    enrolling.face(walk, teller, file)
    enrolling.finger(walk, teller, file)
    enrolling.palm(walk, teller, file)
    desk.pin(teller, file, Cancellation())
    desk.app(teller, file, Cancellation())
    desk.document(teller, file, enrolling.paper(folder))
    return file


def test_a_customer_is_enrolled_with_everything_at_once(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, tmp_path: Path
) -> None:
    before = walk.branch.content()
    file = whole_file(walk, desk, teller, tmp_path)
    assert walk.branch.content() == before, "nothing is kept before it is saved"
    number = desk.save(teller, file, "savings")
    storage = walk.storage
    customer = storage.customers.find(number)
    assert customer is not None
    assert (customer.name, customer.pseudonym) == ("Gita Naik", file.pseudonym)
    seen = walk.console.customers.look_up(teller, number)
    assert {(each.kind, each.position) for each in seen.templates} == {
        (Factor.FACE, "face"), (Factor.FINGERPRINT, "left_thumb"), (Factor.PALM, "right"),
    }  # fmt: skip
    assert {consent.kind for consent in in_force(seen.consents)} == set(BIOMETRICS)
    assert [account.kind for account in seen.accounts] == ["savings"]
    known = storage.customers.pin_hash(customer.customer_id)
    assert storage.vault.pin_matches(PIN, customer.pseudonym, known)
    assert storage.authenticators.secret(customer.customer_id) == file.app_secret.encode()
    picture = Image.open(BytesIO(storage.documents.of(customer.customer_id)))
    assert (picture.format, picture.size) == ("JPEG", (1200, 800))
    sealed = ask(walk.branch.admin, "SELECT sealed FROM customer_document WHERE customer_id = %s",
                 (customer.customer_id,))  # fmt: skip
    assert file.document[:16] not in bytes(sealed[0][0])


def test_the_code_the_app_has_shown_is_worth_nothing_at_the_machine(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession
) -> None:
    file = opened(walk)
    desk.app(teller, file, Cancellation())
    desk.pin(teller, file, Cancellation())
    desk.save(teller, file)
    customer, apps = walk.storage.customers.find(file.customer.number), walk.storage.authenticators
    assert customer is not None
    step = int(walk.branch.clock.now().timestamp()) // STEP_SECONDS
    assert not apps.use_step(customer.customer_id, file.app_step)
    assert apps.use_step(customer.customer_id, step + 1)


def test_an_erased_customers_document_is_gone(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, tmp_path: Path
) -> None:
    file = opened(walk)
    desk.pin(teller, file, Cancellation())
    desk.document(teller, file, enrolling.paper(tmp_path))
    number = desk.save(teller, file)
    customer = walk.storage.customers.find(number)
    assert customer is not None
    walk.console.customers.erase(teller, number)
    assert walk.storage.documents.of(customer.customer_id) == b""
    (row,) = ask(walk.branch.admin, "SELECT sealed FROM customer_document WHERE customer_id = %s",
                 (customer.customer_id,))  # fmt: skip
    assert bytes(row[0]) == b""


def test_a_customer_is_known_by_more_or_anew(walk: Walk, desk: EnrolmentDesk, teller: StaffSession) -> None:
    customer = walk.customer()
    file = desk.reopen(teller, customer.number)
    assert file.agreed == BIOMETRICS
    enrolling.face(walk, teller, file)
    enrolling.finger(walk, teller, file)
    desk.pin(teller, file, Cancellation())
    desk.save(teller, file)
    again = desk.reopen(teller, customer.number)
    enrolling.face(walk, teller, again)
    desk.save(teller, again)
    kept = walk.storage.templates.face(customer.customer_id)
    assert kept == again.templates[Factor.FACE, ""].template
    assert [finger.finger for finger in walk.storage.templates.fingers(customer.customer_id)] == ["left_thumb"]


# --- nobody twice ----------------------------------------------------------------------------------------------------


def test_a_face_that_is_somebody_elses_is_told_with_their_number(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession
) -> None:
    file = opened(walk, Factor.FACE)
    walk.world.camera.script.append((walk.world.face,) * 5)
    with pytest.raises(FaceKnown) as known:
        desk.face(teller, file, Cancellation(), nobody_listens)
    assert known.value.number == walk.world.number
    assert not file.templates


def test_people_who_may_be_the_same_are_shown_before(walk: Walk, desk: EnrolmentDesk, teller: StaffSession) -> None:
    there = newcomer()
    walk.storage.customers.enrol(there)
    written = {"name": "Somebody Else", "phone": there.phone.replace(" ", ""), "email": ""}
    assert [each.number for each in desk.similar(teller, written)] == [there.number]
    assert desk.similar(teller, {"name": "Nobody Likethis", "phone": "+91 1234567", "email": ""}) == ()


def test_a_telephone_number_somebody_has_is_refused_when_it_is_saved(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession
) -> None:
    there, file = newcomer(), opened(walk)
    walk.storage.customers.enrol(there)
    file.customer = NewCustomer(file.customer.number, "Another One", there.phone, "", "", "")
    desk.pin(teller, file, Cancellation())
    with pytest.raises(RequestRefused, match="contact_known"):
        desk.save(teller, file)
    assert walk.storage.customers.find(file.customer.number) is None


def test_a_number_somebody_has_is_refused_at_once_and_one_left_empty_is_drawn(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession
) -> None:
    with pytest.raises(RequestRefused, match="number_taken"):
        desk.open(teller, vars(newcomer(walk.world.number)))
    drawn = desk.open(teller, {**vars(newcomer()), "number": ""}).customer.number
    assert len(drawn) == 6


@pytest.mark.parametrize("wrong", [{"name": " "}, {"email": "nobody"}, {"number": "12 34"}, {"name": "A\nB"}])
def test_details_that_cannot_be_are_refused(desk: EnrolmentDesk, teller: StaffSession, wrong: dict[str, str]) -> None:
    right = {"number": "", "name": "Gita Naik", "phone": "", "email": "", "address": "", "gender": ""}
    with pytest.raises(DetailRefused):
        desk.open(teller, {**right, **wrong})


def test_of_two_who_enrol_one_number_at_once_one_is_told(walk: Walk) -> None:
    """Each at a console of their own; nothing of the second is mixed into the first."""
    branch = walk.branch
    other = Storage(branch.storage.folder, branch.settings.terminal, branch.settings.currency)
    other.open()
    theirs = console_of(other, branch.settings, branch.clock, ScriptedMachine(walk.world)).enrolment
    desks = [branch.enrolment, theirs]
    tellers = [branch.session(branch.person(Role.TELLER)) for _ in desks]
    for number in (fresh_number(6) for _ in range(10)):
        new = [NewCustomer(number, name, "", f"{name.lower()}@{number}.example", "", "") for name in ("Asha", "Dev")]
        files = [desk.open(teller, vars(each)) for desk, teller, each in zip(desks, tellers, new, strict=True)]
        for desk, teller, file in zip(desks, tellers, files, strict=True):
            desk.pin(teller, file, Cancellation())

        def save(place: int, files: list[EnrolmentFile] = files) -> str:
            try:
                desks[place].save(tellers[place], files[place])
            except RequestRefused as refused:
                return refused.reason
            return ""

        told = together([partial(save, 0), partial(save, 1)])
        assert sorted(told) == ["", "number_taken"]
        kept = walk.storage.customers.find(number)
        assert kept is not None
        winner = new[told.index("")]
        assert (kept.name, kept.email) == (winner.name, winner.email)
    other.close()


# --- tried out -------------------------------------------------------------------------------------------------------


def test_what_does_not_know_its_owner_again_is_not_kept(walk: Walk, desk: EnrolmentDesk, teller: StaffSession) -> None:
    file = opened(walk, *BIOMETRICS)
    ways = (
        lambda: enrolling.face(walk, teller, file, face_of(12_345)),
        lambda: enrolling.finger(walk, teller, file, score=1),
        lambda: enrolling.palm(walk, teller, file, test=b"another"),
    )
    for way in ways:
        with pytest.raises(NotTheSame):
            way()
    assert not file.templates


@pytest.mark.parametrize("kind", BIOMETRICS)
def test_nobody_is_looked_at_who_has_not_agreed(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, kind: Factor
) -> None:
    machine, file = walk.branch.lent, opened(walk, *(set(BIOMETRICS) - {kind}))
    asked = len(machine.asked)
    way = {Factor.FACE: enrolling.face, Factor.FINGERPRINT: enrolling.finger, Factor.PALM: enrolling.palm}[kind]
    with pytest.raises(RequestRefused, match="not_agreed"):
        way(walk, teller, file)  # type: ignore[operator]
    assert len(machine.asked) == asked


def test_what_is_no_longer_agreed_to_is_forgotten(walk: Walk, desk: EnrolmentDesk, teller: StaffSession) -> None:
    file = opened(walk, *BIOMETRICS)
    enrolling.face(walk, teller, file)
    enrolling.palm(walk, teller, file)
    walk.branch.lent.agrees = (Factor.PALM,)
    desk.agree(teller, file, Cancellation())
    walk.branch.lent.agrees = BIOMETRICS
    assert [kind for kind, _ in file.templates] == [Factor.PALM]


def test_nobody_is_enrolled_who_could_never_sign_in(walk: Walk, desk: EnrolmentDesk, teller: StaffSession) -> None:
    with pytest.raises(RequestRefused, match="no_way_in"):
        desk.save(teller, opened(walk))


def test_a_camera_that_is_taken_away_in_the_middle_leaves_the_file_as_it_was(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession
) -> None:
    file = opened(walk, *BIOMETRICS)
    enrolling.finger(walk, teller, file)
    walk.world.camera.script.clear()
    walk.world.camera.script.append(DeviceUnavailable("unplugged"))
    with pytest.raises(DeviceUnavailable):
        desk.face(teller, file, Cancellation(), nobody_listens)
    assert [kind for kind, _ in file.templates] == [Factor.FINGERPRINT]


def test_a_database_that_goes_away_while_it_is_saved_keeps_nothing_and_can_be_asked_again(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = opened(walk)
    desk.pin(teller, file, Cancellation())

    def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(desk.stores.incoming, "bring_in", gone)
        with pytest.raises(StoreUnavailable):
            desk.save(teller, file)
    assert walk.storage.customers.find(file.customer.number) is None
    assert desk.save(teller, file) == file.customer.number


# --- papers ----------------------------------------------------------------------------------------------------------


def test_a_paper_is_made_anew_upright_and_no_larger_than_needed(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, tmp_path: Path
) -> None:
    path = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "where it was taken"  # turned by 90°, and a description
    Image.new("RGB", (4000, 2000), "white").save(path, exif=exif)
    file = opened(walk)
    desk.document(teller, file, str(path))
    kept = Image.open(BytesIO(file.document))
    assert kept.size == (800, 1600)
    assert b"where it was taken" not in file.document


@pytest.mark.parametrize(("kind", "fault"), [
    ("bomb", PictureFault.TOO_LARGE), ("wide", PictureFault.TOO_LARGE), ("text", PictureFault.WRONG_FORMAT),
    ("missing", PictureFault.UNREADABLE), ("cut", PictureFault.UNREADABLE), ("tiny", PictureFault.TOO_SMALL),
])  # fmt: skip
def test_what_is_no_picture_of_a_paper_is_refused(
    walk: Walk, desk: EnrolmentDesk, teller: StaffSession, tmp_path: Path, kind: str, fault: PictureFault
) -> None:
    path = tmp_path / "paper.png"
    if kind in ("bomb", "wide"):
        Image.new("1", (20_000, 20_000) if kind == "bomb" else (20_000, 4_000)).save(path)
    elif kind == "text":
        path.write_text("passport")
    elif kind != "missing":
        path = Path(enrolling.paper(tmp_path, (100, 100) if kind == "tiny" else (1200, 800)))
        if kind == "cut":
            path.write_bytes(path.read_bytes()[:200])
    file = opened(walk)
    with pytest.raises(UnusablePicture) as refused:
        desk.document(teller, file, str(path))
    assert refused.value.fault is fault
    assert file.document == b""
