"""Templates and distances."""

import numpy as np
import pytest

from biometric.face.matcher import EuclideanFaceMatcher

matcher = EuclideanFaceMatcher()


def embedding(seed: int) -> bytes:
    return np.random.default_rng(seed).normal(0, 0.1, 128).astype("<f4").tobytes()


def test_the_template_is_the_mean():
    template = np.frombuffer(matcher.template([embedding(1), embedding(2)]), "<f4")
    halves = (np.frombuffer(embedding(1), "<f4") + np.frombuffer(embedding(2), "<f4")) / 2
    assert template == pytest.approx(halves, abs=1e-6)


def test_the_distance_is_the_median():
    zero = bytes(512)
    samples = [np.eye(1, 128, dtype="<f4").tobytes()] * 2 + [(9 * np.eye(1, 128)).astype("<f4").tobytes()]
    assert matcher.distance(zero, samples) == pytest.approx(1.0)


@pytest.mark.parametrize("samples", [[], [b""], [bytes(511)], [b"\xff" * 512]])
def test_malformed_samples_are_refused(samples):
    with pytest.raises(ValueError):  # noqa: PT011 - any plain reason will do
        matcher.template(samples)
    with pytest.raises(ValueError):  # noqa: PT011
        matcher.distance(bytes(512), samples)
