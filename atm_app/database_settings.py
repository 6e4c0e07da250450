"""Settings of where the database is."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

HostAndPort = Annotated[str, Field(pattern=r"^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$")]


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class DatabaseSettings(BaseModel):
    """Configured MySQL or MariaDB servers, ``host`` or ``host:port``: the one that writes, then those that take over.
    Every kiosk has them in the same order. Without any: the private one in the data folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: tuple[HostAndPort, ...] = ()
    certificate_authority: str = ""

    @field_validator("hosts")
    @classmethod
    def _are_servers(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        found = {(urlsplit(f"//{host}").hostname, urlsplit(f"//{host}").port) for host in hosts}
        if len(found) < len(hosts):
            raise ValueError("a server is named twice")
        return hosts

    @model_validator(mode="after")
    def _can_be_verified(self) -> DatabaseSettings:
        names = {urlsplit(f"//{host}").hostname for host in self.hosts}
        if not self.certificate_authority and not names <= LOOPBACK:
            raise ValueError("certificate_authority is needed for hosts that are not this machine: TLS is verified")
        return self

    @property
    def told(self) -> str:
        return ", ".join(self.hosts)
