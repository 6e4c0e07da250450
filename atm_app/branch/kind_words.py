"""What the books call a movement, for people at the branch."""

from __future__ import annotations

MOVEMENTS = {
    "withdrawal": "Withdrawal",
    "withdrawal_suspense": "Withdrawal, notes not known where",
    "withdrawal_found": "Lost withdrawal: the customer has the notes",
    "withdrawal_returned": "Lost withdrawal: the notes are in the machine",
    "cash_deposit": "Cash deposit",
    "cash_deposit_suspense": "Cash deposit, account not open",
    "deposit_found": "Lost deposit: the notes are in the machine",
    "transfer": "Transfer",
    "payment": "Bill payment",
    "top_up": "Wallet top-up",
    "branch_deposit": "Paid in at the branch",
    "branch_payout": "Paid out at the branch",
    "reversal": "Reversal",
    "cash_load": "Cassette loaded",
    "cash_exchange": "Exchange of cassettes",
}


def movement_told(kind: str) -> str:
    """A kind no procedure writes is shown as it stands."""
    return MOVEMENTS.get(kind, kind)
