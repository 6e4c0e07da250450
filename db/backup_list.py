"""The backups of a machine, as their manifests tell of them; whether they are whole, a restore finds out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import manifest as manifests
from db.backup import NAME, known_places
from db.connection import Database
from db.folder import DataFolder
from db.ledger import as_stored


@dataclass(frozen=True)
class ListedBackup:
    """``made_at``: UTC, ISO 8601. ``bytes_kept``: of all its files."""

    path: Path
    made_at: str
    customers: int
    rows: int
    bytes_kept: int


@dataclass(frozen=True)
class WrittenSince:
    """What the books have had since a moment; customers who were erased again do not count."""

    movements: int
    customers: int
    audit_rows: int


def written_since(database: Database, moment: datetime) -> WrittenSince:
    """Of all terminals. By time and not by number: after a restore numbers are given again. Raises StoreUnavailable."""
    row = database.row("written_since", moment=as_stored(moment))
    assert row is not None, "counts always answer"
    return WrittenSince(int(row["movements"]), int(row["customers"]), int(row["audit_rows"]))


def backups_of(folder: DataFolder) -> list[ListedBackup]:
    """In every folder they were made in that can be read now, the newest first."""
    places = [place for place in map(Path, known_places(folder)) if place.is_dir()]
    found = [listed_backup(path) for place in places for path in place.glob("*") if NAME.fullmatch(path.name)]
    return sorted((each for each in found if each is not None), key=lambda each: each.made_at, reverse=True)


def listed_backup(path: Path) -> ListedBackup | None:
    """None for what is no backup."""
    try:
        entry = json.loads((path / manifests.NAME).read_text())
        kept = sum(file.stat().st_size for file in path.iterdir())
        return ListedBackup(path, str(entry["made_at"]), int(entry["customers"]), sum(entry["rows"].values()), kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
