"""Where the members of a cluster on one machine run, and how the network between them is cut.

Where the kernel lets us, each member has a network namespace of its own behind one bridge: a cut is a link that is
down, as a pulled cable. Elsewhere all are on loopback, where nothing can be pulled; there a member is stopped instead,
which its peers cannot tell from a cut.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# MariaDB's and Galera's own: customers', the group's, writesets for whoever missed them, a copy of everything.
SQL_PORT, GROUP_PORT, TRANSFER_PORT, COPY_PORT = 3306, 4567, 4568, 4444
# Of the addresses set apart for tests of networks between devices (RFC 2544), which are nobody's: 256 subnets.
SUBNETS = "198.18"
GATE = 254
TRIES = 20


@dataclass(frozen=True)
class Place:
    """``prefix``: of the command that is to run there."""

    address: str
    sql_port: int = SQL_PORT
    group_port: int = GROUP_PORT
    transfer_port: int = TRANSFER_PORT
    copy_port: int = COPY_PORT
    prefix: tuple[str, ...] = ()


class ClusterNetwork(Protocol):
    """Places are numbered from 0."""

    @property
    def places(self) -> Sequence[Place]: ...

    @property
    def can_cut(self) -> bool: ...

    def cut(self, number: int) -> None:
        """Nobody reaches this place any more, and it nobody."""
        ...

    def part(self, number: int) -> None:
        """The others do not reach it, and it not them; the kiosks do."""
        ...

    def mend(self, number: int) -> None: ...

    def close(self) -> None: ...


class Loopback:
    """No administrator's rights needed. Ports that are free now."""

    can_cut = False

    def __init__(self, count: int) -> None:
        ports = _free_ports(4 * count)
        self.places = tuple(
            Place("127.0.0.1", sql, group, transfer, copy)
            for sql, group, transfer, copy in zip(*[iter(ports)] * 4, strict=True)
        )

    def cut(self, number: int) -> None:
        raise NotImplementedError("loopback cannot be cut")

    part = mend = cut

    def close(self) -> None:
        """Nothing is left of it."""


class Namespaces:
    """As root, with iproute2. Raises OSError where the kernel or the container does not allow it."""

    can_cut = True

    def __init__(self, count: int) -> None:
        self._made: list[tuple[str, ...]] = []
        self._subnet = self._claim()
        self._name = f"atm{self._subnet}"
        self.places = tuple(
            Place(f"{SUBNETS}.{self._subnet}.{number + 1}", prefix=("ip", "netns", "exec", self._namespace(number)))
            for number in range(count)
        )
        try:
            self._build()
        except OSError:
            self.close()
            raise

    def cut(self, number: int) -> None:
        _ip("link", "set", self._link(number), "down")

    def part(self, number: int) -> None:
        for one, other in self._pairs(number):
            self._inside(one, "route", "add", "blackhole", f"{self.places[other].address}/32")

    def mend(self, number: int) -> None:
        _ip("link", "set", self._link(number), "up")
        for one, other in self._pairs(number):
            with contextlib.suppress(OSError):  # there was none
                self._inside(one, "route", "del", "blackhole", f"{self.places[other].address}/32")

    def close(self) -> None:
        while self._made:
            with contextlib.suppress(OSError):
                _ip(*self._made.pop())

    def _claim(self) -> int:
        """A subnet that no other cluster on this machine has: each has a bridge of its name, and a name is there once.
        Raises OSError."""
        for _ in range(TRIES - 1):
            with contextlib.suppress(OSError):
                return self._bridge()
        return self._bridge()

    def _bridge(self) -> int:
        subnet = secrets.randbelow(256)
        _ip("link", "add", f"atm{subnet}", "type", "bridge")
        self._made.append(("link", "del", f"atm{subnet}"))
        return subnet

    def _build(self) -> None:
        _ip("addr", "add", f"{SUBNETS}.{self._subnet}.{GATE}/24", "dev", self._name)
        _ip("link", "set", self._name, "up")
        for number, place in enumerate(self.places):
            link, namespace = self._link(number), self._namespace(number)
            _ip("netns", "add", namespace)
            self._made.append(("netns", "del", namespace))
            _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            _ip("link", "set", link, "master", self._name, "up")
            for words in (("addr", "add", f"{place.address}/24", "dev", "eth0"),
                          ("link", "set", "eth0", "up"), ("link", "set", "lo", "up")):  # fmt: skip
                self._inside(number, *words)

    def _pairs(self, number: int) -> list[tuple[int, int]]:
        """From this place to every other one, and back: where only one direction fails, Galera's members come to no
        agreement for ten seconds."""
        others = [other for other in range(len(self.places)) if other != number]
        return [(number, other) for other in others] + [(other, number) for other in others]

    def _namespace(self, number: int) -> str:
        return f"{self._name}-{number + 1}"

    def _link(self, number: int) -> str:
        return f"{self._name}v{number + 1}"

    def _inside(self, number: int, *words: str) -> None:
        _ip("-n", self._namespace(number), *words)


def network_for(count: int) -> ClusterNetwork:
    """Namespaces where they are allowed, else loopback."""
    if os.getuid() == 0 and shutil.which("ip"):
        with contextlib.suppress(OSError):
            return Namespaces(count)
    return Loopback(count)


def _ip(*words: str) -> None:
    """Raises OSError with what ``ip`` said."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
