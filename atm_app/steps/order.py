"""What the customer wants: menu, account, amount, confirmation; and what is left when it was done."""

from __future__ import annotations

from atm_app.banking.cash import CannotBePaid, mix_for, mixes_for
from atm_app.banking.limits import Allowance
from atm_app.banking.money import Money
from atm_app.cash_ports import Mix
from atm_app.desk import Step
from atm_app.ports import Work
from atm_app.session import LIMIT_OF, Purpose
from atm_app.steps.keypad import typed_after
from atm_app.stores import Account, Ledger
from atm_app.views import Action, Amount, Another, Balance, ChooseAccount, Confirm, Menu, Notice

AMOUNT_DIGITS = 7
# What the device behind a purpose is, and what is said when it cannot work.
DEVICE_OF = {
    Purpose.WITHDRAW: (Work.DISPENSER, "no_dispenser"),
    Purpose.DEPOSIT: (Work.ACCEPTOR, "no_acceptor"),
}
OTHER_WAYS = {Purpose.PIN: "choose_pin", Purpose.LIMITS: "choose_limits", Purpose.OWN_ACCOUNT: "choose_own"}


class MenuStep(Step):
    def enter(self, *, again: bool) -> None:
        if self.session.signed_in:
            self._offer()
        else:
            self._sign_in()

    def _sign_in(self) -> None:
        """Before anything is shown: the customer's visit is here, and at no other machine."""
        session, visit = self.session, self.desk.visit
        visit.begin(session)
        self.desk.work(Work.LEDGER, lambda: visit.claim(session), self._signed_in)

    def _signed_in(self, here: bool) -> None:
        if here:
            self.session.signed_in = True
            self._offer()
        else:
            self.desk.send("refuse", "served_elsewhere")

    def _offer(self) -> None:
        self._paint(None)
        if self.session.customer is not None and self.desk.online(Work.DISPENSER):
            ledger, customer_id = self.machine.ledger, self.session.customer.customer_id
            self.desk.ask_beside(Work.LEDGER, lambda: ledger.usual_withdrawal(customer_id), self._paint)

    def _paint(self, usual: Money | None) -> None:
        customer = self.session.customer
        self._usual = usual
        self.desk.paint(
            Menu(
                first_name=customer.first_name if customer else "", cash=self.desk.online(Work.DISPENSER),
                notes_in=self.desk.online(Work.ACCEPTOR), usual=usual,
            )
        )  # fmt: skip

    def touch(self, action: Action) -> None:
        if action.name in tuple(Purpose):
            self._choose(Purpose(action.name))
        elif action.name == "usual" and self._usual is not None:
            self._choose(Purpose.WITHDRAW, self._usual)

    def _choose(self, purpose: Purpose, wanted: Money | None = None) -> None:
        device, note = DEVICE_OF.get(purpose, (None, ""))
        if device is not None and not self.desk.online(device):
            self.desk.send("explain", note)
            return
        self.session.new_transaction(purpose)
        self.session.order.wanted = wanted
        again = self.session.policy.face_before_each
        self.desk.send("look_again" if again else OTHER_WAYS.get(purpose, "choose"))


class ChooseAccountStep(Step):
    """All accounts of the customer, at all their banks. A single one needs no choice."""

    def enter(self, *, again: bool) -> None:
        if again and self.session.accounts:
            self._paint()
            return
        customer, policy = self.session.customer, self.session.limits
        assert customer is not None
        ledger: Ledger = self.machine.ledger
        self.desk.paint(ChooseAccount(purpose=self.session.purpose))
        self.desk.work(
            Work.LEDGER,
            lambda: (ledger.accounts(customer.customer_id), ledger.allowances(customer.customer_id, policy)),
            lambda answer: self._loaded(*answer),
        )

    def touch(self, action: Action) -> None:
        if action.name == "account":
            chosen = [account for account in self.session.accounts if str(account.account_id) == action.value]
            if chosen:
                self._choose(chosen[0])
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _loaded(self, accounts: tuple[Account, ...], allowances: tuple[Allowance, ...]) -> None:
        session, currency = self.session, self.machine.settings.currency
        session.accounts = tuple(account for account in accounts if account.balance.currency == currency)
        session.allowances = allowances
        if not session.accounts:
            self.desk.send("explain", "no_account")
        elif session.purpose in LIMIT_OF and session.allowance is None:
            self.desk.send("explain", "not_offered")
        elif len(session.accounts) == 1:
            self._choose(session.accounts[0])
        else:
            self._paint()

    def _choose(self, account: Account) -> None:
        self.session.order.account = account
        self.desk.send("account_chosen")

    def _paint(self) -> None:
        self.desk.paint(ChooseAccount(accounts=self.session.accounts, purpose=self.session.purpose))


