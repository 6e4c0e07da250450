"""A withdrawal in two phases: every step with every way it can fail, and what the next start makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import OUTCOME_OF, Settlement
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import CashFate, DispenseFailed, Mix, NoteCount
from atm_app.intent_ports import Intent, IntentState
from atm_app.ports import DeviceError, DeviceUnavailable
from atm_app.stores import Movement, Outcome, StoreUnavailable, Withdrawal

AMOUNT = Money.of_major(500)
MIX: Mix = (NoteCount(1, 500_00, 1),)
REQUEST = b"r" * 16


class Fakes:
    """Ledger, intents, dispenser and chance in one, with one log of all calls. ``fails``: what a call raises."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.hold_outcome = Outcome.HELD
        self.settled: tuple[Outcome, CashFate] | None = None
        self.states: dict[bytes, IntentState] = {}
        self.amounts: dict[bytes, Money] = {}
        self.device_fate = CashFate.NOT_DISPENSED
        self.taken = CashFate.TAKEN

    def _note(self, what: str) -> None:
        self.log.append(what)
        if what in self.fails:
            raise self.fails[what]

    def token_bytes(self, count: int) -> bytes:
        return REQUEST[:count]

    def randbelow(self, upper: int) -> int:
        raise NotImplementedError

    # --- ledger
    def hold(self, withdrawal: Withdrawal) -> Movement:
        assert self.states[withdrawal.request_id] is IntentState.CREATED, "on disk before the database hears of it"
        self._note("hold")
        return Movement(self.hold_outcome, "", 0, None)

    def settle(self, request_id: bytes, outcome: Outcome, fate: CashFate) -> Movement:
        self._note("settle")
        self.settled = (outcome, fate)
        return Movement(outcome, "", 1, None)

    # --- intents
    def record(self, intent: Intent) -> None:
        self._note("record")
        self.states[intent.request_id] = intent.state
        self.amounts[intent.request_id] = intent.amount

    def advance(self, request_id: bytes, state: IntentState) -> None:
        self._note(f"advance {state}")
        self.states[request_id] = state

    def open(self) -> tuple[Intent, ...]:
        return tuple(
            Intent(request, state, self.amounts[request])
            for request, state in self.states.items()
            if state is not IntentState.SETTLED
        )

    # --- dispenser
    def dispense(self, request_id: bytes, mix: Mix) -> None:
        assert self.states[request_id] is IntentState.DISPENSING, "on disk before a note moves"
        self._note("dispense")

    def present(self, request_id: bytes) -> None:
        self._note("present")

    def wait_taken(self, request_id: bytes, seconds: float) -> CashFate:
        self._note("wait_taken")
        return self.taken

    def fate(self, request_id: bytes) -> CashFate:
        self._note("fate")
        return self.device_fate


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


@pytest.fixture
def withdrawals(fakes: Fakes) -> Withdrawals:
    anything: Any = fakes
    return Withdrawals(anything, anything, anything, anything)


@pytest.fixture
def settlement(fakes: Fakes) -> Settlement:
    anything: Any = fakes
    return Settlement(anything, anything)


@pytest.fixture
def recovery(fakes: Fakes, settlement: Settlement) -> Recovery:
    anything: Any = fakes
    return Recovery(settlement, anything, anything, anything)


def held(withdrawals: Withdrawals) -> bytes:
    return withdrawals.hold(7, b"p" * 16, 1, AMOUNT, MIX, b"s" * 16, "cardless")[0]


FULL, GONE = StoreUnavailable("the disk is full"), StoreUnavailable("the database does not answer")


def test_every_step_is_on_disk_before_the_next_one(
    withdrawals: Withdrawals, fakes: Fakes, settlement: Settlement
) -> None:
    request = held(withdrawals)
    assert withdrawals.pay_out(request, MIX) is CashFate.PRESENTED
    assert withdrawals.wait_taken(request, 30) is CashFate.TAKEN
    assert settlement.settle(request, CashFate.TAKEN).outcome is Outcome.POSTED
    assert fakes.log == [
        "record", "hold", "advance held", "advance dispensing", "dispense", "present", "advance presented",
        "wait_taken", "advance taken", "settle", "advance settled",
    ]  # fmt: skip
    assert fakes.open() == ()


