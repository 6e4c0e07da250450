"""What a device sees of the customer, as the view that shows it."""

from __future__ import annotations

from atm_app.palm_ports import PalmProgress
from atm_app.ports import FaceProgress
from atm_app.supervisor_ports import Progress
from atm_app.views import Face, Fingerprint, Palm, View


def face_view(progress: FaceProgress) -> Face:
    return Face(
        prompt=progress.prompt, advice=progress.advice, fraction=progress.fraction, box=progress.box,
        light=progress.light,
    )  # fmt: skip


def view_of(progress: Progress) -> View:
    match progress:
        case FaceProgress():
            return face_view(progress)
        case PalmProgress():
            return Palm(advice=progress.advice, fraction=progress.fraction)
        case _:
            return Fingerprint(prompt=progress)
