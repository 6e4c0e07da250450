"""Who the customer is: their number, face, finger, PIN and one-time code."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.identity.face_challenges import draw_challenges, draw_flash
from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceError,
    FaceAdvice,
    FaceCapture,
    FaceNotCaptured,
    FaceProgress,
    FacePrompt,
    FacePurpose,
    FaceRefusal,
    FaceRequest,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
    NoFinger,
    Work,
)
from atm_app.steps.keypad import PIN_DIGITS, SHORTEST_PIN, typed_after
from atm_app.steps.progress_views import face_view
from atm_app.stores import Customer, Factor
from atm_app.trust.alerts import Alert
from atm_app.views import Action, Claim, Fingerprint, Pin

NUMBER_DIGITS = 6
# Tries within one session at what no lockout counts: a face that was not live or not seen.
FACE_TRIES = 3


class FactorStep(Step):
    """One factor: what a decision about it leads to."""

    factor: Factor

    def decided(self, decision: Decision) -> None:
        if decision.verdict is Verdict.ACCEPTED:
            self.accepted(decision)
        elif decision.verdict is Verdict.LOCKED:
            self.desk.send("lock")
        else:
            self.session.failures += 1
            if decision.verdict is Verdict.UNSURE:
                self._ask_number()
            else:
                self.refused(decision)

    def accepted(self, decision: Decision) -> None:
        session = self.session
        session.customer = decision.customer
        session.passed.append(self.factor)
        session.scores[self.factor.value] = decision.score
        self.desk.note_duress(decision.duress, session.customer)
        self.desk.send("passed")

    def refused(self, decision: Decision) -> None:
        """Another try, if there is one; the words never say which part was wrong."""
        raise NotImplementedError  # how a factor is asked for again is its own step's

    def _ask_number(self) -> None:
        """What was shown is near nobody or near two: it is kept, and compared with the customer who is then claimed."""
        self.session.number_asked = True
        self.desk.send("passed", "number_needed")


class ClaimStep(Step):
    """The customer's number. Whether anybody has it is not said here."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        typed = typed_after(self.session.typed, action, NUMBER_DIGITS)
        if typed is not None:
            self.session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "user_name" and self._user_names:
            self.desk.send("by_name")
        elif action.name == "enter" and len(self.session.typed) == NUMBER_DIGITS:
            number = self.session.typed
            self.desk.work(Work.LEDGER, lambda: self.machine.authentication.claim(number), self._found)

    def _found(self, customer: Customer | None) -> None:
        session = self.session
        session.number, session.typed, session.number_given = session.typed, "", True
        session.customer, session.by_user_name = customer, False
        self.desk.send("passed")

    @property
    def _user_names(self) -> bool:
        """Only who signed up at a machine has one."""
        return self.machine.sign_up is not None

    def _paint(self) -> None:
        self.desk.paint(Claim(number=self.session.typed, user_names=self._user_names))


class FaceStep(FactorStep):
    """A live face, then who it is: 1:N, or 1:1 against the claimed customer."""

    factor = Factor.FACE
    state = "face"
    waits_for_customer = False
    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._begin(decide=bool(self.session.samples and self.session.number_given))

    def _begin(self, *, decide: bool = False) -> None:
        self._cancellation = Cancellation()
        self._decide() if decide else self._capture()

    def _request(self) -> FaceRequest:
        settings, random = self.machine.settings.face, self.machine.random
        return FaceRequest(
            FacePurpose.AUTHENTICATE,
            draw_challenges(random, settings.challenges),
            patience=settings.patience,
            flash=draw_flash(random) if settings.flash else (),
        )

    def decided(self, decision: Decision) -> None:
        self.note_stranger(decision)
        super().decided(decision)

    def note_stranger(self, decision: Decision) -> None:
        """A face that is nobody's, or not whose number was given; one near two customers is no stranger."""
        strangers, distance = self.machine.strangers, self.machine.settings.face.verify_distance
        if decision.score > distance and strangers.turned_away(self.session.samples):
            self.desk.raise_alert(Alert.STRANGERS, str(strangers.number))

    def _capture(self) -> None:
        """At once, or after a pause where many strangers came."""
        pause = self.machine.strangers.pause
        if not pause:
            self._look()
            return
        self._progress(self.session.token, FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.0))
        self.desk.after(pause, self._look)

    def _look(self) -> None:
        token, cancellation, request = self.session.token, self._cancellation, self._request()
        self._progress(token, FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.0))

        def report(progress: FaceProgress) -> None:
            self.machine.workers.post(lambda: self._progress(token, progress))

        self.desk.work(
            Work.FACE, lambda: self.machine.camera.capture(request, cancellation, report), self._captured,
            self._not_captured,
        )  # fmt: skip

    def _progress(self, token: bytes, progress: FaceProgress) -> None:
        if self.desk.is_current(token, self.state):
            self.desk.paint(face_view(progress))

    def _captured(self, capture: FaceCapture) -> None:
        self.session.samples = capture.samples
        self._note_live(capture)
        self._decide()

    def _note_live(self, capture: FaceCapture) -> None:
        self.session.scores.update({f"liveness_{name}": value for name, value in capture.liveness.items()})
        self.desk.note_event("face_liveness", "live", seconds=round(capture.seconds, 2), **_rounded(capture.liveness))

    def _not_captured(self, error: Exception) -> bool:
        if isinstance(error, Cancelled):
            return True
        if isinstance(error, DeviceError):
            self.desk.note_event("face_liveness", "camera_unavailable")
            self.desk.send("refuse", "camera_trouble")
            return True
        if not isinstance(error, FaceNotCaptured):
            return False
        self.desk.note_event("face_liveness", error.refusal.value, **_rounded(error.liveness))
        self.session.failures += 1
        if error.refusal is FaceRefusal.NOBODY:
            self.desk.send("idle")
        elif self.may_try_again(error.refusal.value):
            self._capture()
        return True

    def _decide(self) -> None:
        session, authentication = self.session, self.machine.authentication
        token, customer, number, samples = session.token, session.customer, session.number, session.samples
        if session.is_claimed:
            self.desk.work(
                Work.LEDGER, lambda: authentication.verify_face(token, customer, number, samples), self.decided
            )
        elif not authentication.faces.may_identify:
            self._ask_number()
        else:
            self.desk.work(Work.LEDGER, lambda: authentication.identify_face(token, samples), self.decided)

    def refused(self, decision: Decision) -> None:
        self.session.samples = ()
        if self.may_try_again("not_confirmed"):
            self._capture()

    def may_try_again(self, note: str) -> bool:
        """Count a try that failed; after the last one the visit ends. ``note``: what is said to the others."""
        if self.session.try_again(self.factor) >= FACE_TRIES:
            self.desk.send("refuse", "not_confirmed")
            return False
        self.desk.note = note
        return True

    def leave(self) -> None:
        self._cancellation.cancel()


