"""Where the key ring is kept: in the environment, in the system's keyring, or in a file.

``ATM_KEY_RING`` holds the ring itself, or ``keyring:SERVICE`` for the system's keyring; without it there is the file.
A ring is made only for a data folder that has no database yet. A missing ring beside an existing database is a loss
that must be seen, never papered over with a new key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db.key_file import KeyFile

ENVIRONMENT = "ATM_KEY_RING"
IN_KEYRING = "keyring:"
# The account under which the system's keyring keeps the ring of a service.
ACCOUNT = "key-ring"


class KeySource(Protocol):
    """Its name as text says where the ring is. All calls raise KeyProblem."""

    def find(self) -> KeyRing | None:
        """The ring, None when there is none yet."""
        ...

    def make(self) -> KeyRing:
        """A new ring, kept."""
        ...

    def keep(self, ring: KeyRing) -> None:
        """Durably, in place of the one before. Raises OSError when the disk does not take it."""
        ...

    def forget(self) -> None:
        """As if there had never been one: for what was kept just now, and is nowhere needed. Raises OSError."""
        ...


def source_of(key_file: Path) -> KeySource:
    """Raises KeyProblem when ``keyring:`` names no service."""
    text = os.environ.get(ENVIRONMENT, "")
    if text.startswith(IN_KEYRING):
        return SystemKeyring(text.removeprefix(IN_KEYRING))
    return Environment(text) if text else KeyFile(key_file)


def read_or_make(source: KeySource, *, database_exists: bool) -> KeyRing:
    """The ring of this machine, or a new one where there is nothing yet. Raises KeyProblem."""
    ring = source.find()
    if ring is not None:
        return ring
    if database_exists:
        raise KeyProblem(f"{source} is missing, but the database sealed with it is there; restore it")
    return source.make()


def read_again(source: KeySource) -> KeyRing:
    """The ring as it is kept now. Raises KeyProblem."""
    ring = source.find()
    if ring is None:
        raise KeyProblem(f"{source} is missing; restore it")
    return ring


def vault_of(source: KeySource) -> Vault:
    """With the ring that is kept there, and what is added to it. Raises KeyProblem."""
    return Vault(read_again(source), lambda: read_again(source))


class Environment:
    """The ring itself, in a variable: whoever starts this process keeps it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return f"the key ring in {ENVIRONMENT}"

    def find(self) -> KeyRing | None:
        return KeyRing.from_text(self._text)

    def make(self) -> KeyRing:
        raise KeyProblem(f"{self} is not made here")

    def keep(self, ring: KeyRing) -> None:
        raise KeyProblem(
            f"{self} cannot be changed from here: keep it in the key file or in the system's keyring to rotate it"
        )

    def forget(self) -> None:
        """It was not kept by us."""


class SystemKeyring:
    """Secret Service, macOS Keychain, Windows Credential Locker: whatever the library ``keyring`` finds."""

    def __init__(self, service: str) -> None:
        self._entry = KeyringEntry(service, ACCOUNT)
        self._service = service

    def __str__(self) -> str:
        return f"the key ring of {self._service!r} in the system's keyring"

    def find(self) -> KeyRing | None:
        text = self._entry.find()
        return None if text is None else KeyRing.from_text(text)

    def make(self) -> KeyRing:
        self.keep(KeyRing.generate())
        return read_again(self)

    def keep(self, ring: KeyRing) -> None:
        self._entry.keep(ring.to_text())

    def forget(self) -> None:
        self._entry.forget()


class KeyringEntry:
    """One text of the system's keyring. Raises KeyProblem throughout."""

    def __init__(self, service: str, account: str) -> None:
        if not service:
            raise KeyProblem(f"{ENVIRONMENT}={IN_KEYRING} wants the name of a service, e.g. {IN_KEYRING}cardless-atm")
        self._service, self._account = service, account

    def find(self) -> str | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(self._service, self._account)
        except (KeyringError, RuntimeError) as error:
            raise self._unusable(error) from error

    def keep(self, text: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(self._service, self._account, text)
        except (KeyringError, RuntimeError) as error:
            raise self._unusable(error) from error

    def forget(self) -> None:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.delete_password(self._service, self._account)
        except (KeyringError, RuntimeError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> KeyProblem:
        return KeyProblem(
            f"the entry {self._account!r} of {self._service!r} in the system's keyring cannot be used: "
            f"{error.__class__.__name__}; is a keyring installed and unlocked for this user? "
            f"Without one, leave {ENVIRONMENT} empty: the ring is then kept in a file"
        )
