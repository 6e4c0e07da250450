"""Palm codes, their bytes, their distances: on drawn hands, and on real ones where ATM_BIOMETRIC_DATA names them."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from atm_app.palm_ports import HandSide, PalmAdvice
from biometric.face.photographs import picture_of
from biometric.palm.codes import CELLS, PLANES, SCALES, TURNS, PalmCode, code_of
from biometric.palm.matcher import (
    FARTHEST,
    LARGEST_SHIFT,
    LEAST_OVERLAP,
    SAME_PALM_DISTANCE,
    code_distance,
    distance,
    enrolled,
    presented,
    verify,
)
from biometric.palm.photograph import region_of
from biometric.palm.region import CORE, MARGIN, Region, UnusablePalm, ready_made
from biometric.palm.template import CODE_BYTES, HEADER_BYTES, MalformedTemplate, PalmTemplate, pack, unpack
from tests.palms import drawn_region

HANDS = range(1, 7)

codes = st.builds(
    PalmCode, arrays(np.bool_, (PLANES, CELLS, CELLS)), st.just(np.ones((CELLS, CELLS), np.bool_))
)  # fmt: skip
templates = st.builds(PalmTemplate, st.sampled_from(HandSide), st.lists(codes, min_size=1, max_size=3).map(tuple))


def moved(region: Region, turn: float = 0.0, scale: float = 1.0, right: float = 0.0, down: float = 0.0) -> Region:
    """What a finder gives that is wrong by so many degrees, that factor and so many pixels."""
    middle = (region.pixels.shape[0] - 1) / 2
    motion = cv2.getRotationMatrix2D((middle, middle), turn, scale)
    motion[:, 2] += right, down
    size = region.pixels.shape
    return Region(
        cv2.warpAffine(region.pixels, motion, size, borderMode=cv2.BORDER_REFLECT_101),
        cv2.warpAffine(region.seen.astype(np.uint8), motion, size) > 0,
        region.side,
    )


def same(template: PalmTemplate, other: PalmTemplate) -> bool:
    return template.side == other.side and all(
        np.array_equal(one.bits, two.bits) and np.array_equal(one.seen, two.seen)
        for one, two in zip(template.codes, other.codes, strict=True)
    )


@given(templates)
@settings(max_examples=30, deadline=None)
def test_bytes_hold_the_template(template: PalmTemplate):
    content = pack(template)
    assert len(content) == HEADER_BYTES + len(template.codes) * CODE_BYTES
    assert same(unpack(content), template)


@given(st.binary(max_size=2 * CODE_BYTES))
@settings(max_examples=200)
def test_garbage_is_refused(content: bytes):
    with pytest.raises(MalformedTemplate):
        unpack(content)


@pytest.mark.parametrize(
    "place", [0, 1, 2, 3, 4, 5, 6, 7, HEADER_BYTES, HEADER_BYTES + CODE_BYTES - 1], ids=lambda place: f"byte {place}"
)
def test_a_changed_byte_is_noticed(place: int):
    content = bytearray(pack(enrolled([drawn_region(1, 1)])))
    content[place] ^= 0x01
    with pytest.raises(MalformedTemplate):
        unpack(bytes(content))


@pytest.mark.parametrize("cut", [0, 5, HEADER_BYTES, HEADER_BYTES + CODE_BYTES - 1])
def test_a_cut_template_is_refused(cut: int):
    with pytest.raises(MalformedTemplate):
        unpack(pack(enrolled([drawn_region(1, 1)]))[:cut])


def test_a_template_without_codes_or_with_too_many_cannot_be_packed():
    code = code_of(drawn_region(1, 1))
    for wrong in ((), (code,) * 257):
        with pytest.raises(ValueError, match="1 to 256"):
            pack(PalmTemplate(HandSide.LEFT, wrong))


@given(codes, codes)
@settings(max_examples=40, deadline=None)
def test_a_distance_is_the_same_from_either_end(first: PalmCode, second: PalmCode):
    assert code_distance(first, second) == pytest.approx(code_distance(second, first), abs=1e-12)
    assert code_distance(first, first) == 0.0


@given(st.integers(-LARGEST_SHIFT, LARGEST_SHIFT), st.integers(-LARGEST_SHIFT, LARGEST_SHIFT), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_cells_shifted_within_the_search_are_the_same(down: int, right: int, seed: int):
    wide = np.random.default_rng(seed).random((PLANES, CELLS + 2 * LARGEST_SHIFT, CELLS + 2 * LARGEST_SHIFT)) > 0.5
    everywhere = np.ones((CELLS, CELLS), np.bool_)

    def at(top: int, left: int) -> PalmCode:
        top, left = LARGEST_SHIFT + top, LARGEST_SHIFT + left
        return PalmCode(wide[:, top : top + CELLS, left : left + CELLS], everywhere)

    assert code_distance(at(0, 0), at(down, right)) == 0.0
    assert code_distance(at(0, 0), replace(at(down, right), bits=~at(down, right).bits)) > 0.4


@pytest.mark.parametrize("step", range(6))
def test_the_bits_tell_the_darkest_lines_direction(step: int):
    """An upright dark line, turned by 30 degrees a step, through the middle of a grey square."""
    square = np.full((CORE, CORE), 128, np.uint8)
    turn = np.pi * step / 6 + np.pi / 2
    reach = 60 * np.array([np.cos(turn), np.sin(turn)])
    first, last = (tuple(int(end) for end in np.round(CORE / 2 + way * reach)) for way in (-1, 1))
    cv2.line(square, first, last, 20, 5)
    bits = code_of(ready_made(square)).bits[3:, CELLS // 2, CELLS // 2]
    upright = np.array([True, True, True])
    assert np.count_nonzero(bits != upright) == min(step, 6 - step)


def test_what_was_not_seen_says_nothing():
    code = code_of(drawn_region(1, 1))
    hidden = np.ones((CELLS, CELLS), np.bool_)
    hidden[: CELLS // 4] = False
    spoiled = PalmCode(np.where(hidden, code.bits, ~code.bits), hidden)
    assert code_distance(code, spoiled) == 0.0
    hidden[: round(CELLS * (1 - LEAST_OVERLAP)) + 1] = False
    assert code_distance(code, PalmCode(code.bits, hidden)) == FARTHEST


@pytest.mark.parametrize(
    "wrong",
    [{"turn": TURNS[0]}, {"turn": 3.0}, {"scale": SCALES[0]}, {"scale": 1.03}, {"right": 12, "down": -9},
     {"turn": -3.0, "scale": 0.97, "right": -6, "down": 8}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("seed", HANDS)
def test_a_square_found_askew_is_the_same_palm(seed: int, wrong: dict[str, float]):
    region = drawn_region(seed, seed)
    found = presented(moved(region, **wrong))
    assert distance(enrolled([region]), found) < 0.6 * SAME_PALM_DISTANCE
    assert distance(enrolled([drawn_region(seed + 1, seed)]), found) > SAME_PALM_DISTANCE


def test_drawn_hands_are_told_apart():
    """Each hand of six, left and right, held in two ways."""
    shown = {
        (seed, left, way): drawn_region(seed, 10 * seed + way, left=left)
        for seed in HANDS for left in (False, True) for way in (1, 2)
    }  # fmt: skip
    templates = {
        key: enrolled([replace(region, side=HandSide.UNKNOWN)]) for key, region in shown.items() if key[2] == 1
    }
    frames = {key: presented(region) for key, region in shown.items() if key[2] == 2}
    for enrolled_key, template in templates.items():
        for key, frame in frames.items():
            accepted = distance(template, frame) <= SAME_PALM_DISTANCE
            assert accepted == (key[:2] == enrolled_key[:2]), (enrolled_key, key)


def test_left_and_right_hands_are_different_palms():
    right, left = drawn_region(1, 11), drawn_region(1, 11, left=True)
    assert (right.side, left.side) == (HandSide.RIGHT, HandSide.LEFT)
    assert distance(enrolled([right]), presented(replace(right, side=HandSide.LEFT))) == FARTHEST
    assert distance(enrolled([right]), presented(replace(right, side=HandSide.UNKNOWN))) == 0.0
    with pytest.raises(ValueError, match="left and a right"):
        enrolled([left, right])


def test_frames_are_fused():
    """The median frame decides; any frame enrolled may be the one that is like it."""
    own, other = (
        enrolled([drawn_region(2, 21), drawn_region(1, 11)]),
        [presented(drawn_region(3, way)) for way in (1, 2)],
    )
    frames = [presented(drawn_region(1, way)) for way in (12, 13)]
    assert verify(own, frames) <= SAME_PALM_DISTANCE
    assert verify(own, [*frames, other[0]]) <= SAME_PALM_DISTANCE
    assert verify(own, [frames[0], *other]) > SAME_PALM_DISTANCE
    with pytest.raises(ValueError, match="no frames"):
        verify(own, [])
    with pytest.raises(ValueError, match="no frames"):
        enrolled([])


def test_a_blank_square_is_refused():
    """Two of them would be alike in every bit."""
    for grey, advice in ((3, PalmAdvice.TOO_DARK), (128, PalmAdvice.NO_LINES), (255, PalmAdvice.TOO_BRIGHT)):
        with pytest.raises(UnusablePalm) as told:
            ready_made(np.full((CORE, CORE), grey, np.uint8))
        assert told.value.advice is advice


@pytest.mark.parametrize("pattern", ["noise", "stripes", "checks"])
def test_patterns_are_nobodys_palm(pattern: str):
    y, x = np.mgrid[0:CORE, 0:CORE]
    picture = {
        "noise": np.random.default_rng(3).integers(0, 256, (CORE, CORE)),
        "stripes": 128 + 90 * np.sin(x * (2 * np.pi / 14)),
        "checks": 128 + 90 * np.sin(x * (2 * np.pi / 14)) * np.sin(y * (2 * np.pi / 14)),
    }[pattern]
    frame = presented(ready_made(np.asarray(picture, np.uint8)))
    assert min(distance(enrolled([drawn_region(seed, seed)]), frame) for seed in HANDS) > SAME_PALM_DISTANCE


def test_a_ready_made_square_of_any_size_is_the_same_palm():
    core = drawn_region(1, 1).core
    template = enrolled([ready_made(core)])
    assert template.side is HandSide.UNKNOWN
    for side in (96, 300):
        square = cv2.resize(core, (side, side), interpolation=cv2.INTER_AREA if side < CORE else cv2.INTER_LINEAR)
        assert distance(template, presented(ready_made(square))) < 0.1
    assert not ready_made(core).seen[:MARGIN].any()


def test_a_comparison_is_quick():
    """Of one code with all turns, scales and shifts: a millisecond or two; the bound is for a busy machine."""
    template, frame = enrolled([drawn_region(1, 1)]), presented(drawn_region(1, 2))
    began = time.process_time()
    for _ in range(20):
        distance(template, frame)
    assert (time.process_time() - began) / 20 < 0.02


@pytest.mark.real
def test_real_hands_of_people_nothing_was_tuned_on(real_data):
    """Turned by anything, mirrored (a left hand then, and nobody's), and smaller, a photograph is the same palm."""
    hands = {name: picture_of(real_data / f"palms/coep_hands/{name}.jpg") for name in ("015_1", "015_3", "018_2")}
    template = enrolled([region_of(hands["015_1"])])
    height, width = hands["015_3"].shape[:2]
    for picture in (
        hands["015_3"],
        np.ascontiguousarray(np.rot90(hands["015_3"])),
        np.ascontiguousarray(np.rot90(hands["015_3"], 2)),
        cv2.resize(hands["015_3"], (width * 2 // 3, height * 2 // 3), interpolation=cv2.INTER_AREA),
    ):
        assert distance(template, presented(region_of(picture))) <= SAME_PALM_DISTANCE
    assert distance(template, presented(region_of(hands["018_2"]))) > SAME_PALM_DISTANCE
    mirrored = region_of(np.ascontiguousarray(hands["015_3"][:, ::-1]))
    assert mirrored.side is HandSide.LEFT
    assert distance(template, presented(replace(mirrored, side=HandSide.UNKNOWN))) > SAME_PALM_DISTANCE
