"""What systemd wants to hear of a service that it started: ready, alive, stopping (sd_notify(3)).

Our own lines: sdnotify, the library of that name, had its last release in 2017; the protocol is one datagram a word.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, MutableMapping

from atm_app.ports import Clock, Timer

log = logging.getLogger(__name__)

ADDRESS, WATCHDOG_MICROSECONDS, WATCHDOG_PROCESS = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class ServiceManager:
    """``address``: of its socket; empty where no manager listens, and nothing is told. ``alive_every``: seconds between
    two signs of life; 0 where none are wanted."""

    def __init__(self, address: str = "", alive_every: float = 0.0) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.alive_every = alive_every

    @property
    def is_there(self) -> bool:
        """And would start the process again."""
        return bool(self._address)

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> ServiceManager:
        """The one that started this process. Its variables are taken out: mariadbd and others that are started from
        here speak the same protocol and are not the service."""
        address, microseconds, process = (
            environment.pop(name, "") for name in (ADDRESS, WATCHDOG_MICROSECONDS, WATCHDOG_PROCESS)
        )
        watched = microseconds.isdecimal() and process in ("", str(os.getpid()))
        # Half of the time it waits, as sd_watchdog_enabled(3) recommends.
        return cls(address, int(microseconds) / 2_000_000 if watched else 0.0)

    def ready(self) -> None:
        self._tell("READY=1")

    def alive(self) -> None:
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, word: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.setblocking(False)  # the window's thread never waits
                manager.sendto(word.encode(), self._address)
        except OSError as error:
            log.warning("the service manager does not hear %s: %s", word, error.strerror)


class Heartbeat:
    """Signs of life that have gone the whole way of everything the machine does: a timer of the window's loop,
    ``post`` into its inbox, and the loop again. A loop that hangs, or an inbox that nobody empties, is silent."""

    def __init__(self, service: ServiceManager, clock: Clock, post: Callable[[Callable[[], None]], None]) -> None:
        self._service = service
        self._clock = clock
        self._post = post
        self._timer: Timer | None = None

    def start(self) -> None:
        """Does nothing where no signs of life are wanted."""
        if self._service.alive_every:
            self._beat()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        self._post(self._service.alive)
        self._timer = self._clock.call_later(self._service.alive_every, self._beat)
