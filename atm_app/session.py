"""What one customer's session knows. Wiped whole at its end; nothing of it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from atm_app.banking.limits import Allowance, LimitKind
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.cash_ports import CashFate, Mix, NotesIn
from atm_app.config import DURESS
from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.code_sources import CodeSource, CodeWays
from atm_app.identity.delivery import Destination
from atm_app.identity.policy import Policy
from atm_app.identity.self_sign_up import Applicant, Registration
from atm_app.message_ports import Contact
from atm_app.palm_ports import PalmCapture
from atm_app.ports import FingerTemplate
from atm_app.stores import Account, Customer, Factor, Movement, StatementLine


class Purpose(StrEnum):
    """What a customer can ask for in the menu."""

    WITHDRAW = "withdraw"
    DEPOSIT = "deposit"
    TRANSFER = "transfer"
    PAY = "pay"
    BALANCE = "balance"
    STATEMENT = "statement"
    PIN = "pin"
    LIMITS = "limits"
    OWN_ACCOUNT = "own_account"


# Which limits a purpose meets.
LIMIT_OF = {
    Purpose.WITHDRAW: LimitKind.WITHDRAWAL,
    Purpose.DEPOSIT: LimitKind.CASH_DEPOSIT,
    Purpose.TRANSFER: LimitKind.TRANSFER,
    Purpose.PAY: LimitKind.PAYMENT,
}


@dataclass
class CodesSent:
    """``challenge``: which one-time code is awaited, 0 for none. ``sent``: how many were. ``next_at``: when another may
    be, by the clock that never goes back. ``to``: where the latest went. ``ways``: what the customer can use beside
    messages, None before that is known."""

    challenge: int = 0
    sent: int = 0
    next_at: float = 0.0
    to: Destination | None = None
    ways: CodeWays | None = None
    source: CodeSource = CodeSource.MESSAGE


@dataclass
class Order:
    """One thing the customer wants done, as far as they have said."""

    account: Account | None = None
    # What was asked for in the menu already.
    wanted: Money | None = None
    amount: Money | None = None
    fee: Money | None = None
    mix: Mix = ()
    payee: PayeeAccount | None = None
    biller: Biller | None = None
    reference: str = ""
    description: str = ""
    save_payee: bool | None = None
    notes: NotesIn = ()
    mixes: tuple[Mix, ...] = ()
    request_id: bytes = b""
    fate: CashFate | None = None
    movement: Movement | None = None
    # Of a payee: found by account or mobile number. Of a new PIN: which of its three parts is being typed.
    part: str = ""
    pins: list[str] = field(default_factory=list, repr=False)
    # Of an authenticator app that is being set up.
    secret: str = field(default="", repr=False)
    lines: tuple[StatementLine, ...] = ()
    days: int = 0
    page: int = 1
    limits: tuple[Allowance, ...] = ()
    codes: CodesSent = field(default_factory=CodesSent)

    @property
    def receiver(self) -> str:
        """The name of whom it goes to; empty for cash."""
        if self.payee is not None:
            return self.payee.name or self.payee.bank
        return self.biller.name if self.biller is not None else ""

    @property
    def new_payee(self) -> bool:
        """Neither an account of the customer's own nor somebody they paid before."""
        return self.payee is not None and self.save_payee is not None


@dataclass
class SignUp:
    """Somebody who opens an account, as far as they have come. ``place``: which question is asked. ``proven``: contacts
    whose code was typed. ``customer_id``: of the frozen customer, 0 before there is one. ``opened``: all is done."""

    applicant: Applicant = field(default_factory=Applicant)
    place: int = 0
    proven: tuple[Contact, ...] = ()
    codes: CodesSent = field(default_factory=CodesSent)
    first: str = field(default="", repr=False)  # of what is typed twice
    password: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    agreed: tuple[Factor, ...] = ()
    registration: Registration | None = None
    customer_id: int = 0
    templates: tuple[CapturedTemplate, ...] = ()
    opened: bool = False


# Where the digits of a keypad on the screen stand: the last one below the others.
KEYPAD = "1234567890"


@dataclass
class Session:
    """``token``: 16 random bytes; answers of workers that carry another one are dropped."""

    token: bytes
    policy: Policy
    # The digits of the keys a PIN is typed with on the screen, as they stand for this visit.
    pad: str = KEYPAD
    passed: list[Factor] = field(default_factory=list)

    # who
    number: str = ""
    number_given: bool = False
    number_asked: bool = False
    customer: Customer | None = None
    by_user_name: bool = False
    samples: tuple[bytes, ...] = ()
    palm: PalmCapture | None = None
    fingers: tuple[FingerTemplate, ...] = ()
    typed: str = ""
    codes: CodesSent = field(default_factory=CodesSent)
    # How often this visit somebody was not recognised, or could not be seen or read.
    failures: int = 0
    tries: dict[Factor, int] = field(default_factory=dict)
    # Consents that whoever forces the customer believes to be taken back.
    pretended: set[Factor] = field(default_factory=set)
    scores: dict[str, float] = field(default_factory=dict)

    sign_up: SignUp | None = None

    # Somebody forces the customer: all looks as ever, with other limits.
    duress: bool = False
    signed_in: bool = False

    # what
    purpose: Purpose = Purpose.BALANCE
    accounts: tuple[Account, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    order: Order = field(default_factory=Order)
    # Numbers looked up for a transfer, found or not.
    lookups: int = 0
    # A deposit whose notes still lie in escrow: whoever ends the session gives them back.
    escrowed: bytes = b""

    @property
    def claim_needed(self) -> bool:
        """A number is needed before the first factor of a policy that claims, or when a face or palm was not told
        apart."""
        return (self.policy.claims or self.number_asked) and not self.number_given

    @property
    def is_claimed(self) -> bool:
        """Who it should be is said, by number or by what was shown before: from now on 1:1."""
        return self.number_given or bool(self.passed)

    @property
    def next_factor(self) -> Factor | None:
        remaining = [factor for factor in self.policy.steps if factor not in self.passed]
        return remaining[0] if remaining else None

    @property
    def next_factors(self) -> tuple[Factor, ...]:
        """What is asked for now: one factor, or those of the policy that come at once. Empty when all were shown."""
        first = self.next_factor
        if first is None:
            return ()
        at_once = [factor for factor in self.policy.steps if factor in self.policy.at_once]
        return tuple(at_once) if first in at_once else (first,)

    @property
    def limits(self) -> str:
        """Under which name the limits of this visit are kept."""
        return DURESS if self.duress else self.policy.name

    @property
    def pictures_taken(self) -> bool:
        """Of what is asked for now a picture from a memory stick is taken as well."""
        return self.next_factor in self.policy.pictures

    @property
    def allowance(self) -> Allowance | None:
        """What is left of the limits that the present purpose meets; None: not offered to this policy."""
        kind = LIMIT_OF.get(self.purpose)
        return next((allowance for allowance in self.allowances if allowance.kind is kind), None)

    @property
    def pays_oneself(self) -> bool:
        """The order goes to another of the customer's own accounts."""
        payee = self.order.payee
        return payee is not None and any(payee.account_id == account.account_id for account in self.accounts)

    def try_again(self, factor: Factor) -> int:
        """Count one more try of a factor in this session; how many there were."""
        self.tries[factor] = self.tries.get(factor, 0) + 1
        return self.tries[factor]

    def new_transaction(self, purpose: Purpose) -> None:
        self.purpose, self.typed, self.order = purpose, "", Order()
