"""Brings a database to the schema of this version: numbered migrations once, procedures and views when changed.

A migration's statements are steps of their own, recorded one by one, because a failed DDL statement stays half
applied. Procedures and views are one statement a file and repeatable. Each file's ``-- grant:`` line names the roles
that may use what it makes; nobody may do anything else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlparse
from mysql.connector import errors

from db.connection import DATABASE, SQL

OWNER = "atm_owner"
ROLES = ("kiosk", "staff")
# On a configured server what a role may do is granted to an SQL role as well, which the users of joined terminals have:
# so a terminal costs the same few grants whatever there is. Who was invited may join and do nothing else.
SQL_ROLES = (*ROLES, "joining")
MIGRATION_LOCK = "atm_migration"
LOCK_SECONDS = 60

# Whence the users of the private server sign in.
PRIVATE = "localhost"

# Table, column, key, trigger and constraint "exists already": a step that was done but not yet recorded when the
# process was killed. DDL is atomic in both servers, so what exists is whole.
EXISTS_ALREADY = frozenset({1050, 1060, 1061, 1359, 1826})
# MariaDB's way to say that a foreign key's name is taken: "cannot create table", for InnoDB's error 121.
CANNOT_CREATE, NAME_TAKEN = 1005, "errno: 121"


class MigrationProblem(Exception):
    """The schema cannot be brought to this version; nothing was destroyed."""


@dataclass(frozen=True)
class Definition:
    """One repeatable file: a procedure or a view and the roles that may use it."""

    name: str
    kind: str
    sql: str
    roles: tuple[str, ...]

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def right(self) -> str:
        """As GRANT names it. A definition's name is checked before anything is made of it."""
        return f"{'EXECUTE ON PROCEDURE' if self.kind == 'procedure' else 'SELECT ON'} {DATABASE}.{self.name}"


def definitions() -> list[Definition]:
    """All views, then all procedures, each in the order of names."""
    found = []
    for kind, folder in (("view", "views"), ("procedure", "procedures")):
        for path in sorted((SQL / folder).glob("*.sql")):
            text = path.read_text()
            grant = re.match(r"-- grant: (.+)\n", text)
            if grant is None:
                raise MigrationProblem(f"{path.name} does not say who may use it")
            roles = tuple(role.strip() for role in grant[1].split(",") if role.strip() != "none")
            if unknown := set(roles) - set(SQL_ROLES):
                raise MigrationProblem(f"{path.name} names unknown roles {sorted(unknown)}")
            found.append(Definition(path.stem, kind, text, roles))
    return found


def _exists_already(error: errors.Error) -> bool:
    return error.errno in EXISTS_ALREADY or (error.errno == CANNOT_CREATE and NAME_TAKEN in str(error))


def steps_of(path: Path) -> list[str]:
    """The statements of one migration file, comments kept out."""
    statements = sqlparse.split(sqlparse.format(path.read_text(), strip_comments=True))
    return [statement.rstrip("; \n") for statement in statements if statement.strip("; \n")]


