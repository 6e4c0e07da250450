"""What the customer wants: menu, account, amount, notes, receipt."""

from __future__ import annotations

import logging

from atm_app.banking.cash import CannotBePaid, mix_for
from atm_app.banking.money import Money
from atm_app.banking.receipts import receipt_for
from atm_app.controller import Step
from atm_app.ports import CashFate, DeviceError, Mix, Work
from atm_app.session import LOOK, WITHDRAW, Session
from atm_app.steps.identity import typed_after
from atm_app.stores import Account, Movement, Outcome, StoreUnavailable
from atm_app.views import (
    Action,
    Amount,
    Another,
    Balance,
    ChooseAccount,
    Confirm,
    Dispensing,
    Menu,
    Notice,
    ReceiptOffer,
    TakeCash,
)

log = logging.getLogger(__name__)

AMOUNT_DIGITS = 7

# What is said when the notes did not reach the customer.
NOTE_OF = {
    CashFate.RETRACTED: "cash_retracted",
    CashFate.UNKNOWN: "cash_unknown",
    CashFate.PRESENTED: "cash_unknown",
}


class MenuStep(Step):
    def enter(self, *, again: bool) -> None:
        customer = self.session.customer
        cash = self.desk.online(Work.DISPENSER)
        self.desk.paint(Menu(first_name=customer.first_name if customer else "", cash=cash))

    def touch(self, action: Action) -> None:
        if action.name not in (WITHDRAW, LOOK):
            return
        if action.name == WITHDRAW and not self.desk.online(Work.DISPENSER):
            self.desk.send("explain", "no_dispenser")
            return
        self.session.new_transaction(action.name)
        self.desk.send("choose")


class ChooseAccountStep(Step):
    """All accounts of the customer, at all their banks. A single one needs no choice."""

    def enter(self, *, again: bool) -> None:
        if again and self.session.accounts:
            self._paint()
            return
        customer = self.session.customer
        assert customer is not None
        self.desk.paint(ChooseAccount(purpose=self.session.purpose))
        self.desk.work(Work.LEDGER, lambda: self.machine.ledger.accounts(customer.customer_id), self._loaded)

    def touch(self, action: Action) -> None:
        if action.name == "account":
            chosen = [account for account in self.session.accounts if str(account.account_id) == action.value]
            if chosen:
                self._choose(chosen[0])
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _loaded(self, accounts: tuple[Account, ...]) -> None:
        currency = self.machine.settings.currency
        self.session.accounts = tuple(account for account in accounts if account.balance.currency == currency)
        if not self.session.accounts:
            self.desk.send("explain", "no_account")
        elif len(self.session.accounts) == 1:
            self._choose(self.session.accounts[0])
        else:
            self._paint()

    def _choose(self, account: Account) -> None:
        self.session.account = account
        self.desk.send("account_chosen")

    def _paint(self) -> None:
        self.desk.paint(ChooseAccount(accounts=self.session.accounts, purpose=self.session.purpose))


