"""``main.py fleet up``: a cluster and kiosks of one bank on this machine, customers before them, and the reckoning."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any

from atm_app.banking.money import Money
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.durable_file import write_whole
from atm_app.stores import NewCustomer
from commands.fleet_chaos import Chaos
from commands.fleet_customer import FleetPerson
from commands.fleet_kiosk import NOTES_FILE, Orders, fleet_settings
from commands.fleet_notes import Note, notes_in
from commands.fleet_reckoning import CashOfKiosk, Reckoning, reckon
from commands.system_random import SystemRandom
from db.cluster import Cluster, GaleraMissing, is_installed
from db.cluster_network import network_for
from db.connection import DATABASE
from db.folder import DataFolder, fresh_folder
from db.joining import take_up
from db.key_source import source_of, vault_of
from db.server import ServerProblem
from db.storage import Storage
from db.terminals import Administrator, Terminals

PROJECT = Path(__file__).resolve().parent.parent
CURRENCY, CENTRE, ADMINISTRATOR = "INR", "CENTRE", "fleet_administrator"
INVITATION_MINUTES = 10
PEOPLE_AT_KIOSK = 3
OPENING = Money.of_major(1_000_000, CURRENCY)
# Without chaos the fleet works this long.
PEACE_SECONDS = 30.0
START_SECONDS, END_SECONDS = 90.0, 60.0


class KioskProcess:
    """One kiosk of the fleet in a process of its own. A bank's kiosks do not take the processor from its servers: these
    give way to them."""

    def __init__(self, orders: Orders) -> None:
        self.terminal = orders.terminal
        self.folder = DataFolder(Path(orders.folder))
        self.orders = orders
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(notes_in(self.folder.root / NOTES_FILE))

    def has_noted(self, what: str) -> bool:
        return any(note.what == what for note in self.notes)

    @property
    def failure(self) -> str:
        """What it said before it ended by itself; empty while it lives."""
        if self._process is None or self._process.poll() in (None, 0):
            return ""
        return (self.folder.logs / "output.log").read_text(errors="replace")[-1500:]

    def start(self, *, idle: bool = False) -> None:
        """``idle``: nobody comes."""
        self.folder.prepare()
        orders = self.folder.root / "orders.json"
        write_whole(orders, (replace(self.orders, people=()) if idle else self.orders).text())
        with (self.folder.logs / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["nice", sys.executable, "-m", "commands.fleet_kiosk", str(orders)],
                cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def leave(self) -> None:
        """The customer there is the last one."""
        assert self._process is not None
        self._process.terminate()

    def await_end(self, seconds: float) -> None:
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()


class Fleet:
    """``close`` in any case. Raises ServerProblem, GaleraMissing."""

    def __init__(self, folder: DataFolder, nodes: int, kiosks: int, movements: int, seed: int) -> None:
        _install_cluster()
        self.folder = folder.prepare()
        self._count, self._movements, self._seed = kiosks, movements, seed
        self.cluster = Cluster(folder, network_for(nodes))
        self.kiosks: tuple[KioskProcess, ...] = ()
        self._last_opening = 0

    def up(self) -> None:
        """The cluster with the bank's books, and kiosks that each joined with a token."""
        self.cluster.up()
        administrator = self._administrator()
        people = self._found_bank(administrator)
        source = source_of(self.folder.key_file)
        terminals = Terminals(administrator, self.folder, CENTRE, vault_of(source), source)
        try:
            self.kiosks = tuple(self._joined(terminals, number, people) for number in range(1, self._count + 1))
            terminals.seal()
        finally:
            terminals.close()

    def open(self) -> None:
        """Every kiosk has served somebody."""
        for kiosk in self.kiosks:
            kiosk.start()
        self.await_note("session", self.kiosks)

    def await_note(self, what: str, kiosks: Sequence[KioskProcess]) -> None:
        """Raises ServerProblem where one of them does not come so far."""
        end = time.monotonic() + START_SECONDS
        for kiosk in kiosks:
            while not kiosk.has_noted(what):
                if kiosk.failure or time.monotonic() > end:
                    raise ServerProblem(f"{kiosk.terminal} does not work: {kiosk.failure or f'no {what} yet'}")
                time.sleep(0.1)  # between two looks

    def end(self) -> None:
        for kiosk in self.kiosks:
            kiosk.leave()
        for kiosk in self.kiosks:
            kiosk.await_end(END_SECONDS)

    def reckon(self) -> Reckoning:
        """After ``end``."""
        with contextlib.ExitStack() as stack:
            members = [stack.enter_context(self._storage([address])) for address in self.cluster.addresses]
            cash = [self._cash_of(kiosk) for kiosk in self.kiosks]
            return reckon(members, [kiosk.notes for kiosk in self.kiosks], cash, self._last_opening)

    def traffic(self) -> int:
        """Bytes between the members and all who asked them, so far."""
        return sum(int(node.status(name)) for node in self.cluster.nodes for name in ("Bytes_sent", "Bytes_received"))

    def disk(self) -> int:
        """Bytes of one member's tables."""
        return sum(path.stat().st_size for path in (self.cluster.nodes[0].data / DATABASE).glob("*.ibd"))

    def is_balanced(self) -> bool:
        with self._storage(self.cluster.addresses) as storage:
            return storage.ledger.trial_balance().balanced

    def close(self) -> None:
        for kiosk in self.kiosks:
            with contextlib.suppress(AssertionError):
                kiosk.kill()
        self.cluster.close()

    def _administrator(self) -> Administrator:
        """Of the servers, from everywhere; exists as long as they do."""
        password = SystemRandom().token_bytes(24).hex()
        connection = self.cluster.nodes[0].administrator()
        try:
            cursor = connection.cursor()
            cursor.execute("CREATE USER %s@'%' IDENTIFIED BY %s", (ADMINISTRATOR, password))
            cursor.execute("GRANT ALL ON *.* TO %s@'%' WITH GRANT OPTION", (ADMINISTRATOR,))
        finally:
            connection.close()
        return Administrator(self.cluster.addresses, ADMINISTRATOR, password)

    def _joined(self, terminals: Terminals, number: int, people: tuple[FleetPerson, ...]) -> KioskProcess:
        terminal, folder = f"FLEET-{number}", DataFolder(self.folder.root / f"kiosk-{number}")
        token = terminals.invite(terminal, INVITATION_MINUTES)
        take_up(folder.prepare(), terminal, self.cluster.addresses, token)
        addresses, authority = tuple(map(str, self.cluster.addresses)), str(self.cluster.authority)
        seed = self._seed * 1000 + number
        return KioskProcess(Orders(str(folder.root), terminal, addresses, authority, people, self._movements, seed))

    def _found_bank(self, administrator: Administrator) -> tuple[FleetPerson, ...]:
        """Schema, and customers with an account of a million each."""
        with self._storage(self.cluster.addresses, new_key=True, is_open=False) as storage:
            storage.migrate(self.cluster.addresses[0], administrator.user, administrator.password)
            storage.open()
            settings = fleet_settings(CENTRE, (), "")
            storage.branch.prepare_books(settings)
            people = tuple(self._enrol(storage, number) for number in range(1, PEOPLE_AT_KIOSK * self._count + 1))
            storage.staff_audit.seal()
            self._last_opening = max(row["journal_id"] for row in storage.staff.rows("movements_after", after=0))
        return people

    def _enrol(self, storage: Storage, number: int) -> FleetPerson:
        random = SystemRandom()
        pin = f"{1000 + random.randbelow(9000)}"
        person = FleetPerson(f"{500_000 + number}", pin, f"customer{number}@customer.example", f"6001{number:08d}")
        phone = f"+91 {9_100_000_000 + number}"
        customer = storage.customers.enrol(
            NewCustomer(person.number, f"Customer {number}", phone, person.email, "", "")
        )
        found = storage.customers.find(person.number)
        assert found is not None, "just enrolled"
        storage.customers.set_pin_hash(customer, storage.vault.pin_hash(pin, found.pseudonym))
        account = storage.branch.open_account(customer, "Sahyadri Bank", person.account, "savings", CURRENCY)
        storage.branch.deposit(random.token_bytes(16), account, OPENING)
        return person

    def _cash_of(self, kiosk: KioskProcess) -> CashOfKiosk:
        device = {
            note.position: note.count for note in VirtualDispenser(kiosk.folder.virtual / "dispenser.json").counts()
        }
        with self._storage(self.cluster.addresses, terminal=kiosk.terminal) as storage:
            books = {unit.position: unit.count for unit in storage.ledger.cash_units()}
        return CashOfKiosk(kiosk.terminal, books, device)

    @contextlib.contextmanager
    def _storage(
        self, addresses: Sequence[Any], terminal: str = CENTRE, *, new_key: bool = False, is_open: bool = True
    ) -> Iterator[Storage]:
        storage = Storage(self.folder, terminal, CURRENCY, addresses, new_key=new_key)
        try:
            if is_open:
                storage.open()
            yield storage
        finally:
            storage.close()


