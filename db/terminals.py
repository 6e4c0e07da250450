"""A fleet's terminals in the hands of the database's administrator: invited, revoked, looked at.

What makes and locks database users is written out here, because no procedure may do it. The user of an invitation that
was taken up, taken back or has expired goes with the next deed of an administrator.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import Any

from mysql.connector import errors

from atm_app.stores import StoreUnavailable
from atm_app.trust.audit import Sealer
from atm_app.trust.audit_keys import TerminalKey, TerminalKeys
from atm_app.trust.invitation import LOGIN_ROLES, Bundle, TerminalCredential, Token
from atm_app.trust.vault import KeyProblem, Vault
from db.audit import AuditRows
from db.centre import Centre
from db.connection import DATABASE, ONE_HOST, SERVER_GONE, Database, open_raw
from db.credential_source import own_credential
from db.folder import DataFolder
from db.hosts import Address, Hosts, ServerAddress
from db.key_source import KeySource, read_again
from db.logins import user_of
from db.master_keys import check_ring
from db.published_settings import Publisher

FLEET_CHAIN = "fleet"
# Machines of a fleet stand anywhere.
ANYWHERE = "%"
SHARED_USERS = ("atm_kiosk", "atm_staff")
# MariaDB writes what it is told into its binary and general log as it came, so that it is told the hash; MySQL writes
# the hash by itself, and from 8.4 on knows this plugin no more.
MAKE_USER = {
    "MariaDB": "CREATE USER IF NOT EXISTS %s@%s IDENTIFIED WITH mysql_native_password AS %s ACCOUNT LOCK",
    "MySQL": "CREATE USER IF NOT EXISTS %s@%s IDENTIFIED BY %s ACCOUNT LOCK",
}
OPEN_USER = {
    "MariaDB": "ALTER USER %s@%s IDENTIFIED WITH mysql_native_password AS %s ACCOUNT UNLOCK",
    "MySQL": "ALTER USER %s@%s IDENTIFIED BY %s ACCOUNT UNLOCK",
}
# Where the server is reached over TLS, its terminals must be as well.
LINE = {True: "ALTER USER %s@%s REQUIRE SSL", False: "ALTER USER %s@%s REQUIRE NONE"}
GIVE_ROLE = {
    "kiosk": "GRANT atm_kiosk_role TO %s@%s", "staff": "GRANT atm_staff_role TO %s@%s",
    "joining": "GRANT atm_joining_role TO %s@%s",
}  # fmt: skip
LOCK_USER = "ALTER USER IF EXISTS %s@%s ACCOUNT LOCK"
DROP_USER = "DROP USER IF EXISTS %s@%s"
RUNNING = "SELECT id FROM information_schema.processlist WHERE user IN (%s, %s, %s, %s)"
END_CONNECTION = "KILL CONNECTION %s"
# ER_NO_SUCH_THREAD: it ended by itself. ER_ACCESS_DENIED_NO_PASSWORD_ERROR: MariaDB's for a role somebody else made.
NO_SUCH_CONNECTION, NOT_ONES_OWN_ROLE, NO_SUCH_USER = 1094, 1698, frozenset({1133, 1396, 3162})
ENDED_WITHIN_SECONDS = 5.0


class TerminalProblem(Exception):
    """Nothing was done; the message says why."""


@dataclass(frozen=True)
class Administrator:
    """``addresses``: every server of the fleet; what is written goes to the first that answers."""

    addresses: Sequence[ServerAddress]
    user: str
    password: str = field(repr=False)

    def connect(self, address: Address, database: str | None = DATABASE) -> Any:
        """Raises mysql.connector.Error."""
        return open_raw(self.user, self.password, address, database, ONE_HOST)

    def connect_to_any(self) -> Any:
        """Raises mysql.connector.Error."""
        for address in self.addresses[:-1]:
            try:
                return self.connect(address)
            except errors.Error as error:
                if error.errno not in SERVER_GONE:
                    raise
        return self.connect(self.addresses[-1])


@dataclass(frozen=True)
class TerminalRow:
    """``state``: invited, taken, joined, revoked. ``waits``: its invitation can still be taken up. All times UTC."""

    terminal: str
    state: str
    waits: bool
    invited_at: datetime
    expires_at: datetime | None
    joined_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Revoked:
    """``ended``: connections that were cut. ``unreached``: servers where that could not be done."""

    ended: int
    unreached: tuple[str, ...]


class Terminals:
    """``source``: of the key ring that all machines share. ``terminal``: the administrator's own machine, whose chain
    says what was done. Raises TerminalProblem, KeyProblem, StoreUnavailable, mysql.connector.Error throughout."""

    def __init__(
        self, administrator: Administrator, folder: DataFolder, terminal: str, vault: Vault, source: KeySource
    ) -> None:
        self._administrator = administrator
        self._folder = folder
        self._vault = vault
        self._source = source
        self._chain = f"{terminal}/{FLEET_CHAIN}"
        self._hosts = Hosts(administrator.addresses)
        self._database = Database(administrator.connect, self._hosts)
        self._centre = Centre(folder, self._database)
        self._own = own_credential(folder, terminal)

    def close(self) -> None:
        self._hosts.close()
        self._database.close()

    def publisher(self) -> Publisher:
        """Of the settings that the centre decides."""
        self._vault.follow(self._check_ring())
        return Publisher(self._database, self._vault, self._chain)

    def invite(self, terminal: str, minutes: int) -> Token:
        """Known from now on, with users that do nothing before it has joined. The token is nowhere else."""
        self._check_ring()
        credential = TerminalCredential.generate(terminal, self._centre.next_key_id(terminal))
        centre_key, wrapped = self._centre.wrap(credential.audit_key)
        token = Token.generate()
        answer = self._database.once(
            "invite_terminal",
            terminal=terminal, join_user=token.join_user, minutes=minutes, key_id=credential.audit_key.key_id,
            sealed=token.seal(Bundle(read_again(self._source), credential)), centre_key=centre_key, wrapped=wrapped,
            chain=self._chain,
        )  # fmt: skip
        if answer["reason"]:
            raise TerminalProblem(
                f"{terminal} has joined already; to give its place to another machine, revoke it first"
            )
        with self._users() as users:
            for role in LOGIN_ROLES:
                users.make(user_of(terminal, role), credential.passwords[role], role)
            users.make(token.join_user, token.join_password, "joining")
        self.sweep()
        return token

    def revoke(self, terminal: str) -> Revoked:
        """Users locked, the terminal refused by what begins something, its connections cut. The users that machines
        without a login of their own share are locked as well: their passwords are made from the ring it has."""
        if terminal not in {row.terminal for row in self.list()}:
            raise TerminalProblem(f"there is no terminal {terminal} that was ever invited")
        own = tuple(user_of(terminal, role) for role in LOGIN_ROLES)
        with self._users() as users:
            for name in (*own, *SHARED_USERS):
                users.lock(name)
        self._database.once("revoke_terminal", terminal=terminal, chain=self._chain)
        revoked = self._cut_off(own)
        self._seal_what_it_left(terminal)
        self.sweep()
        return revoked

    def lock_shared(self) -> Revoked:
        """For when every machine has joined."""
        with self._users() as users:
            for name in SHARED_USERS:
                users.lock(name)
        self._database.rows(
            "write_audit",
            chain=self._chain, event="terminal", outcome="shared_locked", session=b"", subject=b"", details="{}",
        )  # fmt: skip
        return self._cut_off(())

    def list(self) -> tuple[TerminalRow, ...]:
        return tuple(
            TerminalRow(
                row["terminal"], row["state"], bool(row["waits"]), row["invited_at"], row["expires_at"],
                row["joined_at"], row["revoked_at"],
            )
            for row in self._database.rows("terminal_logins")
        )  # fmt: skip

    def shared_are_locked(self) -> bool:
        with self._users() as users:
            return all(users.is_locked(name) for name in SHARED_USERS)

    def sweep(self) -> None:
        """Drop the users of invitations that have ended."""
        ended = [row["join_user"] for row in self._database.rows("ended_invitations")]
        with self._users() as users:
            for name in ended:
                users.drop(name)

    def seal(self) -> None:
        """What was done here, at the end of its chain."""
        self._audit_of(self._chain, self._own.audit_key if self._own else None).seal()

    def _check_ring(self) -> str:
        """The newest key."""
        registered = [(row["key_id"], bytes(row["proof"])) for row in self._database.rows("registered_keys")]
        if not registered:
            raise TerminalProblem("the database has no key yet; run first: main.py db migrate --new-key")
        check_ring(self._vault, registered)
        return str(registered[-1][0])

    def _audit_of(self, chain: str, key: TerminalKey | None) -> AuditRows:
        return AuditRows(self._database, chain, Sealer(self._vault, TerminalKeys(key)), self._folder.checkpoints)

    def _seal_what_it_left(self, terminal: str) -> None:
        """Rows that the terminal wrote and can seal no more."""
        keys = [
            TerminalKey(name, key_id, key) for (name, key_id), key in self._everybodys().items() if name == terminal
        ]
        for chain in (f"{terminal}/{role}" for role in LOGIN_ROLES):
            head = self._database.row("head_of", chain=chain)
            used = next((key for key in keys if head and key.key_id == head["key_id"]), None)
            with contextlib.suppress(KeyProblem):  # of another centre: left as it is, audit verify tells of it
                self._audit_of(chain, used).seal()

    def _everybodys(self) -> dict[tuple[str, str], bytes]:
        try:
            return dict(self._centre.everybodys()) if self._centre.is_here else {}
        except KeyProblem:
            return {}

    def _cut_off(self, own: Sequence[str]) -> Revoked:
        """The connections of these users and of the shared ones, on every server."""
        names = [*own, *SHARED_USERS, *SHARED_USERS][:4]
        ended, unreached = 0, []
        for address in self._administrator.addresses:
            try:
                ended += self._end_connections(address, names)
            except (errors.Error, StoreUnavailable):
                unreached.append(f"{address.host}:{address.port}")
        return Revoked(ended, tuple(unreached))

    def _end_connections(self, address: ServerAddress, users: Sequence[str]) -> int:
        """Looked at again until none is left: one may have signed in while the users were being locked."""
        connection, end = self._administrator.connect(address), time.monotonic() + ENDED_WITHIN_SECONDS
        seen: set[int] = set()
        cursor = connection.cursor()
        try:
            while True:
                cursor.execute(RUNNING, tuple(users))
                running = [number for (number,) in cursor.fetchall()]
                if not running:
                    return len(seen)
                if time.monotonic() > end:
                    raise StoreUnavailable("connections that were to be cut go on")
                for number in running:
                    with _but({NO_SUCH_CONNECTION}):
                        cursor.execute(END_CONNECTION, (number,))
                seen.update(running)
                time.sleep(0.01)  # between two looks: a connection goes when its thread notices
        finally:
            connection.close()

    @contextlib.contextmanager
    def _users(self) -> Iterator[_Users]:
        connection = self._administrator.connect_to_any()
        try:
            yield _Users(connection, verified=bool(self._administrator.addresses[0].certificate_authority))
        finally:
            connection.close()


class _Users:
    """Database users, over a raw connection of the administrator."""

    def __init__(self, connection: Any, *, verified: bool) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute("SELECT VERSION()")
        self._maker = "MariaDB" if "MariaDB" in self._cursor.fetchone()[0] else "MySQL"
        self._verified = verified

    def make(self, name: str, password: str, role: str) -> None:
        """Able to sign in with this password and no other, and to do what the role may."""
        told = native_hash(password) if self._maker == "MariaDB" else password
        self._cursor.execute(MAKE_USER[self._maker], (name, ANYWHERE, told))
        self._cursor.execute(LINE[self._verified], (name, ANYWHERE))
        try:
            self._cursor.execute(GIVE_ROLE[role], (name, ANYWHERE))
        except errors.Error as error:
            if error.errno == NOT_ONES_OWN_ROLE:
                raise TerminalProblem(
                    "the roles of terminals are another administrator's, who ran db migrate first; let them GRANT "
                    "atm_kiosk_role, atm_staff_role and atm_joining_role TO you WITH ADMIN OPTION"
                ) from error
            raise
        self._cursor.execute(OPEN_USER[self._maker], (name, ANYWHERE, told))

    def lock(self, name: str) -> None:
        with _but(NO_SUCH_USER):
            self._cursor.execute(LOCK_USER, (name, ANYWHERE))

    def drop(self, name: str) -> None:
        self._cursor.execute(DROP_USER, (name, ANYWHERE))

    def is_locked(self, name: str) -> bool:
        """Whoever is not there cannot sign in either."""
        try:
            self._cursor.execute("SHOW CREATE USER %s@%s", (name, ANYWHERE))
        except errors.Error as error:
            if error.errno in NO_SUCH_USER:
                return True
            raise
        return " ACCOUNT LOCK" in self._cursor.fetchone()[0]


@contextlib.contextmanager
def _but(numbers: frozenset[int] | set[int]) -> Iterator[None]:
    try:
        yield
    except errors.Error as error:
        if error.errno not in numbers:
            raise


def native_hash(password: str) -> str:
    """As mysql_native_password keeps it. SHA-1 does no harm to 256 random bits."""
    inner = sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + sha1(inner, usedforsecurity=False).hexdigest().upper()
