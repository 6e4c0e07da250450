"""What goes wrong in a fleet, one thing at a time, and how each is mended: drawn from a seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from db.cluster import Cluster, Node

# How long a member is away, and how long all is well before the next thing happens.
AWAY_SECONDS = (2.0, 6.0)
CALM_SECONDS = (1.0, 3.0)


class MortalKiosk(Protocol):
    terminal: str

    def kill(self) -> None: ...
    def start(self) -> None: ...


class Chaos:
    """``tell``: a line for whoever watches. All of it happens on the caller's thread."""

    def __init__(
        self, cluster: Cluster, kiosks: Sequence[MortalKiosk], random: Random, tell: Callable[[str], None]
    ) -> None:
        self._cluster, self._kiosks, self._random, self._tell = cluster, kiosks, random, tell
        self.deeds: dict[str, int] = {}

    def reign(self, seconds: float) -> None:
        """Afterwards every member is one of the cluster again. Raises ServerProblem where one does not come back."""
        end = time.monotonic() + seconds
        deeds = [self._kill_node, self._kill_writer, self._cut, self._part, self._freeze]
        if self._kiosks:
            deeds.append(self._kill_kiosk)
        while time.monotonic() < end:
            self._wait(CALM_SECONDS)
            deed = self._random.choice(deeds)
            name = deed.__name__.lstrip("_")
            self.deeds[name] = self.deeds.get(name, 0) + 1
            deed()

    def _kill_writer(self) -> None:
        """The member every kiosk prefers."""
        self._kill(self._cluster.nodes[0])

    def _kill_node(self) -> None:
        self._kill(self._any_node())

    def _kill(self, node: Node) -> None:
        self._tell(f"kill -9 {node.name}")
        node.kill()
        self._wait(AWAY_SECONDS)
        self._cluster.restart(node)
        self._await(node)

    def _cut(self) -> None:
        self._lose("is cut off from everybody", self._cluster.cut, self._cluster.mend)

    def _part(self) -> None:
        self._lose("is cut off from the other members", self._cluster.part, self._cluster.mend)

    def _freeze(self) -> None:
        self._lose("stands still", Node.freeze, Node.thaw)

    def _lose(self, told: str, lose: Callable[[Node], None], give_back: Callable[[Node], None]) -> None:
        node = self._any_node()
        self._tell(f"{node.name} {told}")
        lose(node)
        self._wait(AWAY_SECONDS)
        give_back(node)
        self._await(node)

    def _kill_kiosk(self) -> None:
        kiosk = self._random.choice(self._kiosks)
        self._tell(f"kill -9 {kiosk.terminal}")
        kiosk.kill()
        kiosk.start()

    def _any_node(self) -> Node:
        return self._random.choice(self._cluster.nodes)

    def _await(self, node: Node) -> None:
        began = time.monotonic()
        node.await_ready()
        self._tell(f"{node.name} is back after {time.monotonic() - began:.1f} s")

    def _wait(self, seconds: tuple[float, float]) -> None:
        time.sleep(self._random.uniform(*seconds))  # what the servers and kiosks do meanwhile takes real time
