"""What a receipt says, and what it never says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atm_app.banking.money import Money
from atm_app.banking.receipts import Receipt, ReceiptKind, masked_numbers, receipt_for, statement_for
from atm_app.stores import Account, StatementLine

AT = datetime(2026, 11, 21, 10, 30, 0, 5, tzinfo=UTC)
ACCOUNT = Account(1, "Konkan Bank", "300100001234", "savings", Money(480_000), Money(450_000))


def line(number: int, amount: int, balance: int) -> StatementLine:
    return StatementLine(number, AT + timedelta(minutes=number), "withdrawal", Money(amount), Money(balance))


OLDEST_FIRST = (line(7, -500, 9_500), line(8, 2_000, 11_500), line(9, -1_500, 10_000))


def test_a_withdrawal_is_what_the_machine_asks_for() -> None:
    receipt = receipt_for("Bank", "ATM-1", AT, ACCOUNT, Money(200_000), Money(280_000), 42, "hi")
    assert receipt == Receipt(
        ReceiptKind.WITHDRAWAL,
        "Bank",
        "ATM-1",
        AT,
        "•••• 1234",
        "Konkan Bank",
        Money(200_000),
        Money(280_000),
        42,
        "hi",
    )
    assert receipt.file_name == "receipt-00000042"


def test_no_full_number_and_no_name_come_onto_a_receipt() -> None:
    receipt = receipt_for(
        "Bank", "ATM-1", AT, ACCOUNT, Money(1), None, 42, "en", kind=ReceiptKind.TRANSFER,
        counterparty="Konkan Bank 7001 0000 5678", description="bill 0011-2233-4455, card 4111111111111111",
    )  # fmt: skip
    said = repr(receipt)
    assert "300100001234" not in said
    assert receipt.counterparty == "Konkan Bank ••••\u00a05678"
    assert receipt.description == "bill ••••\u00a04455, card ••••\u00a01111"


@pytest.mark.parametrize("field", ["account", "counterparty", "description"])
def test_a_receipt_with_a_full_number_cannot_be_made(field: str) -> None:
    fields = {"account": "•••• 1234", field: "300100001234"}
    with pytest.raises(ValueError, match="no full number"):
        Receipt(ReceiptKind.PAYMENT, "B", "T", AT, account_bank="K", amount=None, balance=None, journal_id=1,
                language="en", **fields)  # fmt: skip


@given(st.text(alphabet="0123456789 -a•१", max_size=60))
def test_a_masked_text_never_shows_five_digits_in_a_row(text: str) -> None:
    assert not re.search(r"\d(?:[ -]?\d){4,}", masked_numbers(text))


@pytest.mark.parametrize("text", ["Route 66", "7 of 1234", "12-34", "", "2026"])
def test_a_short_number_is_left_alone(text: str) -> None:
    assert masked_numbers(text) == text


@pytest.mark.parametrize("lines", [OLDEST_FIRST, OLDEST_FIRST[::-1]])
def test_a_statement_runs_from_its_opening_to_its_closing_balance(lines: tuple[StatementLine, ...]) -> None:
    receipt = statement_for("Bank", "ATM-1", AT, ACCOUNT, lines, "en")
    assert receipt.lines == OLDEST_FIRST
    assert (receipt.opening, receipt.closing) == (Money(10_000), Money(10_000))
    running = receipt.opening
    for each in receipt.lines:
        running = running + each.amount
        assert running == each.balance_after
    assert running == receipt.closing


def test_a_statement_without_lines_opens_and_closes_with_the_balance() -> None:
    receipt = statement_for("Bank", "ATM-1", AT, ACCOUNT, (), "en")
    assert receipt.opening == receipt.closing == ACCOUNT.balance


def test_what_was_not_booked_is_told_apart_by_its_moment() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    names = {
        statement_for("Bank", "ATM-1", at, ACCOUNT, (), "en").file_name
        for at in (AT, AT.astimezone(india), AT + timedelta(microseconds=1))
    }
    assert names == {"statement-20261121T103000000005Z", "statement-20261121T103000000006Z"}
