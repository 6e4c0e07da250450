"""The reckoning after ``main.py fleet``: what the kiosks were told, held against what every member's books say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from atm_app.branch.long_work import LongWork
from atm_app.stores import Outcome
from commands.fleet_notes import Note
from db.storage import Storage

# The machine's own movement at its first start: nobody asks a ledger for it.
LOADING = "cash_load"


@dataclass(frozen=True)
class Booked:
    """One movement of the journal. ``amount``: minor units."""

    kind: str
    terminal: str
    amount: int


@dataclass(frozen=True)
class CashOfKiosk:
    """Notes in each cassette by its position, as the books and as the device itself have it."""

    terminal: str
    books: dict[int, int]
    device: dict[int, int]


@dataclass
class Reckoning:
    """``lost``: movements a customer was told are done and the books have not, or with another amount. ``doubled``:
    movements in the books that nobody asked for, and notes that left a cassette twice or never. ``negative``:
    customers' accounts below zero. ``unequal``: members whose books differ from the first one's."""

    sessions: int = 0
    turned_away: int = 0
    movements: int = 0
    unanswered: int = 0
    lost: int = 0
    doubled: int = 0
    negative: int = 0
    open_holds: int = 0
    unequal: list[str] = field(default_factory=list)
    longest_stall_s: float = 0.0
    failovers: int = 0
    audit_ok: bool = False
    balanced: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        harm = self.lost or self.doubled or self.negative or self.open_holds or self.unequal
        return not harm and self.audit_ok and self.balanced and self.movements > 0


def reckon(
    members: Sequence[Storage], notes: Iterable[Sequence[Note]], cash: Iterable[CashOfKiosk], before: int
) -> Reckoning:
    """``members``: the same books through each member. ``before``: the last journal id before the kiosks began."""
    found = Reckoning()
    asked: dict[str, int] = {}
    done: set[str] = set()
    for kiosk in notes:
        _listen(kiosk, found, asked, done)
    books = [dict(_booked(member, before)) for member in members]
    _compare(found, books[0], asked, done)
    for each in cash:
        if each.books != each.device:
            found.doubled += 1
            found.problems.append(f"cassettes of {each.terminal}: {each.device} notes; the books have {each.books}")
    found.unequal = [str(number) for number, other in enumerate(books[1:], 2) if other != books[0]]
    trials = [member.ledger.trial_balance() for member in members]
    found.negative = max(trial.negative_accounts for trial in trials)
    found.open_holds = max(trial.open_holds for trial in trials)
    found.balanced = all(trial.balanced for trial in trials)
    verified = members[0].verifier.verify(LongWork())
    found.audit_ok = verified.ok
    found.problems += verified.problems[:5]
    return found


def _listen(notes: Sequence[Note], found: Reckoning, asked: dict[str, int], done: set[str]) -> None:
    """What one kiosk asked for and was told."""
    for note in notes:
        found.sessions += note.what == "session"
        found.turned_away += note.what == "turned_away"
        if note.what == "asked" and note.minor:
            asked[note.request] = note.minor
        if note.what in ("answered", "unanswered"):
            found.longest_stall_s = max(found.longest_stall_s, note.seconds)
        found.unanswered += note.what == "unanswered"
        if note.what == "answered" and note.outcome == Outcome.POSTED:
            done.add(note.request)
    hosts = [note.outcome for note in notes if note.what == "host"]
    found.failovers += sum(one != other for one, other in pairwise(hosts))


def _compare(found: Reckoning, books: dict[str, Booked], asked: dict[str, int], done: set[str]) -> None:
    for request in done:
        booked = books.get(request)
        if booked is None or booked.amount != asked.get(request):
            found.lost += 1
            found.problems.append(f"told as done: {request} of {asked.get(request)}; the books have {booked}")
    for request in books.keys() - asked.keys():
        found.doubled += 1
        found.problems.append(f"nobody asked for {request}: {books[request]}")
    found.movements = len(done)


def _booked(storage: Storage, after: int) -> Iterator[tuple[str, Booked]]:
    while rows := storage.staff.rows("movements_after", after=after):
        for row in rows:
            if row["kind"] != LOADING:
                yield bytes(row["request_id"]).hex(), Booked(row["kind"], row["terminal"], int(row["amount"]))
        after = rows[-1]["journal_id"]