class FingerprintStep(FactorStep):
    """A finger on the sensor, compared 1:1 with the customer's own from the database."""

    factor = Factor.FINGERPRINT
    waits_for_customer = False
    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._cancellation = Cancellation()
        self._paint(FingerPrompt.PLACE)
        customer, family = self.session.customer, self.machine.sensor.family
        if customer is None:  # a number nobody has, under a policy that claims: looks like any wrong finger
            self._read(())
            return
        self.desk.work(Work.LEDGER, lambda: self.machine.authentication.fingers(customer, family), self._read)

    def touch(self, action: Action) -> None:
        if action.name == "picture" and self.session.pictures_taken:
            self.desk.send("use_picture")

    def _read(self, fingers: tuple[FingerTemplate, ...]) -> None:
        cancellation, token = self._cancellation, self.session.token
        patience = self.machine.settings.fingerprint.patience

        def report(prompt: FingerPrompt) -> None:
            self.machine.workers.post(lambda: self._prompt(token, prompt))

        self.desk.work(
            Work.FINGERPRINT,
            lambda: self.machine.sensor.verify(fingers, patience, cancellation, report),
            self._matched,
            self._not_read,
        )

    def _prompt(self, token: bytes, prompt: FingerPrompt) -> None:
        if self.desk.is_current(token, "fingerprint"):
            self._paint(prompt)

    def _paint(self, prompt: FingerPrompt) -> None:
        self.desk.paint(Fingerprint(prompt=prompt, pictures=self.session.pictures_taken))

    def _matched(self, match: FingerMatch) -> None:
        token, customer = self.session.token, self.session.customer
        if customer is None:
            self.desk.send("refuse", "not_confirmed")
            return
        self.desk.work(
            Work.LEDGER,
            lambda: self.machine.authentication.decide_fingerprint(token, customer, match),
            self.decided,
        )

    def _not_read(self, error: Exception) -> bool:
        if isinstance(error, Cancelled):
            return True
        if isinstance(error, NoFinger):
            self.desk.note_event("fingerprint_capture", "no_finger")
            self.desk.send("idle")
            return True
        if isinstance(error, DeviceError):
            self.desk.note_event("fingerprint_capture", "sensor_unavailable")
            if self.session.pictures_taken:
                self.desk.send("use_picture", "sensor_gone")
            else:
                self.desk.send("refuse", "sensor_trouble")
            return True
        return False

    def refused(self, decision: Decision) -> None:
        self.desk.note = "not_confirmed"
        self.enter(again=False)

    def leave(self) -> None:
        self._cancellation.cancel()


class PinStep(FactorStep):
    """The PIN is compared off this thread; an unknown number takes as long and fails the same way."""

    factor = Factor.PIN

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        typed = typed_after(self.session.typed, action, PIN_DIGITS)
        if typed is not None:
            self.session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "enter" and len(self.session.typed) >= SHORTEST_PIN:
            session = self.session
            pin, session.typed = session.typed, ""
            token, customer, number = session.token, session.customer, session.number
            self.desk.work(
                Work.LEDGER,
                lambda: self.machine.authentication.verify_pin(token, customer, number, pin),
                self.decided,
            )

    def refused(self, decision: Decision) -> None:
        self.desk.note = "not_confirmed"
        self._paint()

    def _paint(self) -> None:
        self.desk.paint(Pin(filled=len(self.session.typed), pad=self.session.pad))


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}


STEPS: dict[str, type[Step]] = {
    "claim": ClaimStep,
    "face": FaceStep,
    "fingerprint": FingerprintStep,
    "pin": PinStep,
}
