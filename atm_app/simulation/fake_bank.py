"""The tables of the simulated bank and the steps its procedures share. Every procedure here is whole: nothing of a
refused call stays but its request and its audit row, as in ``sql/procedures``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.cash_ports import Mix, NotesIn
from atm_app.identity.consents import Consent
from atm_app.identity.sign_ins import SignIn
from atm_app.palm_ports import HandSide
from atm_app.ports import FingerTemplate
from atm_app.simulation.clock import Time
from atm_app.simulation.fake_audit import AuditTable
from atm_app.stores import Customer, Factor

NO_SESSION = bytes(16)


@dataclass
class AccountRow:
    """``balance`` from the customer's side, as in the schema: cash in the machine is negative. Minor units."""

    account_id: int
    bank: str
    customer_id: int | None
    number: str
    kind: str
    currency: str
    balance: int = 0
    held: int = 0
    status: str = "open"

    @property
    def money(self) -> Money:
        return Money(self.balance, self.currency)


@dataclass(frozen=True)
class Posting:
    """``amount`` in minor units, never zero."""

    line: int
    account_id: int
    amount: int
    balance_after: int


@dataclass(frozen=True)
class JournalRow:
    journal_id: int
    request_id: bytes
    kind: str
    terminal: str
    session: bytes
    period: int
    reference: str
    description: str
    at: datetime
    postings: tuple[Posting, ...]


@dataclass
class RequestRow:
    """``payload``: what was asked; the same request may only ask the same again."""

    payload: tuple[object, ...]
    outcome: str
    reason: str = ""
    journal_id: int = 0


@dataclass
class HoldRow:
    """``opened``: seconds of the world's time. ``counted``: see the schema."""

    request_id: bytes
    kind: str
    account_id: int
    terminal: str
    session: bytes
    amount: int
    notes: Mix | NotesIn
    day: date
    opened: float
    state: str = "held"
    fate: str = ""
    counted: bool = False
    resolved: str = ""


@dataclass
class UnitRow:
    """A cassette and its counters."""

    position: int
    denomination: int
    currency: str
    initial: int = 0
    presented: int = 0
    rejected: int = 0
    retracted: int = 0
    unknown: int = 0
    reserved: int = 0

    @property
    def free(self) -> int:
        return self.initial - self.presented - self.rejected - self.retracted - self.unknown - self.reserved


@dataclass
class TerminalRow:
    """``cash_in``: notes in the deposit box by (currency, denomination). ``utc_offset`` in minutes."""

    utc_offset: int
    period: int = 1
    in_exchange: bool = False
    units: dict[int, UnitRow] = field(default_factory=dict)
    cash_in: dict[tuple[str, int], int] = field(default_factory=dict)
    cut_offs: dict[bytes, tuple[int, int]] = field(default_factory=dict)


@dataclass
class LeaseRow:
    """Of a customer's visit, theirs until ``expires_at``."""

    terminal: str
    session: bytes
    seconds: int
    expires_at: datetime


@dataclass(frozen=True)
class LimitUse:
    day: date
    amount: int
    earliest_next: datetime | None


@dataclass
class CustomerRow:
    customer: Customer
    pin_hash: bytes | None = None
    emergency_pin_hash: bytes | None = None
    face: bytes | None = None
    face_version: int = 0
    fingers: tuple[FingerTemplate, ...] = ()
    palms: dict[HandSide, bytes] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)

    def agreed_to(self, kind: Factor) -> bool:
        return any(consent.kind is kind and consent.in_force for consent in self.consents)

    def destroy_templates(self, kind: Factor) -> None:
        if kind is Factor.FACE:
            self.face = None
        elif kind is Factor.FINGERPRINT:
            self.fingers = ()
        else:
            self.palms = {}


@dataclass
class ConfirmationRow:
    confirmation_id: int
    terminal: str
    customer_id: int
    account_id: int
    journal_id: int
    state: str = "owed"
    tries: int = 0


