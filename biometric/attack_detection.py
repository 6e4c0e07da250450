"""Where an answer about liveness can veto a finger or a palm: presentation attack detection in the words of
ISO/IEC 30107-1. The machine ships none; ``commands/wiring.py`` names those that a bank adds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Presentation:
    """What was presented. ``picture``: 8 bit, grey (rows, columns) of a finger or BGR (rows, columns, 3) of a palm;
    None where the sensor alone has it. ``ask_sensor``: calls a method of the sensor's ``PyFingerprint``, by its name,
    while the finger lies there and within the driver's deadline, and leaves the buffers alone; None for a camera and a
    file."""

    picture: NDArray[np.uint8] | None = None
    ask_sensor: Callable[..., Any] | None = None


# True: an attack. Called on the device's own thread, once for every touch, picture or frame that would count.
AttackDetection = Callable[[Presentation], bool]


def vetoed(detections: Sequence[AttackDetection], presentation: Presentation) -> bool:
    """One is enough; one that fails counts as a veto, for a check that does not work lets nobody in."""
    for detection in detections:
        try:
            if detection(presentation):
                return True
        except Exception:
            log.exception("an attack detection failed, which counts as a veto")
            return True
    return False
