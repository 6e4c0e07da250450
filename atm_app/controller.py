"""The machine as a whole: touches come in, views go out, its parts are watched. Everything happens on one thread, the
one that paints."""

from __future__ import annotations

import logging
from collections.abc import Callable

from atm_app.config import Look
from atm_app.desk import DEVICE_SECONDS, ENDINGS, MOVING, WATCH_SECONDS, Desk
from atm_app.machine import Machine
from atm_app.onlooker_ports import Onlooker
from atm_app.ports import Timer, Work
from atm_app.steps.every_state import STEPS
from atm_app.steps.supervisor import InServiceStep
from atm_app.supervisor_ports import Attendant, Errand, ErrandRefused
from atm_app.trust.alerts import Alert
from atm_app.views import Action, Shown
from atm_app.watch.watcher import Watcher

log = logging.getLogger(__name__)


class Controller(Desk):
    """The whole machine: takes touches, shows views, watches its parts."""

    def __init__(self, machine: Machine, show: Callable[[Shown], None]) -> None:
        super().__init__(machine, show)
        self._sealing = False
        self._confirming = False
        self._heads_due = 0.0
        self._headset = False
        self._watcher = Watcher(self)
        self._next_looks: dict[str, Timer] = {}
        self._steps = {state: step(self) for state, step in STEPS.items()}

    def start(self) -> None:
        self._watch_devices()
        self._steps["starting"].enter(again=False)
        self._look_again("machine", WATCH_SECONDS, self._watch)

    def handle(self, action: Action) -> None:
        """One touch."""
        step = self._steps[self.flow.here]
        if self.onlookers.seen is not Onlooker.NOBODY and self._about_onlooker(action):
            return
        if self.session is not None and action.name == "cancel" and self._may_cancel():
            self.send("cancel", "cancelled")
            return
        if action.name == "other_way" and self.offers_other_way:
            self._take_other_way()
            return
        if self._suits(action):
            self.repaint()
            return
        if action.name == "guide":
            self._guide(action.value)
            return
        if self.busy and not step.hears_while_busy:
            return
        before = self.flow.here
        self.guarded(lambda: step.touch(action))
        if self.flow.here == before and not self.busy and self.session is not None:
            self.rest()

    def stop(self) -> None:
        """The machine is switched off: whoever waits for a person stops waiting, and a visit is over. Money that is
        still on its way is settled at the next start."""
        self.stop_timer()
        for look in self._next_looks.values():
            look.cancel()
        self._steps[self.flow.here].leave()
        if not self.moving:
            self.end_session("switched_off")

    @property
    def moving(self) -> bool:
        """Money is on its way, or an account is being opened: a machine that is to be switched off waits for it."""
        return self.flow.here in MOVING

    def set_preparing(self, fraction: float) -> None:
        """How much of the demonstration data is there; called on this thread."""
        self.preparing = fraction
        if self.flow.here == "welcome":
            self._steps["welcome"].enter(again=True)

    # --- staff -------------------------------------------------------------------------------------------------------

    def staff_arrive(self, attendant: Attendant) -> None:
        """They get the machine at once, or when the visit that is under way has ended."""
        self.attendant = attendant
        if self.flow.here not in ("welcome", "out_of_service") or not self.lend():
            attendant.waits(self.flow.here)

    def staff_leave(self) -> None:
        """They gave it back, or are no longer there; what was asked for is over."""
        self.attendant = self.errand = None
        if "supervisor" in self.flow.configuration_values:
            self.session, self.language = None, self.machine.settings.languages[0]
            self.note_event("supervisor", "ended")
            self.send("staff_go")
            if self.trouble:
                self.send("fail", self.trouble)

    def begin_errand(self, errand: Errand, language: str) -> None:
        """What staff want the customer to show or to type; answered to the attendant."""
        step = self._steps["in_service"]
        assert isinstance(step, InServiceStep)
        if self.flow.here == "in_service":
            self.guarded(lambda: step.begin(errand, language))
        elif self.attendant is not None:
            self.attendant.fail(ErrandRefused("busy"))

    def withdraw_errand(self) -> None:
        """Staff no longer want it."""
        if self.errand is not None:
            self.send("cancel", "withdrawn")

    # --- what the customer wants of the screen -----------------------------------------------------------------------

    def _take_other_way(self) -> None:
        """Another session, under the other policy; what was shown so far counts for nothing in it."""
        language, look, large = self.language, self.look, self.large
        self.end_session("other_way")
        self.language, self.look, self.large = language, look, large
        self.begin_session(accessible=True)
        self.send("other_way")

    def _about_onlooker(self, action: Action) -> bool:
        """Whether the touch answers the warning. On a covered screen every touch is one that wants to see it again."""
        if self.onlookers.seen is Onlooker.HIDDEN:
            self.onlookers.show()
        elif action == Action("onlooker", "hide"):
            self.onlookers.hide()
        elif action == Action("onlooker", "allow"):
            self.onlookers.allow()
        else:
            return False
        if not self.busy:
            self.rest()
        return True

    def _suits(self, action: Action) -> bool:
        """Whether a touch chose how the screen is written and coloured; it is now."""
        match action:
            case Action("language", language) if language in self.machine.settings.languages:
                self.language = language
            case Action("look", ("" | Look.HIGH_CONTRAST) as look):
                self.look = Look(look) if look else self._usual_look
            case Action("large_text", ("" | "large") as large):
                self.large = bool(large)
            case _:
                return False
        return True

    def _guide(self, wish: str) -> None:
        """A key of somebody who listens, or moves the ring: the customer is there. On the welcome screen it begins the
        guidance."""
        before = self.guidance
        if before is not None:
            self.guidance = before.after(wish)
        elif self.flow.here == "welcome":
            self.begin_guidance(by_headset=False)
        if self.guidance != before:
            self.repaint()
        if self.session is not None and not self.busy:
            self.rest()
        elif self.flow.here == "welcome":
            self.after(self.machine.settings.times.idle, self._hear_headset)

    def _hear_headset(self) -> None:
        """The guidance is as the jack says."""
        before = self.guidance
        self.begin_guidance(by_headset=True)
        if self.guidance != before:
            self.repaint()

    @property
    def _usual_look(self) -> Look:
        """Without high contrast, which may be the machine's own."""
        own = self.machine.settings.screen.look
        return Look.LIGHT if own is Look.HIGH_CONTRAST else own

    def _may_cancel(self) -> bool:
        return self.flow.here not in MOVING and self.flow.here not in ENDINGS

    def _watch(self) -> None:
        """Every few seconds: seal the audit, hear of new faces, tell how it is; a machine that is out of service mends
        itself."""
        self._look_again("machine", WATCH_SECONDS, self._watch)
        if self.flow.here == "out_of_service":
            self._steps["out_of_service"].touch(Action("watch"))
            self._watcher.look()
        elif self.flow.here != "starting" and not self._sealing:
            self._sealing = True
            self.machine.workers.submit(Work.LEDGER, self._keep_up, self._sealed, self._not_sealed)
        if self.flow.here == "welcome" and not self._confirming:
            self._confirming = True
            self.machine.workers.submit(Work.MESSAGES, self._send_owed, self._confirmed, self._confirmed)

    def _look_again(self, what: str, seconds: float, look: Callable[[], None]) -> None:
        self._next_looks[what] = self.machine.clock.call_later(seconds, look)

    def _keep_up(self) -> str:
        self.machine.audit.seal()
        self.machine.authentication.faces.refresh()
        return self._due_heads()

    def _due_heads(self) -> str:
        """How far the audit has come, when it is time to tell; else empty."""
        machine, now = self.machine, self.machine.clock.monotonic()
        if not machine.alerts.reaches_somebody or now < self._heads_due:
            return ""
        heads = machine.heads()
        self._heads_due = now + machine.settings.alerts.heads_every
        return heads

    def _send_owed(self) -> None:
        self.machine.alerts.send_owed()
        self.machine.confirmations.send_owed()

    def _confirmed(self, _: object) -> None:
        """Sent, or not: what was not stays owed."""
        self._confirming = False

    def device_changed(self) -> None:
        if self.flow.here == "welcome":
            self._steps["welcome"].enter(again=True)
        elif self.flow.here != "starting":
            self.repaint()

    def _watch_devices(self) -> None:
        self._look_again("devices", DEVICE_SECONDS, self._watch_devices)
        self.ask_devices()
        plugged = self.machine.speaker.headset()
        if plugged != self._headset:
            self._headset = plugged
            self._hear_headset()

    def _sealed(self, heads: str) -> None:
        self._sealing = False
        self._watcher.look()
        if heads:  # to where this machine's administrator cannot reach them
            self.beside(Work.MESSAGES, lambda: self.machine.alerts.tell(Alert.AUDIT_HEADS, heads))

    def _not_sealed(self, error: Exception) -> None:
        self._sealing = False
        log.error("the audit could not be sealed, or the faces not read: %s", error)
        if self.flow.here == "welcome":
            self.trouble = "database"
            self.send("fail", "database")
