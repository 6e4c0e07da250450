"""What the ATM keeps: ports onto the database, and the frozen rows that cross them.

All calls block and run on ``Work.LEDGER``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from atm_app.banking.cash import CashUnit
from atm_app.banking.limits import Allowance, LimitKind
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, Mix, NotesIn
from atm_app.identity.personal_details import check_details
from atm_app.palm_ports import HandSide
from atm_app.ports import FingerTemplate


class StoreUnavailable(Exception):
    """The database did not answer within the bound; nothing is known of the call's effect unless it is asked again."""


class ShutOut(StoreUnavailable):
    """The database answers, but not this machine: its users were locked, or it was revoked. Staff read the message."""


class RequestRefused(ValueError):
    """What was asked cannot be done, and nothing was. ``reason``: a word for the screen to say it with."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the request was refused: {reason}")
        self.reason = reason


# --- customers -------------------------------------------------------------------------------------------------------


class Factor(StrEnum):
    """One way to prove who one is, as policies and lockouts name it."""

    FACE = "face"
    FINGERPRINT = "fingerprint"
    PALM = "palm"
    PIN = "pin"
    ONE_TIME_CODE = "one_time_code"


@dataclass(frozen=True)
class Customer:
    """``pseudonym``: 16 bytes that stand for the customer in audit and journal. ``phone``, ``email`` may be empty."""

    customer_id: int
    number: str
    pseudonym: bytes
    name: str
    phone: str
    email: str
    frozen: bool = False

    @property
    def lockout_id(self) -> int:
        return self.customer_id

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name


@dataclass(frozen=True)
class NewCustomer:
    """Exists only when it can be kept as it was given: making one raises DetailRefused. All but number and name may
    be empty."""

    number: str
    name: str
    phone: str
    email: str
    address: str
    gender: str

    def __post_init__(self) -> None:
        check_details(**vars(self))


class NumberOfErased(Exception):
    """The number belonged to a customer who was erased. It is never given to anybody again."""


class Customers(Protocol):
    def find(self, number: str) -> Customer | None: ...
    def get(self, customer_id: int) -> Customer | None: ...
    def enrol(self, customer: NewCustomer) -> int:
        """The new customer's id. Repeating the same number returns the same id. Raises NumberOfErased."""
        ...

    def find_by_user_name(self, user_name: str) -> Customer | None: ...
    def pin_hash(self, customer_id: int) -> bytes | None: ...
    def password_hash(self, customer_id: int) -> bytes | None: ...
    def emergency_pin_hash(self, customer_id: int) -> bytes | None: ...
    def set_emergency_pin_hash(self, customer_id: int, pin_hash: bytes, emergency: bytes, session: bytes) -> bool:
        """If ``pin_hash`` is in force; whether it was."""
        ...

    def set_pin_hash(self, customer_id: int, pin_hash: bytes) -> None: ...
    def change_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        """Replace the hash if it still is ``old``; whether it was."""
        ...

    def renew_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        """The same PIN under the master key now active, as ``change_pin_hash``."""
        ...

    def renew_password_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        """As ``renew_pin_hash``."""
        ...


@dataclass(frozen=True)
class FaceCount:
    """``newest``: the highest template id in force. A change of any of the three tells that the faces changed."""

    faces: int
    newest: int
    sum_of_ids: int


@dataclass(frozen=True)
class KnownFace:
    """The template in force and the latest enrolled one, which bounds what it may learn."""

    template_id: int
    template: bytes
    enrolled: bytes


