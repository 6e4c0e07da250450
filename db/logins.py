"""Whom a process signs in to the database as: the users all machines share, or a terminal's own.

A terminal's own users have no rights but the SQL role they take after connecting: ``SET ROLE`` is what MySQL 8 and
MariaDB share, default roles are written differently.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mysql.connector import errors

from atm_app.stores import ShutOut
from atm_app.trust.invitation import TerminalCredential
from atm_app.trust.vault import Vault
from db.connection import ACCESS_DENIED, DATABASE, ONE_HOST, Patience, open_raw
from db.hosts import Address

# ER_ACCOUNT_HAS_BEEN_LOCKED of MariaDB and of MySQL; only who knows the password is told.
LOCKED = frozenset({4151, 3118})
TAKE_ROLE = {
    "kiosk": "SET ROLE atm_kiosk_role", "staff": "SET ROLE atm_staff_role", "joining": "SET ROLE atm_joining_role",
}  # fmt: skip


@dataclass(frozen=True)
class Login:
    """``role``: whose SQL role is taken after connecting; empty for users that have their rights themselves.
    ``denied``, ``locked``: what staff are told when the database does not let it in; empty: that is not its to say."""

    user: str
    password: str = field(repr=False)
    role: str = ""
    denied: str = ""
    locked: str = ""

    def connect(self, address: Address, patience: Patience = ONE_HOST) -> Any:
        """A raw connection. Raises ShutOut, mysql.connector.Error."""
        try:
            if not self.role:
                return open_raw(self.user, self.password, address, patience=patience)
            connection = open_raw(self.user, self.password, address, None, patience)
            try:
                _take_role(connection, self.role)
            except errors.Error:
                with contextlib.suppress(errors.Error):
                    connection.close()
                raise
            return connection
        except errors.Error as error:
            if error.errno in LOCKED and self.locked:
                raise ShutOut(self.locked) from error
            if error.errno in ACCESS_DENIED and self.denied:
                raise ShutOut(self.denied) from error
            raise


def _take_role(connection: Any, role: str) -> None:
    """Only with it may the user see the database at all."""
    cursor = connection.cursor()
    cursor.execute(TAKE_ROLE[role])
    cursor.close()
    connection.database = DATABASE


def own_login(credential: TerminalCredential, role: str) -> Login:
    name = credential.terminal
    return Login(
        user_of(name, role), credential.passwords[role], role,
        denied=f"the database does not know this machine as {name} any more; have it invited anew",
        locked=f"{name} was revoked: its users of the database are locked. Have it invited anew, or retire the machine",
    )  # fmt: skip


def shared_login(vault: Vault, role: str) -> Login:
    """Its password is made from the key ring; a wrong one is the ring's fault, which ``Database`` says."""
    return Login(
        f"atm_{role}", vault.database_password(role),
        locked="the users that machines without a login of their own share are locked; have this machine invited, and "
        "run: main.py terminal join",
    )  # fmt: skip


def logins_of(credential: TerminalCredential | None, vault: Vault) -> Callable[[str], Login]:
    """The login of a role."""
    if credential is None:
        return lambda role: shared_login(vault, role)
    return lambda role: own_login(credential, role)


def user_of(terminal: str, role: str) -> str:
    """30 letters at most: MySQL's longest user name is 32. The procedure admit_terminal reads it back."""
    return f"{role}_{terminal}"
