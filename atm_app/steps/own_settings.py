"""What customers change themselves: their PIN, and limits below the bank's."""

from __future__ import annotations

import itertools
from dataclasses import replace

from atm_app.banking.limits import Allowance
from atm_app.banking.money import Money
from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.ports import Work
from atm_app.steps.keypad import PIN_DIGITS, SHORTEST_PIN, typed_after
from atm_app.steps.own_account import tell_of_change
from atm_app.stores import Customer
from atm_app.views import Action, NewPin, OwnLimits

PARTS = ("current", "new", "again")
# A limit is changed in tenths of what the bank allows.
LIMIT_STEPS = 10


def too_simple(pin: str) -> bool:
    """One digit repeated, or digits in a row up or down: the first that a thief tries."""
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}


class NewPinStep(Step):
    """The present PIN first, counted like any other try; then the new one twice."""

    emergency = False
    first = False
    back = "back_to_menu"
    told = ("pin_changed", "pin_not_changed")

    def enter(self, *, again: bool) -> None:
        self.session.typed = ""
        if not again:
            self.session.order.pins = []
        self._paint()

    def touch(self, action: Action) -> None:
        session = self.session
        typed = typed_after(session.typed, action, PIN_DIGITS)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "enter" and len(session.typed) >= SHORTEST_PIN:
            pin, session.typed = session.typed, ""
            (self._current, self._new, self._repeated)[len(session.order.pins)](pin)
        elif action.name == "back":
            self.desk.send(self.back)

    def leave(self) -> None:
        """No PIN stays behind in a visit that goes on elsewhere; asked for more time, it begins anew."""
        if self.desk.session is not None:
            self.session.typed, self.session.order.pins = "", []

    def _current(self, pin: str) -> None:
        token, customer = self.session.token, self.session.customer
        assert customer is not None

        def decided(decision: Decision) -> None:
            if decision.verdict is Verdict.LOCKED:
                self.desk.send("lock")
            elif decision.verdict is Verdict.ACCEPTED:
                self.session.order.pins = [pin]
                self._paint()
            else:
                self._say("not_confirmed")

        self.desk.work(
            Work.LEDGER,
            lambda: self.machine.authentication.verify_pin(token, customer, customer.number, pin),
            decided,
        )

    def _new(self, pin: str) -> None:
        if too_simple(pin):
            self._say("pin_too_simple")
        elif pin == self.session.order.pins[0]:
            self._say("pin_unchanged")
        else:
            self.session.order.pins.append(pin)
            self._paint()

    def _repeated(self, pin: str) -> None:
        pins = self.session.order.pins
        if pin != pins[1]:
            del pins[1:]
            self._say("pin_not_repeated")
        else:
            self.chosen(pin)

    def chosen(self, pin: str) -> None:
        pins, token, customer = self.session.order.pins, self.session.token, self.session.customer
        assert customer is not None
        self.desk.work(Work.LEDGER, lambda: self.keep(token, customer, pins[0], pin), self._kept)

    def keep(self, token: bytes, customer: Customer, current: str, new: str) -> bool:
        return self.machine.authentication.change_pin(token, customer, current, new)

    def _kept(self, done: bool) -> None:
        kept, not_kept = self.told
        if done:
            self.tell()
            self.desk.send("finished", kept)
        else:
            self.desk.send("explain", not_kept)

    def tell(self) -> None:
        tell_of_change(self, "Your PIN was changed.")

    def _say(self, note: str) -> None:
        self.desk.note = note
        self._paint()

    def _paint(self) -> None:
        part = PARTS[len(self.session.order.pins)]
        filled = len(self.session.typed)
        self.desk.paint(
            NewPin(part=part, filled=filled, emergency=self.emergency, first=self.first, pad=self.session.pad)
        )  # fmt: skip


class EmergencyPinStep(NewPinStep):
    """A second PIN, for when somebody forces the customer. Nothing ever shows whether there is one."""

    emergency = True
    back = "back_to_account"
    told = ("emergency_pin_set", "emergency_pin_not_set")

    def keep(self, token: bytes, customer: Customer, current: str, new: str) -> bool:
        return self.machine.authentication.set_emergency_pin(token, customer, current, new)

    def tell(self) -> None:
        """No letter: others read it."""


class OwnLimitsStep(Step):
    """A day's limit of each kind, between nothing and what the bank allows."""

    def enter(self, *, again: bool) -> None:
        session = self.session
        if again and session.order.limits:
            self._paint()
            return
        customer, policy = session.customer, session.limits
        assert customer is not None
        self.desk.paint(OwnLimits())
        self.desk.work(
            Work.LEDGER, lambda: self.machine.ledger.allowances(customer.customer_id, policy), self._loaded
        )  # fmt: skip

    def touch(self, action: Action) -> None:
        order = self.session.order
        if action.name in ("less", "more_of"):
            step = 1 if action.name == "more_of" else -1
            order.limits = tuple(
                _moved(allowance, step) if allowance.kind == action.value else allowance for allowance in order.limits
            )
            self._paint()
        elif action.name == "keep" and self._changed:
            self._keep(self._changed)
        elif action.name == "back":
            self.desk.send("back_to_menu")

    @property
    def _changed(self) -> tuple[Allowance, ...]:
        before = {allowance.kind: allowance for allowance in self.session.allowances}
        return tuple(limit for limit in self.session.order.limits if limit != before.get(limit.kind))

    def _loaded(self, allowances: tuple[Allowance, ...]) -> None:
        self.session.allowances = self.session.order.limits = allowances
        self._paint()

    def _keep(self, changed: tuple[Allowance, ...]) -> None:
        customer, token, ledger = self.session.customer, self.session.token, self.machine.ledger
        assert customer is not None

        def keep() -> None:
            for limit in changed:
                ledger.set_own_limit(customer.customer_id, limit.kind, limit.per_transaction, limit.per_day, token)

        self.desk.work(Work.LEDGER, keep, lambda _: self.desk.send("finished", "limits_kept"))

    def _paint(self) -> None:
        self.desk.paint(OwnLimits(allowances=self.session.order.limits, changed=bool(self._changed)))


def _moved(allowance: Allowance, step: int) -> Allowance:
    """The day's limit one step up or down; a single movement never above it."""
    ceiling = allowance.ceiling_per_day.minor
    place = min(max(allowance.per_day.minor * LIMIT_STEPS // ceiling + step, 0), LIMIT_STEPS)
    day = Money(ceiling * place // LIMIT_STEPS, allowance.per_day.currency)
    single = min(day, allowance.ceiling_per_transaction, key=lambda money: money.minor)
    return replace(allowance, per_day=day, per_transaction=single)


STEPS: dict[str, type[Step]] = {"new_pin": NewPinStep, "emergency_pin": EmergencyPinStep, "own_limits": OwnLimitsStep}
