"""What must be true after every step, whatever was done and whatever went wrong. What the journal and the audit grow
by is looked at once, when it is new; the rest of a small bank is looked at every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from atm_app.cash_ports import CashFate
from atm_app.simulation.fake_bank import HoldRow, JournalRow
from atm_app.simulation.kiosk import Kiosk, Process
from atm_app.simulation.terminal import Terminal
from atm_app.simulation.world import World
from atm_app.stores import Factor
from atm_app.trust.audit import GENESIS, Seal
from atm_app.views import Farewell, Locked, OutOfService, Starting, View, Welcome

# Seconds. Every time-out of a visit one after the other, as the simulated settings have them: notes left lying (10),
# the notice (12), "more time?" (20), farewell (2), the next look of the machine at itself (3); and as much again for
# a customer who touches the notice now and then.
LONGEST_HOLD = 94.0

OUTSIDE: tuple[type[View], ...] = (Starting, OutOfService, Welcome, Farewell, Locked)
# A session is over in these states, though its farewell is still shown.
ENDED_STATES = frozenset({"starting", "out_of_service", "welcome", "farewell", "locked"})
# Who it is, is still being found out. In every other state of a session it is known.
IDENTIFYING = frozenset(
    {
        "claim",
        "face",
        "face_and_pin",
        "fingerprint",
        "finger_picture",
        "palm",
        "palm_picture",
        "pin",
        "one_time_code",
        "more_time",
    }
)
# What a part that does not answer is known by in the audit; anything else is a mistake of ours.
EXPECTED_TROUBLE = frozenset({"StoreUnavailable", "DeviceUnavailable", "DeviceError", "DispenseFailed"})

ORDERED = frozenset({"transfer", "payment", "top_up"})


class Invariants:
    """``broken`` yields what is not as it must be, as (invariant, what exactly)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bank = world.backend.bank
        self._sums = Counter[int]()
        self._orders = Counter[bytes]()
        self._rows_seen = 0
        self._seals_seen = 0
        self._audit_seen = 0
        self._ends: dict[str, Seal] = {}
        self._pseudonyms = {person.pseudonym: person.customer_id for person in world.people}
        self._refused: dict[tuple[int, Factor], tuple[int, int]] = {}

    def broken(self) -> Iterator[tuple[str, str]]:
        """After any step."""
        yield from self._journal()
        yield from self._accounts()
        yield from self._cash()
        yield from self._holds()
        yield from self._audit()
        for kiosk in self._world.kiosks:
            yield from self._kiosk(kiosk)
            yield from self._visit(kiosk)

    def broken_at_rest(self) -> Iterator[tuple[str, str]]:
        """After everybody has gone and everything was mended."""
        for terminal in self._world.terminals:
            if terminal.intents.open():
                yield "nothing stays open", f"{terminal.name} has open intents: {terminal.intents.open()}"
        if self._bank.open_holds:
            yield "no hold stays open", f"{len(self._bank.open_holds)} holds are open"
        for kiosk in self._world.kiosks:
            if kiosk.state != "welcome":
                yield "the machine comes back", f"{kiosk.name} stays in {kiosk.state}"
            yield from _records(kiosk)
        unsealed = {chain: len(rows) for chain, rows in self._bank.audit.unsealed.items() if rows}
        if unsealed:
            yield "every audit row is sealed", f"unsealed: {unsealed}"
        for problem in self._bank.audit.verify(self._world.backend.sealer).problems:
            yield "every audit chain is intact", problem
        trial = self._world.kiosks[0].ledger.trial_balance()
        if not trial.balanced:
            yield "the trial balance is zero", str(trial)

    # --- the books ---------------------------------------------------------------------------------------------------

    def _journal(self) -> Iterator[tuple[str, str]]:
        for row in self._bank.journal[self._rows_seen :]:
            if sum(posting.amount for posting in row.postings):
                yield "postings sum to zero", f"journal {row.journal_id}: {row.kind}"
            for posting in row.postings:
                self._sums[posting.account_id] += posting.amount
            yield from self._order(row)
        self._rows_seen = len(self._bank.journal)
        if len(self._bank.by_request) != len(self._bank.journal):
            yield "one request moves money once", "a request has two journal rows"

    def _order(self, row: JournalRow) -> Iterator[tuple[str, str]]:
        """A teller's order has a session of its own; at a machine every touch that confirms is an order."""
        if row.kind not in ORDERED:
            return
        self._orders[row.session] += 1
        if self._orders[row.session] > max(1, sum(kiosk.ordered[row.session] for kiosk in self._world.kiosks)):
            yield "one order moves money once", f"journal {row.journal_id}: {row.description or row.kind}"

    def _accounts(self) -> Iterator[tuple[str, str]]:
        held = Counter[int]()
        for hold in self._bank.open_holds.values():
            if hold.kind == "withdrawal":
                held[hold.account_id] += hold.amount
        for account in self._bank.accounts.values():
            if account.balance != self._sums[account.account_id]:
                yield "balances are sums of postings", account.number
            if account.held != held[account.account_id]:
                yield "held is what open holds hold", account.number
            if account.customer_id is not None and account.balance < account.held:
                yield "available is never negative", account.number

    # --- cash --------------------------------------------------------------------------------------------------------

    def _cash(self) -> Iterator[tuple[str, str]]:
        moving = {hold.terminal for hold in self._bank.open_holds.values()}
        for terminal in self._world.terminals:
            if self._bank.cash_difference(terminal.name):
                yield "cash counters agree with the ledger", terminal.name
            presented = terminal.dispenser.presented
            if presented is not None:
                hold = self._bank.open_holds.get(presented[0])
                if hold is None or hold.amount != presented[1]:
                    yield "no cash without a hold", f"{terminal.name} presents {presented[1]}"
            if terminal.name not in moving:
                yield from self._notes(terminal)

    def _notes(self, terminal: Terminal) -> Iterator[tuple[str, str]]:
        """With no money on its way, the notes that really are there are the notes of the books."""
        cassettes = {note.position: note.count for note in terminal.dispenser.counts()}
        booked = {position: unit.free for position, unit in self._bank.terminals[terminal.name].units.items()}
        if cassettes != booked:
            yield "cassettes hold what the counters say", f"{terminal.name}: {cassettes}, by the books {booked}"
        unsettled = 0
        for hold in self._bank.holds.values():
            if hold.terminal == terminal.name and hold.state == "suspended" and not (hold.counted or hold.resolved):
                unsettled += terminal.dispenser.taken.get(hold.request_id, 0)
        # Notes that got stuck on their way in are nobody's in the books until staff or an exchange find them.
        in_machine = terminal.dispenser.value + terminal.acceptor.box
        if -self._bank.internal("CASH", terminal.name, "INR").balance - unsettled != in_machine:
            yield "the notes are those of the ledger", f"{terminal.name} holds {in_machine}, {unsettled} in suspense"

    def _holds(self) -> Iterator[tuple[str, str]]:
        terminals = {terminal.name: terminal for terminal in self._world.terminals}
        for hold in self._bank.holds.values():
            terminal = terminals[hold.terminal]
            if hold.state == "held":
                since = max(hold.opened, terminal.excused_at)
                if self._world.time.seconds - since > LONGEST_HOLD:
                    yield "no hold stays open", f"{hold.terminal}: {hold.kind} of {hold.amount}"
                continue
            row = self._bank.by_request.get(hold.request_id)
            if hold.kind == "withdrawal":
                right = _withdrawal_is_right(hold, terminal, was_suspended=row is not None and row.kind == SUSPENDED)
            else:
                right = _deposit_is_right(hold, terminal)
            if not right:
                yield "money follows the notes", f"{hold.terminal}: {hold.kind} of {hold.amount} is {hold.state}"
        for terminal in self._world.terminals:
            for intent in terminal.intents.disputed():
                # Stuck notes of a deposit that was never held are for staff to find; nothing else is ever disputed.
                if intent.request_id not in terminal.acceptor.lost:
                    yield "nothing is in dispute", f"{terminal.name}: {intent.kind} of {intent.amount.minor}"
            for request_id in terminal.acceptor.stored:
                if request_id not in self._bank.holds:
                    yield "money follows the notes", f"{terminal.name} kept notes nobody asked the books about"

    # --- who ---------------------------------------------------------------------------------------------------------

    def _kiosk(self, kiosk: Kiosk) -> Iterator[tuple[str, str]]:
        process, session = kiosk.process, kiosk.session
        if process is None:
            return
        if process.controller.rescues:
            yield "the machine needs no rescue", f"{kiosk.name} in {kiosk.state}"
        for event in process.audit.asked:
            if event.event == "trouble" and event.outcome not in EXPECTED_TROUBLE:
                yield "the machine makes no mistake", f"{kiosk.name}: {event.outcome} in {event.details.get('state')}"
        wiped = session is None and isinstance(kiosk.view, OUTSIDE)
        if kiosk.state in ENDED_STATES and not wiped:
            yield "an ended session is wiped", f"{kiosk.name} in {kiosk.state}"
        if session is not None and kiosk.state not in IDENTIFYING:
            shown = kiosk.shown.get(session.token, {})
            customer = session.customer.customer_id if session.customer else None
            for factor in session.policy.steps:
                if shown.get(factor) != customer:
                    yield "nobody signs in without evidence", f"{kiosk.name}: no {factor} of customer {customer}"

    def _visit(self, kiosk: Kiosk) -> Iterator[tuple[str, str]]:
        """Whoever is served has the lease; one that ran out while the database was away another machine may have."""
        session, now = kiosk.session, self._world.time.now()
        if session is None or not session.signed_in or session.customer is None or kiosk.hindered:
            return
        lease = self._bank.leases.get(session.customer.customer_id)
        live = lease is not None and lease.expires_at > now
        if live and lease is not None and (lease.terminal, lease.session) != (kiosk.name, session.token):
            yield "a customer is served at one machine", f"{kiosk.name}: customer {session.customer.customer_id}"

    # --- the audit ---------------------------------------------------------------------------------------------------

    def _audit(self) -> Iterator[tuple[str, str]]:
        table, sealer = self._bank.audit, self._world.backend.sealer
        for seal in table.seals[self._seals_seen :]:
            before = self._ends.get(seal.chain) or Seal(seal.chain, 0, 0, GENESIS, seal.key_id)
            if sealer.link(seal.key_id, before.value, before.sequence + 1, table.rows[seal.audit_id - 1]) != seal.value:
                yield "every audit chain is intact", f"{seal.chain}, place {seal.sequence}"
            if seal.audit_id <= before.audit_id:
                yield "audit rows are sealed in order", f"{seal.chain}, place {seal.sequence}"
            self._ends[seal.chain] = seal
        self._seals_seen = len(table.seals)
        for row in table.rows[self._audit_seen :]:
            if row.event in VERIFIED and row.subject in self._pseudonyms:
                yield from self._lockout(self._pseudonyms[row.subject], VERIFIED[row.event], row.outcome)
        self._audit_seen = len(table.rows)

    def _lockout(self, customer_id: int, factor: Factor, outcome: str) -> Iterator[tuple[str, str]]:
        """Refusals in a row, none a lock. A success counts though its answer was lost and nothing is on record."""
        key = (customer_id, factor)
        successes = self._world.backend.lockouts.successes[key]
        refused, before = self._refused.get(key, (0, successes))
        in_a_row = refused if before == successes else 0
        in_a_row = in_a_row + 1 if outcome == "refused" else 0
        self._refused[key] = (in_a_row, successes)
        if in_a_row >= self._world.kiosks[0].settings.lockout.failures:
            yield "failures in a row lock", f"customer {customer_id}, {factor}: {in_a_row} without a lock"