class FakeBank:
    """One bank for all terminals. ``time``: its own clock is the world's."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.audit = AuditTable(time)
        self.customers: dict[int, CustomerRow] = {}
        self.accounts: dict[int, AccountRow] = {}
        self.by_number: dict[str, AccountRow] = {}
        self.terminals: dict[str, TerminalRow] = {}
        self.requests: dict[bytes, RequestRow] = {}
        self.holds: dict[bytes, HoldRow] = {}
        self.open_holds: dict[bytes, HoldRow] = {}
        self.journal: list[JournalRow] = []
        self.by_request: dict[bytes, JournalRow] = {}
        self.reversed: dict[int, int] = {}
        self.policy_limits: dict[tuple[str, LimitKind, str], LimitRule] = {}
        self.own_limits: dict[tuple[int, LimitKind, str], tuple[int, int]] = {}
        self.limit_uses: dict[tuple[int, LimitKind, str], LimitUse] = {}
        self.leases: dict[int, LeaseRow] = {}
        self.sign_ins: dict[int, list[SignIn]] = {}
        self.fees: dict[tuple[LimitKind, str], int] = {}
        self.billers: dict[str, Biller] = {}
        self.confirmations: list[ConfirmationRow] = []

    # --- accounts ----------------------------------------------------------------------------------------------------

    def add_account(self, bank: str, customer_id: int | None, number: str, kind: str, currency: str) -> AccountRow:
        """The account of that number, made where there is none."""
        if number not in self.by_number:
            row = AccountRow(len(self.accounts) + 1, bank, customer_id, number, kind, currency)
            self.accounts[row.account_id] = self.by_number[number] = row
        return self.by_number[number]

    def internal(self, name: str, terminal: str, currency: str) -> AccountRow:
        return self.by_number[f"{name}-{terminal}-{currency}"]

    def own_account(self, account_id: int, customer_id: int) -> AccountRow | None:
        row = self.accounts.get(account_id)
        return row if row is not None and row.customer_id == customer_id else None

    def is_active(self, customer_id: int | None) -> bool:
        row = self.customers.get(customer_id or 0)
        return row is not None and not row.customer.frozen

    def why_no_debit(self, customer_id: int, account_id: int, amount: Money) -> str:
        """Empty when the account can be debited; else the word of the refusal."""
        row = self.own_account(account_id, customer_id)
        if row is None:
            return "no_such_account"
        if not self.is_active(customer_id) or row.status != "open":
            return "account_not_open"
        if row.currency != amount.currency:
            return "other_currency"
        return "insufficient_funds" if row.balance - row.held < amount.minor else ""

    # --- journal -----------------------------------------------------------------------------------------------------

    def post(
        self, request_id: bytes, kind: str, terminal: str, session: bytes, moves: Iterable[tuple[int, AccountRow, int]],
        reference: str = "", description: str = "",
    ) -> int:  # fmt: skip
        """Move money: ``moves`` are (line, account, amount); an amount of zero leaves no posting."""
        postings = []
        for line, account, amount in moves:
            account.balance += amount
            if amount:
                postings.append(Posting(line, account.account_id, amount, account.balance))
        row = JournalRow(
            len(self.journal) + 1, request_id, kind, terminal, session, self.terminals[terminal].period, reference,
            description, self.time.now(), tuple(postings),
        )  # fmt: skip
        self.journal.append(row)
        self.by_request[request_id] = row
        return row.journal_id

    def count_cash_in(self, terminal: str, currency: str, notes: NotesIn) -> None:
        cash_in = self.terminals[terminal].cash_in
        for note in notes:
            cash_in[currency, note.denomination] = cash_in.get((currency, note.denomination), 0) + note.count

    def owe_confirmation(self, terminal: str, account: AccountRow, journal_id: int) -> None:
        if account.customer_id is not None:
            number = len(self.confirmations) + 1
            self.confirmations.append(
                ConfirmationRow(number, terminal, account.customer_id, account.account_id, journal_id)
            )

    # --- visits ------------------------------------------------------------------------------------------------------

    def live_lease(self, customer_id: int, terminal: str, session: bytes) -> LeaseRow | None:
        lease = self.leases.get(customer_id)
        if lease is None or (lease.terminal, lease.session) != (terminal, session):
            return None
        return lease if lease.expires_at > self.time.now() else None

    def renew_visit(self, customer_id: int, terminal: str, session: bytes) -> str:
        """Empty, or that the visit has ended."""
        lease = self.live_lease(customer_id, terminal, session)
        if lease is None:
            return "visit_ended"
        lease.expires_at = self.time.now() + timedelta(seconds=lease.seconds)
        return ""

    # --- limits ------------------------------------------------------------------------------------------------------

    def day_at(self, terminal: str) -> date:
        return (self.time.now() + timedelta(minutes=self.terminals[terminal].utc_offset)).date()

    def use_limits(self, customer_id: int, kind: LimitKind, amount: Money, policy: str, day: date) -> str:
        """Count an amount against the limits; empty, or why not, and then nothing was counted."""
        rule = self.policy_limits.get((policy, kind, amount.currency))
        if rule is None:
            return "not_offered"
        key, now = (customer_id, kind, amount.currency), self.time.now()
        most, daily = rule.per_transaction.minor, rule.per_day.minor
        own_most, own_daily = self.own_limits.get(key, (most, daily))
        if amount.minor > min(most, own_most):
            return "over_transaction_limit"
        use = self.limit_uses.get(key) or LimitUse(day, 0, None)
        used = use.amount if use.day >= day else 0
        interval = timedelta(microseconds=rule.period * 1_000_000 // rule.burst)
        if use.day > day:
            return "clock_went_back"
        if used + amount.minor > min(daily, own_daily):
            return "over_daily_limit"
        if use.earliest_next is not None and use.earliest_next - now > interval * (rule.burst - 1):
            return "too_often"
        self.limit_uses[key] = LimitUse(day, used + amount.minor, max(use.earliest_next or now, now) + interval)
        return ""

    def give_back_limits(self, hold: HoldRow) -> None:
        account = self.accounts[hold.account_id]
        kind = LimitKind.WITHDRAWAL if hold.kind == "withdrawal" else LimitKind.CASH_DEPOSIT
        key = (account.customer_id or 0, kind, account.currency)
        use = self.limit_uses.get(key)
        if use is not None and use.day == hold.day and use.amount >= hold.amount:
            self.limit_uses[key] = LimitUse(use.day, use.amount - hold.amount, use.earliest_next)

    # --- audit -------------------------------------------------------------------------------------------------------

    def note(
        self, chain: str, event: str, outcome: str, session: bytes = b"", customer_id: int | None = None,
        **details: str | int,
    ) -> None:  # fmt: skip
        """The audit row a procedure writes with what it did."""
        subject = self.customers[customer_id].customer.pseudonym if customer_id is not None else b""
        self.audit.write(chain, event, outcome, session, subject, json.dumps(details))

    # --- reports -----------------------------------------------------------------------------------------------------

    def cash_difference(self, terminal: str) -> int:
        """What a terminal's counters say is in it, less what the books say; minor units."""
        row = self.terminals[terminal]
        counted = sum(unit.denomination * (unit.initial - unit.presented - unit.unknown) for unit in row.units.values())
        counted += sum(denomination * count for (_, denomination), count in row.cash_in.items())
        counted += sum(
            hold.amount
            for hold in self.holds.values()
            if hold.state == "suspended"
            and hold.terminal == terminal
            and hold.kind == "withdrawal"
            and not hold.counted
            and not hold.resolved
        )
        booked = sum(
            account.balance for number, account in self.by_number.items() if number.startswith(f"CASH-{terminal}-")
        )
        return counted + booked
