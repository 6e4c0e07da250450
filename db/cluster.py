"""A MariaDB Galera cluster on one machine: for ``main.py fleet``, for tests, and as a pattern of the settings.

Members begin as copies of one data directory. Whoever was away comes back by the writesets it missed, or, when the
others no longer have them, by a copy of everything that rsync makes. How a bank sets up its own: docs/fleet.md.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from mysql.connector import errors

from db.certificates import Authority
from db.cluster_network import ClusterNetwork, Place
from db.connection import ONE_HOST, SQL_MODE, open_raw
from db.folder import DataFolder, server_user
from db.hosts import PrivateSocket, ServerAddress
from db.server import ServerProblem, end, find_program, program_places

FETCHED = Path(__file__).resolve().parents[1] / ".cluster"
PROVIDERS = ("usr/lib/galera/libgalera_smm.so", "usr/lib/libgalera_smm.so")
# What MariaDB calls where a member wants a copy of another one.
SCRIPTS = ("wsrep_sst_rsync", "wsrep_sst_common")
READY_SECONDS = 60.0

# The defaults notice a member that fell silent after 5 to 15 s; customers would have waited as long. What members say
# when one comes back is said again after 0.3 s instead of 1: lost twice, it was too late for the others' patience, all
# three fell out of the majority, and customers waited 7 s.
PATIENCE = (
    "evs.keepalive_period=PT0.3S;evs.inactive_check_period=PT0.3S;evs.suspect_timeout=PT1S;evs.inactive_timeout=PT3S;"
    "evs.join_retrans_period=PT0.3S"
)
# Writesets a member that was away may ask for: a hundred thousand movements are about this much.
CACHE = "256M"

NODE_OPTIONS = (
    "--no-defaults", "--skip-name-resolve", "--performance-schema=OFF",
    "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=48M", "--innodb-flush-log-at-trx-commit=1",
    "--innodb-autoinc-lock-mode=2", "--binlog-format=ROW", "--default-storage-engine=InnoDB",
    "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin", "--transaction-isolation=READ-COMMITTED",
    "--innodb-lock-wait-timeout=5", f"--sql-mode={SQL_MODE}", "--default-time-zone=+00:00", "--max-connections=300",
    "--local-infile=OFF", "--innodb-strict-mode=ON", "--skip-symbolic-links", "--plugin-maturity=stable",
    "--wsrep-on=ON", "--wsrep-cluster-name=cardless-atm", "--wsrep-slave-threads=2",
)  # fmt: skip


class GaleraMissing(ServerProblem):
    """What a MariaDB server needs to be a member of a cluster is not installed."""


def provider() -> Path:
    """Galera's library. Raises GaleraMissing."""
    for home in (os.environ.get("ATM_SERVER_HOME", "/"), "/"):
        for name in PROVIDERS:
            if (Path(home) / name).exists():
                return Path(home) / name
    raise _missing("Galera's library")


def scripts() -> tuple[Path, ...]:
    """Those of the server's package, or fetched by packaging/cluster.sh. Raises GaleraMissing."""
    path = os.pathsep.join((str(FETCHED), os.environ.get("PATH", os.defpath), "/usr/bin"))
    found = tuple(Path(each) for name in SCRIPTS if (each := shutil.which(name, path=path)))
    if len(found) < len(SCRIPTS) or not shutil.which("rsync"):
        raise _missing("rsync and MariaDB's scripts for it")
    return found


def is_installed() -> bool:
    """Whether this machine can be a cluster."""
    try:
        return bool(provider() and scripts())
    except GaleraMissing:
        return False


def _missing(what: str) -> GaleraMissing:
    return GaleraMissing(f"a cluster wants {what}, and this machine has not got it: run packaging/cluster.sh")


