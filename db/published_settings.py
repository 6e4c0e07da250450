"""Settings that the centre of a fleet published: written by the database's administrator, read by the machines, and the
copy a machine keeps of those it runs."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from atm_app import __version__
from atm_app.durable_file import write_whole
from atm_app.trust.publication import FOR_ALL, NotSealed, Publication, Versions
from atm_app.trust.vault import Vault
from db.connection import Database, Row

LONGEST_REASON = 500


class PublishingProblem(Exception):
    """Nothing was published; the message says why."""


@dataclass(frozen=True)
class ToldSettings:
    """What a terminal says it runs, beside what is in force for it. ``refused``: a version it could not use, and
    ``reason``. ``told_at``: UTC."""

    terminal: str
    runs: Versions
    in_force: Versions
    refused: int | None
    reason: str
    told_at: datetime


class Publisher:
    """The administrator's side. ``chain``: of the audit. Raises StoreUnavailable, mysql.connector.Error throughout."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._vault = vault
        self._chain = chain

    def all(self) -> tuple[Publication, ...]:
        """The oldest first; no seal is looked at."""
        return tuple(map(_publication, self._database.rows("published_settings")))

    def find(self, version: int) -> Publication:
        """With a seal that is good. Raises PublishingProblem."""
        found = next((each for each in self.all() if each.version == version), None)
        if found is None:
            raise PublishingProblem(f"there is no version {version}")
        try:
            found.check(self._vault)
        except NotSealed as problem:
            raise PublishingProblem(f"{problem}; see main.py audit verify, and publish what is right anew") from problem
        return found

    def publish(self, terminal: str, content: str, by: str, again_of: int | None = None) -> Publication:
        """``content``: checked. Raises PublishingProblem when it is in force already under the newest key, for a
        terminal nobody knows, and when somebody else published meanwhile."""
        there = self.all()
        for_it = [each for each in there if each.terminal == terminal]
        same = tomllib.loads(content) == (tomllib.loads(for_it[-1].content) if for_it else {})
        if same and (not for_it or for_it[-1].key_id == self._vault.key_id):
            told = f"as version {for_it[-1].version}" if for_it else "where nothing was published"
            raise PublishingProblem(f"the same values are in force for {whom(terminal)} already, {told}")
        made = Publication(
            there[-1].version + 1 if there else 1, terminal, content, again_of, __version__, by
        ).sealed(self._vault)  # fmt: skip
        answer = self._database.once(
            "publish_settings",
            version=made.version, terminal=terminal, content=content, digest=made.digest, again_of=again_of,
            program=made.program, published_by=by, key_id=made.key_id, seal=made.seal, chain=self._chain,
        )  # fmt: skip
        if answer["reason"] == "unknown":
            raise PublishingProblem(f"there is no terminal {terminal}: nobody invited it, and none of that name worked")
        if answer["reason"]:
            raise PublishingProblem("somebody else published at the same moment; look at theirs and try again")
        return made

    def machines(self) -> tuple[ToldSettings, ...]:
        return tuple(map(_told, self._database.rows("told_settings")))


class SettingsOfTerminal:
    """One terminal's side: what is in force for it, and what it says it runs. Raises StoreUnavailable,
    mysql.connector.Error throughout."""

    def __init__(self, database: Database, terminal: str) -> None:
        self._database = database
        self._terminal = terminal

    def in_force(self) -> tuple[Publication, ...]:
        """That for all first, then its own, as far as there are any; as they stand in the table."""
        return tuple(map(_publication, self._database.rows("settings_in_force", terminal=self._terminal)))

    def newest(self) -> Versions:
        """One read of a few bytes."""
        found = {row["terminal"]: row["version"] for row in self._database.rows(
            "newest_settings", terminal=self._terminal)}  # fmt: skip
        return Versions(found.get(FOR_ALL, 0), found.get(self._terminal, 0))

    def tell(self, runs: Versions, refused: int | None = None, reason: str = "") -> None:
        self._database.rows(
            "tell_settings",
            terminal=self._terminal, general_version=runs.general, own_version=runs.own, refused_version=refused,
            reason=reason[:LONGEST_REASON],
        )  # fmt: skip

    def told(self) -> ToldSettings | None:
        """None before it said anything."""
        row = self._database.row("told_settings_of", terminal=self._terminal)
        return _told(row) if row else None


class KeptSettings:
    """``path``: of the copy a machine keeps in its data folder, for its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Publication, ...]:
        """Nothing where nothing was kept. Raises NotSealed for a damaged file."""
        try:
            given = json.loads(self._path.read_text())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise NotSealed(f"the kept copy {self._path} cannot be read") from error
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise NotSealed("the kept copy is damaged")
        return tuple(map(Publication.from_json, given))

    def write(self, publications: tuple[Publication, ...]) -> None:
        """Raises OSError; the copy is then as it was."""
        write_whole(self._path, json.dumps([each.to_json() for each in publications], indent=1) + "\n")


def whom(terminal: str) -> str:
    return terminal or "all terminals"


def _publication(row: Row) -> Publication:
    return Publication(
        row["version"], row["terminal"], row["content"], row["again_of"], row["program"], row["published_by"],
        row["published_at"], row["key_id"], bytes(row["seal"]),
    )  # fmt: skip


def _told(row: Row) -> ToldSettings:
    return ToldSettings(
        row["terminal"], Versions(row["general_version"], row["own_version"]),
        Versions(int(row["general_in_force"]), int(row["own_in_force"])), row["refused_version"], row["reason"],
        row["told_at"],
    )  # fmt: skip