class Templates(Protocol):
    """Biometric templates, encrypted under the customer's data key. Storing one raises NoConsent."""

    def faces(self) -> Sequence[tuple[int, bytes]]:
        """(customer, template) of everybody enrolled by face."""
        ...

    def face_count(self) -> FaceCount: ...

    def faces_after(self, newest: int) -> Sequence[tuple[int, bytes]]:
        """Those in force whose id is higher."""
        ...

    def customers_with_face(self) -> frozenset[int]: ...
    def face(self, customer_id: int) -> bytes | None: ...
    def known_face(self, customer_id: int) -> KnownFace | None: ...
    def store_face(self, customer_id: int, template: bytes, quality: float) -> None: ...

    def learn_face(self, customer_id: int, base: int, template: bytes, session: bytes, pause: int) -> bool:
        """A step from the template with the id ``base``; false when that is no longer in force, or itself a step made
        less than ``pause`` seconds ago."""
        ...

    def forget_learned_face(self, customer_id: int) -> bool:
        """The enrolled face again; false when nothing was learned."""
        ...

    def fingers(self, customer_id: int) -> tuple[FingerTemplate, ...]: ...
    def store_finger(self, customer_id: int, finger: str, family: str, template: bytes) -> None: ...

    def palms(self, customer_id: int) -> tuple[bytes, ...]:
        """One template a hand."""
        ...

    def palms_of_few(self, most: int) -> Sequence[tuple[int, bytes]]:
        """(customer, template) of every enrolled hand; nothing where more than ``most`` customers have one."""
        ...

    def store_palm(self, customer_id: int, side: HandSide, template: bytes, quality: float) -> None: ...


# --- codes and lockout -----------------------------------------------------------------------------------------------


class CodeVerdict(StrEnum):
    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used_up"


class Codes(Protocol):
    """One-time codes, kept as HMACs only. Tries, expiry and single use are decided in one statement of the database."""

    def issue(
        self, customer_id: int | None, session: bytes, purpose: str, binding: bytes, code_mac: bytes, key_id: str,
        seconds: int, tries: int,
    ) -> int:  # fmt: skip
        """The challenge's id; an earlier open one of the same session and purpose ends. ``customer_id``: None for
        somebody who is no customer yet. ``key_id``: the master key of the MAC."""
        ...

    def key_of(self, challenge: int) -> str | None:
        """The master key of a challenge's MAC; None when there is no such challenge."""
        ...

    def check(self, challenge: int, session: bytes, purpose: str, binding: bytes, code_mac: bytes) -> CodeVerdict: ...


@dataclass(frozen=True)
class AttemptVerdict:
    """``allowed``: the attempt may be made and is already counted. ``left``: failures left after this one."""

    allowed: bool
    left: int
    locked_seconds: int


