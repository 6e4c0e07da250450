"""``PalmMatcher``: a capture's samples into what is enrolled, and how far a template is from other samples."""

from __future__ import annotations

from collections.abc import Sequence

from biometric.palm.codes import UPRIGHT, WAYS
from biometric.palm.matcher import FARTHEST, one_side, presented, verify
from biometric.palm.region import Region
from biometric.palm.template import MalformedTemplate, PalmTemplate, pack, unpack


def sample_of(region: Region) -> bytes:
    """One frame, in every turn and scale that is searched: 13 KB."""
    return pack(presented(region))


class LineCodePalmMatcher:
    """``atm_app.palm_ports.PalmMatcher`` on OrdinalCode and CompCode."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        """Each frame as the hand was held, 896 bytes a frame. Raises ValueError without a sample, for one that cannot
        be read, and for samples of a left and a right hand."""
        frames = [unpack(sample) for sample in samples]
        if any(len(frame.codes) != len(WAYS) for frame in frames):
            raise MalformedTemplate("a sample has a code for every way of the search")
        codes = tuple(frame.codes[UPRIGHT] for frame in frames)
        return pack(PalmTemplate(one_side([frame.side for frame in frames]), codes))

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        """Median over the samples. 1.0 without one, and where anything cannot be read: what is unknown is nobody's."""
        try:
            return verify(unpack(template), [unpack(sample) for sample in samples])
        except ValueError:
            return FARTHEST
