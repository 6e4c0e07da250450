"""The money calls of one terminal on the simulated bank. Each mirrors a procedure of ``sql/procedures`` in what it
does, in which order it refuses and in which words; one contract suite runs against this and the real ledger.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast

from atm_app.banking.cash import CashUnit
from atm_app.banking.limits import Allowance, LimitKind
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, Mix, NotesIn, NotesOfValue
from atm_app.simulation.fake_bank import AccountRow, FakeBank, HoldRow, JournalRow, RequestRow
from atm_app.stores import (
    LATEST_WITHDRAWALS,
    LEAST_OF_USUAL,
    Account,
    Deposit,
    Movement,
    Outcome,
    StatementLine,
    Transfer,
    TrialBalance,
    Withdrawal,
    masked,
)

TOMBSTONE = ("tombstone",)


class FakeLedger:
    """``chain``: the audit chain its calls write to."""

    def __init__(self, bank: FakeBank, terminal: str, chain: str, currency: str) -> None:
        self._bank = bank
        self._terminal = terminal
        self._chain = chain
        self._currency = currency

    def accounts(self, customer_id: int) -> tuple[Account, ...]:
        rows = [a for a in self._bank.accounts.values() if a.customer_id == customer_id and a.status == "open"]
        return tuple(
            Account(a.account_id, a.bank, a.number, a.kind, a.money, Money(a.balance - a.held, a.currency))
            for a in sorted(rows, key=lambda a: (a.bank, a.account_id))
        )

    def cash_units(self) -> tuple[CashUnit, ...]:
        units = self._bank.terminals[self._terminal].units
        return tuple(
            CashUnit(u.position, u.denomination, u.currency, u.initial, u.presented, u.rejected, u.retracted, u.unknown)
            for _, u in sorted(units.items())
        )

    def cash_in(self) -> NotesIn:
        """Notes customers paid in since the last exchange."""
        counts = self._bank.terminals[self._terminal].cash_in
        notes = sorted(((denomination, count) for (_, denomination), count in counts.items() if count), reverse=True)
        return tuple(NotesOfValue(denomination, count) for denomination, count in notes)

    # --- holds -------------------------------------------------------------------------------------------------------

    def hold(self, withdrawal: Withdrawal) -> Movement:
        """``hold_withdrawal``."""
        mix = tuple(sorted(withdrawal.mix, key=lambda note: note.position))
        return self._hold("withdrawal", withdrawal, mix)

    def hold_deposit(self, deposit: Deposit) -> Movement:
        """``hold_deposit``."""
        notes = tuple(sorted(deposit.notes, key=lambda note: -note.denomination))
        return self._hold("deposit", deposit, notes)

    def _hold(self, kind: str, asked: Withdrawal | Deposit, notes: Mix | NotesIn) -> Movement:
        bank = self._bank
        payload = (kind, asked.customer_id, asked.account_id, asked.amount, notes, self._terminal)
        own = bank.own_account(asked.account_id, asked.customer_id)
        if (known := bank.requests.get(asked.request_id)) is not None:
            return _repeated(known, payload, own)
        day, uses = bank.day_at(self._terminal), dict(bank.limit_uses)
        if isinstance(asked, Withdrawal):
            reason = self._why_no_withdrawal(asked, cast(Mix, notes))
        else:
            reason = self._why_no_deposit(asked, cast(NotesIn, notes))
        if reason:
            bank.limit_uses = uses
        else:
            hold = HoldRow(
                asked.request_id, kind, asked.account_id, self._terminal, asked.session, asked.amount.minor, notes, day,
                bank.time.seconds,
            )  # fmt: skip
            bank.holds[hold.request_id] = bank.open_holds[hold.request_id] = hold
            if own is not None and kind == "withdrawal":
                own.held += hold.amount
                for note in cast(Mix, notes):
                    bank.terminals[self._terminal].units[note.position].reserved += note.count
        outcome = Outcome.REFUSED if reason else Outcome.HELD
        bank.requests[asked.request_id] = RequestRow(payload, outcome.value, reason)
        bank.audit.write(self._chain, f"{kind}_hold", reason or "held", asked.session, asked.subject,
                         f'{{"request": "{asked.request_id.hex().upper()}"}}')  # fmt: skip
        return Movement(outcome, reason, 0, own.money if own else None)

    def _why_no_withdrawal(self, asked: Withdrawal, mix: Mix) -> str:
        bank, terminal = self._bank, self._bank.terminals[self._terminal]
        if not asked.amount.positive:
            return "not_positive"
        if terminal.in_exchange:
            return "cash_not_available"
        reason = (
            bank.renew_visit(asked.customer_id, self._terminal, asked.session)
            or bank.use_limits(
                asked.customer_id, LimitKind.WITHDRAWAL, asked.amount, asked.policy, bank.day_at(self._terminal)
            )
            or bank.why_no_debit(asked.customer_id, asked.account_id, asked.amount)
        )
        if reason:
            return reason
        units = [terminal.units.get(note.position) for note in mix]
        worth = sum(unit.denomination * note.count for unit, note in zip(units, mix, strict=True) if unit)
        whole = (
            bool(mix)
            and len({note.position for note in mix}) == len(mix)
            and all(unit is not None and unit.currency == asked.amount.currency for unit in units)
            and all(note.count > 0 for note in mix)
            and worth == asked.amount.minor
        )
        enough = whole and all(unit and unit.free >= note.count for unit, note in zip(units, mix, strict=True))
        return "" if enough else "cash_not_available"

    def _why_no_deposit(self, asked: Deposit, notes: NotesIn) -> str:
        bank = self._bank
        if not asked.amount.positive:
            return "not_positive"
        if bank.terminals[self._terminal].in_exchange:
            return "cash_not_available"
        if (
            not notes
            or sum(note.denomination * note.count for note in notes) != asked.amount.minor
            or any(note.count <= 0 or note.denomination <= 0 for note in notes)
            or len({note.denomination for note in notes}) != len(notes)
        ):
            return "notes_do_not_add_up"
        reason = bank.why_no_debit(asked.customer_id, asked.account_id, Money(0, asked.amount.currency))
        reason = reason or bank.renew_visit(asked.customer_id, self._terminal, asked.session)
        return reason or bank.use_limits(
            asked.customer_id, LimitKind.CASH_DEPOSIT, asked.amount, asked.policy, bank.day_at(self._terminal)
        )

    # --- settlement --------------------------------------------------------------------------------------------------

    def settle(self, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        """``settle_hold``."""
        bank, hold = self._bank, self._bank.holds.get(request_id)
        if outcome not in (Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED):
            raise ValueError("a hold is posted, voided or suspended")
        if hold is None and outcome is not Outcome.VOIDED:
            return Movement(Outcome.REFUSED, "no_such_hold", 0, None)
        if hold is None:
            request = bank.requests.setdefault(request_id, RequestRow(TOMBSTONE, "voided"))
            posted = request.outcome == Outcome.POSTED
            return Movement(Outcome.POSTED if posted else Outcome.VOIDED, "", request.journal_id, None)
        account = bank.accounts[hold.account_id]
        if hold.state != "held" or hold.terminal != self._terminal:
            same, row = hold.state == outcome, bank.by_request.get(request_id)
            journal = row.journal_id if row else 0
            if same:
                return Movement(outcome, "", journal, account.money)
            return Movement(Outcome.REFUSED, "settled_otherwise", journal, account.money)

        hold.state, hold.fate = outcome.value, fate.value
        del bank.open_holds[request_id]
        if outcome is Outcome.VOIDED:
            bank.give_back_limits(hold)
        if hold.kind == "withdrawal":
            journal, reason = self._settle_withdrawal(hold, account, outcome, fate), ""
        else:
            journal, reason = self._settle_deposit(hold, account, outcome)
        if journal:
            bank.owe_confirmation(self._terminal, account, journal)
        bank.note(
            self._chain, f"{hold.kind}_settle", outcome.value, hold.session, account.customer_id,
            request=request_id.hex().upper(), amount=hold.amount, fate=fate.value, journal=journal, reason=reason,
        )  # fmt: skip
        return Movement(outcome, reason, journal, account.money)

    def _settle_withdrawal(self, hold: HoldRow, account: AccountRow, outcome: Outcome, fate: CashFate) -> int:
        bank, journal = self._bank, 0
        account.held -= hold.amount
        if outcome is not Outcome.VOIDED:
            posted = outcome is Outcome.POSTED
            counter = bank.internal("CASH" if posted else "SUSPENSE", self._terminal, account.currency)
            journal = bank.post(
                hold.request_id, "withdrawal" if posted else "withdrawal_suspense", self._terminal, hold.session,
                ((1, account, -hold.amount), (2, counter, hold.amount)),
            )  # fmt: skip
        counted = {Outcome.POSTED: "presented", Outcome.SUSPENDED: "unknown"}.get(outcome) or {
            CashFate.REJECTED: "rejected", CashFate.RETRACTED: "retracted",
        }.get(fate)  # fmt: skip
        for note in cast(Mix, hold.notes):
            unit = bank.terminals[self._terminal].units[note.position]
            unit.reserved -= note.count
            if counted:
                setattr(unit, counted, getattr(unit, counted) + note.count)
        return journal

    def _settle_deposit(self, hold: HoldRow, account: AccountRow, outcome: Outcome) -> tuple[int, str]:
        if outcome is not Outcome.POSTED:
            return 0, ""
        bank, is_open = self._bank, account.status == "open"
        credited = account if is_open else bank.internal("SUSPENSE", self._terminal, account.currency)
        journal = bank.post(
            hold.request_id, "cash_deposit" if is_open else "cash_deposit_suspense", self._terminal, hold.session,
            ((1, credited, hold.amount),
             (2, bank.internal("CASH", self._terminal, account.currency), -hold.amount)),
        )  # fmt: skip
        bank.count_cash_in(self._terminal, account.currency, cast(NotesIn, hold.notes))
        return journal, "" if is_open else "account_not_open"

    # --- transfers ---------------------------------------------------------------------------------------------------

    def transfer(self, transfer: Transfer) -> Movement:
        """``transfer``."""
        bank = self._bank
        payload = (
            "transfer", transfer.customer_id, transfer.account_id, transfer.to, transfer.biller, transfer.reference,
            transfer.amount, transfer.description, self._terminal,
        )  # fmt: skip
        own = bank.own_account(transfer.account_id, transfer.customer_id)
        if (known := bank.requests.get(transfer.request_id)) is not None:
            return _repeated(known, payload, own)
        uses, fee, journal = dict(bank.limit_uses), 0, 0
        to, kind, reason = self._payee(transfer)
        reason = reason or bank.renew_visit(transfer.customer_id, self._terminal, transfer.session)
        if not reason and to is not None and to.customer_id != transfer.customer_id:
            limit = LimitKind.TRANSFER if kind == "transfer" else LimitKind.PAYMENT
            reason = bank.use_limits(
                transfer.customer_id, limit, transfer.amount, transfer.policy, bank.day_at(self._terminal)
            )
            fee = bank.fees.get((limit, transfer.amount.currency), 0)
        whole = transfer.amount + Money(fee, transfer.amount.currency)
        reason = reason or bank.why_no_debit(transfer.customer_id, transfer.account_id, whole)
        if reason or own is None or to is None:
            bank.limit_uses = uses
        else:
            fees = bank.by_number[f"FEES-{transfer.amount.currency}"]
            journal = bank.post(
                transfer.request_id, kind, self._terminal, transfer.session,
                ((1, own, -whole.minor), (2, to, transfer.amount.minor), (3, fees, fee)),
                transfer.reference, transfer.description,
            )  # fmt: skip
            for account in sorted((own, to), key=lambda row: row.account_id):
                bank.owe_confirmation(self._terminal, account, journal)
        outcome = Outcome.REFUSED if reason else Outcome.POSTED
        bank.requests[transfer.request_id] = RequestRow(payload, outcome.value, reason, journal)
        bank.audit.write(self._chain, kind, reason or "posted", transfer.session, transfer.subject,
                         f'{{"request": "{transfer.request_id.hex().upper()}", "journal": {journal}}}')  # fmt: skip
        return Movement(outcome, reason, journal, own.money if own else None)

    def _payee(self, transfer: Transfer) -> tuple[AccountRow | None, str, str]:
        """``find_payee``: (account, kind of movement, reason)."""
        bank = self._bank
        if not transfer.amount.positive:
            return None, "transfer", "not_positive"
        if transfer.to == transfer.account_id:
            return None, "transfer", "same_account"
        kind = "transfer"
        if transfer.biller:
            biller = bank.billers.get(transfer.biller)
            if biller is None:
                return None, kind, "payee_not_open"
            kind = "top_up" if biller.category == "mobile" else "payment"
            if re.search(biller.pattern, transfer.reference) is None:
                return None, kind, "reference_not_valid"
            if not biller.least.minor <= transfer.amount.minor <= biller.most.minor:
                return None, kind, "amount_not_accepted"
            to: AccountRow | None = bank.by_number[f"BILLER-{biller.code}"]
        else:
            to = bank.accounts.get(transfer.to or 0)
            if to is not None and not bank.is_active(to.customer_id):
                to = None
        if to is None or to.status != "open":
            return None, kind, "payee_not_open"
        return to, kind, "" if to.currency == transfer.amount.currency else "other_currency"

    # --- limits and fees ---------------------------------------------------------------------------------------------

    def fee(self, kind: LimitKind) -> Money:
        return Money(self._bank.fees.get((kind, self._currency), 0), self._currency)

    def allowances(self, customer_id: int, policy: str) -> tuple[Allowance, ...]:
        bank, day = self._bank, self._bank.day_at(self._terminal)
        found = []
        for kind in sorted(LimitKind):
            rule = bank.policy_limits.get((policy, kind, self._currency))
            if rule is None:
                continue
            most, daily = rule.per_transaction.minor, rule.per_day.minor
            own_most, own_daily = bank.own_limits.get((customer_id, kind, self._currency), (most, daily))
            use = bank.limit_uses.get((customer_id, kind, self._currency))
            used = use.amount if use and use.day == day else 0
            figures = (min(most, own_most), min(daily, own_daily), used, most, daily)
            found.append(Allowance(kind, *(Money(figure, self._currency) for figure in figures)))
        return tuple(found)

    def set_own_limit(
        self, customer_id: int, kind: LimitKind, per_transaction: Money, per_day: Money, session: bytes
    ) -> None:
        if per_transaction.minor < 0 or per_day.minor < 0:
            raise ValueError("a limit is not negative")
        key = (customer_id, kind, per_transaction.currency)
        self._bank.own_limits[key] = (per_transaction.minor, per_day.minor)
        self._bank.note(self._chain, "limit_set", "done", session, customer_id, kind=kind.value)

    def usual_withdrawal(self, customer_id: int) -> Money | None:
        bank = self._bank
        accounts = {
            account_id for account_id, account in bank.accounts.items()
            if account.customer_id == customer_id and account.currency == self._currency
        }  # fmt: skip
        taken = {
            bank.by_request[hold.request_id].journal_id: hold.amount for hold in bank.holds.values()
            if hold.account_id in accounts and (hold.kind, hold.state) == ("withdrawal", "posted")
        }  # fmt: skip
        latest = [taken[journal] for journal in sorted(taken, reverse=True)][:LATEST_WITHDRAWALS]
        # max takes the first of equals, which is the latest.
        usual = max(latest, key=latest.count, default=0)
        return Money(usual, self._currency) if latest.count(usual) >= LEAST_OF_USUAL else None

    # --- reports -----------------------------------------------------------------------------------------------------

    def statement(self, account_id: int, count: int) -> tuple[StatementLine, ...]:
        lines = [line for row in reversed(self._bank.journal) for line in self._lines(row, account_id)]
        return tuple(lines[:count])

    def statement_between(
        self, account_id: int, since: datetime, until: datetime, *, before: int | None = None, count: int = 500
    ) -> tuple[StatementLine, ...]:
        lines = [
            line
            for row in reversed(self._bank.journal)
            if since <= row.at < until and (before is None or row.journal_id < before)
            for line in self._lines(row, account_id)
        ]
        return tuple(lines[:count])

    def _lines(self, row: JournalRow, account_id: int) -> list[StatementLine]:
        return [
            StatementLine(
                row.journal_id, row.at, row.kind, Money(posting.amount, self._bank.accounts[account_id].currency),
                Money(posting.balance_after, self._bank.accounts[account_id].currency), row.reference,
                row.description, counterparty(self._bank, row, posting.line),
            )
            for posting in row.postings
            if posting.account_id == account_id
        ]  # fmt: skip

    def trial_balance(self) -> TrialBalance:
        """``trial_balance_view``."""
        bank = self._bank
        sums = dict.fromkeys(bank.accounts, 0)
        for posting in (posting for row in bank.journal for posting in row.postings):
            sums[posting.account_id] += posting.amount
        held, reserved = dict.fromkeys(bank.accounts, 0), dict[tuple[str, int], int]()
        for hold in bank.holds.values():
            if hold.state == "held" and hold.kind == "withdrawal":
                held[hold.account_id] += hold.amount
                for note in cast(Mix, hold.notes):
                    key = (hold.terminal, note.position)
                    reserved[key] = reserved.get(key, 0) + note.count
        return TrialBalance(
            postings_sum=sum(sums.values()),
            accounts_off=sum(sums[a.account_id] != a.balance for a in bank.accounts.values()),
            groups_off=sum(sum(posting.amount for posting in row.postings) != 0 for row in bank.journal),
            held_off=sum(held[a.account_id] != a.held for a in bank.accounts.values()),
            cash_difference=sum(abs(bank.cash_difference(terminal)) for terminal in bank.terminals),
            reserved_off=sum(
                unit.reserved != reserved.get((terminal, unit.position), 0)
                for terminal, row in bank.terminals.items()
                for unit in row.units.values()
            ),
            open_holds=sum(hold.state == "held" for hold in bank.holds.values()),
            negative_accounts=sum(a.customer_id is not None and a.balance - a.held < 0 for a in bank.accounts.values()),
        )


def counterparty(bank: FakeBank, row: JournalRow, line: int) -> str:
    """The other side of a posting, as ``statement_view`` names it."""
    for posting in row.postings:
        other = bank.accounts[posting.account_id]
        if posting.line != line and other.customer_id is not None:
            return masked(other.number)
        if posting.line != line and other.kind == "biller":
            return bank.billers[other.number.removeprefix("BILLER-")].name
    return ""


def _repeated(known: RequestRow, payload: tuple[object, ...], own: AccountRow | None) -> Movement:
    """What a repeated request is answered: what was stored, or a refusal when it asks something else."""
    balance = own.money if own else None
    if known.payload != payload:
        return Movement(Outcome.REFUSED, "other_payload", 0 if payload[0] != "transfer" else known.journal_id, balance)
    return Movement(Outcome(known.outcome), known.reason, known.journal_id, balance)
