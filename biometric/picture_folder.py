"""The pictures that come with a list of customers: photographs of faces and pictures of fingers out of one folder, as
samples and templates. What is in a file is anybody's: nothing is unpacked before its size was looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from atm_app.identity.captures import CapturedTemplate, EnrolmentProblem
from atm_app.identity.customer_import import NotAsTried
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import FaceAdvice
from atm_app.stores import Factor
from biometric.face.engine import FaceEngine
from biometric.face.photographs import safe_frame_of
from biometric.face.quality import is_second_customer, picture_advice
from biometric.fingerprint.image_file import template_from
from biometric.fingerprint.image_template import FAMILY, encode

ADVICE = {
    FaceAdvice.TOO_DARK: "too dark", FaceAdvice.TOO_BRIGHT: "too bright", FaceAdvice.BACKLIT: "lit from behind",
    FaceAdvice.BLURRED: "blurred", FaceAdvice.OFF_CENTRE: "cut off at the edge",
}  # fmt: skip


# A photograph of 64 megapixels is a JPEG of some 30 MB; of what is not compressed, 33 megapixels.
LARGEST_FILE_BYTES = 100_000_000


class PictureFolder:
    """``atm_app.identity.customer_import.CustomerPictures``. ``folder`` None: there are no pictures. ``tried``: SHA-256
    in hexadecimal digits by the names of the list, of the files as they were tried; any other file is refused, and
    where it is None none is. ``digests``: those of the files that were read."""

    def __init__(self, folder: Path | None, tried: Mapping[str, str] | None = None) -> None:
        self._folder = folder.resolve() if folder else None
        self._tried = tried
        self.digests: dict[str, str] = {}
        self._engine: FaceEngine | None = None

    def face(self, files: Sequence[str]) -> tuple[tuple[bytes, ...], float]:
        looked_at = [self._sample(file) for file in files]
        return tuple(sample for sample, _ in looked_at), min(quality for _, quality in looked_at)

    def finger(self, finger: str, file: str) -> CapturedTemplate:
        template = encode(template_from(self._content(file)))
        return CapturedTemplate(Factor.FINGERPRINT, template, position=finger, family=FAMILY)

    def _sample(self, file: str) -> tuple[bytes, float]:
        frame = safe_frame_of(self._content(file))
        if self._engine is None:  # half a second of loading, which a list without photographs does not need
            self._engine = FaceEngine()
        boxes = self._engine.detect(frame)
        if not boxes:
            raise EnrolmentProblem("a photograph shows no face")
        if is_second_customer(boxes):
            raise EnrolmentProblem("a photograph shows several faces")
        advice, quality = picture_advice(frame, boxes[0])
        if advice is not FaceAdvice.NONE:
            raise EnrolmentProblem(f"a face is {ADVICE.get(advice, advice.value)}")
        return self._engine.embed(frame, boxes[0]).astype("<f4").tobytes(), quality

    def _content(self, file: str) -> BytesIO:
        """Read once, so that what is looked at is what the digest is of. Raises UnusablePicture, NotAsTried."""
        try:
            with self._path(file).open("rb") as opened:
                content = opened.read(LARGEST_FILE_BYTES + 1)
        except OSError as error:
            raise UnusablePicture(PictureFault.UNREADABLE, "the file cannot be read") from error
        if len(content) > LARGEST_FILE_BYTES:
            raise UnusablePicture(PictureFault.TOO_LARGE, f"over {LARGEST_FILE_BYTES // 1_000_000} MB")
        digest = hashlib.sha256(content).hexdigest()
        if self._tried is not None and self._tried.get(file) != digest:
            raise NotAsTried
        self.digests[file] = digest
        return BytesIO(content)

    def _path(self, file: str) -> Path:
        """In the folder and below it, links that lead off it not followed. Raises UnusablePicture."""
        if self._folder is None:
            raise UnusablePicture(PictureFault.UNREADABLE, "no folder of pictures was named")
        try:
            path = (self._folder / file).resolve()
            is_there = path.is_relative_to(self._folder) and path.is_file()
        except (OSError, ValueError):  # no name of a file at all
            is_there = False
        if not is_there:
            raise UnusablePicture(PictureFault.UNREADABLE, "there is no such file in the folder of pictures")
        return path
