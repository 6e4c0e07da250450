"""A veto needs one detection that says so, or one that does not work."""

from __future__ import annotations

import pytest

from biometric.attack_detection import AttackDetection, Presentation, vetoed


def living(presentation: Presentation) -> bool:
    return False


def copy(presentation: Presentation) -> bool:
    return True


def broken(presentation: Presentation) -> bool:
    raise OSError("no answer")


@pytest.mark.parametrize(
    ("detections", "veto"),
    [([], False), ([living], False), ([living, copy], True), ([copy, living], True), ([living, broken], True)],
)
def test_one_veto_is_enough_and_a_failure_is_one(detections: list[AttackDetection], veto: bool) -> None:
    assert vetoed(detections, Presentation()) is veto