SUSPENDED = "withdrawal_suspense"
VERIFIED = {f"{factor.value}_verify": factor for factor in Factor}


def _withdrawal_is_right(hold: HoldRow, terminal: Terminal, *, was_suspended: bool) -> bool:
    """Posted: the customer has the notes. Voided: not. In suspense first, if the dispenser itself does not know."""
    taken = terminal.dispenser.taken.get(hold.request_id, 0)
    unknown = terminal.dispenser.fate_now(hold.request_id) in (CashFate.UNKNOWN, CashFate.PRESENTED)
    ends = {"posted": taken == hold.amount, "voided": not taken, "suspended": True}
    resolved = {"taken": taken == hold.amount, "returned": not taken, "": True}
    return ends[hold.state] and resolved[hold.resolved] and unknown == was_suspended


def _deposit_is_right(hold: HoldRow, terminal: Terminal) -> bool:
    """Posted: the machine kept the notes. Voided: not. Suspended: nobody knows where they are."""
    stored = terminal.acceptor.stored.get(hold.request_id, 0)
    lost = terminal.acceptor.lost.get(hold.request_id, 0)
    return {"posted": stored == hold.amount, "voided": not stored and not lost, "suspended": lost == hold.amount}[
        hold.state
    ]


def _records(kiosk: Kiosk) -> Iterator[tuple[str, str]]:
    """Every session of the process that is running has its beginning and its end on record."""
    process: Process | None = kiosk.process
    if process is None:
        return
    said = Counter(event.session for event in process.audit.asked if event.event == "session")
    for token in process.tokens:
        if said[token] != 2:
            yield "every session is on record", f"{kiosk.name}: {said[token]} of 2 rows"
