"""``onlooker_ports.OnlookerCamera``: how many faces the camera sees, and how large they are."""

from __future__ import annotations

from atm_app.ports import DeviceState
from biometric.camera import CameraThread
from biometric.face.vision_process import VisionProcess

# A look takes a tenth of a second at the worst; a vision process that is being started again answers the next one.
PATIENCE_SECONDS = 1.0


class CameraOnlookers:
    """Looks at the newest frame of a camera that others have started; leases nothing, so that a face session never
    waits for it."""

    def __init__(self, camera: CameraThread, vision: VisionProcess) -> None:
        self._camera = camera
        self._vision = vision

    def faces(self) -> tuple[float, ...]:
        frame = self._camera.latest()
        if frame is None or self._camera.status().state is not DeviceState.ONLINE:
            return ()
        return self._vision.count_faces(frame.pixels, PATIENCE_SECONDS)
