"""The audit chain: how rows are made canonical, linked by HMAC, and checked. Rows and heads live in the database.

One chain a terminal and process role. A row's seal covers the seal before it, its place in the chain and every
field of the row, under a key the database never sees. Which key that was stands beside the seal; along a chain keys
only ever become newer, so that whoever got hold of an old one can add nothing to it. A terminal that joined a fleet
seals with a key of its own (``audit_keys``), which is newer than every key of the ring.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from atm_app.trust.audit_keys import KeyElsewhere, TerminalKeys, place_of
from atm_app.trust.vault import KeyProblem, Vault, keyed_digest

GENESIS = bytes(32)
UNSEALED_TOLERANCE_SECONDS = 60
# Seals that are checked between two words on how far it is: some ten milliseconds.
STEP = 1_000
# Written into every chain of a machine whose database was put back from a backup.
RESTORED = "database_restored"


@dataclass(frozen=True)
class AuditRow:
    """A row as stored; ``at`` is the database's own microsecond time as text, ``details`` its exact JSON text."""

    audit_id: int
    chain: str
    at: str
    event: str
    outcome: str
    session: bytes
    subject: bytes
    details: str
    age_seconds: int = 0


@dataclass(frozen=True)
class Seal:
    """``sequence`` counts from 1 within the chain. ``key_id``: the master key it was made under."""

    chain: str
    sequence: int
    audit_id: int
    value: bytes
    key_id: str


@dataclass(frozen=True)
class Head:
    """The last sealed place of a chain. ``key_id``: of its seal; empty at the beginning and in a checkpoint."""

    chain: str
    sequence: int
    value: bytes
    key_id: str = ""


@dataclass(frozen=True)
class Verification:
    """``problems``: one sentence each, naming chain and row. ``elsewhere``: chains with seals of other
    terminals' own keys, which only the centre can compare."""

    rows: int
    chains: int
    unsealed: int
    problems: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class JournalTotal:
    """One journal row as the books have it. ``moved``: the sum of its credits, minor units."""

    journal_id: int
    lines: int
    balance: int
    moved: int


def reconcile(rows: Sequence[AuditRow], totals: Sequence[JournalTotal]) -> tuple[str, ...]:
    """Every movement wrote its audit row in the same transaction, so that each must be found in the other: a journal
    or posting that was changed or cut off, TRUNCATE included, is found by the row that names it."""
    books = {total.journal_id: total for total in totals}
    problems = [
        f"journal row {total.journal_id}: its postings are missing or do not come to zero"
        for total in totals
        if total.lines < 2 or total.balance  # a posting group has two lines at least
    ]
    named: set[int] = set()
    for row in rows:
        details = _details_of(row)
        journal = _number(details.get("journal", 0))
        if not journal:
            continue
        named.add(journal)
        total = books.get(journal)
        if total is None:
            problems.append(f"chain {row.chain}: row {row.audit_id} names journal row {journal}, which is missing")
        elif "amount" in details and total.moved != _number(details["amount"]) + _number(details.get("fee", 0)):
            problems.append(f"chain {row.chain}: row {row.audit_id} and journal row {journal} differ in the amount")
    problems += [f"journal row {journal}: no audit row names it" for journal in sorted(books.keys() - named)]
    return tuple(problems)


def _number(value: Any) -> int:
    """MariaDB's JSON_OBJECT writes a procedure's integers as text in some statements and as numbers in others."""
    return int(value) if str(value).lstrip("-").isdecimal() else -1


