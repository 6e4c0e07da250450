"""What the virtual dispenser and the virtual acceptor have in common: notes and fates kept on disk, a plug, a jam."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.cash_ports import CashFate
from atm_app.durable_file import write_whole
from atm_app.ports import DeviceState, DeviceStatus, DeviceUnavailable

# Requests whose fate is remembered; a terminal asks about its latest few at most.
REMEMBERED = 200


class VirtualCashDevice:
    """``changed`` is called after every movement of notes, on the thread that moved them; the bench paints by it."""

    name = ""
    # The fate of a request the device never saw.
    unseen = CashFate.UNKNOWN

    def __init__(self, path: Path, state: dict[str, Any]) -> None:
        """``state``: of a new device; it needs the key ``fates``. One that was there before keeps its own."""
        self._path = path
        self._condition = threading.Condition()
        self._plugged = True
        self._jammed = False
        self.changed: Callable[[], None] = lambda: None
        self._state = json.loads(path.read_text()) if path.exists() else state

    def status(self) -> DeviceStatus:
        if not self._plugged:
            return DeviceStatus(self.name, DeviceState.OFFLINE, virtual=True, advice=f"plug the {self.name} in")
        if self._jammed:
            return DeviceStatus(self.name, DeviceState.HARDWARE_ERROR, virtual=True, advice="clear the note jam")
        return DeviceStatus(self.name, DeviceState.ONLINE, virtual=True)

    def fate_now(self, request_id: bytes) -> CashFate:
        """As last seen, nothing moved."""
        return CashFate(self._state["fates"].get(request_id.hex(), self.unseen))

    def plug(self, plugged: bool) -> None:
        with self._condition:
            self._plugged = plugged
            self._condition.notify_all()
        self.changed()

    def jam(self, jammed: bool) -> None:
        with self._condition:
            self._jammed = jammed
        self.changed()

    def _powered(self) -> None:
        if not self._plugged:
            raise DeviceUnavailable(f"the {self.name} does not answer")

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