class AmountStep(Step):
    """How much. What limits, balance, biller or cassettes do not allow is said here, before anything is written."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()
        wanted, self.session.order.wanted = self.session.order.wanted, None
        if wanted is not None:
            self._ask(wanted)

    def touch(self, action: Action) -> None:
        currency = self.machine.settings.currency
        typed = typed_after(self.session.typed, action, AMOUNT_DIGITS)
        if typed is not None:
            self.session.typed, self.desk.note = typed.lstrip("0"), ""
            self._paint()
            self._look_ahead(self.session.typed)
        elif action.name == "enter" and self.session.typed:
            self._ask(Money.of_major(int(self.session.typed), currency))
        elif action.name == "amount" and action.value.isdecimal():
            self._ask(Money(int(action.value), currency))
        elif action.name == "back":
            self.desk.send("back_to_menu")

    # --- what is possible --------------------------------------------------------------------------------------------

    @property
    def _limited(self) -> bool:
        """One's own money is moved between one's own accounts without a limit."""
        return not self.session.pays_oneself

    def _most(self) -> Money:
        account, allowance = self.session.order.account, self.session.allowance
        assert account is not None
        if allowance is None or not self._limited:
            return account.available
        return min(account.available, allowance.left, key=lambda money: money.minor)

    def _refusal(self, amount: Money) -> str:
        order, allowance = self.session.order, self.session.allowance
        assert order.account is not None
        if order.biller is not None and not order.biller.least <= amount <= order.biller.most:
            return "amount_not_accepted"
        if allowance is not None and self._limited:
            if allowance.per_transaction < amount:
                return "over_transaction_limit"
            if allowance.per_day - allowance.used < amount:
                return "over_daily_limit"
        return "insufficient_funds" if order.account.available < amount else ""

    def _ask(self, amount: Money) -> None:
        if not amount.positive:
            return
        refusal = self._refusal(amount)
        if refusal:
            self.desk.note = refusal
            self._paint()
            return
        self.session.order.amount = amount
        if self.session.purpose is Purpose.WITHDRAW:
            most = self._most()
            self.desk.work(
                Work.LEDGER, lambda: mixes_for(amount, self.machine.ledger.cash_units(), most), self._payable,
                self._not_payable,
            )  # fmt: skip
        else:
            kind = LIMIT_OF[self.session.purpose]
            self.desk.work(Work.LEDGER, lambda: self.machine.ledger.fee(kind), self._with_fee)

    def _look_ahead(self, typed: str) -> None:
        """The notes that would come for what is typed so far. Nobody waits for it, nothing hangs on it."""
        if self.session.purpose is not Purpose.WITHDRAW or not typed:
            return
        amount, most = Money.of_major(int(typed), self.machine.settings.currency), self._most()
        if self._refusal(amount):
            return

        def mix() -> Mix:
            try:
                return mix_for(amount, self.machine.ledger.cash_units(), most)
            except CannotBePaid:
                return ()

        self.desk.ask_beside(Work.LEDGER, mix, lambda found: self._looked_ahead(typed, found))

    def _looked_ahead(self, typed: str, mix: Mix) -> None:
        if mix and self.session.typed == typed:
            self._paint(mix=mix)

    # --- answers -----------------------------------------------------------------------------------------------------

    def _payable(self, mixes: tuple[Mix, ...]) -> None:
        self.session.order.mixes, self.session.order.mix = mixes, mixes[0]
        self.desk.send("amount_given")

    def _not_payable(self, error: Exception) -> bool:
        if not isinstance(error, CannotBePaid):
            return False
        self.desk.note = "cannot_be_paid" if error.nearest else "no_cash"
        self._paint(error.nearest)
        return True

    def _with_fee(self, fee: Money) -> None:
        order = self.session.order
        assert order.account is not None
        assert order.amount is not None
        order.fee = fee if self._limited else Money(0, fee.currency)
        if order.account.available < order.amount + order.fee:
            self.desk.note = "insufficient_funds"
            self._paint()
        else:
            self.desk.send("amount_given")

    def _paint(self, nearest: tuple[Money, ...] = (), mix: Mix = ()) -> None:
        settings, order = self.machine.settings, self.session.order
        most = self._most()
        quick = tuple(Money.of_major(major, settings.currency) for major in settings.quick_amounts)
        self.desk.paint(
            Amount(
                account=order.account, quick=tuple(amount for amount in quick if not self._refusal(amount)),
                typed=self.session.typed, mix=mix, nearest=nearest, purpose=self.session.purpose, most=most,
                payee=order.payee, biller=order.biller,
            )
        )  # fmt: skip


class ConfirmStep(Step):
    def enter(self, *, again: bool) -> None:
        order = self.session.order
        self.desk.paint(
            Confirm(
                account=order.account, amount=order.amount, purpose=self.session.purpose, mix=order.mix,
                choice=len(order.mixes) > 1, payee=order.payee, biller=order.biller, reference=order.reference,
                description=order.description, fee=order.fee, printer=self.desk.online(Work.PRINTER),
            )
        )  # fmt: skip

    def touch(self, action: Action) -> None:
        if action.name == "confirm":
            self.desk.send("confirmed")
        elif action.name == "change":
            self.desk.send("change")
        elif action.name == "notes" and len(self.session.order.mixes) > 1:
            self.desk.send("other_notes")


class BalanceStep(Step):
    def enter(self, *, again: bool) -> None:
        self.desk.paint(Balance(account=self.session.order.account))

    def touch(self, action: Action) -> None:
        if action.name == "back":
            self.desk.send("back_to_menu")


class AnotherStep(Step):
    def enter(self, *, again: bool) -> None:
        self.desk.paint(Another())

    def touch(self, action: Action) -> None:
        if action.name == "more":
            self.desk.send("back_to_menu")
        elif action.name == "done":
            self.desk.send("cancel")


class NoticeStep(Step):
    """Something did not go as asked; what that means for the customer's money is said here."""

    def enter(self, *, again: bool) -> None:
        self.desk.paint(Notice(amount=self.session.order.amount))

    def touch(self, action: Action) -> None:
        if action.name != "done":
            return
        if self.desk.trouble:
            self.desk.send("cancel", "trouble")
        else:
            self.desk.send("back_to_menu")


STEPS: dict[str, type[Step]] = {
    "menu": MenuStep,
    "choose_account": ChooseAccountStep,
    "amount": AmountStep,
    "confirm": ConfirmStep,
    "balance": BalanceStep,
    "another": AnotherStep,
    "notice": NoticeStep,
}
