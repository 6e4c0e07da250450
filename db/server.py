"""The supervisor of one data folder: ``python -m db.server --data DIR``.

Owns the lock and ``mariadbd``, counts its clients, restarts the server when it dies, and stops it cleanly when the
last client has gone. A client is anybody holding a connection to the control socket, so that the kernel itself tells
of a client's death. Knows nothing of tables.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import os
import pwd
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from atm_app.owners_socket import listen_for_owner
from atm_app.stores import StoreUnavailable
from db.folder import DataFolder, FolderProblem, server_user

# Measured: the server answers 0.1 s after a warm start, 0.5 s after kill -9 under load; 30 s is a broken disk.
START_SECONDS = 30.0
STOP_SECONDS = 20.0
# How long an idle server waits for the next client: long enough for a kiosk that is being restarted.
LINGER_SECONDS = 3.0
FIRST_CLIENT_SECONDS = 20.0

# InnoDB keeps ``innodb-lru-scan-depth`` frames of the buffer pool free: its usual 1,536 are more than these 1,014 are.
# Measured: with 100 a ledger under test and a branch's lists on 100,000 rows are as quick as with twice the frames.
SERVER_OPTIONS = (
    "--skip-networking", "--skip-name-resolve", "--performance-schema=OFF",
    "--innodb-buffer-pool-size=16M", "--innodb-lru-scan-depth=100", "--innodb-autoextend-increment=8",
    "--innodb-log-file-size=16M", "--innodb-log-buffer-size=2M", "--innodb-flush-log-at-trx-commit=1",
    "--key-buffer-size=1M", "--aria-pagecache-buffer-size=1M", "--max-connections=60",
    "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin", "--transaction-isolation=READ-COMMITTED",
    "--innodb-lock-wait-timeout=5", "--sql-mode=TRADITIONAL,ONLY_FULL_GROUP_BY", "--default-time-zone=+00:00",
    "--local-infile=OFF", "--innodb-strict-mode=ON", "--skip-symbolic-links", "--plugin-maturity=stable",
    "--innodb-immediate-scrub-data-uncompressed=ON",  # what was erased or replaced is zeros in the files as well
)  # fmt: skip

# Else the C library gives threads heaps of their own, and what one of them has given back none of the others can have
# (malloc(3), M_ARENA_MAX): of a handful of connections each visit took up to 75 KB more.
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}

FILL_BUFFER_POOL = Path(__file__).parents[1] / "sql" / "server" / "fill_buffer_pool.sql"

PR_SET_PDEATHSIG = 1


class ServerProblem(StoreUnavailable):
    """The database server cannot be started; the message says why."""


class AlreadySupervised(ServerProblem):
    """Another supervisor holds this data folder."""


def find_program(*names: str, packages: str = "mariadb-server-core mariadb-client-core") -> str:
    """Path of the first program found. ``ATM_SERVER_HOME`` may point at unpacked packages (a machine without root)."""
    home = os.environ.get("ATM_SERVER_HOME")
    places = [f"{home}/usr/{part}" for part in ("sbin", "bin")] if home else []
    path = os.pathsep.join([*places, os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    raise ServerProblem(f"{names[0]} is not installed: apt-get install {packages}")


class PrivateServer:
    """One ``mariadbd`` on one data folder, socket only."""

    def __init__(self, folder: DataFolder, lock: int) -> None:
        self._folder = folder
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None
        self._user = server_user()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Raises ServerProblem with the end of the server's own log."""
        self._own_folder()
        data = self._folder.database / "data"
        if not self._folder.has_database:
            self._install(data)
        self._folder.database_socket.unlink(missing_ok=True)
        (self._folder.database / "files").mkdir(exist_ok=True)
        with (self._folder.logs / "database.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    find_program("mariadbd"), "--no-defaults", f"--datadir={data}",
                    f"--socket={self._folder.database_socket}", f"--pid-file={self._folder.database}/pid",
                    f"--secure-file-priv={self._folder.database}/files",
                    f"--tmpdir={self._folder.database}/temporary", f"--init-file={self._pool_filled()}",
                    *program_places(), *SERVER_OPTIONS,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=ONE_HEAP | os.environ,
                preexec_fn=_die_with(os.getpid()),
                pass_fds=[self._lock],  # an orphaned server keeps the lock, so that a second one is never started
                **self._as_user(),
            )  # fmt: skip
        self._wait_until_it_answers()

    def stop(self) -> None:
        if self._process is not None:
            end(self._process)

    def _own_folder(self) -> None:
        database = self._folder.database
        # A server that starts deletes the temporary tables it finds, another server's too: each gets its own folder.
        for folder in (database, database / "temporary"):
            folder.mkdir(mode=0o700, exist_ok=True)
            if self._user:
                shutil.chown(folder, self._user)
        if self._user and not _reachable(self._folder.root, self._user):
            raise ServerProblem(f"the database's user {self._user} cannot reach {database}; choose another --data")

    def _pool_filled(self) -> Path:
        """A copy of the start's SQL where the server's user can read it."""
        copy = self._folder.database / FILL_BUFFER_POOL.name
        shutil.copyfile(FILL_BUFFER_POOL, copy)
        if self._user:
            shutil.chown(copy, self._user)
        return copy

    def _install(self, data: Path) -> None:
        # A half-made data directory of a killed first start has no marker and is thrown away.
        shutil.rmtree(data, ignore_errors=True)
        me = pwd.getpwuid(os.getuid()).pw_name
        base = os.environ.get("ATM_SERVER_HOME")
        done = subprocess.run(
            [
                find_program("mariadb-install-db", "mysql_install_db"), "--no-defaults", f"--datadir={data}",
                "--skip-test-db", "--skip-name-resolve", "--auth-root-authentication-method=socket",
                f"--auth-root-socket-user={me}", "--innodb-log-file-size=16M",
                *([f"--basedir={base}/usr"] if base else []),
            ],
            capture_output=True, check=False, cwd=self._folder.database,
            env={**os.environ, "TMPDIR": str(self._folder.database / "temporary")}, **self._as_user(),
        )  # fmt: skip
        if done.returncode:
            raise ServerProblem(f"the database could not be set up: {done.stderr.decode(errors='replace')[-1500:]}")
        self._folder.database_marker.touch()

    def _as_user(self) -> dict[str, Any]:
        if not self._user:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                log = (self._folder.logs / "database.log").read_text(errors="replace")[-1500:]
                raise ServerProblem(f"the database ended with {self._process.returncode}:\n{log}")
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1.0)
                probe.connect(str(self._folder.database_socket))
                if probe.recv(5):
                    return
            time.sleep(0.01)  # between two looks: mariadbd makes its socket when it is ready
        self.stop()
        raise ServerProblem(f"the database did not answer within {START_SECONDS:.0f} s")


