"""Money as the kiosk's user sees it: accounts, holds, settlement, the trial balance."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from atm_app.banking.cash import CashUnit
from atm_app.banking.limits import Allowance, LimitKind
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, Mix, NotesIn, NotesOfValue
from atm_app.stores import (
    LATEST_WITHDRAWALS,
    LEAST_OF_USUAL,
    Account,
    Deposit,
    Movement,
    Outcome,
    StatementLine,
    Transfer,
    TrialBalance,
    Withdrawal,
)
from db.connection import Database, Row

# Larger than any journal id: a BIGINT UNSIGNED's largest.
LARGEST_JOURNAL = 2**64 - 1


def notes_text(mix: Mix) -> str:
    """A mix as the procedures read it; one text for one mix, because the request's digest covers it."""
    notes = [{"position": note.position, "count": note.count} for note in sorted(mix, key=lambda note: note.position)]
    return json.dumps(notes, separators=(",", ":"))


def notes_in_text(notes: NotesIn) -> str:
    """Counted notes as the procedures read them; one text for one count."""
    counted = sorted(notes, key=lambda note: -note.denomination)
    items = [{"denomination": note.denomination, "count": note.count} for note in counted]
    return json.dumps(items, separators=(",", ":"))


def movement_of(row: Row, currency: str) -> Movement:
    balance = None if row["balance"] is None else Money(int(row["balance"]), currency)
    return Movement(Outcome(row["outcome"]), row["reason"], int(row["journal_id"]), balance)


class LedgerRows:
    """All money calls of one terminal. ``chain``: the audit chain its procedures write to."""

    def __init__(self, database: Database, terminal: str, chain: str, currency: str) -> None:
        self._database = database
        self._terminal = terminal
        self._chain = chain
        self._currency = currency

    def accounts(self, customer_id: int) -> tuple[Account, ...]:
        return tuple(
            Account(
                row["id"], row["bank"], row["number"], row["kind"],
                Money(row["balance"], row["currency"]), Money(row["available"], row["currency"]),
            )
            for row in self._database.rows("accounts_of", customer=customer_id)
        )  # fmt: skip

    def cash_units(self) -> tuple[CashUnit, ...]:
        return tuple(CashUnit(**row) for row in self._database.rows("cash_units_of", terminal=self._terminal))

    def cash_in(self) -> NotesIn:
        """Notes customers paid in since the last exchange."""
        rows = self._database.rows("cash_in_of", terminal=self._terminal)
        return tuple(NotesOfValue(row["denomination"], row["accepted"]) for row in rows if row["accepted"])

    # --- movements ---------------------------------------------------------------------------------------------------

    def hold(self, withdrawal: Withdrawal) -> Movement:
        return self._hold("hold_withdrawal", withdrawal, notes_text(withdrawal.mix))

    def hold_deposit(self, deposit: Deposit) -> Movement:
        return self._hold("hold_deposit", deposit, notes_in_text(deposit.notes))

    def _hold(self, procedure: str, asked: Withdrawal | Deposit, notes: str) -> Movement:
        row = self._database.row(
            procedure,
            request=asked.request_id, customer=asked.customer_id, account=asked.account_id,
            amount=asked.amount.minor, currency=asked.amount.currency, notes=notes, policy=asked.policy,
            terminal=self._terminal, chain=self._chain, session=asked.session, subject=asked.subject,
        )  # fmt: skip
        assert row is not None, "a hold is always answered"
        return movement_of(row, asked.amount.currency)

    def settle(self, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        row = self._database.row(
            "settle_hold",
            request=request_id, outcome=outcome.value, fate=fate.value, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        assert row is not None, "settle_hold always answers"
        return movement_of(row, self._currency)

    def transfer(self, transfer: Transfer) -> Movement:
        row = self._database.row(
            "transfer",
            request=transfer.request_id, customer=transfer.customer_id, account=transfer.account_id, to=transfer.to,
            biller=transfer.biller, reference=transfer.reference, amount=transfer.amount.minor,
            currency=transfer.amount.currency, description=transfer.description, policy=transfer.policy,
            terminal=self._terminal, chain=self._chain, session=transfer.session, subject=transfer.subject,
        )  # fmt: skip
        assert row is not None, "transfer always answers"
        return movement_of(row, transfer.amount.currency)

    # --- limits and fees ---------------------------------------------------------------------------------------------

    def fee(self, kind: LimitKind) -> Money:
        row = self._database.row("fee_of", kind=kind.value, currency=self._currency)
        return Money(int(row["amount"]) if row else 0, self._currency)

    def allowances(self, customer_id: int, policy: str) -> tuple[Allowance, ...]:
        rows = self._database.rows(
            "limits_of", policy=policy, customer=customer_id, currency=self._currency, terminal=self._terminal
        )
        amounts = ("per_transaction", "per_day", "used", "ceiling_per_transaction", "ceiling_per_day")
        return tuple(
            Allowance(LimitKind(row["kind"]), **{name: Money(int(row[name]), self._currency) for name in amounts})
            for row in rows
        )

    def set_own_limit(
        self, customer_id: int, kind: LimitKind, per_transaction: Money, per_day: Money, session: bytes
    ) -> None:
        self._database.rows(
            "set_own_limit",
            customer=customer_id, kind=kind.value, currency=per_transaction.currency,
            transaction=per_transaction.minor, day=per_day.minor, chain=self._chain, session=session,
        )  # fmt: skip

    def usual_withdrawal(self, customer_id: int) -> Money | None:
        row = self._database.row(
            "usual_withdrawal",
            customer=customer_id, currency=self._currency, latest=LATEST_WITHDRAWALS, least=LEAST_OF_USUAL,
        )  # fmt: skip
        return Money(int(row["amount"]), self._currency) if row else None

    # --- reports -----------------------------------------------------------------------------------------------------

    def statement(self, account_id: int, count: int) -> tuple[StatementLine, ...]:
        return tuple(map(_line_of, self._database.rows("statement_of", account=account_id, count=count)))

    def statement_between(
        self, account_id: int, since: datetime, until: datetime, *, before: int | None = None, count: int = 500
    ) -> tuple[StatementLine, ...]:
        rows = self._database.rows(
            "statement_between",
            account=account_id, since=as_stored(since), until=as_stored(until),
            before=LARGEST_JOURNAL if before is None else before, count=count,
        )  # fmt: skip
        return tuple(map(_line_of, rows))

    def trial_balance(self) -> TrialBalance:
        row = self._database.row("trial_balance")
        assert row is not None, "the trial balance is one row"
        return TrialBalance(**{name: int(value) for name, value in row.items()})


def as_stored(moment: datetime) -> datetime:
    """The connection's time zone is UTC, and its values carry none."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _line_of(row: Row) -> StatementLine:
    return StatementLine(
        row["journal_id"], row["created_at"].replace(tzinfo=UTC), row["kind"],
        Money(row["amount"], row["currency"]), Money(row["balance_after"], row["currency"]),
        row["reference"], row["description"], row["counterparty"],
    )  # fmt: skip
