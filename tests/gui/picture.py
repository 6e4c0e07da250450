"""One picture of the machine, as the screen tests and the gallery paint it."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.config import Look
from atm_app.stores import Factor
from atm_app.views import Shown, View

VIRTUAL = ("camera", "fingerprint", "dispenser", "acceptor", "printer")
SIZES = ((1920, 1080), (1280, 800), (1024, 768), (800, 480), (1080, 1920))
ALL, ENGLISH, WITH_HINDI = ("en", "hi", "mr"), ("en",), ("en", "hi")
# Outside a visit, and where an account is opened.
WITHOUT_STEPS = frozenset(
    {
        "starting", "out_of_service", "welcome", "question", "contact_code", "first_password", "first_pin",
        "agreements", "joining", "opening", "joined",
    }
)  # fmt: skip
LONG_NAME = "Venkatanarasimharajuvaripeta-Balasubrahmanyam"


@dataclass(frozen=True)
class Picture:
    """One picture of the machine. ``in_gallery``: the languages it is kept in under ``docs/screens``; ``dark``,
    ``high_contrast``: those it is kept in in these looks as well."""

    name: str
    view: View
    busy: bool = False
    in_gallery: tuple[str, ...] = ()
    state: str = ""
    virtual: tuple[str, ...] = VIRTUAL
    other_way: bool = False
    dark: tuple[str, ...] = ()
    high_contrast: tuple[str, ...] = ()

    def shown(self, language: str, look: Look = Look.LIGHT, *, large: bool = False) -> Shown:
        state = self.state or self.name.split("-")[0]
        factors, passed = _steps_in(state)
        return Shown(
            self.view, state, language, self.busy, self.virtual, factors, passed, self.other_way, look, large=large
        )  # fmt: skip


def _steps_in(state: str) -> tuple[tuple[Factor, ...], int]:
    """The policy a picture's customer is on, and how many of its factors are done: three factors on most screens, the
    two of the way without biometrics on those only it has."""
    three = (Factor.FACE, Factor.FINGERPRINT, Factor.ONE_TIME_CODE)
    if state in ("claim", "pin"):
        return (Factor.PIN, Factor.ONE_TIME_CODE), 0
    if state == "face_and_pin":
        return (Factor.FACE, Factor.PIN), 0
    if state == "finger_picture":
        return (Factor.PIN, Factor.FINGERPRINT), 1
    if state in ("palm", "palm_picture"):
        return (Factor.PALM, Factor.PIN), 0
    if state in ("face", "fingerprint", "one_time_code"):
        return three, [factor.value for factor in three].index(state)
    return ((), 0) if state in WITHOUT_STEPS else (three, len(three))
