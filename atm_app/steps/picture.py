"""A finger or a palm as a picture from a memory stick: chosen on the screen, then compared as what it shows is."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.authentication import Decision
from atm_app.palm_ports import PalmCapture
from atm_app.picture_ports import FingerPictures, PalmPictures, PictureFiles, UnusablePicture
from atm_app.ports import FingerMatch, FingerTemplate, Timer, Work
from atm_app.steps.identity import FactorStep
from atm_app.steps.palm import PalmDecision
from atm_app.stores import Factor
from atm_app.views import Action, FingerPicture, PalmPicture, StickPicture

# How often the socket is looked at: a stick that was put in is on the screen within this and what reading it takes.
LOOK_SECONDS = 1.0
FILES_A_PAGE = 6
# Within one session, of files that no template can be made of: they prove nothing, so the lockout does not count them.
UNUSABLE_TRIES = 5


class PictureStep(FactorStep):
    """Shows what is on the stick. The factor is what the picture shows: a wrong picture counts like a wrong finger.
    ``notes``: of the view, before a fault. ``device``: what takes the factor without a picture."""

    state: str
    notes: str
    device: Work
    view: type[StickPicture]

    @property
    def pictures(self) -> PictureFiles:
        raise NotImplementedError  # a finger's or a palm's

    def compare(self, file: str) -> None:
        """Hand the work out; what cannot be used ends in ``not_compared``."""
        raise NotImplementedError  # a finger's or a palm's

    def enter(self, *, again: bool) -> None:
        self._next_look: Timer | None = None
        self._files: tuple[str, ...] | None = None
        self._page = 1
        self._checked = ""
        self._paint()
        self._look()

    def leave(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None

    def touch(self, action: Action) -> None:
        if action.name == "device":
            self.desk.send("use_device")
        elif action.name == "file" and self._files and action.value in self._files:
            self._check(action.value)
        elif action.name == "page" and action.value in ("next", "back"):
            self._page += 1 if action.value == "next" else -1
            self._page = min(max(self._page, 1), self._pages)
            self._paint()

    # --- the stick ---------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        token = self.session.token

        def again() -> None:
            if self.desk.is_current(token, self.state):
                self._next_look = self.machine.clock.call_later(LOOK_SECONDS, self._look)

        def seen(files: tuple[str, ...] | None) -> None:
            if self.desk.is_current(token, self.state) and files != self._files:
                self._files, self._page = files, 1
                self._paint()
            again()

        self.machine.workers.submit(Work.PICTURES, self.pictures.files, seen, lambda _: again())

    # --- a picture ---------------------------------------------------------------------------------------------------

    def _check(self, file: str) -> None:
        self._checked, self.desk.note = file, ""
        self._paint()
        self.compare(file)

    def not_compared(self, error: Exception) -> bool:
        if not isinstance(error, UnusablePicture):
            return False
        self.desk.note_event(self.state, error.fault.value)
        if self.session.try_again(self.factor) >= UNUSABLE_TRIES:
            self.desk.send("refuse", "not_confirmed")
        else:
            self._choose_again(f"{self.notes}_{error.fault.value}")
        return True

    def refused(self, decision: Decision) -> None:
        """The lockout counts these."""
        self._choose_again("not_confirmed")

    # --- showing -----------------------------------------------------------------------------------------------------

    def _choose_again(self, note: str) -> None:
        self._checked, self.desk.note = "", note
        self._paint()

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self._files or ()) // FILES_A_PAGE))

    def _paint(self) -> None:
        files = self._files or ()
        first = (self._page - 1) * FILES_A_PAGE
        self.desk.paint(
            self.view(
                stick=self._files is not None,
                files=files[first : first + FILES_A_PAGE],
                page=self._page,
                pages=self._pages,
                checked=self._checked,
                device=self.desk.online(self.device),
            )
        )


class FingerPictureStep(PictureStep):
    """1:1 with the customer's fingers that were enrolled for pictures."""

    factor = Factor.FINGERPRINT
    state, notes, device, view = "finger_picture", "picture", Work.FINGERPRINT, FingerPicture

    @property
    def pictures(self) -> FingerPictures:
        return self.machine.finger_pictures

    def compare(self, file: str) -> None:
        customer, family = self.session.customer, self.pictures.family
        if customer is None:  # a number nobody has, under a policy that claims: looks like any wrong finger
            self._verify(file, ())
            return
        self.desk.work(
            Work.LEDGER, lambda: self.machine.authentication.fingers(customer, family),
            lambda fingers: self._verify(file, fingers),
        )  # fmt: skip

    def _verify(self, file: str, fingers: tuple[FingerTemplate, ...]) -> None:
        pictures = self.pictures
        self.desk.work(Work.PICTURES, lambda: pictures.verify(fingers, file), self._compared, self.not_compared)

    def _compared(self, match: FingerMatch) -> None:
        token, customer = self.session.token, self.session.customer
        self.desk.note_event(self.state, "read")
        if customer is None:
            self.desk.send("refuse", "not_confirmed")
            return
        self.desk.work(
            Work.LEDGER, lambda: self.machine.authentication.decide_fingerprint(token, customer, match), self.decided
        )


class PalmPictureStep(PalmDecision, PictureStep):
    """One frame, whose palm is looked for or compared as the camera's frames are."""

    factor = Factor.PALM
    state, notes, device, view = "palm_picture", "palm_picture", Work.FACE, PalmPicture

    @property
    def pictures(self) -> PalmPictures:
        return self.machine.palm_pictures

    def compare(self, file: str) -> None:
        pictures = self.pictures
        self.desk.work(Work.PICTURES, lambda: pictures.capture(file), self._read, self.not_compared)

    def _read(self, capture: PalmCapture) -> None:
        self.desk.note_event(self.state, "read")
        self.captured(capture)


STEPS: dict[str, type[Step]] = {"finger_picture": FingerPictureStep, "palm_picture": PalmPictureStep}
