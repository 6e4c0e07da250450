"""The palm: some frames of an open hand, looked for among a few customers' or compared 1:1 with the claimed one's."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.authentication import Decision
from atm_app.palm_ports import PalmAdvice, PalmCapture, PalmNotCaptured, PalmProgress
from atm_app.ports import Cancellation, Cancelled, DeviceError, Work
from atm_app.steps.identity import FactorStep
from atm_app.stores import Factor
from atm_app.views import Action, Palm

# Tries within one session at what no lockout counts: no palm was seen well.
PALM_TRIES = 3


class PalmDecision(FactorStep):
    """Whose the palm is: 1:N, or 1:1 against the claimed customer."""

    factor = Factor.PALM

    def captured(self, capture: PalmCapture) -> None:
        self.session.palm = capture
        self.decide(capture)

    def decide(self, capture: PalmCapture) -> None:
        session, authentication = self.session, self.machine.authentication
        token, customer, number = session.token, session.customer, session.number
        if session.is_claimed:
            session.palm = None  # is compared once
            self.desk.work(
                Work.LEDGER, lambda: authentication.verify_palm(token, customer, number, capture), self.decided
            )
        else:
            self.desk.work(Work.LEDGER, lambda: authentication.identify_palm(token, capture), self.decided)


class PalmStep(PalmDecision):
    """A hand before the camera."""

    waits_for_customer = False
    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._cancellation = Cancellation()
        if self.session.palm is not None and self.session.number_given:
            self._paint()
            self.decide(self.session.palm)
        else:
            self._capture()

    def touch(self, action: Action) -> None:
        if action.name == "picture" and self.session.pictures_taken:
            self.desk.send("use_picture")

    def leave(self) -> None:
        self._cancellation.cancel()

    def _capture(self) -> None:
        self._paint()
        settings = self.machine.settings.palm
        cancellation, token = self._cancellation, self.session.token

        def report(progress: PalmProgress) -> None:
            self.machine.workers.post(lambda: self._progress(token, progress))

        self.desk.work(
            Work.PALM,
            lambda: self.machine.palms.capture(settings.frames, settings.patience, cancellation, report),
            self.captured,
            self._not_captured,
        )

    def _progress(self, token: bytes, progress: PalmProgress) -> None:
        if self.desk.is_current(token, "palm"):
            self._paint(progress.advice, progress.fraction)

    def _paint(self, advice: PalmAdvice = PalmAdvice.NONE, fraction: float = 0.0) -> None:
        self.desk.paint(Palm(advice=advice, fraction=fraction, pictures=self.session.pictures_taken))

    def _not_captured(self, error: Exception) -> bool:
        if isinstance(error, Cancelled):
            return True
        if isinstance(error, DeviceError):
            self.desk.note_event("palm_capture", "camera_unavailable")
            if self.session.pictures_taken:
                self.desk.send("use_picture", "camera_gone")
            else:
                self.desk.send("refuse", "camera_trouble")
            return True
        if not isinstance(error, PalmNotCaptured):
            return False
        self.desk.note_event("palm_capture", error.advice.value)
        self.session.failures += 1
        if self.session.try_again(self.factor) >= PALM_TRIES:
            self.desk.send("refuse", "not_confirmed")
        else:
            self.desk.send("idle")
        return True

    def refused(self, decision: Decision) -> None:
        """The lockout counts these."""
        self.desk.note = "not_confirmed"
        self._capture()


STEPS: dict[str, type[Step]] = {"palm": PalmStep}
