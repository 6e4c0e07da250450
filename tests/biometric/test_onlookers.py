"""Counting faces: on drawn people, and over the wire beside everything else the vision process does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import cv2
import psutil
import pytest

from atm_app.onlookers import NEAR_SHARE
from atm_app.ports import Cancellation, DeviceState, FaceNotCaptured, FacePrompt, FacePurpose, FaceRequest
from biometric.camera import CameraThread
from biometric.face.camera_face import VisionFaceCamera
from biometric.face.engine import FaceEngine
from biometric.face.onlookers import PATIENCE_SECONDS, CameraOnlookers
from biometric.face.vision_process import VisionProcess
from biometric.frames import FRAME_WIDTH
from biometric.virtual.camera_client import VirtualCamera
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore
from tests.waiting import wait_until

PEOPLE = tuple(read_persons())
LOOKS = 10


def widths(engine: FaceEngine, scene: Scene, at: float) -> list[float]:
    frame = cv2.cvtColor(scene.frame(at), cv2.COLOR_BGR2RGB)
    return [(box.right - box.left) / FRAME_WIDTH for box in engine.detect_small(frame)]


@pytest.mark.parametrize("person", PEOPLE)
def test_a_customer_alone_is_one_face(engine: FaceEngine, poses: PoseStore, person: str) -> None:
    scene = Scene(read_persons(), poses)
    scene.stand(person)
    assert [len(widths(engine, scene, at / 3)) for at in range(LOOKS)] == [1] * LOOKS


@pytest.mark.parametrize("person", PEOPLE)
def test_somebody_behind_is_a_second_one_and_near(engine: FaceEngine, poses: PoseStore, person: str) -> None:
    """Behind each customer the next one; most looks see both, as a blink and a sway allow."""
    scene = Scene(read_persons(), poses)
    scene.stand(person)
    scene.stand_behind(PEOPLE[(PEOPLE.index(person) + 1) % len(PEOPLE)])
    seen = [widths(engine, scene, at / 3) for at in range(LOOKS)]
    assert all(found[0] > 2 * NEAR_SHARE * 0.9 for found in seen), "the customer is the nearest"
    assert sum(len(found) == 2 and found[1] >= NEAR_SHARE for found in seen) >= LOOKS - 1, seen
    scene.nobody_behind()
    assert len(widths(engine, scene, LOOKS)) == 1


def test_whoever_goes_takes_nobody_along_but_the_one_behind(poses: PoseStore) -> None:
    scene = Scene(read_persons(), poses)
    scene.stand("chen")
    scene.stand_behind("dele")
    scene.stand("edna")
    assert scene.onlooker is not None
    scene.leave()
    assert scene.onlooker is None


class Wing:
    """Camera and vision process, as the machine has them."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.virtual = VirtualCamera(folder, cache)
        camera = CameraThread(lambda: self.virtual.url, virtual=True)
        self.vision = VisionProcess(folder)
        self.face = VisionFaceCamera(camera, self.vision)
        self.onlookers = CameraOnlookers(camera, self.vision)
        self.virtual.start()
        self.face.start()
        self.virtual.wait_ready()
        wait_until(lambda: self.face.status().state is DeviceState.ONLINE)

    def sees(self, count: int) -> None:
        wait_until(lambda: len(self.onlookers.faces()) == count, f"{count} faces are counted")

    def close(self) -> None:
        self.face.close()
        self.virtual.close()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, pose_folder: Path) -> Iterator[Wing]:
    made = Wing(tmp_path_factory.mktemp("onlookers"), pose_folder)
    yield made
    made.close()


@pytest.fixture
def wing(started: Wing) -> Wing:
    """Nobody is there."""
    started.virtual.leave()
    return started


def test_over_the_wire(wing: Wing) -> None:
    wing.virtual.stand("chen")
    wing.sees(1)
    wing.virtual.stand_behind("dele")
    wing.sees(2)
    assert wing.onlookers.faces()[1] < wing.onlookers.faces()[0]
    wing.virtual.nobody_behind()
    wing.sees(1)
    wing.virtual.leave()
    wing.sees(0)


def test_a_camera_that_is_gone_sees_nobody_and_holds_nobody_up(wing: Wing) -> None:
    wing.virtual.stand("chen")
    wing.virtual.stand_behind("dele")
    wing.sees(2)
    wing.virtual.unplug()
    wing.sees(0)
    wing.virtual.plug()
    wing.sees(2)


def test_a_vision_process_that_dies_is_asked_again(wing: Wing) -> None:
    wing.virtual.stand("chen")
    wing.virtual.stand_behind("dele")
    wing.sees(2)
    wing.vision.kill()
    began = monotonic()
    wing.onlookers.faces()
    assert monotonic() - began < PATIENCE_SECONDS + 1
    wing.sees(2)


def test_a_face_session_goes_on_beside_it(wing: Wing) -> None:
    """Nobody does what is asked, so that the session lasts; each look is answered, and so is the session."""
    wing.virtual.stand("edna")
    wing.sees(1)
    reports: list[object] = []
    ended = threading.Event()

    def capture() -> None:
        request = FaceRequest(FacePurpose.AUTHENTICATE, (FacePrompt.TURN_LEFT,), 5, 3.0)
        with pytest.raises(FaceNotCaptured):
            wing.face.capture(request, Cancellation(), reports.append)
        ended.set()

    session = threading.Thread(target=capture)
    session.start()
    wait_until(lambda: len(reports) > 3, "the session has begun")
    before = len(reports)
    assert [len(wing.onlookers.faces()) for _ in range(5)] == [1] * 5
    wait_until(lambda: len(reports) > before, "the session goes on")
    session.join()
    assert ended.is_set()


def test_a_look_costs_little(wing: Wing) -> None:
    """Processor time of the vision process, which does nothing else meanwhile."""
    wing.virtual.stand("chen")
    wing.sees(1)
    process = psutil.Process(wing.vision.process_id)
    before = sum(process.cpu_times()[:2])
    for _ in range(50):
        wing.onlookers.faces()
    milliseconds = (sum(process.cpu_times()[:2]) - before) * 1000 / 50
    print(f"{milliseconds:.1f} ms a look, one a second")
    assert milliseconds < 100
