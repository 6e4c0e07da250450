"""A note acceptor in software: a slot, an escrow and a deposit box that keep their notes on disk.

Like the real thing it counts what is put in, gives back at once what it cannot read, and goes on knowing where the
notes are when the program that drove it dies.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from atm_app.cash_ports import CashFate, Escrow, NotesIn, NotesOfValue
from atm_app.devices.virtual_cash import VirtualCashDevice
from atm_app.ports import Cancellation, Cancelled, DeviceError

# XFS4IoT leaves the size of the escrow to the device; common bundle acceptors hold about 200 notes.
ESCROW_NOTES = 200
# How often a wait for notes looks whether it is still wanted.
LOOK_SECONDS = 0.1


class VirtualAcceptor(VirtualCashDevice):
    """``denominations``: minor units of the notes it can read."""

    name = "acceptor"
    # Notes it never saw were never put in.
    unseen = CashFate.RETURNED

    def __init__(self, path: Path, denominations: Sequence[int]) -> None:
        super().__init__(path, {"escrow": {}, "request": "", "box": {}, "fates": {}})
        self._denominations = frozenset(denominations)
        self._open = False
        self._refused = 0
        self._inserted = False

    # --- the port ----------------------------------------------------------------------------------------------------

    def count(self, request_id: bytes, seconds: float, cancellation: Cancellation) -> Escrow:
        with self._condition:
            self._powered()
            if self._state["request"] not in ("", request_id.hex()):
                self._empty_escrow(CashFate.RETURNED)  # of an earlier customer, forgotten by a terminal
            self._state["request"] = request_id.hex()
            self._save()
            self._inserted, self._refused, self._open = False, 0, True
            self.changed()
            try:
                self._wait_for_notes(seconds, cancellation)
            finally:
                self._open = False
            return Escrow(self.in_escrow(), self._refused)

    def store(self, request_id: bytes) -> None:
        with self._condition:
            self._powered()
            self._owned(request_id)
            if self._jammed:
                raise DeviceError("notes jammed on the way to the deposit box")
            self._empty_escrow(CashFate.STORED)

    def give_back(self, request_id: bytes, seconds: float) -> CashFate:
        with self._condition:
            self._powered()
            if self._state["request"] == request_id.hex():
                self._empty_escrow(CashFate.RETURNED)
            return self.fate_now(request_id)

    def fate(self, request_id: bytes) -> CashFate:
        with self._condition:
            self._powered()
            if self._state["request"] == request_id.hex():
                self._empty_escrow(CashFate.UNKNOWN if self._jammed and self._state["escrow"] else CashFate.RETURNED)
            return self.fate_now(request_id)

    # --- what happens around it: the bench's side -------------------------------------------------------------------

    def insert(self, notes: NotesIn) -> bool:
        """The customer puts notes in the slot; false when it is shut. What the machine cannot read, or has no room
        for, comes straight back."""
        with self._condition:
            if not self._open:
                return False
            escrow = self._state["escrow"]
            for note in notes:
                room = ESCROW_NOTES - sum(escrow.values())
                taken = min(note.count, room) if note.denomination in self._denominations else 0
                self._refused += note.count - taken
                if taken:
                    escrow[str(note.denomination)] = escrow.get(str(note.denomination), 0) + taken
            self._inserted = True
            self._save()
            self._condition.notify_all()
            return True

    def empty_box(self) -> None:
        """The custodian takes out what was paid in."""
        with self._condition:
            self._state["box"] = {}
            self._save()

    @property
    def slot_open(self) -> bool:
        return self._open

    def in_escrow(self) -> NotesIn:
        return _notes(self._state["escrow"])

    def in_box(self) -> NotesIn:
        return _notes(self._state["box"])

    # --- inside ------------------------------------------------------------------------------------------------------

    def _owned(self, request_id: bytes) -> None:
        if self._state["request"] != request_id.hex():
            raise DeviceError("the escrow does not hold this deposit")

    def _wait_for_notes(self, seconds: float, cancellation: Cancellation) -> None:
        end = time.monotonic() + seconds
        while not self._inserted and time.monotonic() < end:
            if cancellation.cancelled:
                raise Cancelled
            self._condition.wait(LOOK_SECONDS)
            self._powered()

    def _empty_escrow(self, fate: CashFate) -> None:
        box, escrow = self._state["box"], self._state["escrow"]
        if fate is CashFate.STORED:
            for denomination, count in escrow.items():
                box[denomination] = box.get(denomination, 0) + count
        request_id = bytes.fromhex(self._state["request"])
        self._state["escrow"], self._state["request"] = {}, ""
        self._note_fate(request_id, fate)


def _notes(counts: dict[str, int]) -> NotesIn:
    return tuple(
        NotesOfValue(int(value), count) for value, count in sorted(counts.items(), key=lambda item: -int(item[0]))
    )
