"""A palm from the virtual camera over the wire: enough good frames, advice meanwhile, and every way it can end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.palm_ports import HandSide, PalmAdvice, PalmNotCaptured, PalmProgress
from atm_app.ports import Cancellation, Cancelled, DeviceState, DeviceUnavailable
from biometric.camera import CameraThread
from biometric.palm.palm_camera import CameraPalms
from biometric.palm.palm_matcher import LineCodePalmMatcher
from biometric.virtual.camera_client import VirtualCamera
from tests.waiting import wait_until

SAME, SAMPLES, PATIENCE = 0.325, 3, 20.0
matcher = LineCodePalmMatcher()


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory, pose_folder: Path) -> Iterator[VirtualCamera]:
    made = VirtualCamera(tmp_path_factory.mktemp("palm"), pose_folder)
    made.start()
    made.wait_ready()
    yield made
    made.close()


@pytest.fixture(scope="module")
def thread(virtual: VirtualCamera) -> Iterator[CameraThread]:
    camera = CameraThread(lambda: virtual.url, virtual=True)
    camera.start()
    yield camera
    camera.stop()


@pytest.fixture
def palms(virtual: VirtualCamera, thread: CameraThread) -> CameraPalms:
    virtual.plug()
    virtual.dark(False)
    virtual.leave()
    wait_until(lambda: thread.status().state is DeviceState.ONLINE)
    return CameraPalms(thread)


def take(
    palms: CameraPalms, reports: list[PalmProgress] | None = None, patience: float = PATIENCE
) -> tuple[bytes, ...]:
    seen = [] if reports is None else reports
    capture = palms.capture(SAMPLES, patience, Cancellation(), seen.append)
    assert capture.side is HandSide.RIGHT
    assert len(capture.samples) == SAMPLES
    return capture.samples


def test_a_palm_is_itself_when_it_is_shown_again_and_nobody_elses(virtual: VirtualCamera, palms: CameraPalms) -> None:
    virtual.show_hand("chen")
    reports: list[PalmProgress] = []
    template = matcher.template(take(palms, reports))
    assert reports[-1] == PalmProgress(PalmAdvice.NONE, 1.0)
    virtual.show_hand("chen")
    assert matcher.distance(template, take(palms)) <= SAME
    virtual.show_hand("dele")
    assert matcher.distance(template, take(palms)) > SAME


def test_a_left_hand_is_another_palm(virtual: VirtualCamera, palms: CameraPalms) -> None:
    virtual.show_hand("chen")
    template = matcher.template(take(palms))
    virtual.show_hand("chen", left=True)
    capture = palms.capture(SAMPLES, PATIENCE, Cancellation(), lambda _: None)
    assert capture.side is HandSide.LEFT
    assert matcher.distance(template, capture.samples) == 1.0


def test_nobody_shows_a_hand(palms: CameraPalms) -> None:
    """What the lobby is taken for does not matter, as long as it is no palm."""
    with pytest.raises(PalmNotCaptured):
        palms.capture(SAMPLES, 1.0, Cancellation(), lambda _: None)


def test_a_hand_in_the_dark_is_told_so(virtual: VirtualCamera, palms: CameraPalms) -> None:
    virtual.show_hand("edna")
    virtual.dark()
    with pytest.raises(PalmNotCaptured) as refused:
        palms.capture(SAMPLES, 1.5, Cancellation(), lambda _: None)
    assert refused.value.advice is PalmAdvice.TOO_DARK


def test_cancelled_while_it_looks(palms: CameraPalms) -> None:
    cancellation = Cancellation()
    with pytest.raises(Cancelled):
        palms.capture(SAMPLES, PATIENCE, cancellation, lambda _: cancellation.cancel())


def test_unplugged_while_it_looks(virtual: VirtualCamera, palms: CameraPalms) -> None:
    unplug = threading.Thread(target=virtual.unplug)
    with pytest.raises(DeviceUnavailable):
        palms.capture(SAMPLES, PATIENCE, Cancellation(), lambda _: None if unplug.ident else unplug.start())
    unplug.join()


def test_what_cannot_be_read_is_nobodys(virtual: VirtualCamera, palms: CameraPalms) -> None:
    virtual.show_hand("fara")
    samples = take(palms)
    template = matcher.template(samples)
    assert matcher.distance(template, samples) < 0.2
    assert matcher.distance(template[:-1], samples) == 1.0
    assert matcher.distance(template, (b"", *samples)) == 1.0
    assert matcher.distance(template, ()) == 1.0
    with pytest.raises(ValueError, match="every way"):
        matcher.template((template,))
