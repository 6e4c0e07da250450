"""The person at a virtual sensor's window."""

from __future__ import annotations

from itertools import count

from atm_app.ports import FingerPrompt
from biometric.virtual.r307 import Window
from biometric.virtual.r307_client import VirtualSensor


class Customer:
    """Does what the prompts ask, with ``fingers`` in turn (the last one again and again); remembers the prompts.

    ``first_touch``: the number of the first touch, so that the same ones come again; None: other ones every time.
    """

    def __init__(self, virtual: VirtualSensor | Window, *fingers: str, first_touch: int | None = None) -> None:
        self.virtual = virtual
        self.fingers = list(fingers)
        self.prompts: list[FingerPrompt] = []
        self._touches = None if first_touch is None else count(first_touch)

    def __call__(self, prompt: FingerPrompt) -> None:
        self.prompts.append(prompt)
        if prompt in (FingerPrompt.PLACE, FingerPrompt.PLACE_AGAIN):
            finger = self.fingers.pop(0) if len(self.fingers) > 1 else self.fingers[0]
            self.virtual.place(finger, touch=None if self._touches is None else next(self._touches))
        elif prompt in (FingerPrompt.LIFT, FingerPrompt.MESSY):
            self.virtual.lift()
