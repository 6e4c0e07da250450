"""Somebody being enrolled at the branch, with what each step of it needs."""

from __future__ import annotations

import secrets
from pathlib import Path

from PIL import Image

from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.staff_session import StaffSession
from atm_app.palm_ports import HandSide
from atm_app.ports import Cancellation
from atm_app.stores import Factor, NewCustomer
from tests.branch.walk import Walk, fresh_number
from tests.world import face_of

GOOD_SCORE = 400


def nobody_listens(_: object) -> None:
    """Of what is reported on the way."""


def newcomer(number: str = "") -> NewCustomer:
    return NewCustomer(number or fresh_number(6), "Gita Naik", f"+91 7{secrets.randbelow(10**9):09d}", "", "Pune", "")


def opened(walk: Walk, *agreed: Factor) -> EnrolmentFile:
    """Not by a deed of anybody's."""
    return EnrolmentFile(newcomer(), secrets.token_bytes(16), agreed=agreed)


def face(walk: Walk, session: StaffSession, file: EnrolmentFile, *tests: bytes) -> float:
    """Of somebody new. ``tests``: whose face is seen when it is tried out; their own as a rule."""
    person = face_of(secrets.randbelow(10**6) + 10**6)
    walk.world.camera.script.clear()
    walk.world.camera.script.extend([(person,) * 5, (tests or (person,)) * 3])
    return walk.branch.enrolment.face(session, file, Cancellation(), nobody_listens)


def finger(walk: Walk, session: StaffSession, file: EnrolmentFile, score: int = GOOD_SCORE) -> int:
    walk.world.sensor.script.clear()
    walk.world.sensor.script.append(score)
    return walk.branch.enrolment.finger(session, file, "left_thumb", Cancellation(), nobody_listens)


def palm(walk: Walk, session: StaffSession, file: EnrolmentFile, test: bytes = b"palm") -> HandSide:
    walk.world.palms.script.clear()
    walk.world.palms.script.extend([(b"palm",) * 5, (test,) * 3])
    return walk.branch.enrolment.palm(session, file, Cancellation(), nobody_listens)


def paper(folder: Path, size: tuple[int, int] = (1200, 800)) -> str:
    """A photograph of a document."""
    path = folder / f"paper-{secrets.token_hex(4)}.png"
    Image.new("RGB", size, "white").save(path)
    return str(path)