def _install_cluster() -> None:
    """On first use; who may not install anything is told what is missing when the cluster starts."""
    if not is_installed():
        subprocess.run([str(PROJECT / "packaging" / "cluster.sh")], stdout=sys.stderr, check=False)


def up(nodes: int, kiosks: int, chaos: float | None, movements: int, seed: int, *, json_output: bool) -> int:
    """Exit code 0 when nothing was lost, doubled or below zero, and the audit is whole."""
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {text}", file=sys.stderr, flush=True)

    folder = fresh_folder("fleet")
    try:
        fleet = Fleet(folder, nodes, kiosks, movements, seed)
    except GaleraMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    try:
        fleet.up()
        tell(f"{nodes} members, {type(fleet.cluster.network).__name__.lower()}; {kiosks} kiosks in {folder.root}")
        fleet.open()
        tell("every kiosk has served somebody")
        unrest = Chaos(fleet.cluster, fleet.kiosks, Random(seed), tell)  # noqa: S311 - no secret, a script that is the same again
        if chaos is None:
            time.sleep(PEACE_SECONDS)  # the kiosks work meanwhile
        else:
            unrest.reign(chaos)
        fleet.end()
        tell("every kiosk has ended")
        found = fleet.reckon()
    finally:
        fleet.close()
    _tell(found, unrest.deeds, folder, json_output=json_output)
    return 0 if found.is_good else 1


def _tell(found: Reckoning, deeds: dict[str, int], folder: DataFolder, *, json_output: bool) -> None:
    found.longest_stall_s = round(found.longest_stall_s, 2)
    answer = {"ok": found.is_good, **asdict(found), "chaos": deeds, "folder": str(folder.root)}
    if json_output:
        print(json.dumps(answer, indent=1))
        return
    for key, value in answer.items():
        print(f"{key:16} {value}")
