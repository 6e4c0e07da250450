"""The camera thread over recordings and over the virtual camera's wire, and frames in shared memory."""

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from atm_app.ports import DeviceState, DeviceUnavailable
from biometric.camera import CameraThread, fit, frames_of_file
from biometric.frames import FRAME_SHAPE, SEGMENT_FOLDER, FrameRing, segment_prefix, sweep
from biometric.virtual.camera_client import VirtualCamera
from tests import waiting
from tests.waiting import is_alive

ROOT = Path(__file__).resolve().parents[2]


wait_until = partial(waiting.wait_until, seconds=8.0)


@pytest.fixture(scope="module")
def virtual(tmp_path_factory, pose_folder):
    camera = VirtualCamera(tmp_path_factory.mktemp("virtual-camera"), pose_folder)
    camera.start()
    yield camera
    camera.close()
    assert not is_alive(camera.process_id or 0)


@pytest.fixture
def thread(virtual):
    virtual.plug()
    virtual.freeze(False)
    virtual.leave()
    camera = CameraThread(lambda: virtual.url, virtual=True)
    camera.start()
    wait_until(lambda: camera.latest() is not None)
    yield camera
    camera.stop()


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (320, 240))
    for number in range(12):
        writer.write(np.full((240, 320, 3), 20 * number, np.uint8))
    writer.release()
    return path


# --- pictures and recordings ---


@pytest.mark.parametrize(
    "picture",
    [
        None,
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((1, 640, 3), np.uint8),
        np.zeros((9, 9, 2), np.uint8),
        np.zeros((9, 9)),
    ],
)
def test_what_is_no_picture_is_dropped(picture):
    assert fit(picture) is None


@pytest.mark.parametrize("shape", [(480, 640, 3), (240, 320, 3), (1080, 1920, 3), (640, 480, 4), (480, 640), (2, 4000)])
def test_any_picture_fits(shape):
    fitted = fit(np.full(shape, 200, np.uint8))
    if shape == (2, 4000):
        assert fitted is None
    else:
        assert fitted.shape == FRAME_SHAPE
        assert fitted[240, 320].tolist() == [200, 200, 200]


def test_colours_are_rgb_inside():
    blue = np.zeros((480, 640, 3), np.uint8)
    blue[..., 0] = 255
    assert fit(blue)[0, 0].tolist() == [0, 0, 255]


def test_a_recording_gives_every_frame_at_its_own_time(recording):
    frames = list(frames_of_file(recording))
    assert [frame.number for frame in frames] == list(range(1, 13))
    assert frames[3].at == pytest.approx(0.1, abs=0.02)
    with pytest.raises(FileNotFoundError):
        next(frames_of_file(recording.with_name("missing.avi")))


def test_a_recording_plays_again_and_its_time_never_goes_back(recording):
    times = []
    camera = CameraThread(str(recording))
    camera.subscribe(lambda frame: times.append(frame.at))
    camera.start()
    wait_until(lambda: len(times) > 15)
    camera.stop()
    assert times == sorted(times)
    assert camera.status().state is not DeviceState.FRAUD_ATTEMPT


def test_no_camera_at_all(tmp_path):
    camera = CameraThread(str(tmp_path / "video-that-is-not-there.avi"))
    camera.start()
    wait_until(lambda: camera.status().state is DeviceState.NO_DEVICE)
    assert "cable" in camera.status().advice
    camera.stop()


def test_a_camera_whose_address_is_not_known_yet_is_starting():
    camera = CameraThread(lambda: None)
    camera.start()
    assert camera.status().state is DeviceState.STARTING
    camera.stop()


# --- over the wire ---


def test_thirty_frames_a_second_of_a_standing_person(virtual, thread):
    virtual.stand("fara")
    wait_until(lambda: virtual.status()["poses"]["fara"] > 0)
    first = thread.latest().number
    began = time.monotonic()
    wait_until(lambda: thread.latest().number >= first + 40)
    assert 40 / (time.monotonic() - began) > 24
    assert thread.status().state is DeviceState.ONLINE
    assert thread.status().virtual
    assert virtual.status()["standing"] == ["fara"]


