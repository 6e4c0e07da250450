"""Whole face sessions of drawn persons through the real models, as fast as the frames compute."""

import pytest

from atm_app.identity.captures import ENROLMENT_POSES, STRAIGHT_SAMPLES
from atm_app.ports import FaceAdvice, FaceNotCaptured, FaceProgress, FacePrompt, FacePurpose, FaceRefusal, FaceRequest
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.face.pose_guide import SAMPLES_EACH
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_obliging import Rehearsal, answer

BLINK, LEFT, RIGHT = FacePrompt.BLINK, FacePrompt.TURN_LEFT, FacePrompt.TURN_RIGHT
RIGHT_A_LITTLE = FacePrompt.RIGHT_A_LITTLE
KEYS = ("chen", "dele", "edna", "fara")
matcher = EuclideanFaceMatcher()


@pytest.fixture
def scene(poses):
    return Scene(read_persons(), poses)


def request(*challenges, patience=30.0, purpose=FacePurpose.AUTHENTICATE, samples=5):
    return FaceRequest(purpose, challenges, samples, patience)


@pytest.fixture(scope="module")
def templates(engine, poses):
    """Everybody's template, from an enrolment with one challenge and all poses."""
    found = {}
    for key, challenge in zip(KEYS, (BLINK, RIGHT, BLINK, LEFT), strict=True):
        scene = Scene(read_persons(), poses, seed=7)
        scene.stand(key)
        asked = FaceRequest(FacePurpose.ENROL, (challenge,), STRAIGHT_SAMPLES, poses=ENROLMENT_POSES)
        reports: list[FaceProgress] = []
        capture = Rehearsal(scene, engine).run(asked, report=reports.append)
        prompts = list(dict.fromkeys(report.prompt for report in reports))
        assert prompts[-5:] == [*ENROLMENT_POSES, FacePrompt.DONE], "every pose was asked for, in order"
        assert len(capture.samples) == STRAIGHT_SAMPLES + len(ENROLMENT_POSES) * SAMPLES_EACH
        fractions = [report.fraction for report in reports]
        assert fractions == sorted(fractions), "the ring never goes back"
        found[key] = matcher.template(capture.samples)
    return found


@pytest.mark.parametrize(
    ("key", "challenges", "seed"),
    [
        ("chen", (BLINK, LEFT), 1),
        ("dele", (RIGHT, BLINK), 2),
        pytest.param("edna", (LEFT, BLINK), 3, marks=pytest.mark.slow),
        pytest.param("fara", (BLINK, RIGHT), 4, marks=pytest.mark.slow),
    ],
)
def test_each_person_passes_and_is_known(engine, poses, templates, key, challenges, seed):
    scene = Scene(read_persons(), poses, seed)
    scene.stand(key)
    reports = []
    capture = Rehearsal(scene, engine).run(request(*challenges), report=reports.append)
    assert len(capture.samples) == 5
    assert all(len(sample) == 512 for sample in capture.samples)
    for other, template in templates.items():
        distance = matcher.distance(template, capture.samples)
        assert distance < 0.5 if other == key else distance > 0.6
    gallery = InMemoryFaceGallery()
    gallery.replace(list(enumerate(templates.values())))
    assert gallery.nearest(capture.samples, 1)[0].customer_id == KEYS.index(key)
    assert capture.seconds < 12
    assert capture.quality > 0.5
    assert reports[-1].prompt is FacePrompt.DONE
    assert reports[-1].fraction == 1.0
    assert reports[-1].box is not None


def refusal(engine, scene, *challenges, **more):
    patience = more.pop("patience", 30.0)
    with pytest.raises(FaceNotCaptured) as refused:
        Rehearsal(scene, engine).run(request(*challenges, patience=patience), **more)
    return refused.value.refusal


@pytest.mark.parametrize("key", ["chen", "edna"])
def test_a_photograph_is_not_live(engine, scene, key):
    scene.photograph(key)
    assert refusal(engine, scene, BLINK, LEFT, patience=6.0) is FaceRefusal.NOT_LIVE


def test_two_people(engine, scene):
    scene.two("chen", "fara")
    reports = []
    assert refusal(engine, scene, BLINK, patience=3.0, report=reports.append) is FaceRefusal.SEVERAL_FACES
    assert reports[-1].advice is FaceAdvice.SEVERAL_FACES


def test_nobody(engine, scene):
    assert refusal(engine, scene, BLINK, patience=2.0) is FaceRefusal.NOBODY


def test_the_dark(engine, scene):
    scene.stand("edna")
    scene.is_dark = True
    assert refusal(engine, scene, BLINK, patience=2.0) in (FaceRefusal.POOR_PICTURE, FaceRefusal.NOBODY)


