"""Whom customers can pay, and the confirmations they are owed afterwards."""

from __future__ import annotations

from datetime import UTC

from atm_app.banking.confirmations import Confirmation
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount, shortened
from atm_app.stores import StatementLine, masked
from atm_app.trust.vault import Vault
from db.connection import Database, Row
from db.customers import Keys, comparable

LABEL = "payee"


class PayeeRows:
    """Names of holders and labels of saved payees are opened with the data key of whom they belong to."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._keys = Keys(vault)
        self._chain = chain

    def by_number(self, number: str) -> PayeeAccount | None:
        row = self._database.row("payable_account_by_number", number=number)
        return self._found(row) if row else None

    def by_phone(self, phone: str) -> PayeeAccount | None:
        """Customers a rotation has not come to yet are found under older keys; the oldest is asked first, so that one
        it comes to meanwhile is not missed."""
        vault, number = self._keys.vault, comparable("phone", phone)
        self._keys.keep_up(self._database)
        rows = [
            row
            for key_id in vault.key_ids
            for row in self._database.rows(
                "payable_accounts_by_token", kind="phone", token=vault.blind_index("phone", number, key_id)
            )
        ]
        if len({row["customer_id"] for row in rows}) != 1:
            return None
        return self._found(rows[0])

    def saved(self, customer_id: int) -> tuple[PayeeAccount, ...]:
        rows = self._database.rows("payees_of", customer=customer_id)
        return tuple(
            PayeeAccount(
                row["account_id"], row["bank"], masked(row["number"]), "", row["currency"],
                self._keys.open(row, _label_of(row["account_id"]), row["sealed"]).decode(),
            )
            for row in rows
        )  # fmt: skip

    def save(self, customer_id: int, payee: PayeeAccount, label: str, session: bytes) -> None:
        row = self._database.row("customer_by_id", customer=customer_id)
        if row is None:
            raise LookupError("no such customer")
        data_key, pseudonym = self._keys.of(row)
        sealed = self._keys.vault.seal(data_key, label.encode(), pseudonym, _label_of(payee.account_id))
        self._database.rows(
            "save_payee",
            customer=customer_id, account=payee.account_id, sealed=sealed, chain=self._chain, session=session,
        )  # fmt: skip

    def forget(self, customer_id: int, account_id: int, session: bytes) -> None:
        self._database.rows(
            "forget_payee", customer=customer_id, account=account_id, chain=self._chain, session=session
        )

    def billers(self, currency: str) -> tuple[Biller, ...]:
        return tuple(
            Biller(
                row["code"], row["name"], row["category"], row["reference_pattern"],
                Money(row["least"], row["currency"]), Money(row["most"], row["currency"]),
            )
            for row in self._database.rows("billers_in", currency=currency)
        )  # fmt: skip

    def _found(self, row: Row) -> PayeeAccount:
        name = self._keys.open(row, "name", row["sealed_name"]).decode()
        return PayeeAccount(row["id"], row["bank"], masked(row["number"]), shortened(name), row["currency"])


class ConfirmationRows:
    """What one terminal's movements owe to customers."""

    def __init__(self, database: Database, terminal: str) -> None:
        self._database = database
        self._terminal = terminal

    def owed(self, count: int) -> tuple[Confirmation, ...]:
        return tuple(
            Confirmation(
                row["id"], row["customer_id"], row["bank"], masked(row["number"]),
                StatementLine(
                    row["journal_id"], row["created_at"].replace(tzinfo=UTC), row["kind"],
                    Money(row["amount"], row["currency"]), Money(row["balance_after"], row["currency"]),
                    description=row["description"], counterparty=row["counterparty"],
                ),
            )
            for row in self._database.rows("unsent_confirmations", terminal=self._terminal, count=count)
        )  # fmt: skip

    def tried(self, confirmation_id: int, *, sent: bool, limit: int) -> None:
        self._database.rows("confirmation_sent", confirmation=confirmation_id, sent=sent, limit_=limit)


def _label_of(account_id: int) -> str:
    """What a label's ciphertext is bound to: a row moved to another payee does not open."""
    return f"{LABEL}-{account_id}"
