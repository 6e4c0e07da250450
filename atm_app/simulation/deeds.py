"""What can happen in the simulated world, as data: a deed names itself, where, and a value. A deed that does not fit
the moment does nothing or is answered by the machine as any touch out of place, so that a script stays a script when
parts of it are left out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.cash_ports import NotesOfValue
from atm_app.ports import FaceRefusal, Work
from atm_app.simulation.faults import Armed, Fault, Port
from atm_app.simulation.kiosk import Kiosk
from atm_app.simulation.people import Person
from atm_app.simulation.terminal import Terminal
from atm_app.simulation.world import World
from atm_app.stores import Factor

RIGHT = "right"
# Codes, PINs and numbers that nobody has.
WRONG_CODE, WRONG_PIN, UNKNOWN_NUMBER = "000000", "1111", "999999"
WRONG_FINGER, STRANGER = b"another finger", b"a stranger"
SLOW_SECONDS = 8.0


@dataclass(frozen=True)
class Deed:
    """``at``: which machine. ``value``: what the deed makes of it, in words."""

    what: str
    at: int = 0
    value: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.at} {self.value}".rstrip()


def _visitor(world: World, kiosk: Kiosk) -> Person:
    return world.people[kiosk.visitor % len(world.people)]


def _touch(world: World, deed: Deed) -> None:
    name, _, value = deed.value.partition(":")
    world.kiosk(deed.at).touch(name, value)


def _start(world: World, deed: Deed) -> None:
    """``value``: "start:1", the touch and who stands there."""
    name, _, visitor = deed.value.partition(":")
    kiosk = world.kiosk(deed.at)
    if kiosk.session is None:
        kiosk.visitor = int(visitor)
    kiosk.touch(name)


def _type(kiosk: Kiosk, digits: str) -> None:
    kiosk.touch("clear")
    for digit in digits:
        kiosk.touch("digit", digit)


def _number(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    other = world.people[(kiosk.visitor + 1) % len(world.people)]
    numbers = {RIGHT: _visitor(world, kiosk).number, "other": other.number}
    _type(kiosk, numbers.get(deed.value, UNKNOWN_NUMBER))
    kiosk.touch("enter")


def _pin(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    person = _visitor(world, kiosk)
    right = deed.value == RIGHT
    if right:
        kiosk.show_evidence(Factor.PIN, person.customer_id)
    _type(kiosk, person.pin if right else WRONG_PIN)
    kiosk.touch("enter")


def _code(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    person = _visitor(world, kiosk)
    code = _latest_code(world, person)
    if deed.value == RIGHT and code:
        kiosk.show_evidence(Factor.ONE_TIME_CODE, person.customer_id)
    _type(kiosk, code if deed.value == RIGHT else WRONG_CODE)


def _latest_code(world: World, person: Person) -> str:
    """The code of the latest message that brought one; empty when none did."""
    for message in reversed(world.backend.post.messages.get(person.email, [])):
        before, found, rest = message.text.partition("code is ")
        if found and not before.count("\n"):
            return rest[:6]
    return ""


def _face(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    person = _visitor(world, kiosk)
    if deed.value == RIGHT:
        kiosk.show_evidence(Factor.FACE, person.customer_id)
    refusals = {refusal.value: refusal for refusal in FaceRefusal}
    kiosk.camera.show(person.face if deed.value == RIGHT else refusals.get(deed.value, STRANGER))
    kiosk.do(_nothing)


def _finger(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    person = _visitor(world, kiosk)
    if deed.value == RIGHT:
        kiosk.show_evidence(Factor.FINGERPRINT, person.customer_id)
    kiosk.sensor.lay(person.finger if deed.value == RIGHT else WRONG_FINGER)
    kiosk.do(_nothing)


def _account(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    accounts = _visitor(world, kiosk).accounts
    kiosk.touch("account", str(accounts[int(deed.value) % len(accounts)]))


def _payee(world: World, deed: Deed) -> None:
    """``value``: which of the visitor's own accounts."""
    kiosk = world.kiosk(deed.at)
    accounts = _visitor(world, kiosk).accounts
    kiosk.touch("payee", str(accounts[int(deed.value) % len(accounts)]))


