"""What a single picture says: where the face is, how it is lit, how it looks. No models."""

import numpy as np
import pytest

from atm_app.ports import Box, FaceAdvice
from biometric.face.continuity import FaceTrack, same_face, spread
from biometric.face.geometry import FaceFigures, figures
from biometric.face.quality import picture_advice, place_advice, pose_advice

HERE = Box(245, 165, 395, 315)


def texture(low, high):
    pixels = np.random.default_rng(1).integers(low, high, (480, 640, 1))
    return np.repeat(pixels, 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("boxes", "advice"),
    [
        ([], FaceAdvice.NO_FACE),
        ([HERE], FaceAdvice.NONE),
        ([HERE, Box(0, 0, 100, 100)], FaceAdvice.SEVERAL_FACES),
        ([HERE, Box(0, 0, 70, 70)], FaceAdvice.NONE),
        ([Box(270, 190, 370, 290)], FaceAdvice.TOO_FAR),
        ([Box(120, 40, 520, 440)], FaceAdvice.TOO_NEAR),
        ([Box(10, 165, 160, 315)], FaceAdvice.OFF_CENTRE),
    ],
)
def test_where_to_stand(boxes, advice):
    assert place_advice(boxes, 640, 480) is advice


@pytest.mark.parametrize(
    ("frame", "advice"),
    [
        (texture(40, 200), FaceAdvice.NONE),
        (texture(0, 40), FaceAdvice.TOO_DARK),
        (np.full((480, 640, 3), 255, np.uint8), FaceAdvice.TOO_BRIGHT),
        (np.full((480, 640, 3), 120, np.uint8), FaceAdvice.BLURRED),
    ],
)
def test_light_and_sharpness(frame, advice):
    found, quality = picture_advice(frame, HERE)
    assert found is advice
    assert 0 <= quality <= 1


def test_a_face_outside_the_frame_is_off_centre():
    assert picture_advice(texture(0, 255), Box(700, 500, 800, 600))[0] is FaceAdvice.OFF_CENTRE


@pytest.mark.parametrize(
    ("face", "open_eyes", "advice"),
    [
        (FaceFigures(0.3, 0.5, 0.35, 0.0, 0.5), None, FaceAdvice.NONE),
        (FaceFigures(0.3, 0.66, 0.35, 0.0, 0.5), None, FaceAdvice.TURNED),
        (FaceFigures(0.12, 0.5, 0.35, 0.0, 0.5), None, FaceAdvice.EYES_SHUT),
        (FaceFigures(0.2, 0.5, 0.35, 0.0, 0.5), 0.3, FaceAdvice.EYES_SHUT),
        (FaceFigures(0.2, 0.5, 0.35, 0.0, 0.5), 0.22, FaceAdvice.NONE),
    ],
)
def test_how_to_look(face, open_eyes, advice):
    assert pose_advice(face, open_eyes) is advice


def test_figures_do_not_depend_on_the_heads_roll_and_survive_nonsense():
    points = np.random.default_rng(3).uniform(0, 200, (68, 2))
    angle = 0.4
    turned = points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    first, second = figures(points), figures(turned)
    assert first.eye_aspect == pytest.approx(second.eye_aspect)
    assert first.nose_to_jaw == pytest.approx(second.nose_to_jaw)
    assert figures(np.zeros((68, 2))) == FaceFigures(0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_track_follows_a_swaying_head_and_not_a_jumping_one():
    track = FaceTrack()
    for number in range(20):
        assert track.follow(Box(245 + number, 165, 395 + number, 315), number / 15)
    assert not track.follow(Box(20, 165, 170, 315), 20 / 15)
    track = FaceTrack()
    track.follow(HERE, 0.0)
    assert track.follow(None, 0.9)
    assert not track.follow(None, 1.1)
    track = FaceTrack()
    track.follow(HERE, 0.0)
    assert track.follow(None, 1.5, turning=True)


def test_the_same_face():
    one, other = np.full(128, 0.05, np.float32), np.full(128, -0.05, np.float32)
    assert same_face([], one)
    assert same_face([one, one], one)
    assert not same_face([one, one], other)
    assert spread([one]) == 0.0
    assert spread([one, other]) > 0.5
