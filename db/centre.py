"""The centre of a fleet: whoever invited its terminals has the key that opens every terminal's audit key.

It lies in a file of the centre's data folder and on no terminal: a ring like the machines' own, of which only the
wrapping is used.
"""

from __future__ import annotations

from collections.abc import Mapping

from atm_app.trust.audit_keys import TerminalKey, key_id_of, place_of
from atm_app.trust.vault import KeyProblem, Vault
from db.connection import Database
from db.folder import DataFolder
from db.key_file import KeyFile
from db.key_source import read_or_make


class Centre:
    """``database``: of whom the wrapped keys are read. Raises KeyProblem, StoreUnavailable throughout."""

    def __init__(self, folder: DataFolder, database: Database) -> None:
        self._source = KeyFile(folder.centre_file)
        self._database = database

    @property
    def is_here(self) -> bool:
        return self._source.find() is not None

    def next_key_id(self, terminal: str) -> str:
        """Of the key that its next invitation brings."""
        rows = self._database.rows("terminal_audit_keys")
        return key_id_of(max((place_of(row["key_id"]) for row in rows if row["terminal"] == terminal), default=0) + 1)

    def wrap(self, key: TerminalKey) -> tuple[str, bytes]:
        """(id of the centre's key, wrapped). The centre's ring is made with the first terminal; with a ring that does
        not open what is there, nothing more is wrapped."""
        there = bool(self._database.rows("terminal_audit_keys"))
        vault = Vault(read_or_make(self._source, database_exists=there))
        if there:
            self._opened(vault)
        return vault.key_id, vault.wrap(key.key, _owner(key.terminal, key.key_id))

    def everybodys(self) -> Mapping[tuple[str, str], bytes]:
        """All keys there ever were, by terminal and id."""
        return self._opened(Vault(read_or_make(self._source, database_exists=True)))

    def _opened(self, vault: Vault) -> dict[tuple[str, str], bytes]:
        opened = {}
        for row in self._database.rows("terminal_audit_keys"):
            owner = _owner(row["terminal"], row["key_id"])
            try:
                opened[row["terminal"], row["key_id"]] = vault.unwrap(bytes(row["wrapped"]), owner, row["centre_key"])
            except KeyProblem as problem:
                raise KeyProblem(
                    f"{self._source} does not open the audit key of {row['terminal']}: it is another centre's, or the "
                    "key was changed"
                ) from problem
        return opened


def _owner(terminal: str, key_id: str) -> bytes:
    return f"{terminal}|{key_id}".encode()
