"""The 1:N search against looking at everybody one by one, small and large, alone and while others are enrolled."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.config import FaceSettings
from atm_app.ports import FaceGallery
from biometric.face.gallery import FIRST_CAPACITY, SHORTLIST, InMemoryFaceGallery
from biometric.face.gallery_bench import measure
from biometric.face.matcher import EuclideanFaceMatcher

matcher = EuclideanFaceMatcher()


def embedding(seed: int) -> bytes:
    return np.random.default_rng(seed).normal(0, 0.1, 128).astype("<f4").tobytes()


def crowd(count: int, first: int = 0) -> list[tuple[int, bytes]]:
    drawn = np.random.default_rng(first + 99).normal(0, 0.1, (count, 128)).astype("<f4")
    return [(first + number, row.tobytes()) for number, row in enumerate(drawn)]


def one_by_one(faces: dict[int, bytes], samples: list[bytes], count: int) -> list[tuple[float, int]]:
    return sorted((matcher.distance(face, samples), number) for number, face in faces.items())[:count]


def assert_same(gallery: FaceGallery, faces: dict[int, bytes], samples: list[bytes], count: int = 3) -> None:
    found, expected = gallery.nearest(samples, count), one_by_one(faces, samples, count)
    assert [candidate.distance for candidate in found] == pytest.approx([each for each, _ in expected], abs=1e-6)
    # Two with the same face are equally near, and either may come first.
    assert [matcher.distance(faces[candidate.customer_id], samples) for candidate in found] == pytest.approx(
        [each for each, _ in expected], abs=1e-6
    )
    assert len({candidate.customer_id for candidate in found}) == len(expected)


# Always exact; with a coarse scan almost from the first template on; and crossing from one to the other.
SIZES = [10**9, 16, 600]


def test_nobody_is_enrolled():
    assert InMemoryFaceGallery().nearest([embedding(1)], 3) == ()


@pytest.mark.parametrize("exact_up_to", SIZES)
def test_the_nearest_come_first_and_agree_with_the_matcher(exact_up_to):
    gallery = InMemoryFaceGallery(exact_up_to)
    faces = dict(crowd(1000))
    gallery.replace(list(faces.items()))
    assert len(gallery) == 1000
    for seed in range(20):
        near = np.frombuffer(faces[seed], "<f4")
        own = [(near + np.random.default_rng(n).normal(0, 0.02, 128)).astype("<f4").tobytes() for n in range(5)]
        assert_same(gallery, faces, own, 1)
        assert gallery.nearest(own, 1)[0].customer_id == seed


change = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 40), st.integers(0, 10**6)),
    st.tuples(st.just("remove"), st.integers(0, 40), st.just(0)),
    st.tuples(st.just("replace"), st.integers(0, 3), st.integers(0, 10**6)),
    st.tuples(st.just("search"), st.integers(1, 5), st.integers(0, 10**6)),
)


@pytest.mark.parametrize("exact_up_to", [10**9, 16])
@settings(max_examples=40, deadline=None)
@given(changes=st.lists(change, max_size=40))
def test_any_changes_leave_what_a_dictionary_holds(exact_up_to, changes):
    gallery, faces = InMemoryFaceGallery(exact_up_to), {}
    for what, number, seed in changes:
        if what == "put":
            gallery.put(number, embedding(seed))
            faces[number] = embedding(seed)
        elif what == "remove":
            gallery.remove(number)
            faces.pop(number, None)
        elif what == "replace":
            faces = dict(crowd(16 * number, seed % 7))
            gallery.replace(list(faces.items()))
        assert_same(gallery, faces, [embedding(seed + n) for n in range(max(number % 5, 1))])
    assert len(gallery) == len(faces)


@pytest.mark.parametrize("exact_up_to", SIZES)
def test_each_is_found_after_many_changes(exact_up_to):
    """More templates than a shortlist holds, so that a row whose code was not kept in step is not found."""
    gallery, faces = InMemoryFaceGallery(exact_up_to), dict(crowd(4 * SHORTLIST))
    gallery.replace(list(faces.items()))
    generator = np.random.default_rng(5)
    for step in range(900):
        number = int(generator.integers(6 * SHORTLIST))
        if step % 3 == 0:
            gallery.remove(number)
            faces.pop(number, None)
        else:
            faces[number] = embedding(10_000 + step)
            gallery.put(number, faces[number])
    assert len(gallery) == len(faces) > 2 * SHORTLIST
    for number, face in faces.items():
        best = gallery.nearest([face], 1)[0]
        assert (best.customer_id, best.distance) == (number, 0.0)


@pytest.mark.parametrize("exact_up_to", SIZES)
def test_who_was_removed_is_found_no_more(exact_up_to):
    gallery = InMemoryFaceGallery(exact_up_to)
    for number in range(FIRST_CAPACITY + 10):
        gallery.put(number, embedding(number))
    gallery.put(7, embedding(5000))
    assert gallery.nearest([embedding(5000)], 1)[0].customer_id == 7
    for gone in (7, 7, 99_999):
        gallery.remove(gone)
    assert len(gallery) == FIRST_CAPACITY + 9
    assert gallery.nearest([embedding(5000)], 1)[0].customer_id != 7
    last = FIRST_CAPACITY + 9
    assert gallery.nearest([embedding(last)], 1)[0].customer_id == last


@pytest.mark.parametrize("exact_up_to", SIZES)
def test_a_malformed_replacement_changes_nothing(exact_up_to):
    gallery = InMemoryFaceGallery(exact_up_to)
    gallery.put(1, embedding(1))
    with pytest.raises(ValueError, match="512 bytes"):
        gallery.replace([(2, embedding(2)), (3, b"short")])
    with pytest.raises(ValueError, match="number that is none"):
        gallery.put(1, b"\xff" * 512)
    assert gallery.nearest([embedding(1)], 2)[0] == gallery.nearest([embedding(1)], 1)[0]
    assert gallery.nearest([embedding(1)], 2)[0].customer_id == 1


@pytest.mark.parametrize("exact_up_to", SIZES)
def test_searching_while_others_are_enrolled_and_erased(exact_up_to):
    gallery = InMemoryFaceGallery(exact_up_to)
    gallery.replace(crowd(700, first=1))
    gallery.put(0, embedding(0))
    done = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not done.is_set():
            best = gallery.nearest([embedding(0)], 2)[0]
            if (best.customer_id, best.distance) != (0, 0.0):
                wrong.append(best)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 700):
        gallery.put(1000 + number, embedding(number))
        gallery.remove(number)
    done.set()
    for thread in threads:
        thread.join(20)
    assert not wrong
    assert len(gallery) == 701


def test_a_large_gallery_decides_as_the_exact_search_and_sooner():
    """The same measurement as ``main.py bench gallery``, with 21,000 templates instead of a million."""
    result = measure(21_000, 200, 5, FaceSettings(), lambda done: None)
    print(result)
    assert result.recall_enrolled == 1.0
    assert result.stranger_agreement == 1.0
    assert result.enrolled_identified > 0.8
    assert result.p50_ms < result.floor_p50_ms / 2
