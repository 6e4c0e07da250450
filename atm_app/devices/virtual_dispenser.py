"""A cash dispenser in software: four cassettes, a stacker, a shutter and a reject bin that keep their notes on disk.

Like the real thing it goes on knowing where the notes are when the program that drove it dies, and like the real
thing it cannot see what happens to notes in the shutter while its power is off.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.durable_file import write_whole
from atm_app.ports import (
    CashFate,
    DeviceState,
    DeviceStatus,
    DeviceUnavailable,
    DispenseFailed,
    Mix,
    NoteCount,
)

NAME = "dispenser"
# Requests whose fate is remembered; a terminal asks about its latest few at most.
REMEMBERED = 200


class VirtualDispenser:
    """``changed`` is called after every movement of notes, on the thread that moved them; the bench paints by it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._condition = threading.Condition()
        self._plugged = True
        self._jammed = False
        self.changed: Callable[[], None] = lambda: None
        self._state: dict[str, Any] = {"cassettes": [], "reject_bin": 0, "retract_bin": 0, "fates": {}, "transport": {}}
        if path.exists():
            self._state = json.loads(path.read_text())

    # --- the port ----------------------------------------------------------------------------------------------------

    def status(self) -> DeviceStatus:
        if not self._plugged:
            return DeviceStatus(NAME, DeviceState.OFFLINE, virtual=True, advice="plug the dispenser in")
        if self._jammed:
            return DeviceStatus(NAME, DeviceState.HARDWARE_ERROR, virtual=True, advice="clear the note jam")
        if not any(cassette["count"] for cassette in self._state["cassettes"]):
            return DeviceStatus(NAME, DeviceState.USER_ERROR, virtual=True, advice="load cash")
        return DeviceStatus(NAME, DeviceState.ONLINE, virtual=True)

    def counts(self) -> Mix:
        with self._condition:
            return tuple(NoteCount(**cassette) for cassette in self._state["cassettes"])

    def dispense(self, request_id: bytes, mix: Mix) -> None:
        with self._condition:
            self._powered()
            if self._state["transport"]:  # notes of an earlier customer, forgotten by a terminal that lost its journal
                presented = self.in_shutter()[0] > 0
                self._clear_transport(
                    "retract_bin" if presented else "reject_bin", CashFate.RETRACTED if presented else CashFate.REJECTED
                )
            cassettes = {cassette["position"]: cassette for cassette in self._state["cassettes"]}
            for note in mix:
                if note.position not in cassettes or cassettes[note.position]["count"] < note.count:
                    self._note_fate(request_id, CashFate.NOT_DISPENSED)
                    raise DispenseFailed("a cassette ran empty", CashFate.NOT_DISPENSED)
            for note in mix:
                cassettes[note.position]["count"] -= note.count
            number = sum(note.count for note in mix)
            if self._jammed:
                self._state["reject_bin"] += number
                self._note_fate(request_id, CashFate.REJECTED)
                raise DispenseFailed("notes jammed on the way to the stacker", CashFate.REJECTED)
            value = sum(note.count * note.denomination for note in mix)
            self._state["transport"] = {"request": request_id.hex(), "notes": number, "value": value}
            self._note_fate(request_id, CashFate.STACKED)

    def present(self, request_id: bytes) -> None:
        with self._condition:
            self._powered()
            if self._jammed:
                self._clear_transport("reject_bin", CashFate.REJECTED)
                raise DispenseFailed("the shutter did not open", CashFate.REJECTED)
            self._note_fate(request_id, CashFate.PRESENTED)

    def wait_taken(self, request_id: bytes, seconds: float) -> CashFate:
        with self._condition:
            self._condition.wait_for(lambda: self.fate_now(request_id) is not CashFate.PRESENTED or not self._plugged,
                                     timeout=seconds)  # fmt: skip
            self._powered()
            if self.fate_now(request_id) is CashFate.PRESENTED:
                self._clear_transport("retract_bin", CashFate.RETRACTED)
            return self.fate_now(request_id)

    def fate(self, request_id: bytes) -> CashFate:
        with self._condition:
            self._powered()
            known = self.fate_now(request_id)
            if known is CashFate.STACKED:
                self._clear_transport("reject_bin", CashFate.REJECTED)
            elif known is CashFate.PRESENTED:
                self._clear_transport("retract_bin", CashFate.RETRACTED)
            return self.fate_now(request_id)

    # --- what happens around it: the bench's side -------------------------------------------------------------------

    def fate_now(self, request_id: bytes) -> CashFate:
        """As last seen, nothing moved."""
        return CashFate(self._state["fates"].get(request_id.hex(), CashFate.NOT_DISPENSED))

    def load(self, notes: Mix) -> None:
        """Put a set of cassettes in, as the custodian does."""
        with self._condition:
            self._state["cassettes"] = [
                {"position": note.position, "denomination": note.denomination, "count": note.count} for note in notes
            ]
            self._save()

    def in_shutter(self) -> tuple[int, int]:
        """(notes, their value in minor units) a customer could take now."""
        transport = self._state["transport"]
        if not transport or self._state["fates"].get(transport["request"]) != CashFate.PRESENTED:
            return 0, 0
        return int(transport["notes"]), int(transport["value"])

    def take(self) -> bool:
        """The customer takes what lies in the shutter; false when nothing does."""
        with self._condition:
            if not self.in_shutter()[0]:
                return False
            self._clear_transport("", CashFate.TAKEN)
            return True

    def cut_power_and_take(self) -> None:
        """The power fails while notes are presented, and they are gone when it returns: nobody saw who took them."""
        with self._condition:
            if self.in_shutter()[0]:
                self._clear_transport("", CashFate.UNKNOWN)

    def plug(self, plugged: bool) -> None:
        with self._condition:
            self._plugged = plugged
            self._condition.notify_all()
        self.changed()

    def jam(self, jammed: bool) -> None:
        with self._condition:
            self._jammed = jammed
        self.changed()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _powered(self) -> None:
        if not self._plugged:
            raise DeviceUnavailable("the dispenser does not answer")

    def _clear_transport(self, bin_name: str, fate: CashFate) -> None:
        transport = self._state["transport"]
        if bin_name:
            self._state[bin_name] += transport["notes"]
        self._state["transport"] = {}
        self._note_fate(bytes.fromhex(transport["request"]), fate)

    def _note_fate(self, request_id: bytes, fate: CashFate) -> None:
        fates = self._state["fates"]
        fates[request_id.hex()] = fate.value
        for old in list(fates)[:-REMEMBERED]:
            del fates[old]
        self._save()
        self._condition.notify_all()

    def _save(self) -> None:
        write_whole(self._path, json.dumps(self._state))
        self.changed()
