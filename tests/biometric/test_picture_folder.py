"""The pictures that come with a list of customers: what is made of good ones, and what of everything else."""

from __future__ import annotations

import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from atm_app.identity.captures import EnrolmentProblem
from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import decode
from biometric.picture_folder import PictureFolder
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons


@pytest.fixture(scope="module")
def pictures(tmp_path_factory, poses, touches) -> PictureFolder:
    """Two photographs of each of two drawn persons, of both together, and a finger twice."""
    folder = tmp_path_factory.mktemp("pictures") / "in"
    folder.mkdir()
    frames = {}
    for name in ("chen", "edna"):
        scene = Scene(read_persons(), poses)
        scene.blinks_naturally = False
        scene.stand(name)
        frames[name] = [np.ascontiguousarray(scene.frame(at)[..., ::-1]) for at in (0.0, 1.0)]
        for number, frame in enumerate(frames[name]):
            Image.fromarray(frame).save(folder / f"{name}{number}.jpg", quality=95)
    both = np.concatenate([frames[name][0][:, 120:520] for name in frames], axis=1)
    Image.fromarray(both).save(folder / "both.png")
    Image.fromarray((frames["chen"][0] // 12).astype(np.uint8)).save(folder / "dark.png")
    Image.fromarray(frames["chen"][0]).rotate(180).save(folder / "upside down.png")
    Image.new("RGB", (640, 480), "white").save(folder / "nobody.png")
    for number in (1, 2):
        Image.fromarray(touches[6000, number]).save(folder / f"finger{number}.png")
    outside = folder.parent / "outside.jpg"
    outside.write_bytes((folder / "chen0.jpg").read_bytes())
    (folder / "leads off.jpg").symlink_to(outside)
    return PictureFolder(folder)


def test_a_face_is_the_same_person_s_and_nobody_else_s(pictures):
    matcher = EuclideanFaceMatcher()
    chen, quality = pictures.face(["chen0.jpg"])
    again, _ = pictures.face(["chen1.jpg"])
    edna, _ = pictures.face(["edna0.jpg", "edna1.jpg"])
    assert len(edna) == 2
    assert 0.2 < quality <= 1
    assert matcher.distance(matcher.template(chen), again) < 0.40
    assert matcher.distance(matcher.template(chen), edna) > 0.55


def test_a_finger_is_the_same_on_another_picture(pictures):
    first, second = (pictures.finger("right_index", f"finger{number}.png") for number in (1, 2))
    assert first.position == "right_index"
    assert compare_images(decode(first.template), decode(second.template)) > SAME_FINGER_SCORE


@pytest.mark.parametrize(("file", "said"), [
    ("nobody.png", "no face"), ("upside down.png", "no face"), ("finger1.png", "no face"), ("dark.png", "no face|dark"),
    ("both.png", "several faces"),
])  # fmt: skip
def test_a_photograph_without_exactly_one_clear_face_is_told(pictures, file, said):
    with pytest.raises(EnrolmentProblem, match=said):
        pictures.face(["chen0.jpg", file])


@pytest.mark.parametrize(
    "file", ["gone.jpg", "../outside.jpg", "leads off.jpg", "/etc/hostname", ".", "", "in/../../outside.jpg", "a\0b"]
)
def test_nothing_outside_the_folder_is_opened(pictures, file):
    for look in (lambda: pictures.face([file]), lambda: pictures.finger("left_thumb", file)):
        with pytest.raises(UnusablePicture, match="no such file"):
            look()


def test_without_a_folder_there_is_no_picture():
    with pytest.raises(UnusablePicture, match="no folder"):
        PictureFolder(None).face(["a.jpg"])


def png(width: int, height: int, *, whole: bool = False) -> bytes:
    """A heading that says so, and next to nothing behind it; ``whole``: all of it, black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    heading = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = bytes(height * (1 + 3 * width)) if whole else bytes(1000)
    chunks = [(b"IHDR", heading), (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


@pytest.mark.parametrize(("name", "fault"), [
    ("20,000 pixels wide", PictureFault.TOO_LARGE), ("a bomb", PictureFault.TOO_LARGE),
    ("cut short", PictureFault.UNREADABLE), ("a zip", PictureFault.WRONG_FORMAT), ("text", PictureFault.WRONG_FORMAT),
    ("nothing", PictureFault.WRONG_FORMAT), ("a page", PictureFault.WRONG_FORMAT),
])  # fmt: skip
def test_what_is_no_picture_or_too_much_of_one_is_told_before_it_is_unpacked(tmp_path, name, fault):
    path = tmp_path / "a.png"
    if name == "a zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr("zeros", bytes(10_000_000))
    elif name == "a page":
        path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    else:
        path.write_bytes({
            "20,000 pixels wide": png(20_000, 20_000), "a bomb": png(2**31 - 1, 2**31 - 1),
            "cut short": png(640, 480), "text": b"no picture at all", "nothing": b"",
        }[name])  # fmt: skip
    folder = PictureFolder(tmp_path)
    for look in (lambda: folder.face(["a.png"]), lambda: folder.finger("left_thumb", "a.png")):
        with pytest.raises(UnusablePicture) as told:
            look()
        assert told.value.fault is fault
