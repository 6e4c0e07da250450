"""Templates, distances and the exact 1:N search."""

import threading

import numpy as np
import pytest

from biometric.face.matcher import FIRST_CAPACITY, EuclideanFaceMatcher, ExactFaceGallery

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


def test_nobody_is_enrolled():
    assert ExactFaceGallery().nearest([embedding(1)], 3) == ()


def test_the_nearest_come_first_and_agree_with_the_matcher():
    gallery = ExactFaceGallery()
    gallery.replace([(number, embedding(number)) for number in range(200)])
    samples = [embedding(1000), embedding(1001), embedding(1002)]
    found = gallery.nearest(samples, 5)
    exact = sorted((matcher.distance(embedding(number), samples), number) for number in range(200))[:5]
    assert [candidate.customer_id for candidate in found] == [number for _, number in exact]
    assert [candidate.distance for candidate in found] == pytest.approx([distance for distance, _ in exact], abs=1e-6)


def test_put_changes_and_remove_forgets():
    gallery = ExactFaceGallery()
    for number in range(FIRST_CAPACITY + 10):
        gallery.put(number, embedding(number))
    gallery.put(7, embedding(5000))
    assert gallery.nearest([embedding(5000)], 1)[0].customer_id == 7
    gallery.remove(7)
    gallery.remove(7)
    gallery.remove(99999)
    assert len(gallery) == FIRST_CAPACITY + 9
    assert gallery.nearest([embedding(5000)], 1)[0].customer_id != 7
    last = FIRST_CAPACITY + 9
    assert gallery.nearest([embedding(last)], 1)[0].customer_id == last


def test_a_malformed_replacement_changes_nothing():
    gallery = ExactFaceGallery()
    gallery.put(1, embedding(1))
    with pytest.raises(ValueError):  # noqa: PT011
        gallery.replace([(2, embedding(2)), (3, b"short")])
    assert gallery.nearest([embedding(1)], 2)[0].customer_id == 1


def test_searching_while_others_are_enrolled():
    gallery = ExactFaceGallery()
    gallery.put(0, embedding(0))
    failures = []

    def search() -> None:
        found = (gallery.nearest([embedding(0)], 1)[0].customer_id for _ in range(300))
        failures.extend(customer_id for customer_id in found if customer_id != 0)

    thread = threading.Thread(target=search)
    thread.start()
    for number in range(1, 1500):
        gallery.put(number, embedding(number))
    thread.join(20)
    assert not failures
