"""Staff have the machine: between errands it says so; during one the customer sees what they see when they do it by
themselves, and may stop it like any visit."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.desk import Step
from atm_app.identity.one_time_code import DIGITS
from atm_app.palm_ports import PalmAdvice, PalmProgress
from atm_app.ports import Cancellation, FaceAdvice, FaceProgress, FacePrompt, FingerPrompt, Work
from atm_app.session import Session, SignUp
from atm_app.steps.keypad import typed_after
from atm_app.steps.progress_views import view_of
from atm_app.steps.sign_up import AgreementsStep, FirstPinStep
from atm_app.stores import Factor
from atm_app.supervisor_ports import (
    Agreed,
    AgreementErrand,
    Answer,
    AppCode,
    AppErrand,
    Attendant,
    Errand,
    ErrandRefused,
    FaceErrand,
    FingerErrand,
    FingerTaken,
    FingerTestErrand,
    PalmErrand,
    PinErrand,
    PinHashed,
    Progress,
)
from atm_app.views import Action, Authenticator, InService

WAY_OF: dict[type[Errand], str] = {
    AgreementErrand: "ask_agreement",
    FaceErrand: "ask_capture",
    FingerErrand: "ask_capture",
    FingerTestErrand: "ask_capture",
    PalmErrand: "ask_capture",
    PinErrand: "ask_pin",
    AppErrand: "ask_app",
}
Capture = Callable[[Cancellation, Callable[[Progress], None]], Answer]


class InServiceStep(Step):
    """An errand that was not answered ended by itself: the customer touched *Cancel*, or did nothing for too long."""

    waits_for_customer = False

    def enter(self, *, again: bool) -> None:
        desk, reason = self.desk, self.desk.note
        if desk.errand is not None and desk.attendant is not None:
            desk.attendant.fail(ErrandRefused(reason or "timed_out"))
        desk.errand, desk.session, desk.note = None, None, ""
        desk.paint(InService())

    def begin(self, errand: Errand, language: str) -> None:
        """Called between errands."""
        desk, machine = self.desk, self.machine
        if language in machine.settings.languages:
            desk.language = language
        desk.errand = errand
        desk.session = Session(machine.random.token_bytes(16), desk.policy, sign_up=SignUp())
        desk.send(WAY_OF[type(errand)])


class ErrandStep(Step):
    """One errand on the screen."""

    patience = 2.0  # somebody explains it meanwhile

    @property
    def attendant(self) -> Attendant:
        assert self.desk.attendant is not None, "an errand is somebody's"
        return self.desk.attendant

    def answer(self, answer: Answer) -> None:
        self.desk.errand = None
        self.attendant.answer(answer)
        self.desk.send("errand_done")

    def fail(self, error: Exception) -> bool:
        """It is the staff's now what to do about it."""
        self.desk.errand = None
        self.attendant.fail(error)
        self.desk.send("errand_done")
        return True


class AssistedAgreementsStep(ErrandStep, AgreementsStep):
    @property
    def kinds(self) -> tuple[Factor, ...]:
        assert isinstance(self.desk.errand, AgreementErrand)
        return self.desk.errand.kinds

    def agreed(self) -> None:
        self.answer(Agreed(self.sign_up.agreed))


class AssistedPinStep(ErrandStep, FirstPinStep):
    """Hashed here: staff get nothing they could try to read."""

    def chosen(self, pin: str) -> None:
        errand, hashed = self.desk.errand, self.machine.authentication.hashed_pin
        assert isinstance(errand, PinErrand)
        self.desk.work(Work.LEDGER, lambda: PinHashed(hashed(pin, errand.pseudonym)), self.answer, self.fail)


class AssistedAppStep(ErrandStep):
    """The app shows a code of the secret before it is worth anything."""

    def enter(self, *, again: bool) -> None:
        self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        typed, errand = typed_after(self.session.typed, action, DIGITS), self._errand
        if typed is None:
            return
        self.session.typed, self.desk.note = typed, ""
        if len(typed) < DIGITS:
            self._paint()
        elif self.machine.authentication.codes.apps.fits(errand.secret, typed):
            self.answer(AppCode(typed))
        else:
            self.session.typed, self.desk.note = "", "not_confirmed"
            self._paint()

    @property
    def _errand(self) -> AppErrand:
        assert isinstance(self.desk.errand, AppErrand)
        return self.desk.errand

    def _paint(self) -> None:
        errand = self._errand
        self.desk.paint(Authenticator(uri=errand.uri, secret=errand.secret, digits=self.session.typed))


class AssistedCaptureStep(ErrandStep):
    """A face, a finger or a palm. What the device sees goes to the screen and to the staff."""

    waits_for_customer = False
    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._cancellation = Cancellation()
        kind, first, capture = self._capture()
        self.desk.paint(view_of(first))
        cancellation, token = self._cancellation, self.session.token

        def show(progress: Progress) -> None:
            if self.desk.is_current(token, "assisted_capture"):
                self.desk.paint(view_of(progress))
                self.attendant.report(progress)

        def report(progress: Progress) -> None:
            self.machine.workers.post(lambda: show(progress))

        self.desk.work(kind, lambda: capture(cancellation, report), self.answer, self.fail)

    def leave(self) -> None:
        self._cancellation.cancel()

    def _capture(self) -> tuple[Work, Progress, Capture]:
        machine = self.machine
        match self.desk.errand:
            case FaceErrand(request):
                look = FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.0)
                return Work.FACE, look, lambda end, tell: machine.camera.capture(request, end, tell)
            case FingerErrand(captures, patience):
                return (
                    Work.FINGERPRINT,
                    FingerPrompt.PLACE,
                    lambda end, tell: FingerTaken(
                        machine.sensor.enrol(captures, patience, end, tell), machine.sensor.family
                    ),
                )
            case FingerTestErrand(templates, patience):
                return (
                    Work.FINGERPRINT,
                    FingerPrompt.PLACE,
                    lambda end, tell: machine.sensor.verify(templates, patience, end, tell),
                )
            case PalmErrand(samples, patience):
                nothing = PalmProgress(PalmAdvice.NONE, 0.0)
                return Work.PALM, nothing, lambda end, tell: machine.palms.capture(samples, patience, end, tell)
        raise AssertionError(f"no capture: {self.desk.errand}")


STEPS: dict[str, type[Step]] = {
    "in_service": InServiceStep,
    "assisted_agreements": AssistedAgreementsStep,
    "assisted_capture": AssistedCaptureStep,
    "assisted_pin": AssistedPinStep,
    "assisted_app": AssistedAppStep,
}