def _payee_number(world: World, deed: Deed) -> None:
    """The next person's first account, or mobile number where that is asked for."""
    kiosk, bank = world.kiosk(deed.at), world.backend.bank
    person = _visitor(world, kiosk)
    whose = person if deed.value == "own" else world.people[(kiosk.visitor + 1) % len(world.people)]
    mobile = getattr(kiosk.view, "by", "") == "mobile"
    phone = bank.customers[whose.customer_id].customer.phone
    number = phone[-10:] if mobile else bank.accounts[whose.accounts[0]].number
    _type(kiosk, number if deed.value in (RIGHT, "own") else UNKNOWN_NUMBER)
    kiosk.touch("enter")


def _amount(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    _type(kiosk, deed.value)
    kiosk.touch("enter")


def _take(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    if kiosk.dispenser.plugged:
        kiosk.dispenser.take()
    kiosk.do(_nothing)


def _insert(world: World, deed: Deed) -> None:
    """``value``: "500x3", whole rupees."""
    kiosk = world.kiosk(deed.at)
    major, _, count = deed.value.partition("x")
    kiosk.acceptor.insert((NotesOfValue(int(major) * 100, int(count)),))
    kiosk.do(_nothing)


# --- at the counter --------------------------------------------------------------------------------------------------


def _transfer(world: World, deed: Deed) -> None:
    """``value``: "0 1 2500": whose first account, whose last account, whole rupees."""
    giver, taker, major = (int(part) for part in deed.value.split())
    person, other = (world.people[index % len(world.people)] for index in (giver, taker))
    world.teller.pay(person, person.accounts[0], Money.of_major(major), other.accounts[-1], "", "")


def _payment(world: World, deed: Deed) -> None:
    """``value``: "0 POWER 1234 250": who, whom, their number there, whole rupees."""
    giver, biller, reference, major = deed.value.split()
    person = world.people[int(giver) % len(world.people)]
    world.teller.pay(person, person.accounts[0], Money.of_major(int(major)), None, biller, reference)


def _pay_in(world: World, deed: Deed) -> None:
    """``value``: "0 500 3": who, which notes in whole rupees, how many."""
    giver, major, count = (int(part) for part in deed.value.split())
    person = world.people[giver % len(world.people)]
    world.teller.pay_in(person, person.accounts[0], (NotesOfValue(major * 100, count),))


def _confirmations(world: World, deed: Deed) -> None:
    world.teller.send_confirmations()


# --- staff -----------------------------------------------------------------------------------------------------------


def _exchange(world: World, deed: Deed) -> None:
    """``value``: notes to put into every cassette."""
    cassettes = tuple((major, int(deed.value)) for major in (2000, 500, 200, 100))
    with contextlib.suppress(ValueError):
        world.kiosk(deed.at).exchange(cassettes)


def _reverse(world: World, deed: Deed) -> None:
    """``value``: so many rows before the journal's last one."""
    kiosk, journal = world.kiosk(deed.at), world.backend.bank.journal
    with contextlib.suppress(ValueError):
        kiosk.branch.reverse(kiosk.random.token_bytes(16), len(journal) - int(deed.value))


def _resolve(world: World, deed: Deed) -> None:
    """Staff find out about every suspended hold and are right about it, also while its machine asks again."""
    kiosk = world.kiosk(deed.at)
    for hold in list(world.backend.bank.holds.values()):
        if (hold.state, hold.terminal, hold.resolved) == ("suspended", kiosk.name, ""):
            if hold.kind == "withdrawal":
                taken = hold.request_id in kiosk.dispenser.taken
            else:
                # Notes nobody counted yet lie open before the staff: every other time they hand them to the customer.
                taken = not hold.counted and hold.request_id[0] % 2 == 0
                if not hold.counted:
                    kiosk.acceptor.free(hold.request_id, kept=not taken)
            kiosk.branch.resolve_suspense(kiosk.random.token_bytes(16), hold.request_id, taken=taken)


def _cut_off(world: World, deed: Deed) -> None:
    kiosk = world.kiosk(deed.at)
    kiosk.branch.cut_off(kiosk.random.token_bytes(16))


def _mend(world: World, deed: Deed) -> None:
    world.terminal(deed.at).mend()
    world.backend.post.down = False


# --- time and faults -------------------------------------------------------------------------------------------------


def _wait(world: World, deed: Deed) -> None:
    world.pass_time(float(deed.value))


def _night(world: World, deed: Deed) -> None:
    world.night(int(deed.value))


def _switch_on(world: World, deed: Deed) -> None:
    world.kiosk(deed.at).switch_on()


def _fault(world: World, deed: Deed) -> None:
    """``value``: "kind", "kind:seconds" or "kind:port:calls"."""
    name, _, rest = deed.value.partition(":")
    kind, terminal = Fault(name), world.terminal(deed.at)
    if kind in ARMED:
        port, _, calls = rest.partition(":")
        terminal.faults.armed = Armed(kind, Port(port), int(calls))
        return  # counted when it strikes
    world.faults[kind] += 1
    if kind is Fault.CLOCK_BACK:
        world.time.wall_offset -= float(rest)
    elif kind is Fault.DATABASE_GONE:
        terminal.faults.lose_database(float(rest))
    elif kind is Fault.MAIL_DOWN:
        world.backend.post.down = True
    elif kind in TERMINAL_FAULTS:
        TERMINAL_FAULTS[kind](terminal)
        terminal.do(_nothing)
    else:
        kiosk = world.kiosk(deed.at)
        KIOSK_FAULTS[kind](kiosk)
        kiosk.do(_nothing)


ARMED = frozenset(
    {Fault.CALL_LOST, Fault.ANSWER_LOST, Fault.CALL_REPEATED, Fault.KILLED_BEFORE_CALL, Fault.KILLED_AFTER_CALL}
)


def _slow_database(kiosk: Kiosk) -> None:
    if kiosk.process is not None:
        kiosk.process.workers.slow_down(Work.LEDGER, SLOW_SECONDS)


def _sets(device: str, name: str, value: bool) -> Callable[[Terminal], None]:
    return lambda terminal: setattr(getattr(terminal, device), name, value)


TERMINAL_FAULTS: dict[Fault, Callable[[Terminal], None]] = {
    Fault.DISK_FULL: _sets("faults", "disk_full", True),
    Fault.DISPENSER_JAM_BEFORE: _sets("dispenser", "jams_before_stacker", True),
    Fault.DISPENSER_JAM_AFTER: _sets("dispenser", "jams_at_shutter", True),
    Fault.DISPENSER_UNPLUGGED: _sets("dispenser", "plugged", False),
    Fault.POWER_CUT: lambda terminal: terminal.dispenser.take(seen=False),
    Fault.ACCEPTOR_JAM: _sets("acceptor", "jammed", True),
    Fault.ACCEPTOR_UNPLUGGED: _sets("acceptor", "plugged", False),
}
KIOSK_FAULTS: dict[Fault, Callable[[Kiosk], None]] = {
    Fault.KILLED: lambda kiosk: kiosk.kill(),
    Fault.DATABASE_SLOW: _slow_database,
    Fault.SENSOR_UNPLUGGED: _sets("sensor", "plugged", False),
    Fault.CAMERA_UNPLUGGED: _sets("camera", "plugged", False),
    Fault.NO_PAPER: _sets("printer", "plugged", False),
}


def _nothing() -> None:
    """The worker threads look again at whom they wait for."""


DEEDS: dict[str, Callable[[World, Deed], None]] = {
    "touch": _touch,
    "start": _start,
    "number": _number,
    "pin": _pin,
    "code": _code,
    "face": _face,
    "finger": _finger,
    "account": _account,
    "payee": _payee,
    "payee_number": _payee_number,
    "amount": _amount,
    "take": _take,
    "insert": _insert,
    "transfer": _transfer,
    "payment": _payment,
    "pay_in": _pay_in,
    "confirmations": _confirmations,
    "exchange": _exchange,
    "reverse": _reverse,
    "resolve": _resolve,
    "cut_off": _cut_off,
    "mend": _mend,
    "wait": _wait,
    "night": _night,
    "switch_on": _switch_on,
    "fault": _fault,
}


def carry_out(world: World, deed: Deed) -> None:
    DEEDS[deed.what](world, deed)
    world.seal_staff()
    for terminal in world.terminals:
        terminal.excuse()
