"""The dispenser knows where its notes are, whatever happens to the program that drives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from atm_app.cash_ports import CashFate, DispenseFailed, NoteCount
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.ports import DeviceState, DeviceUnavailable

CASSETTES = (NoteCount(1, 200_000, 10), NoteCount(2, 50_000, 10))
MIX = (NoteCount(1, 200_000, 2),)
FIRST, SECOND = b"a" * 16, b"b" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dispenser.json"


@pytest.fixture
def dispenser(path: Path) -> VirtualDispenser:
    made = VirtualDispenser(path)
    made.load(CASSETTES)
    return made


def count(dispenser: VirtualDispenser) -> int:
    return dispenser.counts()[0].count


def test_an_empty_one_asks_for_cash(path: Path) -> None:
    assert VirtualDispenser(path).status().state is DeviceState.USER_ERROR


def test_notes_go_from_cassette_to_hand(dispenser: VirtualDispenser) -> None:
    dispenser.dispense(FIRST, MIX)
    assert dispenser.take() is False, "the shutter is still shut"
    dispenser.present(FIRST)
    assert dispenser.in_shutter() == (2, 400_000)
    assert dispenser.take() is True
    assert dispenser.wait_taken(FIRST, 0) is CashFate.TAKEN
    assert count(dispenser) == 8


def test_notes_left_behind_go_to_the_retract_bin(dispenser: VirtualDispenser) -> None:
    dispenser.dispense(FIRST, MIX)
    dispenser.present(FIRST)
    assert dispenser.wait_taken(FIRST, 0.01) is CashFate.RETRACTED
    assert dispenser.take() is False


@pytest.mark.parametrize(("presented", "fate"), [(False, CashFate.REJECTED), (True, CashFate.RETRACTED)])
def test_a_new_driver_finds_what_an_old_one_left(
    dispenser: VirtualDispenser, path: Path, presented: bool, fate: CashFate
) -> None:
    dispenser.dispense(FIRST, MIX)
    if presented:
        dispenser.present(FIRST)
    again = VirtualDispenser(path)
    assert again.fate(FIRST) is fate
    assert again.fate(FIRST) is fate
    assert count(again) == 8


def test_notes_taken_while_no_program_ran_are_taken(dispenser: VirtualDispenser, path: Path) -> None:
    dispenser.dispense(FIRST, MIX)
    dispenser.present(FIRST)
    dispenser.take()
    assert VirtualDispenser(path).fate(FIRST) is CashFate.TAKEN


def test_notes_gone_in_a_power_cut_are_unknown(dispenser: VirtualDispenser) -> None:
    dispenser.dispense(FIRST, MIX)
    dispenser.present(FIRST)
    dispenser.cut_power_and_take()
    assert dispenser.fate(FIRST) is CashFate.UNKNOWN


def test_a_request_never_seen_was_not_dispensed(dispenser: VirtualDispenser) -> None:
    assert dispenser.fate(SECOND) is CashFate.NOT_DISPENSED


def test_notes_of_a_forgotten_customer_are_cleared_before_the_next(dispenser: VirtualDispenser) -> None:
    dispenser.dispense(FIRST, MIX)
    dispenser.present(FIRST)
    dispenser.dispense(SECOND, MIX)
    dispenser.present(SECOND)
    assert dispenser.in_shutter() == (2, 400_000)
    assert dispenser.fate_now(FIRST) is CashFate.RETRACTED


def test_a_cassette_that_runs_empty_moves_no_note(dispenser: VirtualDispenser) -> None:
    with pytest.raises(DispenseFailed) as failure:
        dispenser.dispense(FIRST, (NoteCount(2, 50_000, 1), NoteCount(1, 200_000, 11)))
    assert failure.value.fate is CashFate.NOT_DISPENSED
    assert [note.count for note in dispenser.counts()] == [10, 10]


def test_a_jam_sends_the_notes_to_the_reject_bin(dispenser: VirtualDispenser) -> None:
    dispenser.jam(True)
    assert dispenser.status().state is DeviceState.HARDWARE_ERROR
    with pytest.raises(DispenseFailed) as failure:
        dispenser.dispense(FIRST, MIX)
    assert failure.value.fate is CashFate.REJECTED
    dispenser.jam(False)
    assert dispenser.status().state is DeviceState.ONLINE
    assert count(dispenser) == 8


@pytest.mark.parametrize("call", ["dispense", "present", "wait_taken", "fate"])
def test_an_unplugged_one_says_so(dispenser: VirtualDispenser, call: str) -> None:
    arguments = {"dispense": (FIRST, MIX), "present": (FIRST,), "wait_taken": (FIRST, 1.0), "fate": (FIRST,)}[call]
    dispenser.plug(False)
    with pytest.raises(DeviceUnavailable):
        getattr(dispenser, call)(*arguments)
    assert dispenser.status().state is DeviceState.OFFLINE
