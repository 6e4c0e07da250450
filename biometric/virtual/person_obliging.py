"""A drawn customer who does what the prompts ask, over the wire or as fast as the frames compute."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from atm_app.ports import DeviceUnavailable, FaceCapture, FaceProgress, FacePrompt, FaceRequest
from biometric.face.session import Engine, FaceSession
from biometric.virtual.camera_scene import Scene

# How long a drawn customer takes to read a prompt and begin to do it; people take 0.5 to 1 s.
REACTION_SECONDS = 0.5
# What the vision process reaches while it embeds, too (measured: 15 to 20 frames a second).
FRAMES_PER_SECOND = 15.0
NEUTRAL_GAP_SECONDS = 0.4
# A little turn is held until the next prompt.
LITTLE_TURN_DEGREES, LITTLE_TURN_HELD = 8.0, 30.0
A_LITTLE = {FacePrompt.LEFT_A_LITTLE: "left", FacePrompt.RIGHT_A_LITTLE: "right"}
STEPS = {FacePrompt.NEARER: 1.2, FacePrompt.FARTHER: 0.82}


class Movable(Protocol):
    """``camera_client.VirtualCamera`` and ``camera_scene.Scene`` both are."""

    def blink(self, after: float = 0.0) -> None: ...
    def turn(self, side: str, after: float = 0.0, hold: float = 0.9, degrees: float = 28.0) -> None: ...
    def look(self) -> None: ...
    def step_to(self, scale: float, after: float = 0.0) -> None: ...


def answer(person: Movable, prompt: FacePrompt, reaction: float = REACTION_SECONDS) -> None:
    """Have the person do what the prompt asks, ``reaction`` seconds from now."""
    if prompt is FacePrompt.BLINK:
        person.blink(reaction)
    elif prompt is FacePrompt.TURN_LEFT:
        person.turn("left", reaction)
    elif prompt is FacePrompt.TURN_RIGHT:
        person.turn("right", reaction)
    elif prompt is FacePrompt.LOOK_BACK:
        person.look()
    elif prompt in A_LITTLE:
        person.look()
        person.turn(A_LITTLE[prompt], reaction, LITTLE_TURN_HELD, LITTLE_TURN_DEGREES)
    elif prompt in STEPS:
        person.look()
        person.step_to(STEPS[prompt], reaction)


class ObligingCustomer:
    """Give ``follow`` every progress report of a capture: each new prompt is answered once.

    It returns at once: the commands go out on a thread of their own.
    """

    def __init__(self, person: Movable, reaction: float = REACTION_SECONDS) -> None:
        self._person = person
        self._reaction = reaction
        self._last = FacePrompt.LOOK

    def follow(self, progress: FaceProgress) -> None:
        before, self._last = self._last, progress.prompt
        if progress.prompt is not before:
            threading.Thread(
                target=self._answer, args=(progress.prompt,), name="obliging-customer", daemon=True
            ).start()

    def _answer(self, prompt: FacePrompt) -> None:
        with contextlib.suppress(DeviceUnavailable):
            answer(self._person, prompt, self._reaction)


class Rehearsal:
    """Face sessions on a scene without camera and clock: frame after frame, as fast as they compute.

    ``customer`` is told every new prompt; when not given, whoever stands there obliges. Times are the scene's.
    """

    def __init__(self, scene: Scene, engine: Engine, frames_per_second: float = FRAMES_PER_SECOND) -> None:
        self.scene = scene
        self._engine = engine
        self._frame_seconds = 1 / frames_per_second

    def run(
        self,
        request: FaceRequest,
        customer: Callable[[FacePrompt], None] | None = None,
        report: Callable[[FaceProgress], None] = lambda progress: None,
        neutral_gap: Callable[[], float] = lambda: NEUTRAL_GAP_SECONDS,
    ) -> FaceCapture:
        """Raises FaceNotCaptured; ends because a session without patience does not exist."""
        session = FaceSession(request, self._engine, neutral_gap)
        last, last_light = FacePrompt.LOOK, None
        while True:
            at = self.scene.now + self._frame_seconds
            picture = cv2.cvtColor(self.scene.frame(at), cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
            progress, capture = session.look(picture, at)
            if progress.light is not last_light:
                # The screen of a rehearsal paints at once.
                last_light = progress.light
                self.scene.lit_by(last_light)
                session.lit(last_light, at)
            report(progress)
            if capture is not None:
                return capture
            if progress.prompt is not last:
                last = progress.prompt
                if customer is None:
                    answer(self.scene, last)
                else:
                    customer(last)