def test_the_wrong_direction(engine, scene):
    scene.stand("dele")
    turned = []

    def stubborn(prompt):
        if prompt is LEFT:
            scene.turn("right", 0.5)
            turned.append(prompt)

    assert refusal(engine, scene, LEFT, customer=stubborn) is FaceRefusal.NOT_LIVE
    assert turned == [LEFT]
    assert scene.now < 6


@pytest.mark.parametrize("nth", [0, 1, 2, 3], ids=["asked", "between", "asked again", "answered all"])
def test_a_person_swapped_for_another(engine, scene, nth):
    """Somebody else takes the place, without a gap: when asked, after the answer, when asked again, after all."""
    scene.stand("fara")
    prompts = []

    def swapped(prompt):
        if len(prompts) == nth:
            scene.stand("edna")
        prompts.append(prompt)
        answer(scene, prompt)

    assert refusal(engine, scene, BLINK, LEFT, customer=swapped) is FaceRefusal.FACE_CHANGED
    assert prompts == [BLINK, FacePrompt.LOOK, LEFT, FacePrompt.LOOK_BACK][: len(prompts)]
    assert len(prompts) > nth


def swap_after(scene, seconds):
    def swap(progress):
        if progress.at > seconds and scene.visitors[0].person.key == "fara":
            scene.stand("edna")

    return swap


def test_a_person_swapped_while_the_eyes_are_measured(engine, scene):
    scene.stand("fara")
    assert refusal(engine, scene, BLINK, LEFT, report=swap_after(scene, 0.5)) is FaceRefusal.FACE_CHANGED


def test_a_person_swapped_at_the_very_beginning_leaves_no_trace(engine, scene, templates):
    """The session begins anew with who stands there now; nothing of the first face is in it."""
    scene.stand("fara")
    swap = swap_after(scene, 0.0)
    capture = Rehearsal(scene, engine).run(request(BLINK, LEFT), report=swap)
    for sample in capture.samples:
        assert matcher.distance(templates["edna"], [sample]) < 0.5 < matcher.distance(templates["fara"], [sample])


def test_a_photograph_held_up_after_a_live_blink(engine, scene):
    scene.stand("dele")

    def cheating(prompt):
        if prompt is RIGHT:
            scene.photograph("dele")
        answer(scene, prompt)

    assert refusal(engine, scene, BLINK, RIGHT, patience=9.0, customer=cheating) is FaceRefusal.NOT_LIVE


def test_too_far_and_too_near(engine, scene):
    for scale, advice in ((0.6, FaceAdvice.TOO_FAR), (2.4, FaceAdvice.TOO_NEAR)):
        scene.stand("chen", scale=scale)
        reports = []
        refusal(engine, scene, BLINK, patience=1.0, report=reports.append)
        assert advice in {report.advice for report in reports}


def test_another_face_in_the_middle_of_the_poses_is_noticed(engine, scene):
    """Enrolment is where somebody else's face would do the most harm."""
    scene.stand("chen")

    def customer(prompt):
        if prompt is RIGHT_A_LITTLE:
            scene.stand("dele")
        answer(scene, prompt)

    asked = FaceRequest(FacePurpose.ENROL, (BLINK,), STRAIGHT_SAMPLES, poses=ENROLMENT_POSES)
    with pytest.raises(FaceNotCaptured) as refused:
        Rehearsal(scene, engine).run(asked, customer)
    assert refused.value.refusal is FaceRefusal.FACE_CHANGED


@pytest.mark.slow
def test_whoever_does_not_hold_a_pose_is_told_after_a_while(engine, scene):
    scene.stand("chen")
    asked = FaceRequest(FacePurpose.ENROL, (BLINK,), STRAIGHT_SAMPLES, poses=(FacePrompt.NEARER,))
    with pytest.raises(FaceNotCaptured) as refused:
        Rehearsal(scene, engine, 5.0).run(asked, lambda prompt: prompt is BLINK and answer(scene, prompt))
    assert refused.value.refusal is FaceRefusal.POOR_PICTURE


@pytest.mark.slow
def test_poses_are_asked_of_the_face_at_rest_not_of_one_that_is_only_nearly_back(engine, scene):
    """Whoever is back from a turn to the right but for six degrees would have to turn further than that."""
    scene.stand("chen")

    def nearly(prompt):
        if prompt is FacePrompt.LOOK_BACK:
            scene.look()
            scene.turn("right", 0.0, hold=3.0, degrees=6.0)
        else:
            answer(scene, prompt)

    asked = FaceRequest(FacePurpose.ENROL, (RIGHT,), STRAIGHT_SAMPLES, poses=ENROLMENT_POSES)
    assert Rehearsal(scene, engine).run(asked, customer=nearly).seconds < 20