@pytest.mark.parametrize(("fate", "outcome"), [
    (CashFate.NOT_DISPENSED, Outcome.VOIDED), (CashFate.STACKED, Outcome.VOIDED), (CashFate.REJECTED, Outcome.VOIDED),
    (CashFate.RETRACTED, Outcome.VOIDED), (CashFate.TAKEN, Outcome.POSTED), (CashFate.PRESENTED, Outcome.SUSPENDED),
    (CashFate.UNKNOWN, Outcome.SUSPENDED),
])  # fmt: skip
def test_a_fate_of_the_notes_is_one_outcome_of_the_money(
    withdrawals: Withdrawals, fakes: Fakes, fate: CashFate, outcome: Outcome, settlement: Settlement
) -> None:
    assert set(OUTCOME_OF) == set(CashFate)
    settlement.settle(held(withdrawals), fate)
    assert fakes.settled == (outcome, fate)
    assert fakes.open() == ()


def test_a_refused_hold_leaves_nothing_open_and_moves_no_note(withdrawals: Withdrawals, fakes: Fakes) -> None:
    fakes.hold_outcome = Outcome.REFUSED
    held(withdrawals)
    assert fakes.states == {REQUEST: IntentState.SETTLED}
    assert "dispense" not in fakes.log


def whole(withdrawals: Withdrawals, settlement: Settlement) -> None:
    request = held(withdrawals)
    fate = withdrawals.pay_out(request, MIX)
    if fate is CashFate.PRESENTED:
        fate = withdrawals.wait_taken(request, 30)
    settlement.settle(request, fate)


@pytest.mark.parametrize(("where", "error", "device", "outcome"), [
    ("hold", GONE, CashFate.NOT_DISPENSED, Outcome.VOIDED),
    ("advance held", FULL, CashFate.NOT_DISPENSED, Outcome.VOIDED),
    ("advance dispensing", FULL, CashFate.NOT_DISPENSED, Outcome.VOIDED),
    ("dispense", KeyboardInterrupt(), CashFate.NOT_DISPENSED, Outcome.VOIDED),
    ("dispense", KeyboardInterrupt(), CashFate.REJECTED, Outcome.VOIDED),
    ("present", KeyboardInterrupt(), CashFate.REJECTED, Outcome.VOIDED),
    ("advance presented", KeyboardInterrupt(), CashFate.RETRACTED, Outcome.VOIDED),
    ("wait_taken", DeviceUnavailable("gone"), CashFate.TAKEN, Outcome.POSTED),
    ("wait_taken", DeviceUnavailable("gone"), CashFate.UNKNOWN, Outcome.SUSPENDED),
    ("wait_taken", DeviceUnavailable("gone"), CashFate.RETRACTED, Outcome.VOIDED),
    ("advance taken", KeyboardInterrupt(), CashFate.TAKEN, Outcome.POSTED),
    ("settle", GONE, CashFate.TAKEN, Outcome.POSTED),
    ("advance settled", FULL, CashFate.TAKEN, Outcome.POSTED),
])  # fmt: skip
def test_whatever_breaks_off_is_settled_by_the_next_start_as_the_device_says(
    withdrawals: Withdrawals,
    fakes: Fakes,
    where: str,
    error: Exception,
    device: CashFate,
    outcome: Outcome,
    recovery: Recovery,
    settlement: Settlement,
) -> None:
    fakes.fails[where] = error
    with pytest.raises(type(error)):
        whole(withdrawals, settlement)
    fakes.fails.clear()
    fakes.device_fate = device
    ((intent, movement),) = recovery.settle_open()
    assert (intent.request_id, intent.amount) == (REQUEST, AMOUNT)
    assert movement.outcome is outcome
    assert fakes.settled == (outcome, device)
    assert recovery.settle_open() == ()


