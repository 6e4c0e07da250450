"""``main.py terminal``: a fleet's machines. ``invite``, ``revoke``, ``list`` and ``lock-shared`` are the database
administrator's; ``join`` is the new machine's own."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import getpass
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import ParamSpec

from mysql.connector import errors
from rich.console import Console
from rich.table import Table

from atm_app.config import Settings
from atm_app.stores import StoreUnavailable
from atm_app.trust.invitation import Token, TokenProblem
from atm_app.trust.vault import KeyProblem
from commands.administrator import administrator_password
from commands.opened_storage import opened_storage, server_addresses
from db.credential_source import credential_source
from db.folder import DataFolder
from db.hosts import ServerAddress
from db.joining import JoinProblem, take_up
from db.key_source import source_of, vault_of
from db.published_settings import PublishingProblem
from db.terminals import Administrator, Revoked, TerminalProblem, TerminalRow, Terminals

Given = ParamSpec("Given")

# As the setting ``terminal`` has it.
NAME = re.compile(r"[A-Z0-9-]{1,18}")
LONGEST_HOURS = 168
FROM_INPUT = "-"


class Refused(Exception):
    """Said as it is; exit code 1."""


def told_in_words(deed: Callable[Given, int]) -> Callable[Given, int]:
    """Every refusal in its own words."""

    @functools.wraps(deed)
    def run(*given: Given.args, **named: Given.kwargs) -> int:
        try:
            return deed(*given, **named)
        except (Refused, TerminalProblem, JoinProblem, TokenProblem, PublishingProblem) as problem:
            print(problem, file=sys.stderr)
        except errors.Error as problem:
            print(f"The database refused: {problem}", file=sys.stderr)
        return 1

    return run


@told_in_words
def invite(
    folder: DataFolder, settings: Settings, terminal: str, hours: int, user: str, *, json_output: bool
) -> int:  # fmt: skip
    """Exit code 0 when the terminal may join. The token is printed, once, on standard output."""
    if not NAME.fullmatch(terminal):
        raise Refused(f"{terminal!r} is no terminal's name: capital letters, digits and hyphens, 18 at most")
    if hours > LONGEST_HOURS:
        raise Refused(f"an invitation is good for {LONGEST_HOURS} hours at most")
    with administered(folder, settings, user) as terminals:
        token = terminals.invite(terminal, hours * 60).to_text()
        if json_output:
            print(json.dumps({"ok": True, "terminal": terminal, "token": token, "hours": hours}))
            return 0
        print(token)
        print(
            f"It is shown this once, lets one machine be {terminal} within {hours} hours, and opens the key ring: "
            "bring it there by hand. On that machine: main.py terminal join",
            file=sys.stderr,
        )
        return 0


@told_in_words
def join(folder: DataFolder, settings: Settings, token_file: str, *, json_output: bool) -> int:
    """Exit code 0 when this machine is the terminal its settings name. ``token_file``: a file, ``-`` for standard
    input, empty to be asked."""
    addresses, token = _servers(settings), _token(token_file)
    try:
        take_up(folder, settings.terminal, addresses, token)
    except OSError as error:
        raise Refused(
            f"Nothing was kept, because the disk did not take it ({error.strerror or error}). The token is used up: "
            f"make room, and have {settings.terminal} invited anew."
        ) from error
    with opened_storage(folder, settings) as storage:
        storage.audit.seal()
        kept = (str(storage.key_source), str(credential_source(folder)))
    if json_output:
        print(json.dumps({"ok": True, "terminal": settings.terminal, "kept_in": kept}))
    else:
        print(f"This machine is {settings.terminal} now. Its keys are in {kept[0]} and {kept[1]}.")
    return 0


@told_in_words
def revoke(folder: DataFolder, settings: Settings, terminal: str, user: str, *, json_output: bool) -> int:
    """Exit code 0 when the terminal does nothing any more, on every server."""
    with administered(folder, settings, user) as terminals:
        revoked = terminals.revoke(terminal)
    if json_output:
        print(json.dumps({"ok": not revoked.unreached, "terminal": terminal, **dataclasses.asdict(revoked)}))
    else:
        print(f"{terminal} is revoked. {_cut(revoked)}")
        print(
            "It has the key ring that all machines share: bring a new key into force (main.py keys rotate). Whoever "
            "has that ring knows the passwords of the users that machines without a login of their own share: they are "
            "locked as well."
        )
    return _reached_all(revoked)


@told_in_words
def lock_shared(folder: DataFolder, settings: Settings, user: str, *, json_output: bool) -> int:
    """Exit code 0 when only machines that joined are let in, on every server."""
    with administered(folder, settings, user) as terminals:
        locked = terminals.lock_shared()
    if json_output:
        print(json.dumps({"ok": not locked.unreached, **dataclasses.asdict(locked)}))
    else:
        print(f"Only machines that joined are let in from now on. {_cut(locked)}")
    return _reached_all(locked)


@told_in_words
def show(folder: DataFolder, settings: Settings, user: str, *, json_output: bool) -> int:
    with administered(folder, settings, user) as terminals:
        terminals.sweep()
        rows, locked = terminals.list(), terminals.shared_are_locked()
    if json_output:
        told = {"ok": True, "shared_users_locked": locked, "terminals": [dataclasses.asdict(row) for row in rows]}
        print(json.dumps(told, indent=1, default=datetime.isoformat))
        return 0
    table = Table("terminal", "state", "since (UTC)", title="The fleet")
    for row in rows:
        state, since = _state(row)
        table.add_row(row.terminal, state, since.isoformat(sep=" ", timespec="seconds") if since else "")
    console = Console()
    console.print(table)
    console.print(
        "Machines without a login of their own are not let in."
        if locked
        else "The users that machines without a login of their own share are open; when every machine has joined: "
        "main.py terminal lock-shared"
    )
    return 0


@contextlib.contextmanager
def administered(folder: DataFolder, settings: Settings, user: str) -> Iterator[Terminals]:
    """What was done is sealed at the end, whatever happened."""
    addresses = _servers(settings)
    source = source_of(folder.prepare().key_file)
    vault = vault_of(source)
    password = administrator_password(user, str(addresses[0]))
    terminals = Terminals(Administrator(addresses, user, password), folder, settings.terminal, vault, source)
    try:
        yield terminals
    finally:
        with contextlib.suppress(StoreUnavailable, KeyProblem, errors.Error):
            terminals.seal()
        terminals.close()


def _servers(settings: Settings) -> tuple[ServerAddress, ...]:
    addresses = server_addresses(settings)
    if not addresses:
        raise Refused("This machine has a database of its own. A fleet shares one: name it in [database] of atm.toml.")
    return addresses


def _token(token_file: str) -> Token:
    """Never from the command line, which every process of the machine can read."""
    if not token_file:
        try:
            return Token.from_text(getpass.getpass("Token: "))
        except EOFError:
            raise Refused("No token: type it, or name its file with --token-file.") from None
    try:
        return Token.from_text(sys.stdin.readline() if token_file == FROM_INPUT else Path(token_file).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The token cannot be read from {token_file}: {error}") from error


def _cut(revoked: Revoked) -> str:
    told = f"{revoked.ended} connections were cut."
    if revoked.unreached:
        told += f" NOT REACHED: {', '.join(revoked.unreached)}; run this again as soon as they answer."
    return told


def _reached_all(revoked: Revoked) -> int:
    return 1 if revoked.unreached else 0


def _state(row: TerminalRow) -> tuple[str, datetime | None]:
    if row.state == "invited":
        return "invited" if row.waits else "invitation expired", row.invited_at
    if row.state == "taken":
        return "taken up, never signed in", row.invited_at
    return row.state, row.revoked_at if row.state == "revoked" else row.joined_at
