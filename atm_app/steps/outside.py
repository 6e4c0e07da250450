"""Starting, out of service, welcome, more time, locked and farewell."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.desk import Step
from atm_app.ports import Work
from atm_app.stores import Factor, StoreUnavailable
from atm_app.views import Action, Farewell, Locked, MoreTime, OutOfService, Starting, Welcome


class StartingStep(Step):
    """Opens the stores and settles what an earlier process left open."""

    def enter(self, *, again: bool) -> None:
        self.desk.paint(Starting(step="database"))
        self.desk.work(Work.LEDGER, lambda: self.machine.prepare(self._report), lambda _: self.desk.send("ready"),
                       self._failed)  # fmt: skip

    def _report(self, step: str) -> None:
        def paint() -> None:
            if self.desk.flow.here == "starting":
                self.desk.paint(Starting(step=step))

        self.machine.workers.post(paint)

    def _failed(self, error: Exception) -> bool:
        self.desk.trouble = "database" if isinstance(error, StoreUnavailable) else type(error).__name__
        self.desk.send("fail", self.desk.trouble)
        return True


class OutOfServiceStep(Step):
    """Tries to mend itself: the same preparation again, until it succeeds."""

    hears_while_busy = True

    def enter(self, *, again: bool) -> None:
        self._trying = False
        if not self.desk.lend():
            self._paint()

    def touch(self, action: Action) -> None:
        if action.name == "watch" and not self._trying:
            self._trying = True
            self.machine.workers.submit(
                Work.LEDGER, lambda: self.machine.prepare(lambda _: None), self._mended, self._not_yet
            )

    def _mended(self, _: None) -> None:
        self._trying = False
        if self.desk.flow.here == "out_of_service":
            self.desk.trouble = ""
            self.desk.send("ready")

    def _not_yet(self, error: Exception) -> None:
        self._trying = False
        self.desk.trouble = "database" if isinstance(error, StoreUnavailable) else type(error).__name__
        if self.desk.flow.here == "out_of_service":
            self._paint(str(error))

    def _paint(self, advice: str = "") -> None:
        self.desk.paint(OutOfService(note=self.desk.trouble or self.desk.note, advice=advice.splitlines()[0][:200]
                                     if advice else ""))  # fmt: skip


# A palm is looked at by the same camera as a face.
DEVICE_OF = {Factor.FACE: Work.FACE, Factor.PALM: Work.FACE, Factor.FINGERPRINT: Work.FINGERPRINT}


# The key with the raised dot, which is found without seeing it.
GUIDING_DIGIT = Action("digit", "5")


class WelcomeStep(Step):
    """Shows what can be done now. ``start`` begins the configured policy, ``start_accessible`` the other one."""

    def enter(self, *, again: bool) -> None:
        self.desk.note = ""
        if self.desk.lend():
            return
        view = self._view()
        if not again or view != self.desk.view:
            self.desk.paint(view)

    def touch(self, action: Action) -> None:
        view = self._view()
        if action.name == "start" and view.biometric:
            self._begin(accessible=False)
        elif action.name == "start_accessible":
            self._begin(accessible=True)
        elif action.name == "open_account" and view.sign_up:
            self.desk.begin_sign_up()
            self.desk.send("open_account")
        elif action == GUIDING_DIGIT:
            self.desk.begin_guidance(by_headset=False)
            self.desk.repaint()

    def _begin(self, *, accessible: bool) -> None:
        self.desk.begin_session(accessible=accessible)
        self.desk.send("start")

    def _view(self) -> Welcome:
        desk, machine = self.desk, self.machine
        policy = desk.policy
        needed = [DEVICE_OF[factor] for factor in policy.steps if factor in DEVICE_OF and factor not in policy.pictures]
        return Welcome(
            biometric=all(map(desk.online, needed)) and desk.preparing >= 1.0,
            cash=desk.online(Work.DISPENSER),
            preparing=desk.preparing,
            languages=machine.settings.languages,
            sign_up=machine.sign_up is not None,
        )


class MoreTimeStep(Step):
    """ "Do you need more time?" for as long as the settings say; no answer ends the session."""

    waits_for_customer = False

    def enter(self, *, again: bool) -> None:
        seconds = self.machine.settings.times.more_time
        self.desk.paint(MoreTime(seconds=seconds))
        self.desk.after(seconds, lambda: self.desk.send("idle", "timed_out"))

    def touch(self, action: Action) -> None:
        if action.name == "more":
            self.desk.send("more")


class _EndStep(Step):
    """The session is wiped; after a moment the machine is ready for the next customer."""

    waits_for_customer = False

    def _end(self, outcome: str, seconds: float, paint: Callable[[str], None]) -> None:
        customer = self.desk.session.customer if self.desk.session else None
        welcome_by_name = bool(customer and self.session.next_factor is None)
        first_name = customer.first_name if customer and welcome_by_name else ""
        paint(first_name)
        self.desk.end_session(outcome)
        self.machine.workers.submit(Work.LEDGER, self.machine.audit.seal, lambda _: None, lambda _: None)
        self.desk.after(seconds, self._over)

    def touch(self, action: Action) -> None:
        if action.name == "done":
            self._over()

    def _over(self) -> None:
        if self.desk.trouble and self.desk.flow.here == "farewell":
            self.desk.send("fail", self.desk.trouble)
        else:
            self.desk.send("over")
            if self.desk.trouble:  # what happened while the lock was shown
                self.desk.send("fail", self.desk.trouble)


class LockedStep(_EndStep):
    def enter(self, *, again: bool) -> None:
        self._end("locked", self.machine.settings.times.locked, lambda _: self.desk.paint(Locked()))


class FarewellStep(_EndStep):
    def enter(self, *, again: bool) -> None:
        outcome = self.desk.note or "finished"
        self._end(
            outcome, self.machine.settings.times.farewell, lambda name: self.desk.paint(Farewell(first_name=name))
        )


STEPS: dict[str, type[Step]] = {
    "starting": StartingStep,
    "out_of_service": OutOfServiceStep,
    "welcome": WelcomeStep,
    "more_time": MoreTimeStep,
    "locked": LockedStep,
    "farewell": FarewellStep,
}
