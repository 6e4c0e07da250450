"""Which of several database servers is asked: the first of the list that serves, and that one again once it is back.

All kiosks of a fleet have the same list in the same order, so that one server writes and the others follow: three
writers on one hot account managed 217 movements a second where one managed 1,056.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from atm_app.database_settings import LOOPBACK
from db.folder import DataFolder

log = logging.getLogger(__name__)

DEFAULT_PORT = 3306

# A server that failed is looked at this often, and is the preferred one again after so many good answers in a row:
# one that comes and goes would take every kiosk with it each time.
LOOK_SECONDS = 1.0
STEADY = 3


class Address(Protocol):
    """Where a server is reached."""

    def options(self) -> dict[str, Any]:
        """For mysql.connector.connect."""
        ...


@dataclass(frozen=True)
class ServerAddress:
    """A configured MySQL or MariaDB server; anything but loopback demands verified TLS."""

    host: str
    port: int = DEFAULT_PORT
    certificate_authority: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"host": self.host, "port": self.port}
        if self.certificate_authority:
            # The connector's defaults, and ssl_ca alone, connect in clear to a server without TLS.
            options |= {"ssl_ca": self.certificate_authority, "ssl_verify_cert": True, "ssl_verify_identity": True}
        elif self.host not in LOOPBACK:
            raise ValueError("a database on another host needs certificate_authority, so that TLS can be verified")
        return options


@dataclass(frozen=True)
class PrivateSocket:
    """The private server's."""

    path: str

    def options(self) -> dict[str, Any]:
        return {"unix_socket": self.path, "ssl_disabled": True}


def private_socket(folder: DataFolder) -> PrivateSocket:
    return PrivateSocket(str(folder.database_socket))


class Hosts:
    """Addresses in the order of preference, shared by all connections of a process. ``serves``: whether a server that
    failed can be used again; asked on a thread of its own, so that no customer waits for a server that is silent."""

    def __init__(
        self, addresses: Sequence[Address], serves: Callable[[Address], bool] = lambda _: True,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:  # fmt: skip
        assert addresses
        self._addresses = tuple(addresses)
        self._serves = serves
        self._look_seconds = look_seconds
        self._failed_at: dict[Address, float] = {}
        self._mutex = threading.Lock()
        self._closing = threading.Event()
        self._looker: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._addresses)

    @property
    def chosen(self) -> Address:
        """The first that serves; where none does, the one that failed longest ago."""
        with self._mutex:
            return min(self._addresses, key=lambda address: self._failed_at.get(address, 0.0))

    def failed(self, address: Address, why: object) -> None:
        """It did not answer, or said that it cannot serve."""
        if len(self) == 1:
            return
        with self._mutex:
            if address not in self._failed_at:
                log.warning("the database at %s does not serve: %s", address, why)
            self._failed_at[address] = time.monotonic()
            if self._looker is None and not self._closing.is_set():
                self._looker = threading.Thread(target=self._look, name="database-hosts", daemon=True)
                self._looker.start()

    def close(self) -> None:
        self._closing.set()
        looker = self._looker
        if looker is not None and looker is not threading.current_thread():
            looker.join()

    def _look(self) -> None:
        good: dict[tuple[Address, float], int] = {}
        while not self._closing.wait(self._look_seconds):
            with self._mutex:
                failed = dict(self._failed_at)
            good = {failure: good.get(failure, 0) + 1 for failure in failed.items() if self._serves(failure[0])}
            for (address, at), times in good.items():
                if times >= STEADY:
                    self._is_back(address, at)
            with self._mutex:
                if not self._failed_at:
                    self._looker = None
                    return

    def _is_back(self, address: Address, failed_at: float) -> None:
        with self._mutex:
            if self._failed_at.get(address) == failed_at:  # else it failed again meanwhile
                del self._failed_at[address]
                log.info("the database at %s serves again", address)