def make_database(cursor: Any) -> None:
    """Where there is none yet; and use it."""
    cursor.execute("SHOW DATABASES LIKE 'atm'")
    if not cursor.fetchall():
        cursor.execute("CREATE DATABASE atm CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    cursor.execute("USE atm")


def make_triggers(cursor: Any) -> None:
    """Those of the migrations that were applied to the tables: a backup has none, because in it they would belong to
    whoever ran the server it was made on."""
    cursor.execute("SELECT version, step FROM schema_step")
    applied = set(cursor.fetchall())
    for path in migration_files():
        if " TRIGGER " in path.read_text():
            for step, statement in enumerate(steps_of(path), 1):
                if (version_of(path), step) in applied and re.match(r"(CREATE|DROP) TRIGGER ", statement):
                    cursor.execute(statement)


def migration_files() -> list[Path]:
    """In their order."""
    return sorted((SQL / "migrations").glob("*.sql"))


def version_of(migration: Path) -> int:
    return int(migration.name[:4])


class Migrator:
    """Runs as an administrator of the server (socket authentication on the private one)."""

    def __init__(self, connection: Any, password_of: Callable[[str], str], host: str = PRIVATE) -> None:
        self._cursor = connection.cursor()
        self._password_of = password_of
        self._host = host

    def run(self) -> list[str]:
        """What was done, a line each. Raises MigrationProblem, mysql.connector.Error."""
        self._cursor.execute("SELECT GET_LOCK(%s, %s)", (MIGRATION_LOCK, LOCK_SECONDS))
        if self._cursor.fetchone()[0] != 1:
            raise MigrationProblem("another process is migrating this database")
        try:
            self._prepare()
            done = self._migrate() + self._define()
            self._catch_up_sql_roles()
            return done
        finally:
            self._cursor.execute("SELECT RELEASE_LOCK(%s)", (MIGRATION_LOCK,))
            self._cursor.fetchall()

    def _prepare(self) -> None:
        execute = self._cursor.execute
        make_database(self._cursor)
        execute(
            "CREATE TABLE IF NOT EXISTS schema_step (version INT NOT NULL, step INT NOT NULL,"
            " checksum CHAR(64) NOT NULL, applied_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
            " PRIMARY KEY (version, step)) ENGINE=InnoDB"
        )
        execute(
            "CREATE TABLE IF NOT EXISTS schema_definition (name VARCHAR(64) NOT NULL PRIMARY KEY,"
            " checksum CHAR(64) NOT NULL) ENGINE=InnoDB"
        )
        # The owner of views and procedures cannot sign in: what it may do is only reached through them.
        self._user(OWNER, self._password_of(OWNER), locked=True)
        execute("GRANT SELECT, INSERT, UPDATE, EXECUTE ON atm.* TO %s@%s", (OWNER, self._host))
        for role in ROLES:
            self._user(f"atm_{role}", self._password_of(role), locked=False)
        for role in SQL_ROLES if self._host != PRIVATE else ():
            execute(f"CREATE ROLE IF NOT EXISTS atm_{role}_role")

    def _user(self, name: str, password: str, *, locked: bool) -> None:
        self._cursor.execute("CREATE USER IF NOT EXISTS %s@%s IDENTIFIED BY %s", (name, self._host, password))
        if locked:
            self._cursor.execute("ALTER USER %s@%s ACCOUNT LOCK", (name, self._host))
        else:
            self._cursor.execute("ALTER USER %s@%s IDENTIFIED BY %s", (name, self._host, password))

    def _migrate(self) -> list[str]:
        done: list[str] = []
        self._cursor.execute("SELECT version, step, checksum FROM schema_step")
        applied = {(version, step): checksum for version, step, checksum in self._cursor.fetchall()}
        known = {version_of(path): path for path in migration_files()}
        newer = {version for version, _ in applied} - known.keys()
        if newer:
            raise MigrationProblem(f"the database is of a newer version ({max(newer):04}); update this machine")
        for version, path in known.items():
            # Step 0 stands for the whole file: parsing one takes half a second, and most starts change nothing.
            whole = hashlib.sha256(path.read_bytes()).hexdigest()
            if applied.get((version, 0)) == whole:
                continue
            for step, statement in enumerate(steps_of(path), 1):
                checksum = hashlib.sha256(statement.encode()).hexdigest()
                if (version, step) in applied:
                    if applied[version, step] != checksum:
                        raise MigrationProblem(f"{path.name} was changed after it had been applied (step {step})")
                    continue
                self._step(statement, resumed=not done)
                self._cursor.execute(
                    "INSERT INTO schema_step (version, step, checksum) VALUES (%s, %s, %s)", (version, step, checksum)
                )
                done.append(f"{path.name} step {step}")
            self._cursor.execute(
                "REPLACE INTO schema_step (version, step, checksum) VALUES (%s, 0, %s)", (version, whole)
            )
        return done

    def _step(self, statement: str, *, resumed: bool) -> None:
        """``resumed``: the first step of a run may have been done by one that was killed before it could record it."""
        try:
            self._cursor.execute(statement)
        except errors.Error as error:
            if not (resumed and _exists_already(error)):
                raise

    def _define(self) -> list[str]:
        self._cursor.execute("SELECT name, checksum FROM schema_definition")
        current = dict(self._cursor.fetchall())
        done = []
        for definition in definitions():
            if current.get(definition.name) == definition.checksum:
                continue
            self._replace(definition)
            self._cursor.execute(
                "REPLACE INTO schema_definition (name, checksum) VALUES (%s, %s)",
                (definition.name, definition.checksum),
            )
            done.append(f"{definition.kind} {definition.name}")
        return done

    def _replace(self, definition: Definition) -> None:
        # Names cannot be parameters of DDL; these are file names of this project, checked here.
        if not re.fullmatch(r"[a-z_]+", definition.name):
            raise MigrationProblem(f"{definition.name!r} is not a name")
        owner = f"DEFINER = '{OWNER}'@'{self._host}'"
        if definition.kind == "procedure":
            # MySQL cannot replace one; kiosks that call it meanwhile call again (REDEFINED in connection.py).
            self._cursor.execute(f"DROP PROCEDURE IF EXISTS {DATABASE}.{definition.name}")
        self._cursor.execute(
            re.sub(r"^CREATE( OR REPLACE)?", rf"CREATE\1 {owner}", definition.sql, count=1, flags=re.M)
        )
        self._take_back(definition)
        for role in definition.roles:
            if role in ROLES:
                self._cursor.execute(f"GRANT {definition.right} TO 'atm_{role}'@'{self._host}'")
        self._grant_to_sql_roles(definition)

    def _grant_to_sql_roles(self, definition: Definition) -> None:
        for role in definition.roles if self._host != PRIVATE else ():
            self._cursor.execute(f"GRANT {definition.right} TO atm_{role}_role")

    def _catch_up_sql_roles(self) -> None:
        """Once, for what was made before there were any."""
        self._cursor.execute("SELECT 1 FROM schema_definition WHERE name = 'sql roles'")
        caught_up = self._cursor.fetchall()
        if self._host != PRIVATE and not caught_up:
            for definition in definitions():
                self._grant_to_sql_roles(definition)
            self._cursor.execute("INSERT INTO schema_definition (name, checksum) VALUES ('sql roles', '')")

    def _take_back(self, definition: Definition) -> None:
        """Rights on a view outlive it: whoever the file no longer names must not find them on the new one. The others
        keep theirs all the time, because kiosks read meanwhile."""
        self._cursor.execute(
            "SELECT grantee FROM information_schema.table_privileges WHERE table_schema = %s AND table_name = %s",
            (DATABASE, definition.name),
        )
        named = {
            name for role in definition.roles for name in (f"'atm_{role}'@'{self._host}'", f"'atm_{role}_role'")
        }  # fmt: skip
        for (grantee,) in self._cursor.fetchall():
            grantee = grantee.removesuffix("@''")  # MariaDB's roles have no host, and are not found by an empty one
            if grantee not in named:
                self._cursor.execute(f"REVOKE ALL PRIVILEGES ON {DATABASE}.{definition.name} FROM {grantee}")
