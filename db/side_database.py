"""A backup brought to life beside the machine's own database: a server of this process's own, in a folder of its own.

That is how a backup is tried out when it is made, and how a restored database is built before it takes anybody's place.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from mysql.connector import errors

from atm_app.trust.audit import Verification
from db.audit import verify
from db.connection import DATABASE, Database
from db.dump import administrator, load_rows
from db.folder import DataFolder
from db.hosts import Hosts, private_socket
from db.key_source import KeySource
from db.migrations import MigrationProblem, make_database, make_triggers
from db.server import PrivateServer, locked
from db.storage import Storage
from db.wrapped_keys import BackupProblem, WrappedKeys

# A megabyte of JSON at most: below the smallest max_allowed_packet anybody sets.
KEYS_AT_ONCE = 2000
# Measured: an empty database takes 101 MB, most of them set aside for later.
EMPTY_BYTES = 110_000_000
# What compressed rows take at most in tables, indexes and the log.
GROWTH = 10


class OwnServer:
    """Keeps nothing up: whoever made the server stops it."""

    def ensure(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Found:
    """What a database brought to life holds."""

    rows: dict[str, int]
    trial_balance: dict[str, int]
    balanced: bool
    audit: Verification


@contextlib.contextmanager
def brought_to_life(
    place: DataFolder, rows: Path, keys: WrappedKeys, source: KeySource, terminal: str, currency: str,
    furnish: Callable[[], None] = lambda: None,
) -> Iterator[Storage]:  # fmt: skip
    """The database of a backup, brought to this version's schema. What lay in ``place`` before is gone; its server has
    stopped at the end. ``furnish``: puts there what else belongs to it, before it is opened. Raises BackupProblem,
    KeyProblem, ServerProblem, OSError."""
    place.prepare()
    with locked(place) as lock:
        _clear(place)
        place.prepare()
        refuse_without_room(place, rows)
        server = PrivateServer(place, lock)
        try:
            server.start()
            _fill(place, rows)
            furnish()
            storage = Storage(place, terminal, currency, source=source, hold=OwnServer())
            try:
                storage.open()
                _put_back(place, storage, keys)
                yield storage
            finally:
                storage.close()
        except (MigrationProblem, errors.Error) as problem:
            raise BackupProblem(f"the backup could not be brought to life: {problem}") from problem
        finally:
            server.stop()


def found_in(storage: Storage, heads: Path) -> Found:
    """Every chain and every book looked at. ``heads``: ends of chains that must be found again."""
    trial = storage.ledger.trial_balance()
    counts = {row["name"]: int(row["lines_kept"]) for row in storage.staff.rows("row_counts")}
    return Found(counts, asdict(trial), trial.balanced, verify(storage.kiosk, storage.sealer, heads))


def refuse_without_room(place: DataFolder, rows: Path) -> None:
    """Before a server fails on a full disk, which it tells in a page of its own log. Raises BackupProblem."""
    free, needed = shutil.disk_usage(place.root.parent).free, EMPTY_BYTES + GROWTH * rows.stat().st_size
    if free < needed:
        raise BackupProblem(
            f"{free // 1_000_000} MB are free at {place.root.parent}, {needed // 1_000_000} MB are needed for a second "
            "database beside the first; nothing was changed"
        )


def _clear(place: DataFolder) -> None:
    for path in place.root.iterdir():
        if path != place.database_lock:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _fill(place: DataFolder, rows: Path) -> None:
    connection = administrator(place)
    try:
        cursor = connection.cursor()
        make_database(cursor)
        load_rows(place, rows)
        make_triggers(cursor)
    finally:
        connection.close()


def _put_back(place: DataFolder, storage: Storage, keys: WrappedKeys) -> None:
    database = Database(lambda _: administrator(place, DATABASE), Hosts([private_socket(place)]))
    try:
        remaining = iter(keys.rows())
        while batch := list(itertools.islice(remaining, KEYS_AT_ONCE)):
            database.once("restore_data_keys", keys=json.dumps(batch))
    finally:
        database.close()
    after, missing = 0, 0
    while rows := storage.staff.rows("data_keys", after=after):
        missing += sum(not row["has_row"] for row in rows)
        after = rows[-1]["id"]
    if missing:
        raise BackupProblem(f"the file of data keys is older than the rows: it lacks {missing} customers")