def test_a_request_that_cannot_be_written_down_is_never_asked(withdrawals: Withdrawals, fakes: Fakes) -> None:
    fakes.fails["record"] = FULL
    with pytest.raises(StoreUnavailable):
        held(withdrawals)
    assert fakes.log == ["record"]


@pytest.mark.parametrize("where", ["dispense", "present"])
@pytest.mark.parametrize("fate", [CashFate.NOT_DISPENSED, CashFate.REJECTED])
def test_a_dispense_that_failed_tells_where_its_notes_are(
    withdrawals: Withdrawals, fakes: Fakes, where: str, fate: CashFate
) -> None:
    fakes.fails[where] = DispenseFailed("jam", fate)
    assert withdrawals.pay_out(held(withdrawals), MIX) is fate
    assert "advance presented" not in fakes.log


@pytest.mark.parametrize("where", ["dispense", "present"])
def test_a_dispenser_that_broke_off_is_asked_what_became_of_the_notes(
    withdrawals: Withdrawals, fakes: Fakes, where: str
) -> None:
    fakes.fails[where] = DeviceError("no answer")
    fakes.device_fate = CashFate.UNKNOWN
    assert withdrawals.pay_out(held(withdrawals), MIX) is CashFate.UNKNOWN
    assert fakes.log[-1] == "fate"


def test_a_dispenser_that_cannot_even_be_asked_leaves_the_intent_open(
    withdrawals: Withdrawals, fakes: Fakes, recovery: Recovery
) -> None:
    fakes.fails = {"dispense": DeviceUnavailable("gone"), "fate": DeviceUnavailable("gone")}
    with pytest.raises(DeviceUnavailable):
        withdrawals.pay_out(held(withdrawals), MIX)
    assert fakes.states == {REQUEST: IntentState.DISPENSING}
    with pytest.raises(DeviceUnavailable):
        recovery.settle_open()
    assert fakes.settled is None, "nothing is guessed"


@pytest.mark.parametrize("where", ["advance presented", "advance taken"])
def test_a_full_disk_does_not_stop_money_that_is_on_its_way(
    withdrawals: Withdrawals, fakes: Fakes, where: str, settlement: Settlement) -> None:  # fmt: skip
    fakes.fails[where] = FULL
    whole(withdrawals, settlement)
    assert fakes.settled == (Outcome.POSTED, CashFate.TAKEN)
    assert fakes.open() == ()


@pytest.mark.parametrize(("state", "asks"), [
    (IntentState.CREATED, False), (IntentState.HELD, False), (IntentState.DISPENSING, True),
    (IntentState.PRESENTED, True), (IntentState.TAKEN, False),
])  # fmt: skip
def test_the_device_is_asked_only_where_notes_may_have_moved(
    withdrawals: Withdrawals, fakes: Fakes, state: IntentState, asks: bool, recovery: Recovery
) -> None:
    fakes.record(Intent(REQUEST, state, AMOUNT))
    recovery.settle_open()
    assert ("fate" in fakes.log) is asks
    assert fakes.settled is not None
    assert fakes.settled[0] is (Outcome.POSTED if state is IntentState.TAKEN else Outcome.VOIDED)


def test_all_open_intents_are_settled_and_a_lost_database_keeps_the_rest(
    withdrawals: Withdrawals, fakes: Fakes, recovery: Recovery) -> None:  # fmt: skip
    for number in range(3):
        fakes.record(Intent(bytes([number]) * 16, IntentState.HELD, AMOUNT))
    settle, left = fakes.settle, [1]

    def once(*given: Any) -> Movement:
        if not left:
            raise GONE
        left.pop()
        return settle(*given)

    fakes.settle = once  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        recovery.settle_open()
    assert len(fakes.open()) == 2
    fakes.settle = settle  # type: ignore[method-assign]
    assert len(recovery.settle_open()) == 2