class Lockouts(Protocol):
    """Failures in a row, counted where every terminal sees them. ``holder``: the id of whose they are."""

    def begin(self, holder: int, /, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        """Count an attempt as failed before it is made; ``succeeded`` takes it back. A crash counts as a failure."""
        ...

    def begin_invented(self, token: bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        """The same for a number nobody has; ``token``: 32 bytes that stand for it."""
        ...

    def succeeded(self, holder: int, /, factor: Factor) -> None: ...
    def locked_seconds(self, holder: int, /) -> int:
        """Seconds until the holder may try again; 0 when not locked."""
        ...


# --- money -----------------------------------------------------------------------------------------------------------


def masked(number: str) -> str:
    """An account number as it may be shown and printed."""
    return "•••• " + number[-4:]


@dataclass(frozen=True)
class Account:
    account_id: int
    bank: str
    number: str
    kind: str
    balance: Money
    available: Money

    @property
    def masked(self) -> str:
        return masked(self.number)


class Outcome(StrEnum):
    HELD = "held"
    POSTED = "posted"
    VOIDED = "voided"
    SUSPENDED = "suspended"
    REFUSED = "refused"


@dataclass(frozen=True)
class Movement:
    """What a money call came to. ``reason``: a word of the refusal. ``journal_id``: 0 when nothing was posted."""

    outcome: Outcome
    reason: str
    journal_id: int
    balance: Money | None


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal as the terminal asks for it; ``request_id``: 16 bytes, made once and kept through every retry.
    ``subject``: the customer's pseudonym, for the audit row written with the hold."""

    request_id: bytes
    customer_id: int
    account_id: int
    amount: Money
    mix: Mix
    session: bytes
    subject: bytes
    policy: str


@dataclass(frozen=True)
class Deposit:
    """Notes counted in escrow, as the terminal asks whether it may keep them."""

    request_id: bytes
    customer_id: int
    account_id: int
    amount: Money
    notes: NotesIn
    session: bytes
    subject: bytes
    policy: str


@dataclass(frozen=True)
class Transfer:
    """A payment to another account, or to a biller: either ``to`` or ``biller`` is given. ``reference``: the
    customer's number with the biller. ``description``: what both sides read."""

    request_id: bytes
    customer_id: int
    account_id: int
    amount: Money
    session: bytes
    subject: bytes
    policy: str
    to: int | None = None
    biller: str = ""
    reference: str = ""
    description: str = ""


@dataclass(frozen=True)
class StatementLine:
    """``amount``: signed, from the account's side. ``counterparty``: a masked account or a biller's name."""

    journal_id: int
    at: datetime
    kind: str
    amount: Money
    balance_after: Money
    reference: str = ""
    description: str = ""
    counterparty: str = ""


@dataclass(frozen=True)
class TrialBalance:
    """All differences that must be zero. Units: minor units, except ``open_holds`` (a count)."""

    postings_sum: int
    accounts_off: int
    groups_off: int
    held_off: int
    cash_difference: int
    reserved_off: int
    open_holds: int
    negative_accounts: int

    @property
    def balanced(self) -> bool:
        return not any(
            (self.postings_sum, self.accounts_off, self.groups_off, self.held_off, self.cash_difference,
             self.reserved_off, self.negative_accounts)
        )  # fmt: skip


# A usual amount is the most frequent one of so many withdrawals, if it came so often.
LATEST_WITHDRAWALS, LEAST_OF_USUAL = 12, 2


class Ledger(Protocol):
    def accounts(self, customer_id: int) -> tuple[Account, ...]: ...
    def cash_units(self) -> tuple[CashUnit, ...]:
        """This terminal's cash units by the books."""
        ...

    def hold(self, withdrawal: Withdrawal) -> Movement:
        """Reserve the amount. A repeat returns the stored outcome; a repeat with another payload is refused."""
        ...

    def hold_deposit(self, deposit: Deposit) -> Movement:
        """Ask whether counted notes may be kept for an account. Moves nothing; ``settle`` does."""
        ...

    def settle(self, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        """Post, void or suspend a hold. Unknown holds leave a tombstone, so that a late hold is refused."""
        ...

    def transfer(self, transfer: Transfer) -> Movement:
        """Post at once. A repeat returns the stored outcome; a repeat with another payload is refused."""
        ...

    def fee(self, kind: LimitKind) -> Money:
        """What a transfer or payment costs beside its amount."""
        ...

    def allowances(self, customer_id: int, policy: str) -> tuple[Allowance, ...]:
        """What the customer may still move today, by kind; a kind that is missing is not offered."""
        ...

    def set_own_limit(
        self, customer_id: int, kind: LimitKind, per_transaction: Money, per_day: Money, session: bytes
    ) -> None:
        """What the customer allows themselves; it only ever narrows what the policy allows."""
        ...

    def usual_withdrawal(self, customer_id: int) -> Money | None:
        """What the customer mostly took of late, from whichever account; of two as frequent the latest."""
        ...

    def statement(self, account_id: int, count: int) -> tuple[StatementLine, ...]:
        """The latest movements, newest first."""
        ...

    def statement_between(
        self, account_id: int, since: datetime, until: datetime, *, before: int | None = None, count: int = 500
    ) -> tuple[StatementLine, ...]:
        """Movements from ``since`` until before ``until``, newest first; ``before``: older than this journal row."""
        ...

    def trial_balance(self) -> TrialBalance: ...


# --- audit -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AuditEvent:
    """One decision. ``details`` holds figures and words of ours; never a secret, an image, a template or a name."""

    event: str
    outcome: str
    session: bytes = b""
    subject: bytes = b""
    details: Mapping[str, str | int | float] = field(default_factory=dict)


class AuditLog(Protocol):
    def write(self, event: AuditEvent) -> None: ...
    def seal(self) -> int:
        """Chain every row of this process that is not sealed yet; how many were."""
        ...
