"""A cash dispenser in software: four cassettes, a stacker, a shutter and a reject bin that keep their notes on disk.

Like the real thing it goes on knowing where the notes are when the program that drove it dies, and like the real
thing it cannot see what happens to notes in the shutter while its power is off.
"""

from __future__ import annotations

from pathlib import Path

from atm_app.cash_ports import CashFate, DispenseFailed, Mix, NoteCount
from atm_app.devices.virtual_cash import VirtualCashDevice
from atm_app.ports import DeviceState, DeviceStatus


class VirtualDispenser(VirtualCashDevice):
    name = "dispenser"
    unseen = CashFate.NOT_DISPENSED

    def __init__(self, path: Path) -> None:
        super().__init__(path, {"cassettes": [], "reject_bin": 0, "retract_bin": 0, "fates": {}, "transport": {}})

    # --- the port ----------------------------------------------------------------------------------------------------

    def status(self) -> DeviceStatus:
        status = super().status()
        if status.state is DeviceState.ONLINE and not any(unit["count"] for unit in self._state["cassettes"]):
            return DeviceStatus(self.name, DeviceState.USER_ERROR, virtual=True, advice="load cash")
        return status

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

    # --- inside ------------------------------------------------------------------------------------------------------

    def _clear_transport(self, bin_name: str, fate: CashFate) -> None:
        transport = self._state["transport"]
        if bin_name:
            self._state[bin_name] += transport["notes"]
        self._state["transport"] = {}
        self._note_fate(bytes.fromhex(transport["request"]), fate)
