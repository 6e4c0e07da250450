"""The notes of a withdrawal: chosen, counted, presented, taken."""

from __future__ import annotations

from atm_app.cash_ports import CashFate
from atm_app.desk import Step
from atm_app.ports import Work
from atm_app.steps.moving import MovingMoney
from atm_app.stores import Movement, Outcome, StoreUnavailable
from atm_app.views import Action, ChooseNotes, Dispensing, TakeCash

# What is said when the notes did not reach the customer.
NOTE_OF = {
    CashFate.RETRACTED: "cash_retracted",
    CashFate.UNKNOWN: "cash_unknown",
    CashFate.PRESENTED: "cash_unknown",
}


class ChooseNotesStep(Step):
    """Which notes, where the machine can pay an amount in clearly different ones."""

    def enter(self, *, again: bool) -> None:
        order = self.session.order
        self.desk.paint(ChooseNotes(amount=order.amount, mixes=order.mixes))

    def touch(self, action: Action) -> None:
        mixes = self.session.order.mixes
        if action.name == "mix" and action.value.isdecimal() and int(action.value) < len(mixes):
            self.session.order.mix = mixes[int(action.value)]
            self.desk.send("notes_chosen")
        elif action.name == "back":
            self.desk.send("notes_chosen")


class PayingOut(MovingMoney):
    """Every fate of a withdrawal's notes."""

    device = "dispenser"
    kind = "withdrawal"

    def settled(self, fate: CashFate) -> None:
        if fate is CashFate.TAKEN:
            self.desk.send("taken")
        else:
            self.desk.send("explain", NOTE_OF.get(fate, "dispense_failed"))

    def late_note(self, fate: CashFate) -> str:
        return "booked_later" if fate is CashFate.TAKEN else "dispense_failed"


class DispensingStep(PayingOut):
    """Hold, count, present."""

    def enter(self, *, again: bool) -> None:
        session, order = self.session, self.session.order
        self.desk.paint(Dispensing(amount=order.amount))
        customer, account, amount, mix = session.customer, order.account, order.amount, order.mix
        token, policy = session.token, session.limits
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
        self.session.order.request_id, self.session.order.movement = request_id, movement
        if movement.outcome is not Outcome.HELD:
            self.desk.send("explain", movement.reason)
            return
        mix = self.session.order.mix
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


class TakeCashStep(PayingOut):
    """The notes are in the shutter; left there, they are taken back and nothing is debited."""

    def enter(self, *, again: bool) -> None:
        seconds = self.machine.settings.times.take_cash
        self.desk.paint(TakeCash(amount=self.session.order.amount, seconds=seconds))
        request_id = self.session.order.request_id
        self.desk.work(
            Work.DISPENSER, lambda: self.machine.withdrawals.wait_taken(request_id, seconds), self.settle,
            lambda error: self.postpone(error, "cash_unknown"),
        )  # fmt: skip


STEPS: dict[str, type[Step]] = {
    "choose_notes": ChooseNotesStep,
    "dispensing": DispensingStep,
    "take_cash": TakeCashStep,
}
