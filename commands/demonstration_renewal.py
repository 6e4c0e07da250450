"""The demonstration as it began, on the real folder and database: what the administrator's desk asks for. Everything is
a call of the branch's own: money moves by booked movements, notes by an exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AccountStatus
from atm_app.branch.care_ports import CareProblem
from atm_app.branch.cash_count import CashStanding, SignedCount, booked_places, worth
from atm_app.branch.demonstration_desk import DemonstrationStep
from atm_app.cash_ports import Mix, NoteCount
from atm_app.config import Settings
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.stores import RequestRefused
from commands.demonstrated_people import begin_anew, every_number, people_now
from commands.people import DemonstrationAccount, Person, full_cassettes
from commands.system_random import SystemRandom
from db.locks import alone
from db.storage import Storage

REQUEST_BYTES, NO_SESSION = 16, bytes(16)
CASSETTES_TOLD = "The cassettes"
AT_THE_START = "is enrolled at the machine's next start"
MACHINE_RUNS = "stay as they are while the machine runs: stop it and look here again"
IN_EXCHANGE = "stay as they are: an exchange is under way at Cash"
REAL_DEVICE = "This machine has real devices: a demonstration touches nothing of it."
ELSEWHERE = "The database is on {}: a demonstration touches nothing there."
OTHERS = "There are customers who are not of the demonstration: it touches nothing of a bank's."


@dataclass(frozen=True)
class _Wish:
    """Something that is not as it began. ``fulfil``: None where it comes by itself or cannot be done now."""

    step: DemonstrationStep
    fulfil: Callable[[], object] | None = None


@dataclass(frozen=True)
class DemonstrationRenewal:
    storage: Storage
    settings: Settings

    def look_at(self) -> tuple[DemonstrationStep, ...]:
        return tuple(wish.step for wish in self._wishes(b""))

    def renew(self, done_by: bytes) -> tuple[DemonstrationStep, ...]:
        return tuple(_fulfilled(wish) for wish in self._wishes(done_by))

    @property
    def refusal(self) -> str:
        """Why this is no machine for demonstrations, as a sentence; empty where it is one."""
        # The wiring loads what the devices need, which a console that looks at a customer need not wait for.
        from commands.wiring import FoundDevices

        settings = self.settings
        if settings.database.hosts:
            return ELSEWHERE.format(settings.database.told)
        real = FoundDevices.by(settings) != FoundDevices(None, None, None, None)
        if real or {settings.speaker.device, settings.sound.device} - {"auto", "virtual"}:
            return REAL_DEVICE
        others = self.storage.staff.row("somebody_else", numbers=",".join(every_number()))
        assert others is not None, "whether there is somebody is always answered"
        return OTHERS if others["found"] else ""

    def _wishes(self, done_by: bytes) -> Iterator[_Wish]:
        """Looked at one after the other, as they are when their turn comes."""
        if refusal := self.refusal:
            raise CareProblem(refusal)
        for person in people_now(self.storage.folder):
            yield from self._of(person)
        yield from self._of_cassettes(done_by)

    # --- customers ---------------------------------------------------------------------------------------------------

    def _of(self, person: Person) -> Iterator[_Wish]:
        folder, storage, number = self.storage.folder, self.storage, person.customer.number
        known = storage.branch.enrolment(number)
        who = f"{person.customer.name}, {number}"
        if known is None:
            yield _Wish(DemonstrationStep(who, AT_THE_START))
            return
        if known.erased:
            what = f"was erased; {AT_THE_START}, under another number: an erased one's is never given again"
            yield _Wish(DemonstrationStep(who, what), partial(begin_anew, folder, person))
            return
        if storage.lockouts.locked_seconds(known.customer_id):
            yield _Wish(DemonstrationStep(who, "is unlocked"), partial(storage.branch.unlock, number))
        for account in person.accounts:
            yield from self._of_account(who, known.customer_id, account)

    def _of_account(self, who: str, customer_id: int, begun: DemonstrationAccount) -> Iterator[_Wish]:
        files, branch, ends = self.storage.customer_files, self.storage.branch, f"account •••• {begun.number[-4:]}"
        for account in files.accounts(customer_id):
            if account.number != begun.number:
                continue
            if account.status is AccountStatus.FROZEN:
                yield _Wish(
                    DemonstrationStep(who, f"{ends} is released"),
                    partial(files.set_account_status, begun.number, AccountStatus.OPEN, NO_SESSION),
                )
            difference = account.balance - begun.opening
            if difference.minor:
                book, way = (branch.pay_out, "paid out of") if difference.positive else (branch.deposit, "paid in to")
                what = f"{difference.magnitude.text()} is {way} {ends}: {begun.opening.text()} again"
                booked = partial(self._book, book, customer_id, begun.number, difference.magnitude)
                yield _Wish(DemonstrationStep(who, what), booked)

    def _book(self, book: Callable[[bytes, int, Money], None], customer_id: int, number: str, amount: Money) -> None:
        """The books know no account that is frozen: by now it is released."""
        accounts = {account.number: account.account_id for account in self.storage.ledger.accounts(customer_id)}
        if number not in accounts:
            raise RequestRefused("account_not_open")
        book(_request(), accounts[number], amount)

    # --- cassettes ---------------------------------------------------------------------------------------------------

    def _of_cassettes(self, done_by: bytes) -> Iterator[_Wish]:
        storage, full = self.storage, full_cassettes(self.settings.currency)
        units = storage.ledger.cash_units()
        there = tuple(NoteCount(unit.position, unit.denomination, unit.count) for unit in units)
        if not units or (there == full and not storage.ledger.cash_in()):
            return
        with alone(storage.folder.kiosk_lock) as nobody_is_there:
            if not nobody_is_there:
                yield _Wish(DemonstrationStep(CASSETTES_TOLD, MACHINE_RUNS))
            elif storage.branch.in_exchange():
                yield _Wish(DemonstrationStep(CASSETTES_TOLD, IN_EXCHANGE))
            else:  # while this wish is fulfilled no machine begins to run
                loaded = Money(sum(note.denomination * note.count for note in full), self.settings.currency)
                yield _Wish(
                    DemonstrationStep(CASSETTES_TOLD, f"are exchanged for full ones, {loaded.text()} in all"),
                    partial(self._exchange, full, done_by),
                )

    def _exchange(self, full: Mix, done_by: bytes) -> None:
        """In the devices before the books end it: cut short, an exchange is under way and Cash goes on with it."""
        storage, virtual = self.storage, self.storage.folder.virtual
        storage.branch.begin_exchange()
        units, cash_in = storage.ledger.cash_units(), storage.ledger.cash_in()
        lost = sum(held.amount.minor for held in storage.branch.suspended()
                   if held.kind == "withdrawal" and not held.counted)  # fmt: skip
        found = booked_places(units, cash_in)
        standing = CashStanding(units, found, lost, storage.branch.cash_difference(), self.settings.currency, True)
        places = tuple(replace(place, counted=place.booked) for place in found)
        VirtualDispenser(virtual / "dispenser.json").load(full)
        VirtualAcceptor(virtual / "acceptor.json", ()).empty_box()
        storage.branch.end_exchange(
            _request(), full, worth(places, self.settings.currency),
            SignedCount(standing.booked, places, done_by, b""),
        )  # fmt: skip


def _fulfilled(wish: _Wish) -> DemonstrationStep:
    if wish.fulfil is None:
        return wish.step
    try:
        wish.fulfil()
    except RequestRefused as refused:
        return DemonstrationStep(wish.step.who, f"not done, {refused.reason.replace('_', ' ')}: {wish.step.what}")
    return DemonstrationStep(wish.step.who, f"done: {wish.step.what}")


def _request() -> bytes:
    return SystemRandom().token_bytes(REQUEST_BYTES)
