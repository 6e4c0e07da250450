"""What staff do to the simulated bank's books. Mirrors the staff's procedures, as ``fake_ledger`` does the kiosk's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.cash_ports import Mix, NotesIn
from atm_app.config import DURESS, MovementLimit, Settings
from atm_app.identity.policy import policies_of
from atm_app.simulation.fake_bank import (
    NO_SESSION,
    AccountRow,
    FakeBank,
    HoldRow,
    RequestRow,
    TerminalRow,
    UnitRow,
)
from atm_app.stores import RequestRefused

REVERSIBLE = frozenset({"transfer", "payment", "top_up", "branch_deposit"})
# The line a reversal's shortfall is posted on (reverse_movement.sql).
SHORTFALL_LINE = 9


@dataclass(frozen=True)
class EndOfPeriod:
    """``cash_difference``: what the counters say is in the machine less what the books say, minor units; zero."""

    period: int
    cash_difference: int


class FakeBranch:
    """Refusals raise ValueError, as the branch's rows do."""

    def __init__(self, bank: FakeBank, terminal: str, chain: str) -> None:
        self._bank = bank
        self._terminal = terminal
        self._chain = chain

    def prepare_books(self, settings: Settings, billers: Sequence[Biller] = ()) -> None:
        bank, currency = self._bank, settings.currency
        bank.terminals.setdefault(self._terminal, TerminalRow(settings.utc_offset)).utc_offset = settings.utc_offset
        for name, kind in (
            ("CASH", "cash_in_machine"), ("SUSPENSE", "suspense"), ("BRANCH", "branch"), ("DIFFERENCES", "differences"),
        ):  # fmt: skip
            bank.add_account("", None, f"{name}-{self._terminal}-{currency}", kind, currency)
        for name in ("FEES", "REVERSALS"):
            bank.add_account("", None, f"{name}-{currency}", name.lower(), currency)
        for policy in (*policies_of(settings), DURESS):
            for kind in LimitKind:
                limit: MovementLimit = getattr(settings.limits_of(policy), kind.value)
                self.set_limit(policy, kind, LimitRule.of(limit, currency))
        bank.fees[LimitKind.TRANSFER, currency] = settings.fees.transfer
        bank.fees[LimitKind.PAYMENT, currency] = settings.fees.payment
        for biller in billers:
            bank.billers[biller.code] = biller
            bank.add_account("", None, f"BILLER-{biller.code}", "biller", biller.least.currency)

    def set_limit(self, policy: str, kind: LimitKind, rule: LimitRule) -> None:
        self._bank.policy_limits[policy, kind, rule.per_transaction.currency] = rule

    def set_fee(self, kind: LimitKind, fee: Money) -> None:
        self._bank.fees[kind, fee.currency] = fee.minor

    # --- accounts ----------------------------------------------------------------------------------------------------

    def open_account(self, customer_id: int, bank: str, number: str, kind: str, currency: str) -> int:
        row = self._bank.add_account(bank, customer_id, number, kind, currency)
        if row.customer_id != customer_id:
            raise LookupError(f"account number {number} belongs to another customer")
        return row.account_id

    def deposit(self, request_id: bytes, account_id: int, amount: Money) -> None:
        bank, account = self._bank, self._bank.accounts[account_id]
        if self._repeated(request_id, ("deposit", account_id, amount, self._terminal)) is not None:
            return
        if not amount.positive or account.customer_id is None or account.status != "open":
            del bank.requests[request_id]
            raise ValueError("only a positive amount is paid in, to an open account of a customer")
        branch = bank.internal("BRANCH", self._terminal, account.currency)
        journal = self._move(request_id, "branch_deposit", branch, account, amount.minor)
        bank.note(self._chain, "branch_deposit", "posted", b"", account.customer_id, journal=journal)

    def pay_out(self, request_id: bytes, account_id: int, amount: Money) -> None:
        bank, account = self._bank, self._bank.accounts[account_id]
        if self._repeated(request_id, ("payout", account_id, amount, self._terminal)) is not None:
            return
        if account.balance - account.held < amount.minor:
            del bank.requests[request_id]
            raise RequestRefused("insufficient_funds")
        branch = bank.internal("BRANCH", self._terminal, account.currency)
        journal = self._move(request_id, "branch_payout", account, branch, amount.minor)
        bank.note(self._chain, "branch_payout", "posted", b"", account.customer_id, journal=journal)

    # --- cash --------------------------------------------------------------------------------------------------------

    def load_cash_unit(self, request_id: bytes, position: int, note: Money, count: int) -> None:
        bank, terminal = self._bank, self._bank.terminals[self._terminal]
        if self._repeated(request_id, ("load", self._terminal, position, note, count)) is not None:
            return
        unit = terminal.units.get(position) or UnitRow(position, note.minor, note.currency)
        if count <= 0 or (unit.denomination, unit.currency) != (note.minor, note.currency):
            del bank.requests[request_id]
            raise ValueError("a cash unit is loaded with at least one note of its own denomination")
        terminal.units[position] = unit
        unit.initial += count
        cash, branch = (bank.internal(name, self._terminal, note.currency) for name in ("CASH", "BRANCH"))
        journal = self._move(request_id, "cash_load", cash, branch, count * note.minor)
        bank.note(self._chain, "cash_load", "posted", position=position, count=count, journal=journal)

    def begin_exchange(self) -> None:
        open_holds = sum(hold.terminal == self._terminal for hold in self._bank.open_holds.values())
        self._bank.note(self._chain, "exchange", "money_moving" if open_holds else "begun", open_holds=open_holds)
        if open_holds:
            raise RequestRefused("money_moving")
        self._bank.terminals[self._terminal].in_exchange = True

    def end_exchange(self, request_id: bytes, loaded: Mix, counted: Money) -> None:
        bank, terminal = self._bank, self._bank.terminals[self._terminal]
        units = tuple(sorted(loaded, key=lambda unit: unit.position))
        if self._repeated(request_id, ("exchange", self._terminal, units, counted)) is not None:
            return
        if not terminal.in_exchange or counted.minor < 0:
            del bank.requests[request_id]
            raise RequestRefused("negative_count" if terminal.in_exchange else "not_in_exchange")
        cash, branch, differences = (
            bank.internal(name, self._terminal, counted.currency) for name in ("CASH", "BRANCH", "DIFFERENCES")
        )
        booked, put_in = -cash.balance, sum(note.denomination * note.count for note in units)
        for hold in bank.holds.values():
            hold.counted = hold.counted or (
                hold.state == "suspended" and hold.terminal == self._terminal and not hold.resolved
            )
        terminal.cash_in.clear()
        for unit in terminal.units.values():
            unit.initial = unit.presented = unit.rejected = unit.retracted = unit.unknown = unit.reserved = 0
        for note in units:
            terminal.units[note.position] = UnitRow(note.position, note.denomination, counted.currency, note.count)
        moves = (
            (1, cash, booked - put_in), (2, branch, put_in - counted.minor), (3, differences, counted.minor - booked),
        )  # fmt: skip
        journal = 0
        if any(amount for _, _, amount in moves):
            journal = bank.post(request_id, "cash_exchange", self._terminal, NO_SESSION, moves)
        terminal.in_exchange = False
        bank.requests[request_id].journal_id = journal
        bank.note(self._chain, "exchange", "ended", booked=booked, counted=counted.minor, loaded=put_in)

    def cut_off(self, request_id: bytes) -> EndOfPeriod:
        terminal = self._bank.terminals[self._terminal]
        if request_id not in terminal.cut_offs:
            difference = self._bank.cash_difference(self._terminal)
            terminal.cut_offs[request_id] = (terminal.period, difference)
            self._bank.note(self._chain, "cut_off", "difference" if difference else "agreed", period=terminal.period)
            terminal.period += 1
        return EndOfPeriod(*terminal.cut_offs[request_id])

    # --- corrections -------------------------------------------------------------------------------------------------

    def reverse(self, request_id: bytes, journal_id: int) -> int:
        bank = self._bank
        if (known := self._repeated(request_id, ("reverse", journal_id, self._terminal))) is not None:
            return known
        row = bank.journal[journal_id - 1] if 0 < journal_id <= len(bank.journal) else None
        if row is None or row.kind not in REVERSIBLE or journal_id in bank.reversed:
            del bank.requests[request_id]
            raise RequestRefused("reversed_already" if journal_id in bank.reversed else "not_reversible")
        missing, moves = 0, []
        for posting in row.postings:
            account = bank.accounts[posting.account_id]
            if posting.amount > 0 and account.customer_id is not None:
                missing = max(0, posting.amount - min(posting.amount, account.balance - account.held))
                moves.append((posting.line, account, missing - posting.amount))
            else:
                moves.append((posting.line, account, -posting.amount))
        currency = moves[0][1].currency
        moves.append((SHORTFALL_LINE, bank.by_number[f"REVERSALS-{currency}"], -missing))
        journal = bank.post(request_id, "reversal", self._terminal, NO_SESSION, moves)
        bank.reversed[journal_id] = journal
        bank.requests[request_id].journal_id = journal
        bank.note(self._chain, "reversal", "posted", journal=journal, reverses=journal_id, missing=missing)
        return journal

    def resolve_suspense(self, request_id: bytes, hold: bytes, *, taken: bool) -> int:
        bank = self._bank
        if (known := self._repeated(request_id, ("resolve", hold, taken, self._terminal))) is not None:
            return known
        row = bank.holds.get(hold)
        if row is None or (row.state, row.terminal, row.resolved) != ("suspended", self._terminal, ""):
            del bank.requests[request_id]
            raise RequestRefused("not_suspended")
        row.resolved = outcome = "taken" if taken else "returned"
        journal = (self._found if row.kind == "withdrawal" else self._found_deposit)(request_id, row)
        customer = bank.accounts[row.account_id].customer_id
        bank.note(self._chain, "suspense", outcome, b"", customer, amount=row.amount, journal=journal)
        return journal

    def _found(self, request_id: bytes, row: HoldRow) -> int:
        bank, taken = self._bank, row.resolved == "taken"
        account = bank.accounts[row.account_id]
        suspense = bank.internal("SUSPENSE", self._terminal, account.currency)
        kind, to = ("withdrawal_found", self._cash_of(row)) if taken else ("withdrawal_returned", account)
        for note in () if row.counted else cast(Mix, row.notes):
            unit = bank.terminals[self._terminal].units[note.position]
            unit.unknown -= note.count
            unit.presented += note.count if taken else 0
            unit.rejected += 0 if taken else note.count
        return self._move(request_id, kind, suspense, to, row.amount)

    def _found_deposit(self, request_id: bytes, row: HoldRow) -> int:
        """Notes the customer got back moved nothing."""
        if row.resolved == "taken":
            return 0
        account = self._bank.accounts[row.account_id]
        if not row.counted:
            self._bank.count_cash_in(self._terminal, account.currency, cast(NotesIn, row.notes))
        return self._move(request_id, "deposit_found", self._cash_of(row), account, row.amount)

    def _cash_of(self, row: HoldRow) -> AccountRow:
        """Where the machine's own notes of a suspended hold stand in the books."""
        currency = self._bank.accounts[row.account_id].currency
        return self._bank.internal("DIFFERENCES" if row.counted else "CASH", self._terminal, currency)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _repeated(self, request_id: bytes, payload: tuple[object, ...]) -> int | None:
        """The journal row of a request that was booked before; None for a new one, which is known from now on."""
        known = self._bank.requests.get(request_id)
        if known is None:
            self._bank.requests[request_id] = RequestRow(payload, "posted")
            return None
        if known.payload != payload:
            raise RequestRefused("other_payload")
        return known.journal_id

    def _move(self, request_id: bytes, kind: str, source: AccountRow, to: AccountRow, amount: int) -> int:
        """``move_internal``."""
        journal = self._bank.post(request_id, kind, self._terminal, NO_SESSION, ((1, source, -amount), (2, to, amount)))
        self._bank.requests[request_id].journal_id = journal
        return journal
