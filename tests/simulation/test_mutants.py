"""Each mutant is one mistake put into the code. The simulation must find it soon, or it is no use."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atm_app.banking.deposits import Deposits
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import OUTCOME_OF, Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import CashFate, DispenseFailed
from atm_app.desk import Desk
from atm_app.identity.authentication import Authentication, Decision, Verdict
from atm_app.identity.lockout import LockoutRule
from atm_app.intent_ports import Intent, IntentState
from atm_app.ports import Random
from atm_app.simulation.fake_ledger import FakeLedger
from atm_app.simulation.fake_visits import FakeVisits
from atm_app.simulation.script import replay, run_seed
from atm_app.stores import AttemptVerdict, Customer, Deposit, Movement, Outcome, StoreUnavailable, Transfer
from atm_app.trust.audit import GENESIS, Head, Sealer

MOST_SEEDS = 200
Patch = pytest.MonkeyPatch


def dropped_void(patch: Patch) -> None:
    settle = Settlement.settle

    def mutant(self: Settlement, request_id: bytes, fate: CashFate) -> Movement:
        if OUTCOME_OF[fate] is not Outcome.VOIDED:
            return settle(self, request_id, fate)
        self._intents.advance(request_id, IntentState.SETTLED)
        return Movement(Outcome.VOIDED, "", 0, None)

    patch.setattr(Settlement, "settle", mutant)


def missing_wipe(patch: Patch) -> None:
    patch.setattr(Desk, "end_session", lambda self, outcome: self.note_event("session", outcome))


def hold_that_does_not_expire(patch: Patch) -> None:
    patch.setattr(Recovery, "settle_open", lambda self: ())


def settlement_posted_twice(patch: Patch) -> None:
    settle = FakeLedger.settle

    def mutant(self: FakeLedger, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        hold = self._bank.holds.get(request_id)
        if hold is not None and hold.state == outcome == Outcome.POSTED:
            hold.state = "held"
            self._bank.open_holds[request_id] = hold
        return settle(self, request_id, outcome, fate)

    patch.setattr(FakeLedger, "settle", mutant)


def presented_without_hold(patch: Patch) -> None:
    hold = Withdrawals.hold

    def mutant(self: Withdrawals, *asked: Any) -> tuple[bytes, Movement]:
        request_id, movement = hold(self, *asked)
        return request_id, Movement(Outcome.HELD, "", 0, movement.balance)

    patch.setattr(Withdrawals, "hold", mutant)


def recovery_that_skips_taken(patch: Patch) -> None:
    fate_of = Recovery._fate_of_withdrawal

    def mutant(self: Recovery, intent: Intent) -> CashFate:
        return CashFate.NOT_DISPENSED if intent.state is IntentState.TAKEN else fate_of(self, intent)

    patch.setattr(Recovery, "_fate_of_withdrawal", mutant)


def outcome_of(fate: CashFate, outcome: Outcome) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(OUTCOME_OF, fate, outcome)


def seal_that_leaves_one_out(patch: Patch) -> None:
    """The second of a batch; it is sealed with a later one."""
    seal = Sealer.seal
    patch.setattr(Sealer, "seal", lambda self, head, rows: seal(self, head, list(rows)[:1] + list(rows)[2:]))


def chain_that_starts_over(patch: Patch) -> None:
    seal = Sealer.seal
    patch.setattr(Sealer, "seal", lambda self, head, rows: seal(self, Head(head.chain, head.sequence, GENESIS), rows))


def session_not_on_record(patch: Patch) -> None:
    note = Desk.note_event

    def mutant(self: Desk, event: str, outcome: str, **details: Any) -> None:
        if outcome != "timed_out":
            note(self, event, outcome, **details)

    patch.setattr(Desk, "note_event", mutant)


def lockout_that_never_counts(patch: Patch) -> None:
    def mutant(
        self: LockoutRule, customer: Customer | None, number: str, factor: object, matches: Callable[[], bool]
    ) -> tuple[bool, AttemptVerdict]:
        return matches() and customer is not None, AttemptVerdict(True, 2, 0)

    patch.setattr(LockoutRule, "attempt", mutant)


def answer_of_an_ended_session(patch: Patch) -> None:
    patch.setattr(Desk, "is_current", lambda self, token, state: True)


def stored_before_the_hold(patch: Patch) -> None:
    hold = Deposits.hold

    def mutant(self: Deposits, deposit: Deposit) -> Movement:
        self._acceptor.store(deposit.request_id)
        return hold(self, deposit)

    patch.setattr(Deposits, "hold", mutant)
    patch.setattr(Deposits, "keep", lambda self, request_id: self._acceptor.fate(request_id))


def transfer_repeated_under_a_new_request(patch: Patch) -> None:
    book = Transfers.book

    def mutant(self: Transfers, transfer: Transfer) -> Movement:
        try:
            return book(self, transfer)
        except StoreUnavailable:
            again = {**transfer.__dict__, "request_id": self.new_request()}
            return book(self, Transfer(**again))

    patch.setattr(Transfers, "book", mutant)


def everybody_accepted(patch: Patch) -> None:
    decide = Authentication._decide

    def mutant(self: Authentication, session: bytes, customer: Customer | None, *rest: Any) -> Decision:
        decision = decide(self, session, customer, *rest)
        refused = decision.verdict is Verdict.REFUSED and customer is not None
        return Decision(Verdict.ACCEPTED, customer) if refused else decision

    patch.setattr(Authentication, "_decide", mutant)


def not_on_disk_before_dispensing(patch: Patch) -> None:
    def mutant(self: Withdrawals, request_id: bytes, mix: Any) -> CashFate:
        try:
            self._dispenser.dispense(request_id, mix)
            self._dispenser.present(request_id)
        except DispenseFailed as failure:
            return failure.fate
        return CashFate.PRESENTED

    patch.setattr(Withdrawals, "pay_out", mutant)


def not_on_disk_before_the_hold(patch: Patch) -> None:
    class LateJournal:
        def __init__(self, intents: Any) -> None:
            self._intents = intents
            self._late: dict[bytes, Intent] = {}

        def record(self, intent: Intent) -> None:
            self._late[intent.request_id] = intent

        def advance(self, request_id: bytes, state: IntentState) -> None:
            if request_id in self._late:
                self._intents.record(self._late.pop(request_id))
            self._intents.advance(request_id, state)

    made = Withdrawals.__init__

    def mutant(self: Withdrawals, ledger: Any, intents: Any, dispenser: Any, random: Random) -> None:
        made(self, ledger, LateJournal(intents), dispenser, random)  # type: ignore[arg-type]

    patch.setattr(Withdrawals, "__init__", mutant)


def nobody_is_ever_idle(patch: Patch) -> None:
    patch.setattr(Desk, "rest", lambda self: None)


def retracted_notes_not_counted(patch: Patch) -> None:
    """By the books they still lie in their cassettes."""
    settle = FakeLedger._settle_withdrawal

    def mutant(self: FakeLedger, hold: Any, account: Any, outcome: Outcome, fate: CashFate) -> int:
        return settle(self, hold, account, outcome, CashFate.STACKED if fate is CashFate.RETRACTED else fate)

    patch.setattr(FakeLedger, "_settle_withdrawal", mutant)


def visit_at_two_machines(patch: Patch) -> None:
    """Whoever is turned away is served all the same."""
    begin = FakeVisits.begin
    patch.setattr(FakeVisits, "begin", lambda self, *visit: begin(self, *visit) or True)


MUTANTS: dict[str, Callable[[Patch], None]] = {
    "a dropped void": dropped_void,
    "a missing wipe": missing_wipe,
    "a hold that does not expire": hold_that_does_not_expire,
    "a settlement posted twice": settlement_posted_twice,
    "cash presented without a hold": presented_without_hold,
    "a recovery that skips notes taken": recovery_that_skips_taken,
    "retracted notes posted": outcome_of(CashFate.RETRACTED, Outcome.POSTED),
    "unknown notes posted": outcome_of(CashFate.UNKNOWN, Outcome.POSTED),
    "rejected notes suspended": outcome_of(CashFate.REJECTED, Outcome.SUSPENDED),
    "an audit row left out of its chain": seal_that_leaves_one_out,
    "an audit chain that starts over": chain_that_starts_over,
    "an end of session not on record": session_not_on_record,
    "a lockout that never counts": lockout_that_never_counts,
    "an answer of an ended session": answer_of_an_ended_session,
    "notes stored before the hold": stored_before_the_hold,
    "a transfer repeated under a new request": transfer_repeated_under_a_new_request,
    "everybody accepted": everybody_accepted,
    "notes moved before it is on disk": not_on_disk_before_dispensing,
    "a hold before it is on disk": not_on_disk_before_the_hold,
    "nobody is ever idle": nobody_is_ever_idle,
    "retracted notes not counted": retracted_notes_not_counted,
    "a visit at two machines": visit_at_two_machines,
}


@contextlib.contextmanager
def mutated(mutate: Callable[[Patch], None]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        mutate(patch)
        yield


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=() if place % 3 == 0 else pytest.mark.slow) for place, name in enumerate(MUTANTS)
])  # fmt: skip
def test_a_mutant_is_found_within_200_seeds(name: str) -> None:
    with mutated(MUTANTS[name]):
        runs = (run_seed(seed) for seed in range(MOST_SEEDS))
        found = next((run.violation for run in runs if run.violation is not None), None)
    assert found is not None, f"{name} lives"
    print(f"{name}: seed {found.seed}, step {found.step}: {found.invariant} ({found.detail})")
    # The mistake is what breaks it: without the mutant the very same script breaks nothing.
    assert replay(found.seed, found.script).violation is None