class Node:
    """One member. Started from the thread that outlives it: it ends with that thread."""

    def __init__(self, name: str, folder: Path, place: Place, authority: Path, scripts: Path) -> None:
        self.name = name
        self._scripts = scripts
        self.place = place
        self.folder = folder
        self.address = ServerAddress(place.address, place.sql_port, str(authority))
        self.socket = PrivateSocket(str(folder / "sock"))
        self._authority = authority
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self, members: str, *options: str) -> None:
        """``members``: the cluster's address."""
        place = self.place
        group = (
            f"gmcast.listen_addr=tcp://{place.address}:{place.group_port};"
            f"ist.recv_addr={place.address}:{place.transfer_port};gcache.size={CACHE};gcache.recover=yes;{PATIENCE}"
        )
        self._run(
            f"--bind-address={place.address}", f"--port={place.sql_port}", f"--ssl-ca={self._authority}",
            f"--ssl-cert={self.folder}/server.crt", f"--ssl-key={self.folder}/server.key",
            "--require-secure-transport=ON", "--wsrep-sst-method=rsync",
            f"--wsrep-provider={provider()}", f"--wsrep-cluster-address={members}", f"--wsrep-node-name={self.name}",
            f"--wsrep-node-address={place.address}:{place.group_port}",
            f"--wsrep-sst-receive-address={place.address}:{place.copy_port}",
            f"--wsrep-provider-options={group}", *options,
        )  # fmt: skip

    def recovered_position(self) -> str:
        """``uuid:number`` of the last writeset on this disk, after whatever death."""
        log = self.folder / "recovery.log"
        log.unlink(missing_ok=True)
        subprocess.run(
            [*_as_server(), find_program("mariadbd"), *NODE_OPTIONS, f"--datadir={self.data}",
             f"--socket={self.folder}/recovery.sock", "--skip-networking", f"--wsrep-provider={provider()}",
             "--wsrep-cluster-address=gcomm://", "--wsrep-recover", f"--log-error={log}", *program_places()],
            check=False, capture_output=True,
        )  # fmt: skip
        for line in log.read_text(errors="replace").splitlines():
            if "Recovered position:" in line:
                return line.rsplit("Recovered position:", 1)[1].strip()
        raise ServerProblem(f"{self.name} does not know what it has: {_end_of(log)}")

    def await_ready(self) -> None:
        """Until it has everything the others have. Raises ServerProblem."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            if not self.alive:
                raise ServerProblem(f"{self.name} ended: {_end_of(self.folder / 'error.log')}")
            with contextlib.suppress(errors.Error):
                if self.status("wsrep_local_state_comment") == "Synced":
                    return
            time.sleep(0.05)  # between two looks
        raise ServerProblem(f"{self.name} is not ready: {_end_of(self.folder / 'error.log')}")

    def status(self, name: str) -> str:
        """Raises mysql.connector.Error."""
        connection = self.administrator()
        try:
            cursor = connection.cursor()
            cursor.execute("SHOW GLOBAL STATUS LIKE %s", (name,))
            return str(cursor.fetchone()[1])
        finally:
            connection.close()

    def administrator(self, database: str | None = None) -> Any:
        """A raw connection by the socket, which says who we are."""
        return open_raw(getpass.getuser(), None, self.socket, database, ONE_HOST)

    def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Returns when all its threads stand still."""
        assert self._process is not None
        stand_still(self._process.pid)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            end(self._process)

    def _run(self, *options: str) -> None:
        with (self.folder / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self.place.prefix, *_as_server(), find_program("mariadbd"), *NODE_OPTIONS, f"--datadir={self.data}",
                 f"--socket={self.socket.path}", f"--pid-file={self.folder}/pid", f"--tmpdir={self.folder}/temporary",
                 f"--log-error={self.folder}/error.log", *program_places(), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PATH": os.pathsep.join((str(self._scripts), os.environ.get("PATH", os.defpath)))},
            )  # fmt: skip