def end(process: subprocess.Popen[bytes]) -> None:
    """Asked to, and killed where it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def program_places() -> list[str]:
    """Options for a server whose packages were only unpacked."""
    home = os.environ.get("ATM_SERVER_HOME")
    return [f"--basedir={home}/usr", f"--lc-messages-dir={home}/usr/share/mysql"] if home else []


def _reachable(root: Path, user: str) -> bool:
    """Whether ``user`` may pass through every folder above ``root`` (checked by mode bits, as the kernel does)."""
    uid = pwd.getpwnam(user).pw_uid
    for folder in (root, *root.parents):
        status = folder.stat()
        if not status.st_mode & (0o100 if status.st_uid == uid else 0o001):
            return False
    return True


def _die_with(parent: int) -> Callable[[], None]:
    """Make the child end cleanly when the supervisor is killed; runs after the change of user, which would undo it."""
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


@contextlib.contextmanager
def locked(folder: DataFolder) -> Iterator[int]:
    """Hold the folder's lock. Waits for an orphaned server that is stopping; raises AlreadySupervised."""
    descriptor = os.open(folder.database_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + STOP_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if _answers(folder.control_socket) or time.monotonic() > end:
                    raise AlreadySupervised(f"{folder.root} is in use by another supervisor") from None
                time.sleep(0.02)  # a waiting flock could not be given up in time
        yield descriptor
    finally:
        os.close(descriptor)


def _answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        return True
    return False


class Supervisor:
    """The loop: accept clients, notice their going, keep the server alive."""

    def __init__(self, folder: DataFolder, lock: int) -> None:
        self._server = PrivateServer(folder, lock)
        self._folder = folder
        self._selector = selectors.DefaultSelector()
        self._clients: set[socket.socket] = set()
        self._stopping = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "_stopping", True))
        try:
            self._server.start()
            with self._listen() as listener:
                self._serve(listener)
        finally:
            for client in self._clients:
                client.close()
            self._server.stop()

    @contextlib.contextmanager
    def _listen(self) -> Iterator[socket.socket]:
        path = self._folder.control_socket
        with listen_for_owner(path) as listener:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)
            try:
                yield listener
            finally:
                path.unlink(missing_ok=True)

    def _serve(self, listener: socket.socket) -> None:
        idle_until = time.monotonic() + FIRST_CLIENT_SECONDS
        while not self._stopping:
            for key, _ in self._selector.select(timeout=0.1):
                if key.fileobj is listener:
                    self._accept(listener)
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._hear(key.fileobj)
            if not self._server.alive:
                self._server.start()
            if self._clients:
                idle_until = time.monotonic() + LINGER_SECONDS
            elif time.monotonic() > idle_until:
                return

    def _accept(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        client.setblocking(False)
        try:
            client.sendall(b"ready\n")
        except OSError:  # it hung up before its turn came: killed, or a second supervisor that only looked
            client.close()
            return
        self._clients.add(client)
        self._selector.register(client, selectors.EVENT_READ)

    def _hear(self, client: socket.socket) -> None:
        """Clients say nothing; what can be read is the end of the connection."""
        with contextlib.suppress(OSError):
            if client.recv(64):
                return
        self._selector.unregister(client)
        self._clients.discard(client)
        client.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Supervise the private database of one data folder.")
    parser.add_argument("--data", required=True)
    folder = DataFolder(Path(parser.parse_args().data).absolute())
    try:
        folder.prepare()
        with locked(folder) as lock:
            Supervisor(folder, lock).run()
    except AlreadySupervised:
        return 0
    except (ServerProblem, FolderProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
