"""The simulated world: one bank, one or two machines, a teller, the customers; and the hands that act on them."""

from __future__ import annotations

import random
from collections import Counter

from atm_app.simulation.clock import Time
from atm_app.simulation.fake_audit import FakeAudit
from atm_app.simulation.fake_branch import FakeBranch
from atm_app.simulation.kiosk import Kiosk
from atm_app.simulation.people import BILLERS, HEAD_OFFICE, SETTINGS, Person, SeededRandom, SimulatedVault, enrol_people
from atm_app.simulation.teller import Teller
from atm_app.simulation.terminal import Backend, Terminal

# Long enough for every time-out of a visit, one after the other, and for the machine to mend itself after it.
SETTLING_SECONDS = 90.0


class World:
    """Built from a seed alone; what happens in it is the deeds' business."""

    def __init__(self, seed: int, vault: SimulatedVault) -> None:
        self.seed = seed
        self.time = Time()
        self.faults = Counter[str]()
        self.backend = Backend(self.time, vault)
        bank = self.backend.bank
        head_office = FakeBranch(bank, "S-0", HEAD_OFFICE)
        head_office.prepare_books(SETTINGS, BILLERS)
        self.people: tuple[Person, ...] = enrol_people(bank, head_office, vault)
        self._head_audit = FakeAudit(bank.audit, HEAD_OFFICE, self.backend.sealer)
        machines = 1 + random.Random(f"machines {seed}").randrange(2)  # noqa: S311 - not a secret
        self.kiosks = tuple(self._kiosk(f"S-{number}") for number in range(1, machines + 1))
        self.teller = Teller("S-9", self.backend, SETTINGS, SeededRandom(f"{seed} teller"), self.faults)
        for kiosk in self.kiosks:
            kiosk.switch_on()
        self.seal_staff()

    def _kiosk(self, name: str) -> Kiosk:
        return Kiosk(name, self.backend, SETTINGS, SeededRandom(f"{self.seed} {name}"), self.faults)

    @property
    def terminals(self) -> tuple[Terminal, ...]:
        return (*self.kiosks, self.teller)

    def terminal(self, at: int) -> Terminal:
        return self.terminals[at % len(self.terminals)]

    def kiosk(self, at: int) -> Kiosk:
        return self.kiosks[at % len(self.kiosks)]

    # --- time --------------------------------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time go by; every timer goes off when it is due, machine by machine."""
        end = self.time.seconds + seconds
        while (first := min(self.kiosks, key=lambda kiosk: kiosk.next_at())).next_at() <= end:
            self.time.seconds = max(self.time.seconds, first.next_at())
            first.fire()
        self.time.seconds = end

    def night(self, hours: int) -> None:
        """Everything is switched off, and on again in the morning."""
        for kiosk in self.kiosks:
            kiosk.kill()
        self.time.seconds += hours * 3600.0
        for kiosk in self.kiosks:
            kiosk.switch_on()

    # --- around it ---------------------------------------------------------------------------------------------------

    def seal_staff(self) -> None:
        """Staff's processes seal their own chains at once."""
        self._head_audit.seal()
        for terminal in self.terminals:
            terminal.staff_audit.seal()
        self.teller.audit.seal()

    def come_to_rest(self) -> None:
        """All faults end, every machine is on, nobody touches anything, and all time-outs run out."""
        for terminal in self.terminals:
            terminal.mend()
        self.backend.post.down = False
        self.teller.recover()
        for kiosk in self.kiosks:
            kiosk.switch_on()
        self.pass_time(SETTLING_SECONDS)
        self.seal_staff()

    @property
    def sessions(self) -> int:
        return sum(kiosk.sessions for kiosk in self.kiosks)
