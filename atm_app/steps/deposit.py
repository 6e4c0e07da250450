"""The notes of a cash deposit: put in, counted into escrow, confirmed, kept. Until they are kept they are the
customer's, and whoever ends the visit gives them back."""

from __future__ import annotations

from atm_app.banking.deposits import value_of
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, Escrow
from atm_app.desk import Step
from atm_app.ports import Cancellation, Cancelled, DeviceError, Work
from atm_app.steps.moving import MovingMoney
from atm_app.stores import Deposit, Movement, Outcome, StoreUnavailable
from atm_app.views import Action, InsertNotes, Storing


class InsertNotesStep(Step):
    """The slot is open; more notes may be added until the customer says that these are all."""

    hears_while_busy = True
    waits_for_customer = False

    def enter(self, *, again: bool) -> None:
        self._cancellation = Cancellation()
        self._refused = 0
        self._paint()
        session = self.session
        if session.escrowed:
            self._count()
            return
        deposits, currency = self.machine.deposits, self.machine.settings.currency
        request_id = session.escrowed = session.order.request_id = deposits.new_request()
        self.desk.work(
            Work.LEDGER, lambda: deposits.begin(request_id, currency), lambda _: self._count(), self._not_begun
        )

    def touch(self, action: Action) -> None:
        if action.name == "keep" and self.session.order.notes:
            self.desk.send("keep")
        elif action.name == "back" and not self.session.order.notes:
            self.desk.return_notes()
            self.desk.send("back_to_menu")

    def leave(self) -> None:
        self._cancellation.cancel()

    def _not_begun(self, error: Exception) -> bool:
        """The terminal's own disk refused; no slot has opened."""
        if not isinstance(error, StoreUnavailable):
            return False
        self.session.escrowed = b""
        self.desk.trouble = "database"
        self.desk.send("explain", "nothing_moved")
        return True

    def _count(self) -> None:
        request_id, cancellation = self.session.escrowed, self._cancellation
        patience = self.machine.settings.times.idle
        self.desk.work(
            Work.ACCEPTOR, lambda: self.machine.deposits.count(request_id, patience, cancellation), self._counted,
            self._not_counted,
        )  # fmt: skip

    def _counted(self, escrow: Escrow) -> None:
        if escrow.notes == self.session.order.notes and not escrow.refused:  # nobody put anything in
            self.desk.send("idle")
            return
        self.session.order.notes, self._refused = escrow.notes, escrow.refused
        self.desk.note = "notes_refused" if escrow.refused else ""
        self._paint()
        self._count()

    def _not_counted(self, error: Exception) -> bool:
        if isinstance(error, Cancelled):
            return True
        if not isinstance(error, DeviceError):
            return False
        self.desk.trouble = "acceptor"
        self.desk.send("explain", "deposit_failed")
        return True

    def _paint(self) -> None:
        order, allowance = self.session.order, self.session.allowance
        total = value_of(order.notes, self.machine.settings.currency)
        self.desk.paint(
            InsertNotes(
                account=order.account, notes=order.notes, total=total, refused=self._refused,
                most=allowance.left if allowance else None,
            )
        )  # fmt: skip


class StoringStep(MovingMoney):
    """Ask the books, keep the notes, post. Notes the books refuse go back to the customer."""

    device = "acceptor"
    kind = "deposit"

    def enter(self, *, again: bool) -> None:
        order = self.session.order
        self.desk.paint(Storing(total=value_of(order.notes, self.machine.settings.currency)))
        request_id = order.request_id
        # The slot was open until a moment ago: what lies there now is what counts.
        self.desk.work(
            Work.ACCEPTOR, lambda: self.machine.deposits.count(request_id, 0.0, Cancellation()), self._counted,
            self._lost,
        )  # fmt: skip

    def settled(self, fate: CashFate) -> None:
        session = self.session
        session.escrowed = b""
        if fate is CashFate.STORED:
            session.order.amount = value_of(session.order.notes, self.machine.settings.currency)
            self.desk.send("stored")
        else:
            self.desk.send("explain", "notes_returned" if fate is CashFate.RETURNED else "deposit_unknown")

    def late_note(self, fate: CashFate) -> str:
        self.session.escrowed = b""
        return "deposit_later" if fate is CashFate.STORED else "notes_returned"

    def _counted(self, escrow: Escrow) -> None:
        if escrow.notes != self.session.order.notes:
            self.session.order.notes = escrow.notes
            self.desk.send("count_again", "count_changed")
            return
        deposit = self._deposit(value_of(escrow.notes, self.machine.settings.currency))
        self.desk.work(Work.LEDGER, lambda: self.machine.deposits.hold(deposit), self._held, self._not_held)

    def _deposit(self, total: Money) -> Deposit:
        session, order = self.session, self.session.order
        assert session.customer is not None
        assert order.account is not None
        return Deposit(
            order.request_id, session.customer.customer_id, order.account.account_id, total, order.notes,
            session.token, session.customer.pseudonym, session.limits,
        )  # fmt: skip

    def _held(self, movement: Movement) -> None:
        request_id = self.session.order.request_id
        if movement.outcome is Outcome.HELD:
            self.desk.work(
                Work.ACCEPTOR, lambda: self.machine.deposits.keep(request_id), self.settle, self._lost
            )  # fmt: skip
            return
        # Said by the refusal itself; the notes go back when the order is left.
        self.desk.return_notes()
        self.desk.send("explain", movement.reason)

    def _not_held(self, error: Exception) -> bool:
        if not isinstance(error, StoreUnavailable):
            return False
        self.desk.trouble = "database"
        self.desk.return_notes()
        self.desk.send("explain", "notes_returned")
        return True

    def _lost(self, error: Exception) -> bool:
        """The acceptor cannot be asked: recovery does, and what it says is booked then."""
        if isinstance(error, DeviceError | StoreUnavailable):
            self.session.escrowed = b""
        return self.postpone(error, "deposit_failed")


STEPS: dict[str, type[Step]] = {"insert_notes": InsertNotesStep, "storing": StoringStep}
