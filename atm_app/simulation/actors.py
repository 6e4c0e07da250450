"""Chooses what happens next: customers by what the screen offers, now and then something out of place; staff, other
channels and faults beside them. A new view of the machine is one row more in ``CHOICES``.
"""

from __future__ import annotations

from random import Random

from atm_app import views
from atm_app.simulation.deeds import Deed
from atm_app.simulation.faults import Fault, Port
from atm_app.simulation.world import World

# (how often, deed, its values); each value as likely as the others.
Choice = tuple[int, str, tuple[str, ...]]

VISITORS = ("0", "1", "2")
AMOUNTS = ("100", "500", "800", "1000", "1700", "2000", "5500", "12300", "20000", "50", "1234", "25000", "9999999")
GOOD, BAD = ("right",), ("wrong",)

CHOICES: dict[type[views.View], tuple[Choice, ...]] = {
    views.Starting: ((1, "wait", ("1", "4")),),
    views.OutOfService: ((1, "wait", ("3", "10")),),
    views.Welcome: (
        (6, "start", tuple(f"start_accessible:{person}" for person in VISITORS)),
        (4, "start", tuple(f"start:{person}" for person in VISITORS)),
    ),
    views.Claim: ((9, "number", GOOD), (1, "number", ("other", "unknown"))),
    views.Face: ((8, "face", GOOD), (2, "face", ("stranger", "not_live", "nobody", "several_faces"))),
    views.Fingerprint: ((8, "finger", GOOD), (2, "finger", BAD)),
    views.Pin: ((8, "pin", GOOD), (2, "pin", BAD)),
    views.OneTimeCode: ((8, "code", GOOD), (1, "code", BAD), (1, "touch", ("resend",))),
    views.Menu: (
        (10, "touch", ("withdraw",)),
        (6, "touch", ("deposit",)),
        (6, "touch", ("transfer",)),
        (3, "touch", ("pay",)),
        (1, "touch", ("balance", "statement", "pin", "limits")),
    ),
    views.ChooseAccount: ((9, "account", ("0", "1", "2")), (1, "touch", ("back",))),
    views.Amount: ((8, "amount", AMOUNTS), (2, "touch", ("amount:200000", "amount:50000", "back"))),
    views.Confirm: ((9, "touch", ("confirm",)), (1, "touch", ("change", "notes"))),
    views.ChooseNotes: ((3, "touch", ("mix:0", "mix:1", "mix:2")), (1, "touch", ("back",))),
    views.InsertNotes: (
        (5, "insert", ("500x3", "100x9", "2000x2", "200x1")),
        (4, "touch", ("keep",)),
        (1, "touch", ("cancel", "back")),
        (1, "wait", ("5", "13")),
        (1, "fault", (Fault.ACCEPTOR_JAM.value,)),
    ),
    views.Storing: ((1, "wait", ("1", "5")),),
    views.ChoosePayee: (
        (4, "touch", ("by:account", "by:mobile")),
        (4, "payee", ("0", "1", "2")),
        (1, "touch", ("back",)),
    ),
    views.PayeeNumber: (
        (6, "payee_number", ("right", "own")),
        (1, "payee_number", ("unknown",)),
        (4, "touch", ("enter",)),
    ),
    views.Description: ((4, "touch", ("describe:Rent", "describe")), (1, "touch", ("save",))),
    views.ChooseBiller: ((6, "touch", ("biller:POWER", "biller:PHONE")), (1, "touch", ("back",))),
    views.Reference: ((5, "amount", ("1234", "9876")), (1, "amount", ("12",))),
    views.Booking: ((1, "wait", ("1", "5")),),
    views.Statement: ((3, "touch", ("period:30", "older", "print", "mail")), (1, "touch", ("back",))),
    views.NewPin: ((3, "pin", GOOD), (1, "pin", BAD), (2, "touch", ("back",))),
    views.OwnLimits: (
        (4, "touch", ("less:withdrawal", "less:transfer", "more_of:withdrawal", "more_of:transfer")),
        (2, "touch", ("keep",)),
        (1, "touch", ("back",)),
    ),
    views.Dispensing: ((1, "wait", ("1", "5")),),
    views.TakeCash: ((6, "take", ("",)), (2, "wait", ("4", "11")), (1, "fault", (Fault.POWER_CUT.value,))),
    views.ReceiptOffer: ((1, "touch", ("print", "mail")), (2, "touch", ("done",))),
    views.Balance: ((1, "touch", ("back",)),),
    views.Another: ((2, "touch", ("more",)), (1, "touch", ("done",))),
    views.Notice: ((3, "touch", ("done",)), (1, "wait", ("13",))),
    views.MoreTime: ((2, "touch", ("more",)), (1, "wait", ("21",))),
    views.Locked: ((1, "wait", ("4",)),),
    views.Farewell: ((2, "wait", ("3",)), (1, "touch", ("done",))),
}
# Of a view that has no row: whatever leads out of it.
LEAVING: tuple[Choice, ...] = ((1, "touch", ("cancel", "done", "back", "more", "enter")),)

