"""What steps stand on: the session, the flow, the work that is handed out and its answers, what is shown.

Everything here happens on one thread, the one that paints. Workers bring their answers back onto it; an answer whose
session has ended is dropped by the session's token.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.flow import Flow
from atm_app.identity.policy import ACCESSIBLE, POLICIES, policy_of
from atm_app.identity.visits import VisitLease
from atm_app.machine import Machine
from atm_app.onlookers import OnlookerWatch
from atm_app.ports import DeviceError, DeviceState, DeviceStatus, Timer, Work
from atm_app.session import KEYPAD, Purpose, Session, SignUp
from atm_app.speech_ports import Guidance
from atm_app.steps.keypad import shuffled
from atm_app.stores import AuditEvent, Customer, Factor, StoreUnavailable
from atm_app.supervisor_ports import Attendant, Errand
from atm_app.trust.alerts import Alert
from atm_app.views import Action, Shown, View

log = logging.getLogger(__name__)
T = TypeVar("T")

WATCH_SECONDS = 3.0
# A device that is plugged back in is on offer again within a second.
DEVICE_SECONDS = 1.0
ENDINGS = ("farewell", "locked")
# States that recognise somebody, and after how many failures in a visit another way is offered in them.
RECOGNISING = ("face", "face_and_pin", "fingerprint", "palm")
FAILURES_UNTIL_OFFER = 2
# Where money is on its way, or an account is being opened, nobody ends the visit.
MOVING = ("dispensing", "take_cash", "storing", "booking", "opening")


class Step:
    """What one state does. ``enter``: ``again`` is true when the customer came back from "more time?"."""

    # Whether the customer is asked "do you need more time?" here.
    waits_for_customer = True
    # How many times the usual patience it has.
    patience = 1.0
    # Whether touches reach it while its work is under way.
    hears_while_busy = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.machine = desk.machine

    @property
    def session(self) -> Session:
        assert self.desk.session is not None, "a step of a session runs inside one"
        return self.desk.session

    def enter(self, *, again: bool) -> None:
        raise NotImplementedError  # what a state does is its own step's

    def touch(self, action: Action) -> None:
        """Touches the state does not know are ignored: a finger is quicker than a screen."""

    def leave(self) -> None:
        """The state is about to be left; whoever waits for a person is told to stop."""


class Desk:
    """The controller's state and what steps may do with it."""

    def __init__(self, machine: Machine, show: Callable[[Shown], None]) -> None:
        self.machine = machine
        self.session: Session | None = None
        self.language = machine.settings.languages[0]
        self.look = machine.settings.screen.look
        self.large = machine.settings.screen.large_text
        self.guidance: Guidance | None = None
        self.attendant: Attendant | None = None
        self.errand: Errand | None = None
        self.busy = False
        self.note = ""
        self.trouble = ""
        self.preparing = 1.0
        self.policy = policy_of(machine.settings)
        self.flow = Flow(self)
        self.onlookers = OnlookerWatch(machine.onlookers, machine.clock, machine.workers, self.repaint)
        self.visit = VisitLease(machine.visits, machine.clock, machine.workers, machine.settings.times)
        self._show = show
        self._steps: dict[str, Step] = {}
        self._view: View = View()
        self._timer: Timer | None = None
        self._statuses: dict[Work, DeviceStatus] = {}
        self._asked: set[Work] = set()
        self.rescues = 0

    # --- what the flow's guards ask ----------------------------------------------------------------------------------

    @property
    def claim_needed(self) -> bool:
        return self.session is not None and self.session.claim_needed

    @property
    def by_user_name(self) -> bool:
        return self.session is not None and self.session.by_user_name

    @property
    def something_to_agree_to(self) -> bool:
        return self.session is not None and bool(self.session.policy.biometrics)

    @property
    def next_factors(self) -> tuple[Factor, ...]:
        return self.session.next_factors if self.session else ()

    @property
    def pictures_taken(self) -> bool:
        return self.session is not None and self.session.pictures_taken

    @property
    def to_be_proven(self) -> bool:
        """A large sum, or somebody new; one's own money moved between one's own accounts is neither."""
        session, settings = self.session, self.machine.settings
        if session is None or session.order.amount is None or session.pays_oneself:
            return False
        above = Money.of_major(settings.step_up_above, settings.currency)
        return session.order.new_payee or session.order.amount > above

    @property
    def purpose(self) -> Purpose:
        return self.session.purpose if self.session else Purpose.BALANCE

    # --- sessions ----------------------------------------------------------------------------------------------------

    def begin_session(self, *, accessible: bool) -> None:
        policy = POLICIES[ACCESSIBLE] if accessible else self.policy
        token = self.machine.random.token_bytes(16)
        pad = shuffled(self.machine.random) if self.machine.settings.privacy.shuffle_pin else KEYPAD
        self.session = Session(token, policy, pad)
        self.note_event("session", "begun", step=policy.name)

    def begin_sign_up(self) -> None:
        self.begin_session(accessible=False)
        assert self.session is not None
        self.session.sign_up = SignUp()

    def end_session(self, outcome: str) -> None:
        """Wipe it. The token stays behind with late answers, which are dropped."""
        if self.session is not None:
            self.return_notes()
            self._give_up_sign_up(self.session)
            self.note_event("session", outcome)
            if outcome != "locked":
                self._learn(self.session)
        self.visit.end()
        self.session = None
        self.onlookers.forget()
        self.language = self.machine.settings.languages[0]
        self.look = self.machine.settings.screen.look
        self.large = self.machine.settings.screen.large_text

    def _give_up_sign_up(self, session: Session) -> None:
        """Destroy what a sign-up left that did not come to its end; what cannot be done now, the next start does."""
        sign_up, service = session.sign_up, self.machine.sign_up
        if service is not None and sign_up is not None and sign_up.registration is not None and not sign_up.opened:
            self.beside(Work.LEDGER, lambda: service.give_up(session.token))

    def _learn(self, session: Session) -> None:
        """The face of a visit in which every factor passed."""
        customer, samples = session.customer, session.samples
        if self.machine.settings.face.learns and customer and samples and session.next_factor is None:
            learn = self.machine.learning.learn
            self.beside(Work.LEDGER, lambda: learn(session.token, customer, samples))

    def return_notes(self) -> None:
        """Give back what lies in escrow and tell the books; what cannot be done now, recovery does, and the machine
        is out of service until it has."""
        if self.session is None or not self.session.escrowed:
            return
        request_id, self.session.escrowed = self.session.escrowed, b""
        machine, seconds = self.machine, self.machine.settings.times.take_cash

        def settle(fate: CashFate) -> None:
            machine.workers.submit(
                Work.LEDGER, lambda: machine.settlement.settle(request_id, fate), _ignore, self._not_given_back
            )

        machine.workers.submit(
            Work.ACCEPTOR, lambda: machine.deposits.give_back(request_id, seconds), settle, self._not_given_back
        )

    def _not_given_back(self, error: Exception) -> None:
        log.error("notes were not given back, or the books not told: %s", type(error).__name__)
        self.trouble = self.trouble or ("database" if isinstance(error, StoreUnavailable) else "acceptor")
        if self.flow.here == "welcome":
            self.guarded(lambda: self.send("fail", self.trouble))

    def beside(self, kind: Work, work: Callable[[], object]) -> None:
        """Work that nobody waits for; it is logged when it fails."""
        self.machine.workers.submit(kind, work, _ignore, _log_failure)

    def note_event(self, event: str, outcome: str, **details: str | int | float) -> None:
        """An audit row, written when the database's worker comes to it; a row that fails is logged without data."""
        token = self.session.token if self.session else b""
        customer = self.session.customer if self.session else None
        row = AuditEvent(event, outcome, token, customer.pseudonym if customer else b"", details)
        self.beside(Work.LEDGER, lambda: self.machine.audit.write(row))

    def raise_alert(self, alert: Alert, detail: str) -> None:
        """Tell staff; nothing of it shows on the screen."""
        self.note_event("alert", alert.value)
        self.beside(Work.MESSAGES, lambda: self.machine.alerts.tell(alert, detail))

    def note_duress(self, duress: bool, customer: Customer | None) -> None:
        """From now on this visit has other limits, and staff know."""
        if duress and customer is not None and self.session is not None and not self.session.duress:
            self.session.duress = True
            self.raise_alert(Alert.DURESS, customer.number)

    def begin_guidance(self, *, by_headset: bool) -> None:
        """Guide somebody who listens, at the usual volume. ``by_headset``: only if one is in the jack."""
        self.guidance = Guidance() if not by_headset or self.machine.speaker.headset() else None

    def lend(self) -> bool:
        """Let staff have the machine who wait for it; whether they have it. In ``welcome`` and ``out_of_service``."""
        if self.attendant is None or self.preparing < 1.0 or (self.trouble and self.flow.here == "welcome"):
            return False
        self.note_event("supervisor", "begun")
        self.send("staff_come")
        self.attendant.lent(self.machine.sensor.family)
        return True

    # --- moving ------------------------------------------------------------------------------------------------------

    def send(self, event: str, note: str = "") -> None:
        """The next state, and its step entered. ``note``: why, for the view of the state entered."""
        before = self.flow.here
        self.stop_timer()
        self.busy = False
        self.note = note
        self._steps[before].leave()
        if before in ENDINGS:
            self.begin_guidance(by_headset=True)
        self.flow.send(event)
        log.info("%s: %s -> %s%s", event, before, self.flow.here, f" ({note})" if note else "")
        self._steps[self.flow.here].enter(again=event == "more")
        self.rest()

    def rest(self) -> None:
        """Arm the idle timer where a customer is waited for; any touch or answer arms it anew."""
        step = self._steps[self.flow.here]
        self.visit.keep()
        if self.session is not None and step.waits_for_customer and not self.busy:
            self.after(self.machine.settings.times.idle * step.patience, lambda: self.send("idle"))

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        """The one timer of the present state; a new one replaces it, leaving the state stops it."""
        self.stop_timer()
        self._timer = self.machine.clock.call_later(seconds, lambda: self.guarded(callback))

    def stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- showing -----------------------------------------------------------------------------------------------------

    def paint(self, view: View) -> None:
        """Show a view of the present state, with the note of why it was entered."""
        if self.note and not view.note:
            view = replace(view, note=self.note)
        self._view = view
        self.repaint()

    @property
    def view(self) -> View:
        return self._view

    def _virtual(self) -> tuple[str, ...]:
        return tuple(status.name for status in self.statuses() if status.virtual)

    def statuses(self) -> tuple[DeviceStatus, ...]:
        """As each device last said of itself; none is asked here, because a silent one takes its time to answer."""
        return tuple(self._statuses.values())

    def online(self, device: Work) -> bool:
        status = self._statuses.get(device)
        return status is not None and status.state in (DeviceState.ONLINE, DeviceState.STARTING)

    def ask_devices(self) -> None:
        """Ask every device on its own thread; one that has not answered yet is not asked again."""
        machine = self.machine
        for kind, ask in (
            (Work.FACE, machine.camera.status),
            (Work.FINGERPRINT, machine.sensor.status),
            (Work.DISPENSER, machine.dispenser.status),
            (Work.ACCEPTOR, machine.acceptor.status),
            (Work.PRINTER, machine.printer.status),
            (Work.SPEAKER, machine.speaker.status),
        ):
            if kind not in self._asked:
                self._asked.add(kind)
                machine.workers.submit(kind, ask, self._told(kind), self._did_not_tell(kind))

    def _did_not_tell(self, kind: Work) -> Callable[[Exception], None]:
        return lambda _: self._asked.discard(kind)

    def _told(self, kind: Work) -> Callable[[DeviceStatus], None]:
        def told(status: DeviceStatus) -> None:
            self._asked.discard(kind)
            changed = self._statuses.get(kind) != status
            self._statuses[kind] = status
            if changed:
                log.info("%s: %s %s", status.name, status.state, status.advice)
                self.device_changed()

        return told

    def device_changed(self) -> None:
        """A device came or went."""

    # --- work --------------------------------------------------------------------------------------------------------

    def work(
        self,
        kind: Work,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        """Hand work out and take its answer in, unless the session or the state it belongs to has ended.

        ``failed`` says whether it dealt with the error; otherwise the session ends with an apology.
        """
        token, state = self.session.token if self.session else b"", self.flow.here
        self.busy = True
        self.stop_timer()
        self.repaint()

        def take(answer: Callable[[], None]) -> None:
            if self.is_current(token, state):
                self.busy = False
                answer()
                self.rest_if_idle()

        def dealt_with(error: Exception) -> None:
            if not failed(error):
                self.apologise(error)

        self.machine.workers.submit(
            kind, work, lambda answer: self.guarded(lambda: take(lambda: done(answer))),
            lambda error: self.guarded(lambda: take(lambda: dealt_with(error))),
        )  # fmt: skip

    def ask_beside(self, kind: Work, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Ask for what nobody waits for: an answer that comes while the state is still shown is taken in, one that
        fails is logged."""
        token, state = self.session.token if self.session else b"", self.flow.here

        def take(answer: T) -> None:
            if self.is_current(token, state):
                done(answer)

        self.machine.workers.submit(kind, work, lambda answer: self.guarded(lambda: take(answer)), _log_failure)

    def guarded(self, act: Callable[[], None]) -> None:
        """Whatever goes wrong in here must not leave a customer before a screen that no longer moves."""
        try:
            act()
        except Exception as error:
            log.exception("in state %s", self.flow.here)
            self._rescue(error)

    def _rescue(self, error: Exception) -> None:
        """End the visit; the machine looks at itself before the next one. Open money is the recovery's."""
        self.rescues += 1
        self.busy, self.trouble = False, self.trouble or "trouble"
        here = self.flow.here
        try:
            if here == "more_time":
                self.send("cancel", "trouble")
            elif self.session is not None and here not in ENDINGS:
                self.note_event("trouble", type(error).__name__[:32], state=here)
                self.send("refuse", "trouble")
        except Exception:
            log.exception("while ending the visit in state %s", here)
        if self.flow.here in ENDINGS:
            self.after(self.machine.settings.times.farewell, self._leave_ending)

    def _leave_ending(self) -> None:
        self.visit.end()
        self.session = None
        self.send("fail" if self.flow.here == "farewell" else "over", self.trouble)

    def is_current(self, token: bytes, state: str) -> bool:
        """Whether an answer or a report still belongs to what is shown."""
        return (self.session.token if self.session else b"") == token and self.flow.here == state

    def rest_if_idle(self) -> None:
        if self._timer is None:
            self.rest()

    def repaint(self) -> None:
        session = self.session
        steps = session.policy.steps if session and session.sign_up is None else ()
        passed = len(session.passed) if session else 0
        other_way = self.offers_other_way
        self.onlookers.follow(self._view)
        self._show(
            Shown(
                self._view, self.flow.here, self.language, self.busy, self._virtual(), steps, passed, other_way,
                self.look, self.guidance, self.onlookers.seen, self.large,
            )
        )  # fmt: skip

    @property
    def offers_other_way(self) -> bool:
        """Whoever was not recognised twice need not be a third time: the way without biometrics is offered."""
        session = self.session
        if session is None or session.policy.name == ACCESSIBLE:
            return False
        return session.failures >= FAILURES_UNTIL_OFFER and self.flow.here in RECOGNISING

    def apologise(self, error: Exception) -> None:
        """End the session because a part of the machine failed, then have the machine look at itself: what was held
        does not stay held, the recovery of the next preparation voids it."""
        # Only our own errors are known to hold nothing personal.
        told = str(error) if isinstance(error, StoreUnavailable | DeviceError) else ""
        log.error("%s in state %s: %s", type(error).__name__, self.flow.here, told)
        self.note_event("trouble", type(error).__name__[:32], state=self.flow.here)
        self.trouble = "database" if isinstance(error, StoreUnavailable) else "trouble"
        if self.session is not None:
            self.send("refuse", "trouble")


def _ignore(_: object) -> None:
    return None


def _log_failure(error: Exception) -> None:
    log.error("work beside the visit failed: %s", type(error).__name__)
