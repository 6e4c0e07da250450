"""What the branch does to the books: terminals, cash units, accounts and money paid in. Staff role only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.branch.branch_ports import EndOfDay, Suspended
from atm_app.branch.cash_count import NOBODY_SIGNED, SignedCount
from atm_app.cash_ports import Mix
from atm_app.config import DURESS, MovementLimit, Settings
from atm_app.identity.policy import policies_of
from atm_app.stores import RequestRefused
from db.connection import Database, Row
from db.periods import end_of_day, places_text


@dataclass(frozen=True)
class Enrolment:
    """What one customer is enrolled with so far. ``erased``: the number is nobody's any more, and never will be."""

    customer_id: int
    faces: int
    fingers: int
    palms: int
    credentials: int
    erased: bool


@dataclass(frozen=True)
class ChartLine:
    """One kind of account: ``class_`` is asset, liability, income or expense."""

    kind: str
    class_: str
    accounts: int
    balance: Money


class BranchRows:
    """``request_id`` of each money call: 16 bytes; a repeat changes nothing, and one with another payload raises
    ValueError."""

    def __init__(self, database: Database, terminal: str, chain: str) -> None:
        self._database = database
        self._terminal = terminal
        self._chain = chain

    def set_up_terminal(self, currency: str, utc_offset: int) -> None:
        """``utc_offset``: minutes from UTC to the bank's wall clock."""
        self._database.rows("set_up_terminal", terminal=self._terminal, currency=currency, utc_offset=utc_offset)

    def prepare_books(self, settings: Settings, billers: Sequence[Biller] = ()) -> None:
        """Everything the configuration says of the books: the terminal, each policy's limits, fees, billers."""
        currency = settings.currency
        self.set_up_terminal(currency, settings.utc_offset)
        for policy in (*policies_of(settings), DURESS):
            limits = settings.limits_of(policy)
            for kind in LimitKind:
                limit: MovementLimit = getattr(limits, kind.value)
                self.set_limit(policy, kind, LimitRule.of(limit, currency))
        self.set_fee(LimitKind.TRANSFER, Money(settings.fees.transfer, currency))
        self.set_fee(LimitKind.PAYMENT, Money(settings.fees.payment, currency))
        for biller in billers:
            self.set_up_biller(biller)

    # --- limits, fees, billers ---------------------------------------------------------------------------------------

    def set_limit(self, policy: str, kind: LimitKind, rule: LimitRule, *, by_staff: bool = False) -> None:
        """What a policy allows. Setting the same again writes nothing. What staff set at the branch stays, whatever a
        machine's settings say."""
        self._database.rows(
            "set_policy_limit",
            policy=policy, kind=kind.value, currency=rule.per_transaction.currency,
            transaction=rule.per_transaction.minor, day=rule.per_day.minor, burst=rule.burst, period=rule.period,
            source="staff" if by_staff else "settings", chain=self._chain,
        )  # fmt: skip

    def set_fee(self, kind: LimitKind, fee: Money) -> None:
        self._database.rows("set_fee", kind=kind.value, currency=fee.currency, amount=fee.minor, chain=self._chain)

    def set_up_biller(self, biller: Biller) -> None:
        self._database.rows(
            "set_up_biller",
            code=biller.code, name=biller.name, category=biller.category, currency=biller.least.currency,
            pattern=biller.pattern, least=biller.least.minor, most=biller.most.minor,
        )  # fmt: skip

    # --- cash --------------------------------------------------------------------------------------------------------

    def begin_exchange(self) -> None:
        """Nothing is dispensed or taken in until ``end_exchange``. Raises ValueError while money is moving."""
        _accepted(self._database.row("begin_exchange", terminal=self._terminal, chain=self._chain))

    def end_exchange(
        self, request_id: bytes, loaded: Mix, counted: Money, signed: SignedCount = NOBODY_SIGNED
    ) -> None:  # fmt: skip
        """``loaded``: what was put in; ``counted``: everything that was found in the machine. What differs from the
        books goes to the differences account."""
        units = [
            {"position": unit.position, "denomination": unit.denomination, "count": unit.count}
            for unit in sorted(loaded, key=lambda unit: unit.position)
        ]
        row = self._database.row(
            "end_exchange",
            request=request_id, terminal=self._terminal, currency=counted.currency,
            units=json.dumps(units, separators=(",", ":")), counted=counted.minor,
            booked=signed.booked.minor if signed.booked else None, places=places_text(signed.places),
            by=signed.done_by, second=signed.signed_by, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def in_exchange(self) -> bool:
        row = self._database.row("terminal_state", terminal=self._terminal)
        return row is not None and bool(row["in_exchange"])

    def cash_difference(self) -> int:
        """What the counters say is in the machine less what the books say, minor units."""
        row = self._database.row("cash_difference_of", terminal=self._terminal)
        return int(row["cash_difference"]) if row else 0

    def cut_off(self, request_id: bytes, done_by: bytes = b"") -> EndOfDay:
        """End the accounting period. A repeat answers the same."""
        row = self._database.row(
            "cut_off", request=request_id, terminal=self._terminal, chain=self._chain, by=done_by
        )  # fmt: skip
        assert row is not None, "cut_off always answers"
        return end_of_day(row)

    # --- corrections -------------------------------------------------------------------------------------------------

    def reverse(self, request_id: bytes, journal_id: int) -> int:
        """The journal row that takes another back."""
        row = self._database.row(
            "reverse_movement", request=request_id, journal=journal_id, terminal=self._terminal, chain=self._chain
        )
        return _accepted(row)

    def resolve_suspense(self, request_id: bytes, hold: bytes, *, taken: bool) -> int:
        """Settle a suspended withdrawal or deposit. Answers the journal row, 0 where nothing had to move.

        ``taken``: the customer has the notes; else they are in the machine and the money is the customer's.
        """
        row = self._database.row(
            "resolve_suspense",
            request=request_id, hold=hold, taken=taken, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        return _accepted(row)

    def suspended(self) -> tuple[Suspended, ...]:
        """Of this terminal, the oldest first."""
        return tuple(
            Suspended(bytes(row["request_id"]), row["kind"], Money(int(row["amount"]), row["currency"]),
                      row["account_end"], row["created_at"].replace(tzinfo=UTC), counted=bool(row["counted"]))
            for row in self._database.rows("suspense_of", terminal=self._terminal)
        )  # fmt: skip

    def chart(self) -> tuple[ChartLine, ...]:
        """The chart of accounts with what stands on it."""
        return tuple(
            ChartLine(row["kind"], row["class"], int(row["accounts"]), Money(int(row["balance"]), row["currency"]))
            for row in self._database.rows("chart")
        )

    # --- accounts ----------------------------------------------------------------------------------------------------

    def load_cash_unit(self, request_id: bytes, position: int, note: Money, count: int) -> None:
        row = self._database.row(
            "load_cash_unit",
            request=request_id, terminal=self._terminal, position=position, denomination=note.minor,
            currency=note.currency, count=count, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def open_account(self, customer_id: int, bank: str, number: str, kind: str, currency: str) -> int:
        row = self._database.row(
            "open_account",
            customer=customer_id, bank=bank, number=number, kind=kind, currency=currency, chain=self._chain,
        )  # fmt: skip
        if row is None:
            raise LookupError(f"account number {number} belongs to another customer")
        return int(row["account_id"])

    def deposit(self, request_id: bytes, account_id: int, amount: Money) -> None:
        row = self._database.row(
            "deposit_at_branch",
            request=request_id, account=account_id, amount=amount.minor, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def pay_out(self, request_id: bytes, account_id: int, amount: Money) -> None:
        """Raises RequestRefused: account_not_open, insufficient_funds, no_such_account."""
        row = self._database.row(
            "pay_out_at_branch",
            request=request_id, account=account_id, amount=amount.minor, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def unlock(self, number: str) -> bool:
        """Take back failures and locks of all factors; false when nobody has this number."""
        row = self._database.row("unlock_customer", number=number, chain=self._chain)
        return row is not None and bool(row["done"])

    def enrolment(self, number: str) -> Enrolment | None:
        row = self._database.row("enrolment_of", number=number)
        if row is None:
            return None
        return Enrolment(
            row["id"], row["faces"], row["fingers"], row["palms"], row["credentials"], erased=bool(row["erased"])
        )


def _accepted(row: Row | None) -> int:
    """The journal row of a request that was booked."""
    if row is None or row["outcome"] == "refused":
        raise RequestRefused(row["reason"] if row else "no answer")
    return int(row["journal_id"])
