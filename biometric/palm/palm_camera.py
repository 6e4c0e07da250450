"""``PalmCamera`` on the kiosk's camera: frame after frame, until enough of them show one hand well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from atm_app.palm_ports import HandSide, PalmAdvice, PalmCapture, PalmNotCaptured, PalmProgress
from atm_app.ports import Cancellation, Cancelled, DeviceState, DeviceStatus, DeviceUnavailable
from biometric.attack_detection import AttackDetection, Presentation, vetoed
from biometric.camera import CameraThread, Frame
from biometric.palm.palm_matcher import sample_of
from biometric.palm.region import Region, UnusablePalm

# How long a wait for a frame lasts before the camera's state is looked at again.
FRAME_SECONDS = 0.25
# A camera that is just being opened is waited for.
START_UP_SECONDS = 8.0
# Frames taken one right after the other say the same thing.
BETWEEN_SAMPLES_SECONDS = 0.15


class CameraPalms:
    """Looks on the caller's thread; the camera itself may be in use by a face session, which sees the same frames."""

    def __init__(self, camera: CameraThread, detections: Sequence[AttackDetection] = ()) -> None:
        self._camera = camera
        self._detections = detections
        self._busy = threading.Lock()

    def status(self) -> DeviceStatus:
        return self._camera.status()

    def capture(
        self, samples: int, patience: float, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        """See the port. A change of the hand begins anew."""
        if not self._busy.acquire(blocking=False):
            raise DeviceUnavailable("the camera is in use for another palm")
        try:
            return self._take(samples, patience, cancellation, report)
        finally:
            self._busy.release()

    def _take(
        self, wanted: int, patience: float, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        # Imported here: SciPy's signal processing takes a second, which a kiosk without palms need not take to start.
        from biometric.palm.photograph import region_of

        taken: list[bytes] = []
        side, advice, hands, good_at, number = HandSide.UNKNOWN, PalmAdvice.NO_HAND, 0, 0.0, 0
        attack, began = False, time.monotonic()
        while time.monotonic() - began < patience:
            frame = self._next(number, began, cancellation)
            if frame is None:
                continue
            number = frame.number
            try:
                region = region_of(frame.pixels)
            except UnusablePalm as problem:
                advice = problem.advice
                hands += advice is not PalmAdvice.NO_HAND
            else:
                hands, advice = hands + 1, PalmAdvice.NONE
                if _is_other(side, region):
                    taken.clear()
                side = region.side if region.side is not HandSide.UNKNOWN else side
                if frame.at - good_at >= BETWEEN_SAMPLES_SECONDS:
                    good_at = frame.at
                    taken.append(sample_of(region))
                    attack = attack or vetoed(self._detections, Presentation(frame.pixels))
            report(PalmProgress(advice, len(taken) / wanted))
            if len(taken) == wanted:
                return PalmCapture(tuple(taken), side, wanted / max(wanted, hands), attack)
        raise PalmNotCaptured(advice)

    def _next(self, number: int, began: float, cancellation: Cancellation) -> Frame | None:
        """A frame newer than ``number``; None when none came. Raises Cancelled, DeviceUnavailable."""
        if cancellation.cancelled:
            raise Cancelled
        status = self._camera.status()
        if status.state is not DeviceState.ONLINE and (
            status.state is not DeviceState.STARTING or time.monotonic() - began > START_UP_SECONDS
        ):
            raise DeviceUnavailable(status.advice)
        return self._camera.wait_newer(number, FRAME_SECONDS)


def _is_other(side: HandSide, region: Region) -> bool:
    return HandSide.UNKNOWN not in (side, region.side) and region.side is not side
