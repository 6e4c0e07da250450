"""A MariaDB on loopback that somebody else runs, with TLS, for the tests of a configured server."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.certificates import Authority
from db.folder import fresh_folder
from db.hosts import ServerAddress
from db.server import find_program

ADMINISTRATOR, PASSWORD = "branch_admin", secrets.token_hex(12)


@dataclass(frozen=True)
class ConfiguredServer:
    """``root``: its own folder, with data, logs and certificates."""

    port: int
    root: Path

    @property
    def address(self) -> ServerAddress:
        """Without TLS, which loopback does not need."""
        return ServerAddress("127.0.0.1", self.port)

    @property
    def verified(self) -> ServerAddress:
        """As another host is reached: TLS, and the certificate is the server's."""
        return ServerAddress("127.0.0.1", self.port, str(self.root / "ca.pem"))


@contextlib.contextmanager
def running_server(*options: str) -> Iterator[ConfiguredServer]:
    """``options``: more of mariadbd's own."""
    folder = fresh_folder("test").prepare()
    data = folder.root / "server"
    data.mkdir()
    user = _server_user(data)
    authority = Authority("Authority of a test")
    authority.write(folder.root / "ca.pem")
    authority.issue(["127.0.0.1"], folder.root / "server.pem", folder.root / "server-key.pem")
    folder.root.joinpath("server-key.pem").chmod(0o644)  # the server has a user of its own
    subprocess.run(
        [find_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db"],
        check=True, capture_output=True, **user,
    )  # type: ignore[call-overload]  # fmt: skip
    statements = data / "administrator.sql"
    statements.write_text(
        f"CREATE USER '{ADMINISTRATOR}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
        f"GRANT ALL ON *.* TO '{ADMINISTRATOR}'@'%' WITH GRANT OPTION;\n"
    )
    port = free_port()
    server = subprocess.Popen(
        [find_program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
         f"--socket={data}/s", f"--init-file={statements}", "--innodb-buffer-pool-size=16M", "--skip-name-resolve",
         # Nobody pulls its plug; a migration takes half as long.
         "--innodb-flush-log-at-trx-commit=0", "--performance-schema=OFF",
         f"--ssl-ca={folder.root}/ca.pem", f"--ssl-cert={folder.root}/server.pem",
         f"--ssl-key={folder.root}/server-key.pem", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user,
    )  # type: ignore[call-overload]  # fmt: skip
    try:
        _await(port)
        yield ConfiguredServer(port, folder.root)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder.root)


def _server_user(data: Path) -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    entry = pwd.getpwnam("cardless-atm")
    os.chown(data, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the server did not start")