def test_an_empty_lobby_costs_little_and_is_not_taken_for_frozen(virtual, thread):
    """Frames are what costs: an empty lobby sends a fifth of them. Processor time itself would measure the poses
    that may still be drawn in the background."""
    began, sent = time.monotonic(), virtual.status()["frames"]
    while time.monotonic() - began < 2.5:
        assert thread.status().state is DeviceState.ONLINE
        time.sleep(0.05)
    frames_per_second = (virtual.status()["frames"] - sent) / (time.monotonic() - began)
    assert 2 < frames_per_second < 12


def test_unplugged_and_plugged_in_again(virtual, thread):
    virtual.unplug()
    wait_until(lambda: thread.status().state is DeviceState.OFFLINE)
    assert "cable" in thread.status().advice
    virtual.plug()
    wait_until(lambda: thread.status().state is DeviceState.ONLINE)


def test_a_frozen_picture_is_noticed_and_comes_back(virtual, thread):
    virtual.stand("chen")
    virtual.freeze()
    wait_until(lambda: thread.status().state is DeviceState.OFFLINE)
    assert "frozen" in thread.status().advice
    virtual.freeze(False)
    wait_until(lambda: thread.status().state is DeviceState.ONLINE)


def test_every_command_is_shown_in_the_status(virtual):
    virtual.two("chen", "dele")
    assert virtual.status()["standing"] == ["chen", "dele"]
    virtual.photograph("edna")
    assert (virtual.status()["standing"], virtual.status()["held_up"]) == ([], {"photograph": "edna"})
    virtual.bent_print("edna")
    assert virtual.status()["held_up"] == {"bent_print": "edna"}
    virtual.cut_out_eyes("edna", "chen")
    assert virtual.status()["held_up"] == {"cut_out_eyes": "edna"}
    virtual.looped_video("edna")
    assert virtual.status()["held_up"] == {"looped_video": "edna"}
    virtual.lit_by((255, 0, 0))
    virtual.lit_by(None)
    for name in ("dark", "noise", "natural_blinking", "strange"):
        for on in (False, True):
            getattr(virtual, name)(on)
            assert virtual.status()[name] is on
    virtual.dark(False)
    virtual.noise(False)
    virtual.strange(False)
    virtual.leave()
    assert virtual.persons()["fara"] == "Fara Khan"
    with pytest.raises(DeviceUnavailable, match="KeyError"):
        virtual.stand("nobody")


def test_the_virtual_camera_answers_within_a_second_or_so(tmp_path):
    camera = VirtualCamera(tmp_path)
    began = time.monotonic()
    camera.start()
    camera.wait_ready()
    took = time.monotonic() - began
    camera.close()
    camera.close()
    assert took < 2.5
    assert camera.url is None


def test_the_virtual_camera_dies_with_its_parent(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from biometric.virtual.camera_client import VirtualCamera\n"
        f"camera = VirtualCamera(Path({str(tmp_path)!r})); camera.start(); camera.wait_ready()\n"
        "print(camera.process_id, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    camera_process = int(parent.stdout.readline())
    assert is_alive(camera_process)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not is_alive(camera_process))


# --- shared memory ---


def test_a_frame_is_seen_from_the_other_side(tmp_path):
    ring = FrameRing.create(segment_prefix(tmp_path, "test"), 2)
    other = FrameRing.attach(ring.name, 2)
    ring.write(1, np.full(FRAME_SHAPE, 77, np.uint8))
    assert (other.slot(1) == 77).all()
    assert (other.slot(0) == 0).all()
    other.close()
    ring.close()
    ring.close()
    with pytest.raises(FileNotFoundError):
        FrameRing.attach(ring.name, 2)


def test_what_a_killed_process_left_is_swept_and_the_living_ones_stay(tmp_path):
    prefix = segment_prefix(tmp_path, "vision")
    script = f"import os; from biometric.frames import FrameRing; FrameRing.create({prefix!r}); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    (left,) = SEGMENT_FOLDER.glob(f"{prefix}*")
    mine = FrameRing.create(prefix)
    strangers = FrameRing.create(segment_prefix(tmp_path / "other", "vision"))
    assert sweep(prefix) == [left.name]
    assert (SEGMENT_FOLDER / mine.name).exists()
    assert (SEGMENT_FOLDER / strangers.name).exists()
    mine.close()
    strangers.close()
    assert not list(SEGMENT_FOLDER.glob(f"{prefix}*"))
