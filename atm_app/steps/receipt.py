"""What the customer takes away: a receipt on paper or by mail, the history of an account."""

from __future__ import annotations

from datetime import timedelta

from atm_app.banking.receipts import Receipt, ReceiptKind, receipt_for, statement_for
from atm_app.desk import Step
from atm_app.identity.delivery import Destination
from atm_app.message_ports import Attachment, DeliveryFailed, Letter
from atm_app.ports import DeviceError, Work
from atm_app.session import Purpose
from atm_app.stores import StatementLine
from atm_app.views import Action, ReceiptOffer, Statement

PDF = "application/pdf"
LINES_A_PAGE = 6
LATEST = 10
# How far back a history can be asked for, days; 0: the latest ten movements.
PERIODS = (0, 7, 30, 90)
# Paper is narrow and slow: a longer history goes by mail.
LINES_ON_PAPER = 40
KIND_OF = {
    Purpose.WITHDRAW: ReceiptKind.WITHDRAWAL,
    Purpose.DEPOSIT: ReceiptKind.CASH_DEPOSIT,
    Purpose.TRANSFER: ReceiptKind.TRANSFER,
}


class PaperStep(Step):
    """Whatever can be printed or sent. Neither undoes what was booked when it fails."""

    def receipt(self, *, on_paper: bool) -> Receipt:
        raise NotImplementedError  # a movement's or a statement's

    def handed_over(self, note: str) -> None:
        """``note``: printed, not_printed, mailed, not_mailed; with ``receipt_`` before it a key of the screens."""
        raise NotImplementedError  # a movement's or a statement's

    @property
    def mail(self) -> bool:
        return bool(self.session.customer and self.session.customer.email)

    def print_it(self) -> None:
        receipt = self.receipt(on_paper=True)
        self.desk.work(
            Work.PRINTER,
            lambda: self.machine.printer.print(self.machine.draw_receipt(receipt), receipt.file_name),
            lambda _: self.handed_over("receipt_printed"),
            lambda error: self._failed(error, DeviceError, "receipt_not_printed"),
        )

    def mail_it(self) -> None:
        customer, receipt, bank = self.session.customer, self.receipt(on_paper=False), self.machine.settings.bank
        if customer is None or not customer.email:
            return

        def send() -> Destination:
            pdf = Attachment(f"{receipt.file_name}.pdf", PDF, self.machine.draw_document(receipt))
            text = "What you asked for at our machine is attached.\n\nIf you did not, tell your branch at once."
            return self.machine.delivery.send(
                customer, Letter(f"{bank}: {receipt.file_name}", text, attachments=(pdf,))
            )  # fmt: skip

        self.desk.work(
            Work.MESSAGES, send, lambda _: self.handed_over("receipt_mailed"),
            lambda error: self._failed(error, DeliveryFailed, "receipt_not_mailed"),
        )  # fmt: skip

    def _failed(self, error: Exception, expected: type[Exception], note: str) -> bool:
        if not isinstance(error, expected):
            return False
        self.desk.note_event("receipt", note.removeprefix("receipt_"))
        self.handed_over(note)
        return True


class ReceiptStep(PaperStep):
    def enter(self, *, again: bool) -> None:
        order = self.session.order
        self.desk.paint(
            ReceiptOffer(
                amount=order.amount, balance=order.movement.balance if order.movement else None,
                printer=self.desk.online(Work.PRINTER), mail=self.mail, purpose=self.session.purpose,
            )
        )  # fmt: skip

    def touch(self, action: Action) -> None:
        if action.name == "print":
            self.print_it()
        elif action.name == "mail":
            self.mail_it()
        elif action.name == "done":
            self.desk.send("finished")

    def handed_over(self, note: str) -> None:
        self.desk.send("finished", note)

    def receipt(self, *, on_paper: bool) -> Receipt:
        order, settings = self.session.order, self.machine.settings
        assert order.account is not None
        assert order.movement is not None
        top_up = order.biller is not None and order.biller.category == "mobile"
        kind = KIND_OF.get(self.session.purpose, ReceiptKind.TOP_UP if top_up else ReceiptKind.PAYMENT)
        counterparty = order.payee.masked if order.payee else order.biller.name if order.biller else ""
        return receipt_for(
            settings.bank, settings.terminal, self.machine.clock.now(), order.account, order.amount,
            order.movement.balance, order.movement.journal_id, self.desk.language, kind=kind,
            counterparty=counterparty, description=order.description,
            fee=order.fee if order.fee and order.fee.positive else None,
        )  # fmt: skip


class StatementStep(PaperStep):
    """The latest movements, or those of some days; page by page, on paper or by mail."""

    def enter(self, *, again: bool) -> None:
        if again:
            self._paint()
        else:
            self._load(0)

    def touch(self, action: Action) -> None:
        order = self.session.order
        if action.name == "period" and action.value in map(str, PERIODS):
            self._load(int(action.value))
        elif action.name in ("older", "newer"):
            page = order.page + (1 if action.name == "older" else -1)
            order.page = min(max(page, 1), self._pages)
            self.desk.note = ""
            self._paint()
        elif action.name == "print" and order.lines:
            self.print_it()
        elif action.name == "mail" and order.lines:
            self.mail_it()
        elif action.name == "back":
            self.desk.send("back_to_menu")

    def handed_over(self, note: str) -> None:
        self.desk.note = note
        self._paint()

    def receipt(self, *, on_paper: bool) -> Receipt:
        order, settings = self.session.order, self.machine.settings
        assert order.account is not None
        lines = order.lines[:LINES_ON_PAPER] if on_paper else order.lines
        return statement_for(
            settings.bank, settings.terminal, self.machine.clock.now(), order.account, lines, self.desk.language
        )

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self.session.order.lines) // LINES_A_PAGE))

    def _load(self, days: int) -> None:
        order, ledger, now = self.session.order, self.machine.ledger, self.machine.clock.now()
        assert order.account is not None
        account_id = order.account.account_id
        order.days, order.page, order.lines = days, 1, ()
        self.desk.note = ""
        self._paint()

        def load() -> tuple[StatementLine, ...]:
            if not days:
                return ledger.statement(account_id, LATEST)
            # Until tomorrow: the database's clock may be ahead of the machine's.
            return ledger.statement_between(account_id, now - timedelta(days=days), now + timedelta(days=1))

        self.desk.work(Work.LEDGER, load, self._loaded)

    def _loaded(self, lines: tuple[StatementLine, ...]) -> None:
        self.session.order.lines = lines
        self._paint()

    def _paint(self) -> None:
        order = self.session.order
        first = (order.page - 1) * LINES_A_PAGE
        self.desk.paint(
            Statement(
                account=order.account, lines=order.lines[first : first + LINES_A_PAGE], days=order.days,
                page=order.page, pages=self._pages, printer=self.desk.online(Work.PRINTER), mail=self.mail,
            )
        )  # fmt: skip


STEPS: dict[str, type[Step]] = {"receipt": ReceiptStep, "statement": StatementStep}
