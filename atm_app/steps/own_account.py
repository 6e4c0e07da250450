"""The customer's own page: who we take them for, when they signed in, and the app they get codes from."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.delivery import masked_address, masked_phone
from atm_app.identity.one_time_code import DIGITS
from atm_app.identity.sign_ins import SignIn
from atm_app.message_ports import Letter
from atm_app.ports import Work
from atm_app.steps.keypad import typed_after
from atm_app.stores import Account
from atm_app.views import Action, Authenticator, OwnAccount

SIGN_INS_SHOWN = 5
WAYS_ON = {"authenticator": "set_up_app", "emergency_pin": "set_up_emergency", "consents": "look_at_consents"}


class OwnAccountStep(Step):
    def enter(self, *, again: bool) -> None:
        customer, machine = self.session.customer, self.machine
        assert customer is not None
        customer_id = customer.customer_id
        self._paint((), ())

        def load() -> tuple[tuple[Account, ...], tuple[SignIn, ...]]:
            return machine.ledger.accounts(customer_id), machine.sign_ins.latest(customer_id, SIGN_INS_SHOWN)

        self.desk.work(Work.LEDGER, load, lambda loaded: self._paint(*loaded))

    def touch(self, action: Action) -> None:
        if action.name in WAYS_ON:
            self.session.typed, self.session.order.pins = "", []
            self.desk.send(WAYS_ON[action.name])
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _paint(self, accounts: tuple[Account, ...], sign_ins: tuple[SignIn, ...]) -> None:
        customer = self.session.customer
        assert customer is not None
        self.desk.paint(
            OwnAccount(
                name=customer.name, number=customer.number, accounts=accounts, sign_ins=sign_ins,
                phone=masked_phone(customer.phone) if customer.phone else "",
                email=masked_address(customer.email) if customer.email else "",
            )
        )  # fmt: skip


class AuthenticatorStep(Step):
    """A fresh secret every time: it is kept once the app has shown a code of it, in place of an earlier one."""

    patience = 2.0  # the app has to be found and opened

    def enter(self, *, again: bool) -> None:
        customer, apps = self.session.customer, self.machine.authentication.codes.apps
        assert customer is not None
        self.session.typed, self._active = "", False
        if not again:
            self.session.order.secret = apps.new_secret()
        self.desk.work(Work.LEDGER, lambda: apps.has(customer), self._known)

    def leave(self) -> None:
        if self.desk.session is not None:
            self.session.typed = ""

    def touch(self, action: Action) -> None:
        session = self.session
        typed = typed_after(session.typed, action, DIGITS)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
            if len(typed) == DIGITS:
                self._set_up(typed)
        elif action.name == "remove" and self._active:
            self._remove()
        elif action.name == "back":
            self.desk.send("back_to_account")

    def _known(self, active: bool) -> None:
        self._active = active
        self._paint()

    def _set_up(self, code: str) -> None:
        session, customer, secret = self.session, self.session.customer, self.session.order.secret
        assert customer is not None
        apps, token = self.machine.authentication.codes.apps, session.token
        # Whoever forces the customer sees it done, and has nothing.
        done = (lambda: apps.fits(secret, code)) if session.duress else (
            lambda: apps.set_up(customer, secret, code, token)
        )  # fmt: skip
        self.desk.work(Work.LEDGER, done, self._was_set_up)

    def _was_set_up(self, done: bool) -> None:
        if done:
            self._finish("authenticator_set", "An authenticator app was set up for your one-time codes.")
        else:
            self.session.typed, self.desk.note = "", "not_confirmed"
            self._paint()

    def _remove(self) -> None:
        session, customer = self.session, self.session.customer
        assert customer is not None
        apps, token = self.machine.authentication.codes.apps, session.token
        self.desk.work(
            Work.LEDGER,
            lambda: session.duress or apps.remove(customer, token),
            lambda _: self._finish("authenticator_removed", "The authenticator app for your codes was removed."),
        )

    def _finish(self, note: str, sentence: str) -> None:
        if not self.session.duress:
            tell_of_change(self, sentence)
        self.desk.send("finished", note)

    def _paint(self) -> None:
        customer, apps = self.session.customer, self.machine.authentication.codes.apps
        assert customer is not None
        secret = self.session.order.secret
        uri = apps.uri(customer, secret)
        self.desk.paint(Authenticator(active=self._active, uri=uri, secret=secret, digits=self.session.typed))


def tell_of_change(step: Step, sentence: str) -> None:
    """A letter about what was changed in the ways in (ASVS 6.3.7): whoever did not do it themselves calls."""
    customer, machine, bank = step.session.customer, step.machine, step.machine.settings.bank
    if customer is None:
        return
    letter = Letter(
        f"{bank}: a change of how you sign in", f"{sentence}\n\nIf you did not do this, tell your branch at once.",
        f"{sentence} If you did not do this, tell your branch at once. {bank}",
    )  # fmt: skip
    step.desk.beside(Work.MESSAGES, lambda: machine.delivery.send(customer, letter))


STEPS: dict[str, type[Step]] = {"own_account": OwnAccountStep, "authenticator": AuthenticatorStep}
