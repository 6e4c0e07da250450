"""The master keys as the database knows them – ids and proofs, never a key – and their rotation.

A rotation adds a key to the ring, makes it the one in force, and wraps each customer's data key anew, row by row, while
others work. It may be killed at any point: what was not done is found by its key id and done by the next one.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mysql.connector import errors

from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db.connection import Database, Row
from db.customers import INDEXED, Keys, index_words
from db.key_source import KeySource, read_again

# ER_NO_SUCH_TABLE, ER_BAD_DB_ERROR: a database from before master keys were registered, or none yet.
NOT_THERE = frozenset({1146, 1049})


@dataclass(frozen=True)
class MasterKey:
    """``data_keys``, ``credentials``, ``seals``: how many rows were made under it and need it to be read.
    ``rotated_at``: None while customers are still being wrapped under it."""

    key_id: str
    added_at: datetime
    rotated_at: datetime | None
    data_keys: int
    credentials: int
    seals: int


@dataclass(frozen=True)
class Rotated:
    """``customers``: wrapped anew by this call. ``left``: customers whose data key does not open and stays as it is."""

    key_id: str
    customers: int
    left: int


def check_ring(vault: Vault, registered: Sequence[tuple[str, bytes]]) -> None:
    """``registered``: (key id, proof) as the database has them. Raises KeyProblem when the ring is not its ring."""
    for key_id, proof in registered:
        if not hmac.compare_digest(vault.proof(key_id), proof):
            raise KeyProblem(
                f"key {key_id} of the key ring is not the one this database was sealed with; nothing was changed"
            )


def registered_keys(connection: Any) -> list[tuple[str, bytes]]:
    """As an administrator, before anything is migrated."""
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT key_id, proof FROM atm.master_key ORDER BY place")
        return [(key_id, bytes(proof)) for key_id, proof in cursor.fetchall()]
    except errors.Error as error:
        if error.errno in NOT_THERE:
            return []
        raise
    finally:
        cursor.close()


class MasterKeys:
    """``database``: the staff role, the only one that may do this. ``source``: where the ring is kept."""

    def __init__(self, database: Database, vault: Vault, source: KeySource, chain: str) -> None:
        self._database = database
        self._vault = vault
        self._source = source
        self._chain = chain
        self._keys = Keys(vault)

    def take_up(self) -> None:
        """Check the ring against the database and seal with its newest key; register the ring's where the database has
        not seen it, as when a rotation was killed in between. Raises KeyProblem, StoreUnavailable."""
        registered = [(row["key_id"], bytes(row["proof"])) for row in self._database.rows("registered_keys")]
        check_ring(self._vault, registered)
        if registered:
            self._vault.follow(registered[-1][0])
        seen = {key_id for key_id, _ in registered}
        in_use = self._vault.key_ids[: self._vault.key_ids.index(self._vault.key_id) + 1]
        for key_id in in_use:
            if key_id not in seen:
                self._database.rows(
                    "register_key", key_id=key_id, proof=self._vault.proof(key_id), chain=self._chain
                )  # fmt: skip

    def list(self) -> tuple[MasterKey, ...]:
        return tuple(
            MasterKey(
                row["key_id"], row["added_at"], row["rotated_at"], row["data_keys"], row["credentials"], row["seals"]
            )
            for row in self._database.rows("master_keys")
        )

    @property
    def rotating(self) -> bool:
        """A rotation was begun and not ended yet."""
        return any(row["rotated_at"] is None for row in self._database.rows("registered_keys"))

    @property
    def prepared(self) -> str | None:
        """A key of the ring that is not in force yet."""
        ring = read_again(self._source)
        return ring.last if self._vault.newer(ring.last, self._vault.key_id) != self._vault.key_id else None

    def prepare(self) -> str:
        """Add a key to the ring without using it, so that it can be brought to other machines first. Its id. Raises
        KeyProblem when the ring cannot be changed, OSError."""
        grown = read_again(self._source).grown()
        self._source.keep(grown)
        return grown.last

    def rotate(self, report: Callable[[int], None] = lambda _: None) -> Rotated:
        """Finish a rotation that was begun; else bring the prepared key into force, or a new one. ``report``: how many
        customers were done so far. Raises KeyProblem, StoreUnavailable, OSError."""
        if not self.rotating:
            key_id = self.prepared or self.prepare()
            ring = read_again(self._source)
            self._source.keep(KeyRing(key_id, ring.keys))
            self._vault.follow(key_id)
            self.take_up()
        return self._wrap_all(report)

    def index_anew(self) -> Rotated:
        """For rows that are older than their data keys: what was rotated since is found under the key in force again.
        Raises StoreUnavailable."""
        return self._wrap_all(lambda _: None, everybody=True)

    def _wrap_all(self, report: Callable[[int], None], *, everybody: bool = False) -> Rotated:
        key_id, after, done, left = self._vault.key_id, 0, 0, 0
        older = [name for name in self._vault.key_ids if self._vault.newer(name, key_id) == key_id != name]
        while rows := self._database.rows("wrapped_otherwise", key_id="" if everybody else key_id, after=after):
            for row in rows:
                after = row["id"]
                try:
                    done += self._wrap(row, key_id, older if everybody else [row["key_id"]])
                except KeyProblem:
                    left += 1
                report(done)
        self._database.rows("finish_rotation", key_id=key_id, customers=done, left=left, chain=self._chain)
        return Rotated(key_id, done, left)

    def _wrap(self, row: Row, key_id: str, indexed_under: Sequence[str]) -> bool:
        """False when somebody else did it meanwhile, or the customer was erased."""
        data_key, pseudonym = self._keys.of(row)
        tokens = []
        for detail in self._database.rows("details_of", customer=row["id"]):
            kind = detail["kind"]
            if kind in INDEXED:
                plain = self._vault.open(data_key, bytes(detail["sealed"]), pseudonym, kind).decode()
                for word in index_words(kind, plain):
                    new = self._vault.blind_index(kind, word, key_id)
                    tokens += [
                        {"kind": kind, "old": self._vault.blind_index(kind, word, old).hex(), "token": new.hex()}
                        for old in indexed_under
                    ]
        answer = self._database.row(
            "rewrap_customer",
            customer=row["id"], old=bytes(row["wrapped"]), key_id=key_id,
            wrapped=self._vault.wrap(data_key, pseudonym, key_id), tokens=json.dumps(tokens),
        )  # fmt: skip
        return answer is not None and bool(answer["done"])
