"""How far apart palms are.

A distance is the share of bits that differ, of both codes alike, in the best of all positions tried: 0 for the same
picture, about 0.4 for two people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from atm_app.palm_ports import HandSide
from biometric.palm.codes import CELLS, PLANES, PalmCode, code_of, codes_of
from biometric.palm.region import Region
from biometric.palm.template import PalmTemplate

# Cells either way.
LARGEST_SHIFT = 4
# Share of the cells that must be seen in both.
LEAST_OVERLAP = 0.6
# Another hand, or nothing to compare.
FARTHEST = 1.0
# Accepted is what is not farther. From the tuning palms alone (docs/testing.md): two pictures of one are up to 0.305
# apart, of two people 0.346 or more.
SAME_PALM_DISTANCE = 0.325

_Words = NDArray[np.uint64]


def enrolled(regions: Sequence[Region]) -> PalmTemplate:
    """One code a frame. Raises ValueError without a frame, or when they are of a left and a right hand."""
    return PalmTemplate(one_side([region.side for region in regions]), tuple(code_of(region) for region in regions))


def presented(region: Region) -> PalmTemplate:
    """A frame to be looked for, in every turn and scale of the search."""
    return PalmTemplate(region.side, tuple(codes_of(region)))


def verify(template: PalmTemplate, frames: Sequence[PalmTemplate]) -> float:
    """Median distance of the frames to the template. Raises ValueError without a frame."""
    if not frames:
        raise ValueError("no frames")
    comparable = [frame for frame in frames if not _other_hand(template, frame)]
    enrolled_words = [_shifted(code) for code in template.codes] if comparable else []
    apart = [FARTHEST] * (len(frames) - len(comparable))
    for frame in comparable:
        presented_words = _words(frame.codes)
        apart.append(min(_nearest(code, presented_words) for code in enrolled_words))
    return float(np.median(apart))


def distance(template: PalmTemplate, frame: PalmTemplate) -> float:
    """Between the nearest two codes; 1.0 between a left and a right hand."""
    return verify(template, (frame,))


def code_distance(first: PalmCode, second: PalmCode) -> float:
    """The same from either end."""
    return _nearest(_shifted(first), _words((second,)))


def _other_hand(template: PalmTemplate, frame: PalmTemplate) -> bool:
    return HandSide.UNKNOWN not in (template.side, frame.side) and template.side != frame.side


def _nearest(every: _Words, others: _Words) -> float:
    """Of a code in every shift and all the others."""
    shifted = every[:, None]
    both = shifted[:, :, PLANES] & others[:, PLANES]
    overlap = np.bitwise_count(both).sum(axis=-1, dtype=np.int64)
    differing = (shifted[:, :, :PLANES] ^ others[:, :PLANES]) & both[:, :, None]
    apart = np.bitwise_count(differing).sum(axis=(2, 3), dtype=np.int64) / (PLANES * np.maximum(overlap, 1))
    apart[overlap < LEAST_OVERLAP * CELLS * CELLS] = FARTHEST
    return float(apart.min())


def _words(codes: Sequence[PalmCode]) -> _Words:
    """(n, 7, 16): planes as 64-bit words, the last plane the cells seen."""
    planes = np.stack([np.concatenate([code.bits, code.seen[None]]) for code in codes])
    return np.packbits(planes.reshape(len(codes), PLANES + 1, -1), axis=-1).view(np.uint64)


def _shifted(code: PalmCode) -> _Words:
    """(81, 7, 16): ``_words`` of the code in every shift; what is shifted in was not seen."""
    around = ((0, 0), (LARGEST_SHIFT, LARGEST_SHIFT), (LARGEST_SHIFT, LARGEST_SHIFT))
    planes = np.pad(np.concatenate([code.bits, code.seen[None]]), around)
    every = sliding_window_view(planes, (PLANES + 1, CELLS, CELLS))
    return np.packbits(every.reshape(-1, PLANES + 1, CELLS * CELLS), axis=-1).view(np.uint64)


def one_side(sides: Sequence[HandSide]) -> HandSide:
    """The hand that frames are of. Raises ValueError without a frame, or when they are of both."""
    known = set(sides) - {HandSide.UNKNOWN}
    if not sides:
        raise ValueError("no frames")
    if len(known) > 1:
        raise ValueError("frames of a left and a right hand")
    return known.pop() if known else HandSide.UNKNOWN
