"""What the customer is asked at the machine, in the words they read there, and why it did not do, in the staff's; and
what was taken so far."""

from __future__ import annotations

from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.identity.captures import EnrolmentProblem
from atm_app.palm_ports import PalmNotCaptured, PalmProgress
from atm_app.picture_ports import UnusablePicture
from atm_app.ports import (
    Cancelled,
    DeviceError,
    FaceNotCaptured,
    FaceProgress,
    FaceRefusal,
    NoFinger,
)
from atm_app.stores import Factor
from atm_app.supervisor_ports import ErrandRefused, MachineAway, Progress
from gui.words import ADVICE, FINGER_PROMPTS, PALM_ADVICE, PROMPTS

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
FACE_REFUSALS = {
    FaceRefusal.NOBODY: "Nobody was before the camera.",
    FaceRefusal.NOT_LIVE: "The camera was not shown a living face.",
    FaceRefusal.FACE_CHANGED: "The face changed in between.",
    FaceRefusal.SEVERAL_FACES: "More than one person was before the camera.",
    FaceRefusal.POOR_PICTURE: "The picture was not clear enough.",
}
ERRANDS = {
    "cancelled": "The customer stopped it.",
    "timed_out": "Nothing was done at the machine for a while.",
    "withdrawn": "Stopped.",
    "busy": "The machine was still busy. Try again.",
    "trouble": "The machine could not do it. It looks at itself when it is given back.",
}


def told_progress(progress: Progress) -> tuple[str, str]:
    """What is asked for, and what would help."""
    match progress:
        case FaceProgress():
            return PROMPTS[progress.prompt.value], ADVICE.get(progress.advice.value, "")
        case PalmProgress():
            return PALM_ADVICE["no_hand"], PALM_ADVICE.get(progress.advice.value, "")
        case _:
            return FINGER_PROMPTS[progress.value], ""


def told_waiting(state: str) -> str:
    """``state``: in which the machine is, before it can be lent."""
    if state in ("starting", "welcome", "out_of_service"):
        return "The machine is getting ready"
    return "A customer is at the machine. It is yours when they have finished."


def told_problem(error: Exception) -> str:
    """Empty for what is not about the machine or the customer before it."""
    match error:
        case Cancelled():
            return "Stopped."
        case ErrandRefused():
            return ERRANDS.get(error.reason, "The machine did not do it.")
        case FaceNotCaptured():
            return FACE_REFUSALS[error.refusal]
        case NoFinger():
            return "No finger was laid on the sensor."
        case PalmNotCaptured():
            return "No palm was taken."
        case MachineAway():
            return f"{_sentence(error)} Start it, and try again."
        case DeviceError():
            return f"The device does not answer: {error}."
        case EnrolmentProblem() | UnusablePicture():
            return _sentence(error)
    return ""


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def told_losses(file: EnrolmentFile) -> str:
    """What was taken of the customer and is not saved, as a list in words; empty while there is nothing. What somebody
    had agreed to before they came is none of it."""
    fingers, palms = (len(file.of_kind(kind)) for kind in (Factor.FINGERPRINT, Factor.PALM))
    parts = (
        ("what the customer agreed to", bool(file.agreed) and not file.customer_id),
        ("the face", bool(file.of_kind(Factor.FACE))),
        (f"{NUMBERS[fingers]} finger{'s' if fingers > 1 else ''}", bool(fingers)),
        (f"{NUMBERS[palms]} palm{'s' if palms > 1 else ''}", bool(palms)),
        ("the PIN", bool(file.pin_hash)), ("the authenticator app", bool(file.app_secret)),
        ("the document", bool(file.document)),
    )  # fmt: skip
    there = [part for part, is_there in parts if is_there]
    return " and ".join(filter(None, (", ".join(there[:-1]), *there[-1:])))
