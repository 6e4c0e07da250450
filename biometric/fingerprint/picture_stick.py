"""Pictures of fingers on a memory stick: found, enrolled and verified on the machine, without a sensor."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import DeviceError, FingerMatch, FingerTemplate
from biometric.attack_detection import AttackDetection, Presentation, vetoed
from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.image_file import SUFFIXES, read_image, template_or_fault
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import FAMILY, ImageTemplate, decode, encode
from biometric.fingerprint.template import MalformedTemplate

# A score is told in hundredths, in the whole numbers the port wants.
SCORE_SCALE = 100
RECOMMENDED_THRESHOLD = round(SCORE_SCALE * SAME_FINGER_SCORE)
# A stick is somebody's whole life: no deeper, no longer and no more than a customer would look through.
DEEPEST, MOST_ENTRIES, MOST_FILES = 3, 2_000, 60


class PictureStick:
    """``folder``: where a stick appears; it is in when the folder is there and not empty. Templates are of the family
    ``image-ridges-1``. Keeps nothing between calls, so any thread may call."""

    family = FAMILY

    def __init__(self, folder: Path, detections: Sequence[AttackDetection] = ()) -> None:
        self._folder = folder
        self._detections = detections

    def files(self) -> tuple[str, ...] | None:
        """See the port. No links, which could lead off the stick, and nothing hidden; the first of what there is."""
        try:
            if not any(self._folder.iterdir()):
                return None
        except OSError:
            return None
        return tuple(sorted(self._pictures(), key=lambda file: (file.count("/"), file.casefold())))

    def enrol(self, file: str) -> bytes:
        image = read_image(self._path(file))
        if self._is_attack(image):
            raise UnusablePicture(PictureFault.NOT_A_FINGERPRINT, "an attack detection took it for no living finger")
        return encode(template_or_fault(image))

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        """See the port; the same finger from RECOMMENDED_THRESHOLD on."""
        enrolled = [(template.template_id, _decoded(template)) for template in templates]
        image = read_image(self._path(file))
        probe = template_or_fault(image)
        scores = [(compare_images(decoded, probe), template_id) for template_id, decoded in enrolled]
        score, template_id = max(scores, default=(0.0, 0))
        return FingerMatch(template_id, int(SCORE_SCALE * score), self.family, self._is_attack(image))

    def _is_attack(self, image: GreyImage) -> bool:
        return vetoed(self._detections, Presentation(image))

    def _path(self, file: str) -> Path:
        """Only what ``files`` names: never a way off the stick. Raises UnusablePicture."""
        if file not in (self.files() or ()):
            raise UnusablePicture(PictureFault.UNREADABLE, "the file is not, or no longer, on the stick")
        return self._folder / file

    def _pictures(self) -> Iterator[str]:
        entries = found = 0
        for folder, inside, files in os.walk(self._folder):
            depth = len(Path(folder).relative_to(self._folder).parts)
            inside[:] = sorted(name for name in inside if not name.startswith(".")) if depth < DEEPEST else []
            entries += len(inside) + len(files)
            for name in sorted(files):
                path = Path(folder, name)
                if name.startswith(".") or path.suffix.lower() not in SUFFIXES or path.is_symlink():
                    continue
                yield path.relative_to(self._folder).as_posix()
                found += 1
                if found == MOST_FILES:
                    return
            if entries > MOST_ENTRIES:
                return


def _decoded(template: FingerTemplate) -> ImageTemplate:
    if template.family != FAMILY:
        raise DeviceError(f"a {template.family} template is not for pictures ({FAMILY})")
    try:
        return decode(template.data)
    except MalformedTemplate as error:
        raise DeviceError(f"template {template.template_id} is damaged: {error}") from error
