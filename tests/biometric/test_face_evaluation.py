"""``evaluate face`` on folders of drawn persons with everything in them that people's folders hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from atm_app.config import FaceSettings
from biometric.evaluation.report import write
from biometric.face.evaluation import NO_FACE, Dataset, DatasetProblem, evaluate
from biometric.face.evaluation_figures import figures_of
from biometric.face.evaluation_report import report_of
from biometric.face.photographs import UnusablePhotograph, frame_of
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore
from commands.evaluate_face import evaluate_face

FACE = FaceSettings()
UPSIDE_DOWN = 3
ORIENTATION = 0x0112


@pytest.fixture(scope="module")
def portraits(pose_folder: Path) -> dict[str, list[Image.Image]]:
    """Three frames of each drawn person, far enough apart in time to differ."""
    poses = PoseStore(pose_folder, background=False)
    taken: dict[str, list[Image.Image]] = {}
    for name in ("chen", "dele", "edna"):
        scene = Scene(read_persons(), poses)
        scene.blinks_naturally = False
        scene.stand(name)
        frames = [scene.frame(at) for at in (0.0, 1.0, 2.0)]
        taken[name] = [Image.fromarray(np.ascontiguousarray(frame[..., ::-1])) for frame in frames]
    return taken


@pytest.fixture
def dataset(tmp_path: Path, portraits) -> Path:
    for name, pictures in portraits.items():
        for folder in ("gallery", "probe"):
            (tmp_path / folder / name).mkdir(parents=True)
        for number, picture in enumerate(pictures[:2]):
            picture.save(tmp_path / "gallery" / name / f"{number}.jpg", quality=95)
        pictures[2].save(tmp_path / "probe" / name / "0.jpg", quality=95)
    return tmp_path


def figures(folder: Path, enrol: int = 5) -> dict:
    return figures_of(evaluate(Dataset.read(folder, enrol), FACE, lambda: None), FACE)


def test_drawn_persons_are_told_apart(dataset, capsys):
    (dataset / "groups.csv").write_text("person,group\nchen,first\ndele,first\nedna,second\n")
    report = dataset / "report"
    assert evaluate_face(dataset, 2, FACE, report, json_output=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["people"], answer["enrolled_per_person"]) == (3, 2)
    assert (answer["genuine"], answer["impostor"]) == (3, 6)
    assert (answer["rank1"], answer["enrolled_accepted"]) == (1.0, 1.0)
    assert answer["far"] == answer["frr"] == answer["eer"] == answer["strangers_accepted"] == 0.0
    assert answer["threshold"] == FACE.verify_distance
    assert {"read", "detect", "embed", "verify", "identify"} <= answer["ms"].keys()
    assert answer["interval95"]["far"] == [0.0, 0.0]
    assert answer["upper95"]["frr"] == pytest.approx(1 - 0.05 ** (1 / 3), abs=1e-6)
    assert answer["groups"]["first"] == {"people": 2, "genuine": 2, "impostor": 2, "far": 0.0, "frr": 0.0}
    assert answer["problems"] == []
    page = Path(answer["report"]).read_text()
    assert "Nothing was fitted to these people" in page
    for picture in ("det.png", "distances.png", "worst_pairs.png"):
        assert picture in page
        assert Image.open(report / picture).width > 300


def test_a_person_probed_as_another_is_counted(dataset):
    """Edna's photograph in Chen's folder: a rejection, a wrong rank, and a stranger taken for Edna."""
    (dataset / "probe/edna/0.jpg").rename(dataset / "probe/chen/1.jpg")
    answer = figures(dataset)
    assert answer["frr"] == pytest.approx(1 / 3, abs=1e-6)
    assert answer["rank1"] == pytest.approx(2 / 3, abs=1e-6)
    assert answer["far"] == pytest.approx(1 / 6, abs=1e-6)
    assert answer["enrolled_mistaken"] == answer["strangers_accepted"] == pytest.approx(1 / 3, abs=1e-6)
    assert answer["fnir"] == pytest.approx(1 / 3, abs=1e-6)


def test_what_cannot_be_used_is_named_and_counted(dataset):
    whole = (dataset / "probe/chen/0.jpg").read_bytes()
    (dataset / "probe/chen/0.jpg").write_bytes(whole[: len(whole) // 3])
    (dataset / "probe/dele/text.jpg").write_text("not a picture")
    Image.new("RGB", (640, 480), "grey").save(dataset / "probe/dele/wall.png")
    for path in (dataset / "gallery/edna").iterdir():
        path.unlink()
    answer = figures(dataset)
    told = {problem["what"]: problem["why"] for problem in answer["problems"]}
    assert told["probe/dele/wall.png"] == NO_FACE
    assert told["probe/chen/0.jpg"].startswith("unreadable")
    assert told["probe/dele/text.jpg"].startswith("unreadable")
    assert told["edna"].startswith("not enrolled")
    assert answer["failure_to_acquire"] == pytest.approx(3 / 5)
    assert answer["failure_to_enrol"] == pytest.approx(1 / 3, abs=1e-6)
    assert answer["frr"] == pytest.approx(4 / 5)
    assert answer["rank1"] == pytest.approx(1 / 5)


@pytest.mark.parametrize("kind", ["cmyk", "grey", "sixteen", "palette", "alpha", "turned", "large"])
def test_any_kind_of_picture_is_the_same_photograph(tmp_path, portraits, kind):
    picture = portraits["chen"][0]
    path = tmp_path / ("odd.jpg" if kind in ("cmyk", "turned", "large") else "odd.png")
    if kind == "turned":
        exif = Image.Exif()
        exif[ORIENTATION] = UPSIDE_DOWN
        picture.rotate(180).save(path, exif=exif, quality=95)
    elif kind == "sixteen":
        Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257).save(path)
    elif kind == "large":
        picture.resize((5120, 3840)).save(path, quality=90)
    elif kind == "palette":
        picture.quantize().save(path)
    else:
        picture.convert({"cmyk": "CMYK", "grey": "L", "alpha": "RGBA"}[kind]).save(path)
    expected = picture.convert("L").convert("RGB") if kind in ("grey", "sixteen") else picture
    frame = frame_of(path)
    assert frame.shape == (480, 640, 3)
    off = np.abs(frame.astype(int) - np.asarray(expected, int)).mean()
    assert off < 4


def test_a_picture_too_large_to_unpack_is_refused(tmp_path):
    path = tmp_path / "huge.png"
    Image.new("1", (9000, 9000)).save(path)
    with pytest.raises(UnusablePhotograph, match="megapixels"):
        frame_of(path)


@pytest.mark.parametrize(
    ("missing", "told"), [("gallery", "is not a folder"), ("probe", "is not a folder"), ("", "want photographs")]
)
def test_a_folder_that_is_no_dataset_is_told(tmp_path, missing, told, capsys):
    for name in {"gallery", "probe"} - {missing}:
        (tmp_path / name).mkdir()
    with pytest.raises(DatasetProblem, match=told):
        Dataset.read(tmp_path, 5)
    assert evaluate_face(tmp_path, 5, FACE, None, json_output=True) == 2
    assert told in capsys.readouterr().err


def test_groups_want_their_heading(dataset):
    (dataset / "groups.csv").write_text("chen,first\n")
    with pytest.raises(DatasetProblem, match="person and group"):
        Dataset.read(dataset, 5)


def test_a_report_without_a_usable_probe(dataset):
    """Nothing to compare: rates of nothing, not a crash."""
    for path in (dataset / "probe").glob("*/*.jpg"):
        Image.new("RGB", (64, 64)).save(path)
    found = Dataset.read(dataset, 5)
    evaluation = evaluate(found, FACE, lambda: None)
    answer = figures_of(evaluation, FACE)
    assert answer["failure_to_acquire"] == answer["frr"] == 1.0
    assert answer["far"] is None
    assert json.dumps(answer, allow_nan=False)
    assert write(report_of(evaluation, answer, found, FACE), dataset / "report").exists()


@pytest.mark.real
def test_real_people_are_recognised(real_data, tmp_path):
    """The same measurement as ``main.py evaluate face``, on 30 of the people with three photographs each."""
    faces = real_data / "faces"
    for folder in ("gallery", "probe"):
        (tmp_path / folder).mkdir()
        for person in sorted((faces / folder).iterdir())[:30]:
            (tmp_path / folder / person.name).symlink_to(person)
    answer = figures(tmp_path, 3)
    print({name: answer[name] for name in ("rank1", "eer", "far", "frr", "strangers_accepted", "enrolled_accepted")})
    assert answer["people"] == 30
    assert answer["rank1"] >= 0.95
    assert answer["eer"] <= 0.03
    assert answer["far"] <= 0.005
    assert answer["frr"] <= 0.05
    assert answer["strangers_accepted"] <= 0.05
    assert answer["enrolled_accepted"] >= 0.9
