"""One-time codes: at the sign-in, and once more for a movement that is large or goes to somebody new.

A code that is sent can say what it is for; one of an app or a list cannot, so that those are for the sign-in alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from atm_app.banking.money import Money
from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.identity.code_sources import CodeSource, CodeWays
from atm_app.identity.delivery import Destination
from atm_app.identity.one_time_code import DIGITS, SIGN_IN_USE, Challenge, CodeUse
from atm_app.message_ports import Addressee, Contact, DeliveryFailed
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
    """A code is sent on entry, unless the customer has an authenticator app; six digits check themselves."""

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
    def addressee(self) -> Addressee | None:
        """Whom messages go to."""
        return self.session.customer

    @property
    def proves(self) -> Contact | None:
        """A contact that the code is to prove."""
        return None

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
        else:
            self.find_ways()

    def find_ways(self) -> None:
        customer = self.session.customer
        assert customer is not None, "a code is only asked of a customer who passed another factor"
        self.desk.work(Work.LEDGER, lambda: self.machine.authentication.code_ways(customer), self.begin)

    def begin(self, ways: CodeWays) -> None:
        """With the app where there is one: it needs no network and nobody can take its message."""
        self.kept.ways, self.kept.challenge = ways, 0
        sources = self._sources
        if sources:
            self._use(sources[0])
        else:
            self.desk.send("refuse", "no_code_way")

    @property
    def _sources(self) -> tuple[CodeSource, ...]:
        """What this customer can use, the best first."""
        ways, addressee = self.kept.ways, self.addressee
        reached = addressee is not None and bool(self.machine.delivery.destinations(addressee))
        there = {
            CodeSource.APP: ways is not None and ways.app,
            CodeSource.MESSAGE: reached,
            CodeSource.LIST: ways is not None and bool(ways.number),
        }
        return tuple(source for source, is_there in there.items() if is_there)

    def _use(self, source: CodeSource) -> None:
        self.kept.source, self.session.typed = source, ""
        if source is not CodeSource.MESSAGE or self.kept.challenge:
            self._paint()
        elif self.kept.sent >= MOST_CODES:
            self.desk.send("refuse", "not_confirmed")
        else:
            self._send()

    def touch(self, action: Action) -> None:
        session = self.session
        if action.name == "resend":
            if self.kept.source is CodeSource.MESSAGE and self._may_resend:
                self._send()
            return
        if action.name == "source":
            if action.value != self.kept.source and action.value in self._sources:
                self._use(CodeSource(action.value))
            return
        typed = typed_after(session.typed, action, DIGITS)
        if typed is None or (self.kept.source is CodeSource.MESSAGE and not self.kept.challenge):
            return
        session.typed, self.desk.note = typed, ""
        self._paint()
        if len(typed) == DIGITS:
            self._check(typed)

    def _send(self) -> None:
        self.session.typed, self.kept.challenge = "", 0
        self.kept.sent += 1
        self._paint()
        self.desk.work(Work.LEDGER, self.issue(), self._deliver)

    def issue(self) -> Callable[[], Challenge | None]:
        """Makes a code; None when there may be none now."""
        token, customer, use = self.session.token, self.session.customer, self.use
        assert customer is not None, "a code is only sent to a customer who passed another factor"
        return lambda: self.machine.authentication.issue_code(token, customer, use)

    def not_issued(self) -> None:
        self.desk.send("lock")

    def _deliver(self, challenge: Challenge | None) -> None:
        session, addressee, state = self.session, self.addressee, self.desk.flow.here
        if challenge is None or addressee is None:
            self.not_issued()
            return
        minutes, use = self.machine.settings.code.seconds // 60, self.use

        turn = self.kept.sent - 1

        def sent(destination: Destination) -> None:
            self.kept.challenge, self.kept.to = challenge.challenge_id, destination
            self.desk.note_event("code_delivery", destination.channel)
            wait = RESEND_SECONDS[self.kept.sent - 1]
            self.kept.next_at = self.machine.clock.monotonic() + wait
            self.machine.clock.call_later(wait, lambda: self._offer_again(session.token, state))
            self._paint()

        self.desk.work(
            Work.MESSAGES, lambda: self.machine.delivery.send_code(addressee, challenge, minutes, use, turn), sent,
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
        self.desk.work(Work.LEDGER, self.attempt(code), self.decided)

    def attempt(self, code: str) -> Callable[[], Decision]:
        session, customer, kept = self.session, self.session.customer, self.kept
        assert customer is not None
        token, authentication = session.token, self.machine.authentication
        if kept.source is CodeSource.APP:
            return lambda: authentication.check_app_code(token, customer, code)
        if kept.source is CodeSource.LIST:
            number = kept.ways.number if kept.ways else 0
            return lambda: authentication.check_listed_code(token, customer, number, code)
        challenge, use = kept.challenge, self.use
        return lambda: authentication.check_code(token, customer, challenge, code, use)

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
        session, addressee, kept = self.session, self.addressee, self.kept
        # Where this code goes, unless that channel fails, and where the next one would.
        goes = self.machine.delivery.destinations(addressee, max(kept.sent - 1, 0)) if addressee else ()
        then = goes[1 % len(goes)] if goes else None
        to = (kept.to if kept.challenge else None) or (goes[0] if goes else None)
        self.desk.paint(
            OneTimeCode(
                digits=session.typed,
                address=to.address if to else "",
                sent=bool(kept.challenge),
                resend=self._may_resend,
                next_to=then.contact if then else None,
                amount=self.amount,
                receiver=self.receiver,
                source=kept.source,
                others=tuple(source for source in self._sources if source is not kept.source),
                number=kept.ways.number if kept.ways and kept.source is CodeSource.LIST else 0,
                proves=self.proves,
            )
        )


class ConfirmCodeStep(OneTimeCodeStep):
    """A fresh code for this movement alone: for one rupee more, or somebody else, it is worth nothing."""

    def find_ways(self) -> None:
        self.begin(CodeWays(app=False, number=0))

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