class Cluster:
    """``folder``: of its own, prepared. ``up`` before anything else; ``close`` in any case."""

    def __init__(self, folder: DataFolder, network: ClusterNetwork) -> None:
        provider()
        self._programs = scripts()
        self.root = folder.root / "cluster"
        self.network = network
        self.authority = self.root / "authority.crt"
        self.nodes = tuple(
            Node(f"n{number}", self.root / f"n{number}", place, self.authority, self.root / "scripts")
            for number, place in enumerate(network.places, 1)
        )

    @property
    def addresses(self) -> tuple[ServerAddress, ...]:
        return tuple(node.address for node in self.nodes)

    def up(self) -> None:
        """All members, empty but for the administrator. Raises ServerProblem."""
        first, *others = self.nodes
        self._prepare()
        _install(first)
        # Begun and ended once: then its directory says what cluster it is of and how far it is, and so do the copies.
        self._start(first, "--wsrep-new-cluster")
        first.await_ready()
        first.stop()
        for node in others:
            _copy(first.data, node.data)
        self._start(first, "--wsrep-new-cluster")
        first.await_ready()
        for node in others:
            self._start(node)
        for node in others:
            node.await_ready()

    def restart(self, node: Node) -> None:
        """After a crash; returns while it is catching up. Raises ServerProblem."""
        self._start(node, f"--wsrep-start-position={node.recovered_position()}")

    def cut(self, node: Node) -> None:
        """Silent for everybody."""
        if self.network.can_cut:
            self.network.cut(self.nodes.index(node))
        else:
            node.freeze()

    def part(self, node: Node) -> None:
        """Silent for the other members, and not for kiosks, where the network can do that."""
        if self.network.can_cut:
            self.network.part(self.nodes.index(node))
        else:
            node.freeze()

    def mend(self, node: Node) -> None:
        if self.network.can_cut:
            self.network.mend(self.nodes.index(node))
        else:
            node.thaw()

    def close(self) -> None:
        for node in reversed(self.nodes):
            node.stop()
        self.network.close()

    def _start(self, node: Node, *options: str) -> None:
        members = ",".join(f"{each.place.address}:{each.place.group_port}" for each in self.nodes)
        node.start(f"gcomm://{members}", *options)

    def _prepare(self) -> None:
        self.root.mkdir(mode=0o711)
        # The server's user may not be able to look into the project's folder.
        programs = self.root / "scripts"
        programs.mkdir(mode=0o755)
        for script in self._programs:
            shutil.copy(script, programs)
        authority = Authority("a cluster on one machine")
        authority.write(self.authority)
        for node in self.nodes:
            for folder in (node.folder, node.folder / "temporary"):
                folder.mkdir(mode=0o711)
            authority.issue([node.place.address], node.folder / "server.crt", node.folder / "server.key")
            _give(node.folder)


def _install(node: Node) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    done = subprocess.run(
        [*_as_server(), find_program("mariadb-install-db"), "--no-defaults", f"--datadir={node.data}",
         "--skip-test-db", "--skip-name-resolve", "--wsrep-on=OFF", "--auth-root-authentication-method=socket",
         f"--auth-root-socket-user={me}", "--innodb-log-file-size=48M"],
        capture_output=True, check=False, cwd=node.folder,
        env={**os.environ, "TMPDIR": str(node.folder / "temporary")},
    )  # fmt: skip
    if done.returncode:
        raise ServerProblem(f"{node.name} could not be set up: {done.stderr.decode(errors='replace')[-1500:]}")


def _copy(data: Path, to: Path) -> None:
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("gvwstate.dat", "galera.cache"))
    _give(to)


def _give(folder: Path) -> None:
    """To the server's user, with everything in it."""
    user = server_user()
    if user:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user, user)


def _as_server() -> list[str]:
    """MariaDB is never run as root, and ends with whoever started it. The signal is set after the change of user, which
    would undo it."""
    user = server_user()
    who = ["--reuid", user, "--regid", user, "--clear-groups"] if user else []
    return [find_program("setpriv", packages="util-linux"), *who, "--pdeathsig", "TERM"]


def stand_still(process_id: int) -> None:
    """Stop a process; returns when every thread has stopped, because one that still runs may answer."""
    os.kill(process_id, signal.SIGSTOP)
    tasks = Path(f"/proc/{process_id}/task")
    while any((task / "stat").read_text().rpartition(")")[2].split()[0] != "T" for task in tasks.iterdir()):
        time.sleep(0.001)  # between two looks; the letter after the name in brackets, as proc(5) has it


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:] if log.exists() else "it said nothing"
