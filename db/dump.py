"""Tables into a file and back, by MariaDB's own ``mariadb-dump`` and ``mariadb``.

``--single-transaction`` reads every table as it stood at one moment, while others write. ``mariadb-backup`` copies the
server's files instead, in which each customer's data key lies between the rows: an erasure would not reach it there.
"""

from __future__ import annotations

import contextlib
import getpass
import gzip
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from db.connection import DATABASE, open_raw
from db.folder import DataFolder
from db.hosts import private_socket
from db.migrations import LOCK_SECONDS, MIGRATION_LOCK
from db.server import find_program
from db.wrapped_keys import BackupProblem

# Data keys lie apart; views and procedures are made anew by whoever restores, and so is the list of them.
WITHOUT_ROWS = ("data_key", "schema_definition")
CHUNK_BYTES = 1 << 20


def administrator(folder: DataFolder, database: str | None = None) -> Any:
    """A raw connection to the private server as its owner: the socket says who we are. Raises mysql.connector.Error."""
    return open_raw(getpass.getuser(), None, private_socket(folder), database)


def dump_rows(folder: DataFolder, path: Path) -> str:
    """Every table, as it stood at one moment, compressed; the server's version. No migration runs meanwhile, because
    a snapshot does not shield from one. Raises BackupProblem, OSError, ServerProblem, mysql.connector.Error."""
    connection = administrator(folder)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT GET_LOCK(%s, %s), VERSION()", (MIGRATION_LOCK, LOCK_SECONDS))
        got, version = cursor.fetchone()
        if got != 1:
            raise BackupProblem("the database is being migrated; try again when that is done")
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'atm' AND table_type = 'VIEW'"
        )
        _write(folder, [str(name) for (name,) in cursor.fetchall()], path)
        return str(version)
    finally:
        connection.close()


def _write(folder: DataFolder, views: list[str], path: Path) -> None:
    """``views``: left out one by one, because of tables that are named the rows are always written."""
    program = find_program("mariadb-dump", "mysqldump", packages="mariadb-client")
    process = subprocess.Popen(
        [
            program, "--no-defaults", f"--socket={folder.database_socket}", f"--user={getpass.getuser()}",
            "--single-transaction", "--quick", "--hex-blob", "--no-autocommit", "--skip-triggers", "--skip-add-locks",
            "--skip-add-drop-table", "--skip-dump-date", "--default-character-set=utf8mb4",
            *(f"--ignore-table-data={DATABASE}.{name}" for name in WITHOUT_ROWS),
            *(f"--ignore-table={DATABASE}.{name}" for name in views), DATABASE,
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        with gzip.open(path, "wb") as file:
            shutil.copyfileobj(process.stdout, file, CHUNK_BYTES)
        said = process.stderr.read()
    finally:
        process.stdout.close()  # a dump nobody reads any more ends by itself
        code = process.wait()
        process.stderr.close()
    if code:
        raise BackupProblem(f"mariadb-dump ended with {code}: {_last_line(said)}")


def load_rows(folder: DataFolder, path: Path) -> None:
    """Into an empty database. Raises BackupProblem, ServerProblem, OSError."""
    process = subprocess.Popen(
        [
            find_program("mariadb", "mysql"), "--no-defaults", f"--socket={folder.database_socket}",
            f"--user={getpass.getuser()}", "--default-character-set=utf8mb4", "--batch", f"--database={DATABASE}",
        ],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        with gzip.open(path, "rb") as file:
            shutil.copyfileobj(file, process.stdin, CHUNK_BYTES)
    except BrokenPipeError:  # it has ended, and says why
        pass
    except (EOFError, gzip.BadGzipFile) as error:
        process.kill()
        raise BackupProblem(f"{path} is damaged: {error}") from error
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        said = process.stderr.read()
        process.stderr.close()
        code = process.wait()
    if code:
        raise BackupProblem(f"the rows could not be put back: {_last_line(said)}")


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines() or ["it says nothing"]
    return re.sub(r"\s+", " ", lines[-1])[:300]
