"""Fingerprints handed over as pictures in files: enrolled and verified on the machine, without a sensor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from atm_app.ports import DeviceError, FingerMatch, FingerTemplate
from biometric.fingerprint.image_file import template_from
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import FAMILY, ImageTemplate, decode, encode
from biometric.fingerprint.template import MalformedTemplate

# A score is told in hundredths, in the whole numbers the port wants.
SCORE_SCALE = 100
RECOMMENDED_THRESHOLD = round(SCORE_SCALE * SAME_FINGER_SCORE)


class UploadedFingerprint:
    """Templates of pictures, of the family ``image-ridges-1``. Blocking, a quarter of a second a picture; keeps
    nothing between calls, so any thread may call."""

    family = FAMILY

    def enrol(self, picture: Path) -> bytes:
        """The encoded template of one picture. Raises UnusableImage, which says why."""
        return encode(template_from(picture))

    def verify(self, templates: Sequence[FingerTemplate], picture: Path) -> FingerMatch:
        """Compare ``picture`` 1:1 with each template in turn; the same finger from RECOMMENDED_THRESHOLD on.

        Score 0 when nothing matches. Raises UnusableImage (of the picture), DeviceError (no template, one of another
        family or a damaged one).
        """
        if not templates:
            raise DeviceError("no templates to compare with")
        enrolled = [(template.template_id, _decoded(template)) for template in templates]
        probe = template_from(picture)
        scores = [(compare_images(decoded, probe), template_id) for template_id, decoded in enrolled]
        score, template_id = max(scores, key=lambda scored: scored[0])
        return FingerMatch(template_id, int(SCORE_SCALE * score))


def _decoded(template: FingerTemplate) -> ImageTemplate:
    if template.family != FAMILY:
        raise DeviceError(f"a {template.family} template is not for pictures ({FAMILY})")
    try:
        return decode(template.data)
    except MalformedTemplate as error:
        raise DeviceError(f"template {template.template_id} is damaged: {error}") from error
