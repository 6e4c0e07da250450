"""Where a terminal's own credential is kept: beside the key ring, in the system's keyring or in a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from atm_app.durable_file import write_whole
from atm_app.trust.invitation import TerminalCredential
from atm_app.trust.vault import KeyProblem
from db.folder import DataFolder
from db.key_file import read_private
from db.key_source import ENVIRONMENT, IN_KEYRING, KeyringEntry

# The account under which the system's keyring keeps it, in the service of the ring.
ACCOUNT = "terminal"


class CredentialSource(Protocol):
    """Its name as text says where the credential is. All calls raise KeyProblem."""

    def find(self) -> TerminalCredential | None:
        """None on a machine that has not joined a fleet."""
        ...

    def keep(self, credential: TerminalCredential) -> None:
        """Durably, in place of the one before. Raises OSError when the disk does not take it."""
        ...

    def forget(self) -> None:
        """As if this machine had never joined. Raises OSError."""
        ...


def credential_source(folder: DataFolder) -> CredentialSource:
    """In a file where the ring is in the environment: what is in there, nobody can add to."""
    text = os.environ.get(ENVIRONMENT, "")
    if text.startswith(IN_KEYRING):
        return CredentialInKeyring(text.removeprefix(IN_KEYRING))
    return CredentialFile(folder.credential_file)


def own_credential(folder: DataFolder, terminal: str) -> TerminalCredential | None:
    """Raises KeyProblem when this machine joined as another terminal than its settings say."""
    source = credential_source(folder)
    credential = source.find()
    if credential is not None and credential.terminal != terminal:
        raise KeyProblem(
            f"{source} is of terminal {credential.terminal}, but the settings say {terminal}; nothing was changed"
        )
    return credential


class CredentialFile:
    """Readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"the terminal's key file {self._path}"

    def find(self) -> TerminalCredential | None:
        return TerminalCredential.from_text(read_private(self._path)) if self._path.exists() else None

    def keep(self, credential: TerminalCredential) -> None:
        write_whole(self._path, credential.to_text())

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


class CredentialInKeyring:
    """In the service of the ring, under an account of its own."""

    def __init__(self, service: str) -> None:
        self._entry = KeyringEntry(service, ACCOUNT)
        self._service = service

    def __str__(self) -> str:
        return f"the terminal's key of {self._service!r} in the system's keyring"

    def find(self) -> TerminalCredential | None:
        text = self._entry.find()
        return None if text is None else TerminalCredential.from_text(text)

    def keep(self, credential: TerminalCredential) -> None:
        self._entry.keep(credential.to_text())

    def forget(self) -> None:
        self._entry.forget()
