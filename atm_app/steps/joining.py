"""The last steps of a sign-up: credentials are kept and pictures taken at the same time, on two workers; then all of it
becomes a customer at once, or nothing does."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.desk import Step
from atm_app.identity.captures import CapturedTemplate, EnrolmentProblem, FaceEnrolledAlready
from atm_app.identity.face_challenges import draw_challenges
from atm_app.identity.self_sign_up import Registration, SignUpRefused
from atm_app.message_ports import Letter
from atm_app.palm_ports import PalmNotCaptured
from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceError,
    FaceNotCaptured,
    FaceRefusal,
    FingerPrompt,
    NoFinger,
    Work,
)
from atm_app.sign_up_views import Joined, Joining
from atm_app.steps.identity import FACE_TRIES
from atm_app.steps.progress_views import view_of
from atm_app.steps.sign_up import SignUpStep
from atm_app.stores import Factor
from atm_app.supervisor_ports import Progress
from atm_app.views import Action, Face, Fingerprint, Palm, View

FINGER = "right_index"
Captured = Callable[[], CapturedTemplate]


class JoiningStep(SignUpStep):
    """Either half that fails fails both: what was kept is destroyed when the visit ends unfinished."""

    waits_for_customer = False
    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._cancellation = Cancellation()
        self.paint()
        if not self.sign_up.customer_id:
            self._save()
        self._capture_next()

    def leave(self) -> None:
        self._cancellation.cancel()

    # --- credentials -------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        sign_up, service, token = self.sign_up, self.service, self.session.token

        def save() -> tuple[int, Registration]:
            registration = sign_up.registration or service.register(
                sign_up.applicant, sign_up.pin, sign_up.password, sign_up.agreed
            )
            sign_up.registration = registration  # a repeat after "more time?" writes the same
            return service.begin(registration, token)

        self.desk.work(Work.LEDGER, save, self._saved, self._not_saved)

    def _saved(self, begun: tuple[int, Registration]) -> None:
        self.sign_up.customer_id, self.sign_up.registration = begun
        self.sign_up.pin = self.sign_up.password = ""  # hashed by now
        if not self._left:
            self._all_there()

    def _not_saved(self, error: Exception) -> bool:
        if isinstance(error, SignUpRefused):
            self.desk.send("refuse", "ask_at_branch")
            return True
        return False

    # --- pictures ----------------------------------------------------------------------------------------------------

    @property
    def _left(self) -> list[Factor]:
        taken = {captured.kind for captured in self.sign_up.templates}
        return [kind for kind in self.sign_up.agreed if kind not in taken]

    def _capture_next(self) -> None:
        if self._left:
            kind = self._left[0]
            worker, view, capture = {
                Factor.FACE: self._face, Factor.FINGERPRINT: self._finger, Factor.PALM: self._palm,
            }[kind]()  # fmt: skip
            self.desk.paint(view)
            self.desk.work(worker, capture, self._captured, self._not_captured)

    def _face(self) -> tuple[Work, View, Captured]:
        captures, cancellation = self.service.captures, self._cancellation
        challenges = draw_challenges(self.machine.random, self.machine.settings.face.challenges)

        report = self._reporter()
        return Work.FACE, Face(), lambda: captures.face(challenges, cancellation, report)

    def _finger(self) -> tuple[Work, View, Captured]:
        captures, cancellation = self.service.captures, self._cancellation
        report = self._reporter()
        first = Fingerprint(prompt=FingerPrompt.PLACE)
        return Work.FINGERPRINT, first, lambda: captures.finger(FINGER, cancellation, report)

    def _palm(self) -> tuple[Work, View, Captured]:
        captures, cancellation = self.service.captures, self._cancellation
        report = self._reporter()
        return Work.PALM, Palm(), lambda: captures.palm(cancellation, report)

    def _reporter(self) -> Callable[[Progress], None]:
        """Brings what a device sees onto the screen, for as long as this state and this device are shown."""
        token, here = self.session.token, self._left[0]

        def show(progress: Progress) -> None:
            if self.desk.is_current(token, "joining") and self._left[:1] == [here]:
                self.desk.paint(view_of(progress))

        return lambda progress: self.machine.workers.post(lambda: show(progress))

    def _captured(self, captured: CapturedTemplate) -> None:
        self.sign_up.templates += (captured,)
        self.desk.note = ""
        if self._left:
            self._capture_next()
        else:
            self._all_there()

    def _not_captured(self, error: Exception) -> bool:
        if isinstance(error, Cancelled):
            return True
        if isinstance(error, DeviceError):
            self.desk.send("refuse", "sign_up_no_device")
        elif isinstance(error, FaceEnrolledAlready):
            self.desk.note_event("sign_up", "face_known")
            self.desk.send("refuse", "ask_at_branch")
        elif isinstance(error, EnrolmentProblem):
            self._try_again("poor_picture")
        elif isinstance(error, FaceNotCaptured) and error.refusal is not FaceRefusal.NOBODY:
            self._try_again(error.refusal.value)
        elif isinstance(error, FaceNotCaptured | NoFinger | PalmNotCaptured):
            self.desk.send("idle")
        else:
            return False
        return True

    def _try_again(self, note: str) -> None:
        if self.session.try_again(self._left[0]) >= FACE_TRIES:
            self.desk.send("refuse", "ask_at_branch")
        else:
            self.desk.note = note
            self._capture_next()

    # --- both --------------------------------------------------------------------------------------------------------

    def _all_there(self) -> None:
        """Once the other half is."""
        if self.sign_up.customer_id:
            self.desk.send("all_captured")
        else:
            self.paint()

    def paint(self) -> None:
        self.desk.paint(Joining())


class OpeningStep(SignUpStep):
    """Templates, account, and the customer is one: a single call, during which nobody leaves."""

    waits_for_customer = False

    def enter(self, *, again: bool) -> None:
        self.desk.paint(Joining())
        sign_up, service, token = self.sign_up, self.service, self.session.token
        self.desk.work(
            Work.LEDGER, lambda: service.finish(sign_up.customer_id, sign_up.templates, token), self._opened,
            self._refused,
        )  # fmt: skip

    def _opened(self, _: None) -> None:
        sign_up = self.sign_up
        sign_up.opened = True
        for captured in sign_up.templates:
            if captured.kind is Factor.FACE:
                self.service.captures.gallery.put(sign_up.customer_id, captured.template)
        self._welcome()
        self.desk.send("opened")

    def _welcome(self) -> None:
        """A letter with the number, which nobody remembers from a screen."""
        sign_up, machine, bank = self.sign_up, self.machine, self.machine.settings.bank
        assert sign_up.registration is not None
        sentence = f"Your customer number is {sign_up.registration.customer.number}."
        letter = Letter(
            f"{bank}: welcome", f"Welcome to {bank}. {sentence}\n\nIf you did not open an account, tell us at once.",
            f"Welcome to {bank}. {sentence}",
        )  # fmt: skip
        self.desk.beside(Work.MESSAGES, lambda: machine.delivery.send(sign_up.applicant, letter))

    def _refused(self, error: Exception) -> bool:
        if isinstance(error, SignUpRefused):
            self.desk.send("refuse", "ask_at_branch")
            return True
        return False


class JoinedStep(SignUpStep):
    def enter(self, *, again: bool) -> None:
        registration = self.sign_up.registration
        assert registration is not None
        customer = registration.customer
        self.desk.paint(
            Joined(first_name=customer.name.split()[0], number=customer.number, user_name=registration.user_name)
        )

    def touch(self, action: Action) -> None:
        if action.name == "done":
            self.desk.send("cancel", "signed_up")


STEPS: dict[str, type[Step]] = {"joining": JoiningStep, "opening": OpeningStep, "joined": JoinedStep}
