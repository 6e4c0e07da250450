"""Money as the kiosk's user sees it: accounts, holds, settlement, the trial balance."""

from __future__ import annotations

import json
from datetime import UTC

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.ports import CashFate, Mix
from atm_app.stores import Account, Movement, Outcome, StatementLine, TrialBalance, Withdrawal
from db.connection import Database, Row


def notes_text(mix: Mix) -> str:
    """A mix as the procedures read it; one text for one mix, because the request's digest covers it."""
    notes = [{"position": note.position, "count": note.count} for note in sorted(mix, key=lambda note: note.position)]
    return json.dumps(notes, separators=(",", ":"))


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

    def hold(self, withdrawal: Withdrawal) -> Movement:
        row = self._database.row(
            "hold_withdrawal",
            request=withdrawal.request_id, customer=withdrawal.customer_id, account=withdrawal.account_id,
            amount=withdrawal.amount.minor, currency=withdrawal.amount.currency, notes=notes_text(withdrawal.mix),
            terminal=self._terminal, chain=self._chain, session=withdrawal.session, subject=withdrawal.subject,
        )  # fmt: skip
        assert row is not None, "hold_withdrawal always answers"
        return movement_of(row, withdrawal.amount.currency)

    def settle(self, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        row = self._database.row(
            "settle_withdrawal",
            request=request_id, outcome=outcome.value, fate=fate.value, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        assert row is not None, "settle_withdrawal always answers"
        return movement_of(row, self._currency)

    def statement(self, account_id: int, count: int) -> tuple[StatementLine, ...]:
        return tuple(
            StatementLine(
                row["journal_id"], row["created_at"].replace(tzinfo=UTC), row["kind"],
                Money(row["amount"], row["currency"]), Money(row["balance_after"], row["currency"]),
            )
            for row in self._database.rows("statement_of", account=account_id, count=count)
        )  # fmt: skip

    def trial_balance(self) -> TrialBalance:
        row = self._database.row("trial_balance")
        assert row is not None, "the trial balance is one row"
        return TrialBalance(**{name: int(value) for name, value in row.items()})