class AmountStep(Step):
    """How much. What cannot be paid is answered with what can, before anything is written."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        settings = self.machine.settings
        typed = typed_after(self.session.typed, action, AMOUNT_DIGITS)
        if typed is not None:
            self.session.typed, self.desk.note = typed.lstrip("0"), ""
            self._paint()
        elif action.name == "enter" and self.session.typed:
            self._ask(Money.of_major(int(self.session.typed), settings.currency))
        elif action.name == "amount" and action.value.isdecimal():
            self._ask(Money(int(action.value), settings.currency))
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def _ask(self, amount: Money) -> None:
        account, settings = self.session.account, self.machine.settings
        assert account is not None
        if not amount.positive:
            return
        if (
            Money.of_major(settings.limits_of(self.session.policy.name).withdrawal.per_transaction, settings.currency)
            < amount
        ):
            self._say("too_much")
        elif account.available < amount:
            self._say("insufficient_funds")
        else:
            self.session.amount = amount
            self.desk.work(Work.LEDGER, lambda: mix_for(amount, self.machine.ledger.cash_units()), self._payable,
                           self._not_payable)  # fmt: skip

    def _payable(self, mix: Mix) -> None:
        self.session.mix = mix
        self.desk.send("amount_given")

    def _not_payable(self, error: Exception) -> bool:
        if not isinstance(error, CannotBePaid):
            return False
        self.desk.note = "cannot_be_paid" if error.nearest else "no_cash"
        self._paint(error.nearest)
        return True

    def _say(self, note: str) -> None:
        self.desk.note = note
        self._paint()

    def _paint(self, nearest: tuple[Money, ...] = ()) -> None:
        settings, account = self.machine.settings, self.session.account
        assert account is not None
        quick = tuple(Money.of_major(major, settings.currency) for major in settings.quick_amounts)
        affordable = tuple(amount for amount in quick if amount <= account.available)
        self.desk.paint(Amount(account=account, quick=affordable, typed=self.session.typed, nearest=nearest))


class ConfirmStep(Step):
    def enter(self, *, again: bool) -> None:
        self.desk.paint(Confirm(account=self.session.account, amount=self.session.amount))

    def touch(self, action: Action) -> None:
        if action.name == "confirm":
            self.desk.send("confirmed")
        elif action.name == "change":
            self.desk.send("change")


class MovingMoney(Step):
    """Between hold and settlement nobody can cancel; every way out settles."""

    waits_for_customer = False

    def settle(self, fate: CashFate) -> None:
        request_id = self.session.request_id
        self.session.fate = fate
        self.desk.work(
            Work.LEDGER, lambda: self.machine.settlement.settle(request_id, fate), self._settled, self._not_settled
        )

    def postpone(self, error: Exception, note: str) -> bool:
        """The dispenser cannot be asked where the notes are. Nothing is guessed: recovery asks when it is back."""
        if not isinstance(error, DeviceError):
            return False
        self.desk.trouble = "dispenser"
        self.desk.note_event("withdrawal_settle", "postponed")
        self.desk.send("explain", note)
        return True

    def _settled(self, movement: Movement) -> None:
        self.session.movement = movement
        if movement.outcome is Outcome.REFUSED:
            log.error("the books refused to settle: %s", movement.reason)
            self.desk.note_event("withdrawal_settle", "disputed", reason=movement.reason)
            self.desk.send("explain", "cash_unknown")
        elif self.session.fate is CashFate.TAKEN:
            self.desk.send("taken")
        else:
            assert self.session.fate is not None
            self.desk.send("explain", NOTE_OF.get(self.session.fate, "dispense_failed"))

    def _not_settled(self, error: Exception) -> bool:
        """What the database did not hear, recovery tells it as soon as it is back."""
        self.desk.trouble = "database"
        self.desk.note_event("withdrawal_settle", "postponed")
        taken = self.session.fate is CashFate.TAKEN
        self.desk.send("explain", "booked_later" if taken else "dispense_failed")
        return isinstance(error, Exception)


class DispensingStep(MovingMoney):
    """Hold, count, present."""

    def enter(self, *, again: bool) -> None:
        session = self.session
        self.desk.paint(Dispensing(amount=session.amount))
        customer, account, amount, mix, token, policy = (
            session.customer, session.account, session.amount, session.mix, session.token, session.policy.name,
        )  # fmt: skip
        assert customer is not None
        assert account is not None
        assert amount is not None
        self.desk.work(
            Work.LEDGER,
            lambda: self.machine.withdrawals.hold(
                customer.customer_id, customer.pseudonym, account.account_id, amount, mix, token, policy
            ),
            self._held,
            self._not_held,
        )

    def _held(self, answer: tuple[bytes, Movement]) -> None:
        request_id, movement = answer
        self.session.request_id, self.session.movement = request_id, movement
        if movement.outcome is not Outcome.HELD:
            self.desk.send("explain", movement.reason)
            return
        mix = self.session.mix
        self.desk.work(
            Work.DISPENSER, lambda: self.machine.withdrawals.pay_out(request_id, mix), self._paid_out, self._not_paid
        )

    def _not_held(self, error: Exception) -> bool:
        if not isinstance(error, StoreUnavailable):
            return False
        self.desk.trouble = "database"
        self.desk.send("explain", "nothing_moved")
        return True

    def _paid_out(self, fate: CashFate) -> None:
        if fate is CashFate.PRESENTED:
            self.desk.send("presented")
        else:
            self.settle(fate)

    def _not_paid(self, error: Exception) -> bool:
        if isinstance(error, StoreUnavailable):  # the terminal's own disk refused before any note moved
            self.desk.trouble = "database"
            self.settle(CashFate.NOT_DISPENSED)
            return True
        return self.postpone(error, "dispense_failed")


class TakeCashStep(MovingMoney):
    """The notes are in the shutter; left there, they are taken back and nothing is debited."""

    def enter(self, *, again: bool) -> None:
        seconds = self.machine.settings.times.take_cash
        self.desk.paint(TakeCash(amount=self.session.amount, seconds=seconds))
        request_id = self.session.request_id
        self.desk.work(
            Work.DISPENSER, lambda: self.machine.withdrawals.wait_taken(request_id, seconds), self.settle,
            lambda error: self.postpone(error, "cash_unknown"),
        )  # fmt: skip


class ReceiptStep(Step):
    """A receipt on paper, or none."""

    def enter(self, *, again: bool) -> None:
        self._paint()

    def touch(self, action: Action) -> None:
        if action.name == "print":
            self._print(self.session)
        elif action.name == "done":
            self.desk.send("finished")

    def _print(self, session: Session) -> None:
        account, amount, movement = session.account, session.amount, session.movement
        assert account is not None
        assert amount is not None
        assert movement is not None
        settings = self.machine.settings
        receipt = receipt_for(
            settings.bank, settings.terminal, self.machine.clock.now(), account, amount, movement.balance,
            movement.journal_id, self.desk.language,
        )  # fmt: skip
        self.desk.work(
            Work.PRINTER,
            lambda: self.machine.printer.print(self.machine.draw_receipt(receipt), receipt.file_name),
            lambda _: self.desk.send("finished", "receipt_printed"),
            self._not_printed,
        )

    def _not_printed(self, error: Exception) -> bool:
        if not isinstance(error, DeviceError):
            return False
        self.desk.note_event("receipt", "not_printed")
        self.desk.send("finished", "receipt_not_printed")
        return True

    def _paint(self) -> None:
        movement = self.session.movement
        self.desk.paint(
            ReceiptOffer(
                amount=self.session.amount,
                balance=movement.balance if movement else None,
                printer=self.desk.online(Work.PRINTER),
            )
        )


class BalanceStep(Step):
    def enter(self, *, again: bool) -> None:
        self.desk.paint(Balance(account=self.session.account))

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
        self.desk.paint(Notice(amount=self.session.amount))

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
    "dispensing": DispensingStep,
    "take_cash": TakeCashStep,
    "receipt": ReceiptStep,
    "balance": BalanceStep,
    "another": AnotherStep,
    "notice": NoticeStep,
}
