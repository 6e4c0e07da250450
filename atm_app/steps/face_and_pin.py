"""The face and the PIN at the same time, on two workers, with one verdict; and the face once more before a
transaction."""

from __future__ import annotations

from dataclasses import replace

from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.identity.face_challenges import draw_challenges
from atm_app.ports import FaceCapture, FaceProgress, FaceRequest, Work
from atm_app.steps.identity import FaceStep
from atm_app.steps.keypad import PIN_DIGITS, SHORTEST_PIN, typed_after
from atm_app.steps.order import OTHER_WAYS
from atm_app.steps.progress_views import face_view
from atm_app.stores import Factor
from atm_app.views import Action, Face, FaceAndPin


class FaceAndPinStep(FaceStep):
    """The camera looks while the PIN is typed. Neither outcome shows before both are there, and neither alone does
    anything: a wrong one cannot be told from two."""

    state = "face_and_pin"

    def enter(self, *, again: bool) -> None:
        self._face: Decision | None = None
        self._pin: Decision | None = None
        self._given = False
        self._seen = Face()
        self.session.typed, self.session.samples = "", ()
        super().enter(again=again)

    @property
    def waits_for_customer(self) -> bool:  # type: ignore[override]
        """The camera has a patience of its own; after it only the PIN is waited for."""
        return self._face is not None and not self._given

    def touch(self, action: Action) -> None:
        session = self.session
        if self._given:
            return
        typed = typed_after(session.typed, action, PIN_DIGITS)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "enter" and len(session.typed) >= SHORTEST_PIN:
            pin, session.typed, self._given = session.typed, "", True
            self._paint()
            token, customer, number = session.token, session.customer, session.number
            self.desk.work(
                Work.LEDGER,
                lambda: self.machine.authentication.verify_pin(token, customer, number, pin),
                self._pin_decided,
            )

    def _request(self) -> FaceRequest:
        """One challenge more instead of the screen's colours, which would hide the keys from who is typing."""
        face = self.machine.settings.face
        return replace(
            super()._request(), challenges=draw_challenges(self.machine.random, face.challenges + 1), flash=()
        )

    def _progress(self, token: bytes, progress: FaceProgress) -> None:
        if self.desk.is_current(token, self.state):
            self._seen = face_view(progress)
            self._paint()

    def _captured(self, capture: FaceCapture) -> None:
        super()._captured(capture)
        self._paint()

    # --- one verdict -------------------------------------------------------------------------------------------------

    def decided(self, decision: Decision) -> None:
        self.note_stranger(decision)
        self._face = decision
        self._decide_both()

    def _pin_decided(self, decision: Decision) -> None:
        self._pin = decision
        self._decide_both()

    def _decide_both(self) -> None:
        face, pin, session = self._face, self._pin, self.session
        if face is None or pin is None:
            return
        verdicts = {face.verdict, pin.verdict}
        if verdicts == {Verdict.ACCEPTED}:
            session.passed += [Factor.FACE, Factor.PIN]
            session.scores[Factor.FACE.value] = face.score
            self.desk.note_duress(pin.duress, session.customer)
            self.desk.send("passed")
        elif Verdict.LOCKED in verdicts:
            self.desk.send("lock")
        else:
            session.failures += 1
            if self.may_try_again("not_confirmed"):
                self.enter(again=False)

    def _paint(self) -> None:
        seen = self._seen
        self.desk.paint(
            FaceAndPin(
                prompt=seen.prompt, advice=seen.advice, fraction=seen.fraction, box=seen.box,
                filled=len(self.session.typed), given=self._given, pad=self.session.pad,
            )
        )  # fmt: skip


class FaceAgainStep(FaceStep):
    """Whoever asks for something is still who signed in. Refusals are counted as at the sign-in."""

    state = "face_again"

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.tries.pop(self.factor, None)
        self._begin()

    def _captured(self, capture: FaceCapture) -> None:
        session, authentication = self.session, self.machine.authentication
        token, customer, number = session.token, session.customer, session.number
        self._note_live(capture)
        self.desk.work(
            Work.LEDGER, lambda: authentication.verify_face(token, customer, number, capture.samples), self.decided
        )

    def accepted(self, decision: Decision) -> None:
        self.desk.send(OTHER_WAYS.get(self.session.purpose, "choose"))

    def refused(self, decision: Decision) -> None:
        """The frames of the sign-in stay what they were."""
        if self.may_try_again("not_confirmed"):
            self._capture()


STEPS: dict[str, type[Step]] = {"face_and_pin": FaceAndPinStep, "face_again": FaceAgainStep}
