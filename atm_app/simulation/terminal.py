"""What every simulated terminal has: its part of the books, a disk of its own, a dispenser and an acceptor, and faults
between them and whoever drives them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from atm_app.banking.money import Money
from atm_app.cash_ports import NoteCount
from atm_app.config import Settings
from atm_app.simulation.clock import Time
from atm_app.simulation.fake_audit import FakeAudit
from atm_app.simulation.fake_bank import FakeBank
from atm_app.simulation.fake_branch import FakeBranch
from atm_app.simulation.fake_devices import Device, FakeAcceptor, FakeDispenser, FakePost
from atm_app.simulation.fake_ledger import FakeLedger
from atm_app.simulation.fake_stores import FakeAuthenticators, FakeCodeLists, FakeCodes, FakeIntents, FakeLockouts
from atm_app.simulation.faults import Faults, Port, Wire
from atm_app.simulation.people import SeededRandom
from atm_app.trust.audit import Sealer
from atm_app.trust.vault import Vault


class Backend:
    """What all machines share behind their wires."""

    def __init__(self, time: Time, vault: Vault) -> None:
        self.time = time
        self.vault = vault
        self.bank = FakeBank(time)
        self.sealer = Sealer(vault)
        self.codes = FakeCodes(time)
        self.authenticators = FakeAuthenticators()
        self.code_lists = FakeCodeLists()
        self.lockouts = FakeLockouts(time)
        self.post = FakePost()


class Terminal:
    """``excused_at``: seconds of the world, when something last stood in the way of settling its holds."""

    def __init__(
        self, name: str, backend: Backend, settings: Settings, random: SeededRandom, counts: Counter[str],
        cassettes: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        time, bank = backend.time, backend.bank
        self.name, self.backend, self.random = name, backend, random
        self.settings = settings.model_copy(update={"terminal": name})
        self.chain = f"{name}/kiosk"
        self.faults = Faults(time, counts)
        self.ledger = FakeLedger(bank, name, self.chain, settings.currency)
        self.audit = FakeAudit(bank.audit, self.chain, backend.sealer)
        self.branch = FakeBranch(bank, name, f"{name}/staff")
        self.staff_audit = FakeAudit(bank.audit, f"{name}/staff", backend.sealer)
        self.intents = FakeIntents()
        self.dispenser, self.acceptor = FakeDispenser(time), FakeAcceptor(time)
        self.excused_at = 0.0
        self._load(cassettes)

    def over(self, port: Port, target: object) -> Any:
        """A port as this machine's process reaches it."""
        return Wire(port, target, self.faults)

    @property
    def devices(self) -> tuple[Device, ...]:
        return self.dispenser, self.acceptor

    @property
    def broken(self) -> bool:
        """Whether anything is wrong that staff could mend."""
        jammed = self.dispenser.jams_before_stacker or self.dispenser.jams_at_shutter or self.acceptor.jammed
        return jammed or self.faults.any_now or not all(device.plugged for device in self.devices)

    @property
    def hindered(self) -> bool:
        """Whether something stands in the way of settling holds now."""
        return self.faults.any_now or not self.dispenser.plugged

    def excuse(self) -> None:
        if self.hindered:
            self.excused_at = self.backend.time.seconds

    def do(self, act: Callable[[], None]) -> None:
        """Something happens at the terminal."""
        act()

    # --- staff -------------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """Staff plug in, clear and load whatever stands in the way."""
        self.faults.mend()
        for device in self.devices:
            device.plugged = True
        self.dispenser.jams_before_stacker = self.dispenser.jams_at_shutter = self.acceptor.jammed = False

    def exchange(self, cassettes: Sequence[tuple[int, int]]) -> None:
        """All cash out, counted as it really is; new cassettes in. Raises ValueError while money moves."""
        self.branch.begin_exchange()
        counted = Money(self.dispenser.value + self.acceptor.box + self.acceptor.stuck)
        loaded = tuple(NoteCount(position, major * 100, count) for position, (major, count) in enumerate(cassettes, 1))
        self.branch.end_exchange(self.random.token_bytes(16), loaded, counted)
        self.dispenser.load(loaded)
        self.acceptor.box = self.acceptor.stuck = 0

    def _load(self, cassettes: Sequence[tuple[int, int]]) -> None:
        self.branch.prepare_books(self.settings)
        for position, (major, count) in enumerate(cassettes, 1):
            self.branch.load_cash_unit(self.random.token_bytes(16), position, Money.of_major(major), count)
        self.dispenser.load(
            tuple(NoteCount(position, major * 100, count) for position, (major, count) in enumerate(cassettes, 1))
        )
