"""Where a terminal's own credential is kept: beside the key ring, in the system's keyring or in a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from atm_app.trust.invitation import TerminalCredential
from atm_app.trust.vault import KeyProblem
from db.folder import DataFolder
from db.key_file import PrivateFile
from db.key_source import ENVIRONMENT, IN_KEYRING, KeyringEntry

# The account under which the system's keyring keeps it, in the service of the ring.
ACCOUNT = "terminal"


class KeptText(Protocol):
    """Raises KeyProblem throughout."""

    def find(self) -> str | None: ...

    def keep(self, text: str) -> None:
        """Durably, in place of the one before. Raises OSError when the disk does not take it."""
        ...

    def forget(self) -> None:
        """Raises OSError."""
        ...


class CredentialSource:
    """Its name as text says where the credential is. All calls raise KeyProblem."""

    def __init__(self, kept: KeptText, where: str) -> None:
        self._kept = kept
        self._where = where

    def __str__(self) -> str:
        return self._where

    def find(self) -> TerminalCredential | None:
        """None on a machine that has not joined a fleet."""
        text = self._kept.find()
        return None if text is None else TerminalCredential.from_text(text)

    def keep(self, credential: TerminalCredential) -> None:
        """Durably, in place of the one before. Raises OSError when the disk does not take it."""
        self._kept.keep(credential.to_text())

    def forget(self) -> None:
        """As if this machine had never joined. Raises OSError."""
        self._kept.forget()


def credential_file(path: Path) -> CredentialSource:
    return CredentialSource(PrivateFile(path), f"the terminal's key file {path}")


def credential_source(folder: DataFolder) -> CredentialSource:
    """In a file where the ring is in the environment: what is in there, nobody can add to."""
    text = os.environ.get(ENVIRONMENT, "")
    if text.startswith(IN_KEYRING):
        service = text.removeprefix(IN_KEYRING)
        return CredentialSource(
            KeyringEntry(service, ACCOUNT), f"the terminal's key of {service!r} in the system's keyring"
        )
    return credential_file(folder.credential_file)


def own_credential(folder: DataFolder, terminal: str) -> TerminalCredential | None:
    """Raises KeyProblem when this machine joined as another terminal than its settings say."""
    source = credential_source(folder)
    credential = source.find()
    if credential is not None and credential.terminal != terminal:
        raise KeyProblem(
            f"{source} is of terminal {credential.terminal}, but the settings say {terminal}; nothing was changed"
        )
    return credential
