"""What the console needs of the bank's rows, as Protocols and the frozen values that cross them.

All calls block and raise StoreUnavailable. ``session``: 16 bytes, of who does it. ``request_id`` of a money call: 16
bytes; a repeat changes nothing, and one with another payload raises RequestRefused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from atm_app.banking.cash import CashUnit
from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import LARGEST_AMOUNT, Money
from atm_app.branch.cash_count import NOBODY_SIGNED, SignedCount
from atm_app.cash_ports import Mix, NotesIn
from atm_app.stores import Customers, Factor
from atm_app.trust.audit import AuditRow

BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# More are asked for page by page, with ``before``.
MOST_ROWS = 500


class AccountStatus(StrEnum):
    """``FROZEN``: nothing moves from it or to it."""

    OPEN = "open"
    FROZEN = "frozen"


@dataclass(frozen=True)
class BranchAccount:
    """A customer's account as staff see it, frozen ones too."""

    bank: str
    number: str
    kind: str
    balance: Money
    available: Money
    status: AccountStatus


@dataclass(frozen=True)
class TemplateLabel:
    """One template in force. ``position``: which finger or hand; of a face ``face``."""

    kind: Factor
    position: str


@dataclass(frozen=True)
class FoundCustomer:
    """One line of a search or a list. ``details``: name, phone, email, address, gender."""

    customer_id: int
    number: str
    status: str
    details: dict[str, str]


@dataclass(frozen=True)
class WaitingSignUp:
    """Somebody who opened their account at a machine and whom nobody has looked at. ``at``: UTC."""

    number: str
    terminal: str
    at: datetime


@dataclass(frozen=True)
class Suspended:
    """A withdrawal or deposit of which no device knows where the notes are. ``account_end``: the last four digits of
    the customer's account; ``counted``: an exchange has counted the machine's cash since."""

    request_id: bytes
    kind: str
    amount: Money
    account_end: str
    at: datetime
    counted: bool = False


@dataclass(frozen=True)
class AuditQuery:
    """Of all audit rows those that fit; what is empty fits all. ``since`` ≤ their time < ``until`` (UTC); ``before``:
    older than the row with this id; the newest ``count`` of them."""

    event: str = ""
    outcome: str = ""
    chain: str = ""
    subject: bytes = b""
    session: bytes = b""
    since: datetime = BEGINNING
    until: datetime = END
    before: int = 2**63
    count: int = 100


@dataclass(frozen=True)
class JournalQuery:
    """As ``AuditQuery``, of movements; ``least`` ≤ amount ≤ ``most``, minor units."""

    kind: str = ""
    terminal: str = ""
    least: int = 0
    most: int = LARGEST_AMOUNT
    since: datetime = BEGINNING
    until: datetime = END
    before: int = 2**63
    count: int = 100


@dataclass(frozen=True)
class JournalLine:
    """One movement. ``amount``: None where no posting stands behind it, which no machine writes. ``reverses``: the
    journal row it takes back, else 0. Whose it is, is not in it."""

    journal_id: int
    at: datetime
    kind: str
    terminal: str
    period: int
    amount: Money | None
    reverses: int


@dataclass(frozen=True)
class PeriodTotal:
    """Movements of one kind in one accounting period; ``amount`` in minor units."""

    kind: str
    count: int
    amount: int


@dataclass(frozen=True)
class EndOfDay:
    """What a cut-off wrote down. ``cash_difference``: what the counters say is in the machine less what the books say,
    minor units; zero."""

    period: int
    at: datetime
    totals: tuple[PeriodTotal, ...]
    cash_units: tuple[CashUnit, ...]
    cash_difference: int


class BranchBooks(Protocol):
    """The books of this terminal."""

    def open_account(self, customer_id: int, bank: str, number: str, kind: str, currency: str) -> int:
        """Raises LookupError when the number is somebody else's."""
        ...

    def unlock(self, number: str) -> bool: ...
    def set_limit(self, policy: str, kind: LimitKind, rule: LimitRule, *, by_staff: bool = False) -> None: ...
    def begin_exchange(self) -> None: ...
    def end_exchange(
        self, request_id: bytes, loaded: Mix, counted: Money, signed: SignedCount = NOBODY_SIGNED
    ) -> None: ...  # fmt: skip
    def in_exchange(self) -> bool: ...
    def cash_difference(self) -> int:
        """What the counters say is in the machine less what the books say, minor units."""
        ...

    def load_cash_unit(self, request_id: bytes, position: int, note: Money, count: int) -> None: ...
    def cut_off(self, request_id: bytes, done_by: bytes = b"") -> EndOfDay:
        """``done_by``: the pseudonym of who does it."""
        ...

    def suspended(self) -> tuple[Suspended, ...]: ...
    def resolve_suspense(self, request_id: bytes, hold: bytes, *, taken: bool) -> int: ...


class CashCounters(Protocol):
    def cash_units(self) -> tuple[CashUnit, ...]: ...
    def cash_in(self) -> NotesIn: ...


class BranchCustomers(Customers, Protocol):
    """Customers as the branch has them: what the kiosk may, and their end."""

    def erase(self, number: str) -> str:
        """Destroy what they are known by. Empty when it was done, else a word of the refusal: no_such_customer,
        erased_already, open_holds, balance."""
        ...


class CustomerFiles(Protocol):
    """What only staff do to a customer's rows."""

    def accounts(self, customer_id: int) -> tuple[BranchAccount, ...]: ...
    def templates(self, customer_id: int) -> tuple[TemplateLabel, ...]: ...
    def set_account_status(self, number: str, status: AccountStatus, session: bytes) -> None:
        """Raises RequestRefused (no_such_account, closed)."""
        ...

    def set_customer_limit(
        self, customer_id: int, kind: LimitKind, per_transaction: Money, per_day: Money, session: bytes
    ) -> None:
        """It only ever narrows what the policy allows."""
        ...

    def remove_emergency_pin(self, customer_id: int, session: bytes) -> bool: ...
    def revoke_template(self, customer_id: int, label: TemplateLabel, session: bytes) -> bool: ...
    def waiting_sign_ups(self, count: int) -> tuple[WaitingSignUp, ...]: ...
    def review_sign_up(self, number: str, session: bytes) -> bool: ...


class CustomerFinder(Protocol):
    def search(self, text: str, after: int = 0, count: int = 50) -> tuple[FoundCustomer, ...]:
        """Customers with this number, or with all these words; ``after``: the last id of the page before."""
        ...


class Documents(Protocol):
    """Pictures of proofs of identity, JPEG."""

    def of(self, customer_id: int) -> bytes:
        """Empty where there is none."""
        ...

    def store(self, customer_id: int, document: bytes) -> None:
        """In place of an earlier one."""
        ...


class Records(Protocol):
    """What the auditor reads; newest first."""

    def audit(self, query: AuditQuery) -> tuple[AuditRow, ...]: ...
    def journal(self, query: JournalQuery) -> tuple[JournalLine, ...]: ...
