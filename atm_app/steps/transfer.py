"""Transfers and payments: to whom, for what, booked."""

from __future__ import annotations

from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.desk import Step
from atm_app.ports import Work
from atm_app.session import Purpose
from atm_app.steps.keypad import ACCOUNT_DIGITS, MOBILE_DIGITS, typed_after
from atm_app.stores import Account, Movement, Outcome, StoreUnavailable, Transfer
from atm_app.views import (
    Action,
    Booking,
    ChooseBiller,
    ChoosePayee,
    Description,
    PayeeNumber,
    Reference,
)

ACCOUNT, MOBILE = "account", "mobile"
LONGEST = {ACCOUNT: ACCOUNT_DIGITS, MOBILE: MOBILE_DIGITS}
SHORTEST = {ACCOUNT: 6, MOBILE: MOBILE_DIGITS}
LONGEST_REFERENCE = 20
# What a transfer can be for; the words are the receiver's to read, so that they are kept in the bank's language.
DESCRIPTIONS = ("Family", "Rent", "Gift", "Groceries", "Loan", "School", "Medical", "Other")
# How many wrong numbers a visit may try: nobody is to learn here who has an account.
MOST_LOOKUPS = 5


class PayeeStep(Step):
    """One of the customer's own accounts, somebody they paid before, or a number."""

    def enter(self, *, again: bool) -> None:
        customer = self.session.customer
        assert customer is not None
        self._saved: tuple[PayeeAccount, ...] = ()
        self._paint()
        self.desk.work(Work.LEDGER, lambda: self.machine.payees.saved(customer.customer_id), self._loaded)

    def touch(self, action: Action) -> None:
        order = self.session.order
        if action.name == "by" and action.value in LONGEST:
            order.part = action.value
            self.desk.send("type_payee")
        elif action.name == "payee":
            candidates = (*(_as_payee(account) for account in self._others()), *self._saved)
            chosen = [payee for payee in candidates if str(payee.account_id) == action.value]
            if chosen:
                order.payee, order.save_payee = chosen[0], None
                self.desk.send("payee_chosen")
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _others(self) -> tuple[Account, ...]:
        mine = self.session.order.account
        assert mine is not None
        return tuple(account for account in self.session.accounts if account.account_id != mine.account_id)

    def _loaded(self, saved: tuple[PayeeAccount, ...]) -> None:
        account = self.session.order.account
        assert account is not None
        self._saved = tuple(payee for payee in saved if payee.account_id != account.account_id)
        self._paint()

    def _paint(self) -> None:
        self.desk.paint(ChoosePayee(account=self.session.order.account, own=self._others(), saved=self._saved))


class PayeeNumberStep(Step):
    """An account or mobile number; whose it is, is shown before anything is sent."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed, self.session.order.payee = "", None
        self._paint()

    def touch(self, action: Action) -> None:
        session, order = self.session, self.session.order
        typed = typed_after(session.typed, action, LONGEST[order.part])
        if typed is not None:
            session.typed, order.payee, self.desk.note = typed, None, ""
            self._paint()
        elif action.name == "enter" and len(session.typed) >= SHORTEST[order.part]:
            if order.payee is not None:
                self.desk.send("payee_chosen")
            else:
                self._look_up(session.typed, order.part)
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _look_up(self, typed: str, by: str) -> None:
        self.session.lookups += 1
        if self.session.lookups > MOST_LOOKUPS:
            self.desk.send("explain", "too_many_lookups")
            return
        payees, code = self.machine.payees, self.machine.settings.country_code
        self.desk.work(
            Work.LEDGER,
            lambda: payees.by_number(typed) if by == ACCOUNT else payees.by_phone(f"+{code}{typed}"),
            self._found,
        )

    def _found(self, payee: PayeeAccount | None) -> None:
        order = self.session.order
        assert order.account is not None
        if payee is None or payee.currency != order.account.balance.currency:
            self.desk.note = "no_such_payee"
        elif payee.account_id == order.account.account_id:
            self.desk.note = "same_account"
        else:
            order.payee = payee
            own = any(account.account_id == payee.account_id for account in self.session.accounts)
            order.save_payee = None if own else False
        self._paint()

    def _paint(self) -> None:
        order = self.session.order
        self.desk.paint(PayeeNumber(by=order.part, typed=self.session.typed, found=order.payee))


class DescriptionStep(Step):
    """What it is for; both sides read it. And whether the payee is to be kept on the customer's list."""

    def enter(self, *, again: bool) -> None:
        self._paint()

    def touch(self, action: Action) -> None:
        order = self.session.order
        if action.name == "save" and order.save_payee is not None:
            order.save_payee = not order.save_payee
            self._paint()
        elif action.name == "describe" and action.value in (*DESCRIPTIONS, ""):
            order.description = action.value
            self.desk.send("described")
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _paint(self) -> None:
        order = self.session.order
        self.desk.paint(Description(payee=order.payee, save=order.save_payee))


