"""Pictures of fingers on a memory stick: found, enrolled and verified on the machine, without a sensor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import DeviceError, FingerMatch, FingerTemplate
from biometric.attack_detection import AttackDetection, Presentation, vetoed
from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.image_file import read_image, template_or_fault
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import FAMILY, ImageTemplate, decode, encode
from biometric.fingerprint.template import MalformedTemplate
from biometric.memory_stick import MemoryStick

# A score is told in hundredths, in the whole numbers the port wants.
SCORE_SCALE = 100
RECOMMENDED_THRESHOLD = round(SCORE_SCALE * SAME_FINGER_SCORE)


class PictureStick(MemoryStick):
    """``atm_app.picture_ports.FingerPictures``; templates are of the family ``image-ridges-1``."""

    family = FAMILY

    def __init__(self, folder: Path, detections: Sequence[AttackDetection] = ()) -> None:
        super().__init__(folder)
        self._detections = detections

    def enrol(self, file: str) -> bytes:
        image = read_image(self.path(file))
        if self._is_attack(image):
            raise UnusablePicture(PictureFault.NOT_A_FINGERPRINT, "an attack detection took it for no living finger")
        return encode(template_or_fault(image))

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        """See the port; the same finger from RECOMMENDED_THRESHOLD on."""
        enrolled = [(template.template_id, _decoded(template)) for template in templates]
        image = read_image(self.path(file))
        probe = template_or_fault(image)
        scores = [(compare_images(decoded, probe), template_id) for template_id, decoded in enrolled]
        score, template_id = max(scores, default=(0.0, 0))
        return FingerMatch(template_id, int(SCORE_SCALE * score), self.family, self._is_attack(image))

    def _is_attack(self, image: GreyImage) -> bool:
        return vetoed(self._detections, Presentation(image))


def _decoded(template: FingerTemplate) -> ImageTemplate:
    if template.family != FAMILY:
        raise DeviceError(f"a {template.family} template is not for pictures ({FAMILY})")
    try:
        return decode(template.data)
    except MalformedTemplate as error:
        raise DeviceError(f"template {template.template_id} is damaged: {error}") from error