def _details_of(row: AuditRow) -> dict[str, Any]:
    try:
        found = json.loads(row.details)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Sealer:
    """Links rows to a head and checks links."""

    def __init__(self, vault: Vault, terminal_keys: TerminalKeys | None = None) -> None:
        self._vault = vault
        self._terminal_keys = terminal_keys or TerminalKeys()
        self._keys: dict[str, bytes] = {}

    def link(self, key_id: str, before: bytes, sequence: int, row: AuditRow) -> bytes:
        """Raises KeyProblem for a key id that is not in the ring, KeyElsewhere for another terminal's own key."""
        key = self._terminal_keys.find(row.chain, key_id) if place_of(key_id) else self._keys.get(key_id)
        if key is None:
            key = self._keys[key_id] = self._vault.derive("audit", key_id)
        return keyed_digest(
            key, before, str(sequence), row.chain, str(row.audit_id), row.at, row.event, row.outcome, row.session,
            row.subject, row.details,
        )  # fmt: skip

    def seal(self, head: Head, rows: Iterable[AuditRow]) -> tuple[Seal, ...]:
        """Seals for rows in order, continuing from ``head``. Raises KeyProblem when that was sealed with a key nobody
        has given us."""
        own = self._terminal_keys.sealing(head.chain)
        if head.key_id and not place_of(head.key_id) and own is None:
            self._vault.follow(head.key_id)
        key_id = own.key_id if own else self._vault.key_id
        if head.key_id and self._older(key_id, head.key_id):
            raise KeyProblem(f"chain {head.chain} goes on under key {head.key_id}, which is newer than ours")
        seals: list[Seal] = []
        value, sequence = head.value, head.sequence
        for row in rows:
            sequence += 1
            value = self.link(key_id, value, sequence, row)
            seals.append(Seal(head.chain, sequence, row.audit_id, value, key_id))
        return tuple(seals)

    def verify(
        self,
        rows: Sequence[AuditRow],
        seals: Sequence[Seal],
        heads: Sequence[Head],
        checkpoints: Sequence[Head],
        step: Callable[[int], None] = lambda _: None,
    ) -> Verification:
        """Find every changed, missing, inserted, reordered or truncated row.

        ``checkpoints``: heads written outside the database; they are what a dropped table is found by. ``step``: hears
        how many seals more were checked, STEP at a time, and may raise.
        """
        by_id = {row.audit_id: row for row in rows}
        problems: list[str] = []
        elsewhere: set[str] = set()
        sealed_ids: set[int] = set()
        by_chain: dict[str, list[Seal]] = {}
        for seal in sorted(seals, key=lambda seal: (seal.chain, seal.sequence)):
            by_chain.setdefault(seal.chain, []).append(seal)
            sealed_ids.add(seal.audit_id)
        known_heads = {head.chain: head for head in heads}
        for chain, links in by_chain.items():
            problems += self._verify_chain(chain, links, by_id, known_heads.get(chain), elsewhere, step)
        for head in heads:
            if head.sequence and head.chain not in by_chain:
                problems.append(f"chain {head.chain}: all {head.sequence} seals are missing")
        problems += _verify_checkpoints(by_chain, by_id, checkpoints)
        unsealed = [row for row in rows if row.audit_id not in sealed_ids]
        problems += [
            f"chain {row.chain}: row {row.audit_id} has been unsealed for {row.age_seconds} s"
            for row in unsealed
            if abs(row.age_seconds) > UNSEALED_TOLERANCE_SECONDS  # a row of the future never grows old: inserted
        ]
        chains = len(known_heads.keys() | by_chain.keys())
        return Verification(len(rows), chains, len(unsealed), tuple(problems), tuple(sorted(elsewhere)))

    def _older(self, key_id: str, than: str) -> bool:
        """Ids of keys that are at hand, or of terminals' own."""
        if place_of(key_id) or place_of(than):
            return place_of(key_id) < place_of(than)
        return self._vault.newer(key_id, than) != key_id

    def _verify_chain(
        self, chain: str, links: Sequence[Seal], by_id: dict[int, AuditRow], head: Head | None,
        elsewhere: set[str], step: Callable[[int], None],
    ) -> list[str]:  # fmt: skip
        problems: list[str] = []
        before, oldest = GENESIS, ""
        for expected, seal in enumerate(links, 1):
            if expected % STEP == 0:
                step(STEP)
            if seal.sequence != expected:
                problems.append(f"chain {chain}: place {expected} is missing")
                break
            row = by_id.get(seal.audit_id)
            try:
                if row is None:
                    problems.append(f"chain {chain}: row {seal.audit_id} at place {expected} is missing")
                elif self.link(seal.key_id, before, expected, row) != seal.value:
                    problems.append(f"chain {chain}: row {seal.audit_id} at place {expected} was changed or moved")
                elif oldest and self._older(seal.key_id, oldest):
                    problems.append(f"chain {chain}: place {expected} is sealed with an older key than the one before")
                else:
                    oldest = seal.key_id
            except KeyElsewhere:
                elsewhere.add(chain)
                oldest = max(oldest, seal.key_id, key=place_of)
            except KeyProblem as problem:
                problems.append(f"chain {chain}: place {expected}: {problem}")
            before = seal.value
        last = links[-1]
        if head is None or (head.sequence, head.value) != (last.sequence, last.value):
            problems.append(f"chain {chain}: its end does not agree with its head; rows were cut off or added")
        return problems


def _verify_checkpoints(
    by_chain: dict[str, list[Seal]], by_id: dict[int, AuditRow], checkpoints: Sequence[Head]
) -> list[str]:
    problems = []
    for checkpoint in checkpoints:
        links = by_chain.get(checkpoint.chain, [])
        values = {seal.sequence: seal.value for seal in links}
        if checkpoint.sequence and values.get(checkpoint.sequence) != checkpoint.value:
            problems.append(
                f"chain {checkpoint.chain}: place {checkpoint.sequence} does not agree with the checkpoint "
                f"written outside the database{_why(links, by_id, checkpoint)}"
            )
    return problems


def _why(links: Sequence[Seal], by_id: dict[int, AuditRow], checkpoint: Head) -> str:
    """What the chain itself tells of rows that a checkpoint knows and it has not."""
    restored = [
        seal.sequence
        for seal in links
        if (row := by_id.get(seal.audit_id)) is not None
        and row.event == RESTORED
        and seal.sequence <= checkpoint.sequence
    ]
    if restored:
        return f": the database was restored at place {restored[-1]}, what came after the backup is lost"
    if links and checkpoint.sequence > links[-1].sequence:
        return f": the chain is older, it ends at place {links[-1].sequence}; later rows are lost"
    return ""