class BillerStep(Step):
    def enter(self, *, again: bool) -> None:
        self._billers: tuple[Biller, ...] = ()
        self._paint()
        currency = self.machine.settings.currency
        self.desk.work(Work.LEDGER, lambda: tuple(self.machine.payees.billers(currency)), self._loaded)

    def touch(self, action: Action) -> None:
        if action.name == "biller":
            chosen = [biller for biller in self._billers if biller.code == action.value]
            if chosen:
                self.session.order.biller = chosen[0]
                self.desk.send("biller_chosen")
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _loaded(self, billers: tuple[Biller, ...]) -> None:
        self._billers = billers
        if billers:
            self._paint()
        else:
            self.desk.send("explain", "not_offered")

    def _paint(self) -> None:
        self.desk.paint(ChooseBiller(billers=self._billers))


class ReferenceStep(Step):
    """The customer's number with the biller, or the mobile number to top up."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        session, biller = self.session, self.session.order.biller
        assert biller is not None
        typed = typed_after(session.typed, action, LONGEST_REFERENCE)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "enter" and session.typed:
            if biller.accepts(session.typed):
                session.order.reference = session.typed
                self.desk.send("reference_given")
            else:
                self.desk.note = "reference_not_valid"
                self._paint()
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _paint(self) -> None:
        self.desk.paint(Reference(biller=self.session.order.biller, typed=self.session.typed))


class BookingStep(Step):
    """One call of the books. When its answer is lost, recovery learns what became of it, and nothing is said that is
    not known."""

    waits_for_customer = False

    def enter(self, *, again: bool) -> None:
        order = self.session.order
        self.desk.paint(Booking(amount=order.amount))
        transfer = self._transfer()
        self.desk.work(
            Work.LEDGER, lambda: self.machine.transfers.book(transfer), self._booked, self._not_booked
        )  # fmt: skip

    def _transfer(self) -> Transfer:
        session, order = self.session, self.session.order
        assert session.customer is not None
        assert order.account is not None
        assert order.amount is not None
        order.request_id = self.machine.transfers.new_request()
        return Transfer(
            order.request_id, session.customer.customer_id, order.account.account_id, order.amount, session.token,
            session.customer.pseudonym, session.limits,
            to=order.payee.account_id if session.purpose is Purpose.TRANSFER and order.payee else None,
            biller=order.biller.code if session.purpose is Purpose.PAY and order.biller else "",
            reference=order.reference, description=order.description,
        )  # fmt: skip

    def _booked(self, movement: Movement) -> None:
        self.session.order.movement = movement
        if movement.outcome is not Outcome.POSTED:
            self.desk.send("explain", movement.reason)
            return
        self._save_payee()
        self.desk.send("booked")

    def _not_booked(self, error: Exception) -> bool:
        if not isinstance(error, StoreUnavailable):
            return False
        self.desk.trouble = "database"
        self.desk.note_event("transfer", "postponed")
        self.desk.send("explain", "transfer_unknown")
        return True

    def _save_payee(self) -> None:
        """Beside the payment: a list that cannot be written does not undo it."""
        session, payee = self.session, self.session.order.payee
        if payee is None or not session.order.save_payee or session.customer is None:
            return
        customer_id, token, label = session.customer.customer_id, session.token, payee.name
        self.desk.beside(Work.LEDGER, lambda: self.machine.payees.save(customer_id, payee, label, token))


def _as_payee(account: Account) -> PayeeAccount:
    """One of the customer's own accounts, as somebody to pay."""
    return PayeeAccount(account.account_id, account.bank, account.masked, "", account.balance.currency)


STEPS: dict[str, type[Step]] = {
    "payee": PayeeStep,
    "payee_number": PayeeNumberStep,
    "description": DescriptionStep,
    "biller": BillerStep,
    "reference": ReferenceStep,
    "booking": BookingStep,
}