OUT_OF_PLACE: tuple[Choice, ...] = (
    (6, "touch", ("cancel",)),
    (8, "touch", ("confirm", "enter", "digit:5", "erase", "done", "more", "back", "withdraw", "start", "nonsense")),
    (3, "touch", ("keep", "notes", "mix:0", "describe:Rent", "biller:POWER", "transfer", "deposit")),
    (2, "insert", ("500x1",)),
    (2, "touch", ("language:hi", "language:xx", "amount:-5", "account:99", "digit:12")),
    (3, "take", ("",)),
)  # fmt: skip

TELLER: tuple[Choice, ...] = (
    (4, "transfer", ("0 1 1500", "1 0 4000", "0 0 300", "2 1 900", "1 2 6000", "0 2 2500")),
    (2, "payment", ("0 POWER 1234 900", "1 PHONE 9876 100", "0 POWER 12 900", "0 PHONE 9876 5000")),
    (4, "pay_in", ("0 500 3", "1 2000 2", "2 100 9", "0 2000 5", "1 500 1")),
    (1, "confirmations", ("",)),
)

STAFF: tuple[Choice, ...] = (
    (2, "exchange", ("3", "15")),
    (3, "reverse", ("0", "1", "2", "3")),
    (3, "resolve", ("",)),
    (2, "cut_off", ("",)),
    (1, "night", ("9", "20")),
)

CALLS = tuple(str(calls) for calls in (1, 2, 3, 4, 6, 9))
FAULTS: tuple[Choice, ...] = (
    (3, "fault", tuple(f"{Fault.DATABASE_GONE}:{seconds}" for seconds in (2, 8, 20))),
    (3, "fault", tuple(f"{Fault.CALL_LOST}:{Port.DATABASE}:{calls}" for calls in CALLS)),
    (4, "fault", tuple(f"{Fault.ANSWER_LOST}:{Port.DATABASE}:{calls}" for calls in CALLS)),
    (2, "fault", tuple(f"{Fault.ANSWER_LOST}:{port}:{n}" for port in (Port.DISPENSER, Port.ACCEPTOR) for n in (1, 2))),
    (2, "fault", tuple(f"{Fault.CALL_REPEATED}:{Port.DATABASE}:{calls}" for calls in ("1", "2"))),
    (3, "fault", tuple(f"{Fault.KILLED_BEFORE_CALL}:{port}:{n}" for port in Port for n in (1, 2, 3))),
    (3, "fault", tuple(f"{Fault.KILLED_AFTER_CALL}:{port}:{n}" for port in Port for n in (1, 2, 3))),
    (2, "fault", (Fault.KILLED.value,)),
    (2, "fault", (Fault.DATABASE_SLOW.value,)),
    (2, "fault", (Fault.DISK_FULL.value,)),
    (2, "fault", (Fault.DISPENSER_JAM_BEFORE.value, Fault.DISPENSER_JAM_AFTER.value)),
    (2, "fault", (Fault.DISPENSER_UNPLUGGED.value,)),
    (1, "fault", (Fault.ACCEPTOR_JAM.value, Fault.ACCEPTOR_UNPLUGGED.value)),
    (1, "fault", (Fault.SENSOR_UNPLUGGED.value, Fault.CAMERA_UNPLUGGED.value)),
    (1, "fault", (Fault.NO_PAPER.value, Fault.MAIL_DOWN.value)),
    (1, "fault", tuple(f"{Fault.CLOCK_BACK}:{seconds}" for seconds in (90, 7200, 100_000))),
)

WAITS: tuple[Choice, ...] = ((1, "wait", ("1", "5", "11", "13", "21", "45", "61")),)

# In a hundred deeds; the rest are customers'.
OUT_OF_PLACE_PART, WAIT_PART, TELLER_PART, STAFF_PART, FAULT_PART = 5, 3, 7, 3, 7
# In a hundred, while something is broken or off.
MEND_PART, SWITCH_ON_PART = 15, 50


class Actors:
    """All that act, drawing from one seeded chance. They look at the world and change nothing in it."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def next(self, world: World) -> Deed:
        random = self._random
        at = random.randrange(len(world.kiosks))
        anywhere = random.randrange(len(world.terminals))
        kiosk = world.kiosks[at]
        if kiosk.process is None and random.randrange(100) < SWITCH_ON_PART:
            return Deed("switch_on", at)
        broken = next(
            (i for i, terminal in enumerate(world.terminals) if terminal.broken), 0 if world.backend.post.down else None
        )
        if broken is not None and random.randrange(100) < MEND_PART:
            return Deed("mend", broken)
        part = random.randrange(100)
        for share, choices, where in (
            (FAULT_PART, FAULTS, anywhere), (STAFF_PART, STAFF, at), (TELLER_PART, TELLER, at), (WAIT_PART, WAITS, at),
            (OUT_OF_PLACE_PART, OUT_OF_PLACE, at),
        ):  # fmt: skip
            if part < share:
                return self._one_of(choices, where)
            part -= share
        if kiosk.process is None:
            return self._one_of(WAITS, at)
        return self._one_of(CHOICES.get(type(kiosk.view), LEAVING), at)

    def _one_of(self, choices: tuple[Choice, ...], at: int) -> Deed:
        weights = [weight for weight, _, _ in choices]
        _, what, values = self._random.choices(choices, weights)[0]
        return Deed(what, at, self._random.choice(values))
