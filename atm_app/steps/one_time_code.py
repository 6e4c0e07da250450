"""One-time codes: at the sign-in, and once more for a movement that is large or goes to somebody new."""

from __future__ import annotations

import hashlib

from atm_app.banking.money import Money
from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.identity.delivery import masked_address
from atm_app.identity.one_time_code import DIGITS, SIGN_IN_USE, Challenge, CodeUse
from atm_app.message_ports import DeliveryFailed
from atm_app.ports import Work
from atm_app.session import CodesSent, Order, Purpose
from atm_app.steps.identity import FactorStep
from atm_app.steps.keypad import typed_after
from atm_app.stores import Factor
from atm_app.views import Action, OneTimeCode

# Of one sign-in, or of one order; and how long after each the next one may be sent, longer every time: a message needs
# its while, and nobody's mailbox is to be filled from here. One that could not be sent may be sent again at once.
MOST_CODES = 3
RESEND_SECONDS = (30.0, 60.0, 60.0)


class OneTimeCodeStep(FactorStep):
    """A code is sent on entry; six digits check themselves."""

    factor = Factor.ONE_TIME_CODE
    patience = 2.0  # the telephone is in a pocket, and the message takes its time

    @property
    def use(self) -> CodeUse:
        """What the code is for, and bound to."""
        return SIGN_IN_USE

    @property
    def kept(self) -> CodesSent:
        return self.session.codes

    @property
    def amount(self) -> Money | None:
        """What is to be confirmed, for the screen."""
        return None

    @property
    def receiver(self) -> str:
        return ""

    def enter(self, *, again: bool) -> None:
        if again:
            self._paint()
        elif self.kept.sent >= MOST_CODES:
            self.desk.send("refuse", "not_confirmed")
        else:
            self._send()

    def touch(self, action: Action) -> None:
        session = self.session
        if action.name == "resend":
            if self._may_resend:
                self._send()
            return
        typed = typed_after(session.typed, action, DIGITS)
        if typed is None or not self.kept.challenge:
            return
        session.typed, self.desk.note = typed, ""
        self._paint()
        if len(typed) == DIGITS:
            self._check(typed)

    def _send(self) -> None:
        session, customer = self.session, self.session.customer
        assert customer is not None, "a code is only sent to a customer who passed another factor"
        session.typed, self.kept.challenge, token, use = "", 0, session.token, self.use
        self.kept.sent += 1
        self._paint()
        self.desk.work(
            Work.LEDGER, lambda: self.machine.authentication.issue_code(token, customer, use), self._deliver
        )  # fmt: skip

    def _deliver(self, challenge: Challenge | None) -> None:
        session, customer, state = self.session, self.session.customer, self.desk.flow.here
        if challenge is None or customer is None:
            self.desk.send("lock")
            return
        minutes, use = self.machine.settings.code.seconds // 60, self.use

        def sent(channel: str) -> None:
            self.kept.challenge = challenge.challenge_id
            self.desk.note_event("code_delivery", channel)
            wait = RESEND_SECONDS[self.kept.sent - 1]
            self.kept.next_at = self.machine.clock.monotonic() + wait
            self.machine.clock.call_later(wait, lambda: self._offer_again(session.token, state))
            self._paint()

        self.desk.work(
            Work.MESSAGES, lambda: self.machine.delivery.send_code(customer, challenge, minutes, use), sent,
            self._not_delivered,
        )  # fmt: skip

    @property
    def _may_resend(self) -> bool:
        return self.kept.sent < MOST_CODES and self.machine.clock.monotonic() >= self.kept.next_at

    def _offer_again(self, token: bytes, state: str) -> None:
        if self.desk.is_current(token, state):
            self._paint()

    def _not_delivered(self, error: Exception) -> bool:
        if not isinstance(error, DeliveryFailed):
            return False
        self.desk.note_event("code_delivery", "failed")
        if self.kept.sent >= MOST_CODES:
            self.desk.send("refuse", "message_trouble")
        else:
            self.desk.note = "not_delivered"
            self._paint()
        return True

    def _check(self, code: str) -> None:
        session, customer = self.session, self.session.customer
        assert customer is not None
        token, challenge, use = session.token, self.kept.challenge, self.use
        self.desk.work(
            Work.LEDGER,
            lambda: self.machine.authentication.check_code(token, customer, challenge, code, use),
            self.decided,
        )

    def refused(self, decision: Decision) -> None:
        session = self.session
        session.typed = ""
        if decision.verdict is Verdict.EXPIRED:
            self.kept.challenge, self.kept.next_at = 0, 0.0
            if self.kept.sent >= MOST_CODES:
                self.desk.send("refuse", "not_confirmed")
                return
            self.desk.note = "code_expired"
        else:
            self.desk.note = "not_confirmed"
        self._paint()

    def _paint(self) -> None:
        session, customer = self.session, self.session.customer
        self.desk.paint(
            OneTimeCode(
                digits=session.typed,
                address=masked_address(customer.email) if customer else "",
                sent=bool(self.kept.challenge),
                resend=self._may_resend,
                amount=self.amount,
                receiver=self.receiver,
            )
        )


class ConfirmCodeStep(OneTimeCodeStep):
    """A fresh code for this movement alone: for one rupee more, or somebody else, it is worth nothing."""

    @property
    def use(self) -> CodeUse:
        return use_of(self.session.purpose, self.session.order)

    @property
    def kept(self) -> CodesSent:
        return self.session.order.codes

    @property
    def amount(self) -> Money | None:
        return self.session.order.amount

    @property
    def receiver(self) -> str:
        return self.session.order.receiver

    def touch(self, action: Action) -> None:
        if action.name == "back":
            self.desk.send("reconsider")
        else:
            super().touch(action)

    def accepted(self, decision: Decision) -> None:
        self.desk.send("proven")


def use_of(purpose: Purpose, order: Order) -> CodeUse:
    """Bound to everything that says how much goes where; the words are what the message tells of it."""
    account, amount, payee, biller = order.account, order.amount, order.payee, order.biller
    assert account is not None
    assert amount is not None
    to = f"payee {payee.account_id}" if payee else f"biller {biller.code} {order.reference}" if biller else "cash"
    bound = "|".join((purpose.value, str(account.account_id), to, str(amount.minor), amount.currency))
    name = f" to {order.receiver}{', ' + payee.masked if payee else ''}" if order.receiver else ""
    what = f"{'take out' if purpose is Purpose.WITHDRAW else 'send'} {amount.text('en_IN')}{name}"
    return CodeUse("confirm", hashlib.sha256(bound.encode()).digest(), what)


STEPS: dict[str, type[Step]] = {"one_time_code": OneTimeCodeStep, "confirm_code": ConfirmCodeStep}
