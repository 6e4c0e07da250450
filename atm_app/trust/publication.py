"""Settings as the centre of a fleet published them, and the seal by which a machine knows them.

The seal is an HMAC under a key made from the ring: whoever owns the tables but not the ring can make none. It covers
the version's number, whom it is for and every letter, so that no row stands in another one's place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from atm_app.trust.vault import KeyProblem, Vault

PURPOSE = "published-settings"
FOR_ALL = ""


class NotSealed(Exception):
    """Not as the centre published it; the message says which version and why."""


@dataclass(frozen=True)
class Publication:
    """``terminal``: whom it is for, FOR_ALL for every one. ``content``: TOML. ``again_of``: the version it brings back.
    ``program``: version of the program it was checked by. ``published_at``: UTC by the database's clock, which the seal
    does not cover. ``seal``: empty until it has one."""

    version: int
    terminal: str
    content: str
    again_of: int | None
    program: str
    published_by: str
    published_at: datetime | None = None
    key_id: str = ""
    seal: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    def sealed(self, vault: Vault) -> Publication:
        named = replace(self, key_id=vault.key_id)
        return replace(named, seal=named._mac(vault))

    def check(self, vault: Vault) -> None:
        """Raises NotSealed."""
        try:
            good = hmac.compare_digest(self._mac(vault), self.seal)
        except KeyProblem as problem:
            raise NotSealed(f"version {self.version}: this machine has not the key it was sealed with") from problem
        if not good:
            raise NotSealed(f"version {self.version} was changed since it was published, or somebody else made it")

    def _mac(self, vault: Vault) -> bytes:
        said = [self.version, self.terminal, self.content, self.again_of, self.program, self.published_by, self.key_id]
        return hmac.digest(vault.derive(PURPOSE, self.key_id), json.dumps(said).encode(), "sha256")

    def to_json(self) -> dict[str, str | int | None]:
        """For the copy a machine keeps."""
        return {
            "version": self.version, "terminal": self.terminal, "content": self.content, "again_of": self.again_of,
            "program": self.program, "published_by": self.published_by, "key_id": self.key_id, "seal": self.seal.hex(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, given: Mapping[str, object]) -> Publication:
        """Raises NotSealed for what ``to_json`` did not write."""
        match given:
            case {
                "version": int(version), "terminal": str(terminal), "content": str(content),
                "again_of": int() | None as again_of, "program": str(program), "published_by": str(published_by),
                "key_id": str(key_id), "seal": str(seal),
            }:  # fmt: skip
                try:
                    return cls(
                        version, terminal, content, again_of, program, published_by, None, key_id, bytes.fromhex(seal)
                    )  # fmt: skip
                except ValueError:
                    pass
        raise NotSealed("the kept copy is damaged")


@dataclass(frozen=True)
class Versions:
    """Of the publication for all terminals and of the terminal's own; 0: none."""

    general: int = 0
    own: int = 0

    @classmethod
    def of(cls, publications: tuple[Publication, ...]) -> Versions:
        by_terminal = {publication.terminal == FOR_ALL: publication.version for publication in publications}
        return cls(by_terminal.get(True, 0), by_terminal.get(False, 0))

    @property
    def newest(self) -> int:
        return max(self.general, self.own)

    def __str__(self) -> str:
        if not self.newest:
            return "none"
        if not self.own:
            return f"version {self.general}"
        return f"version {self.own} of its own" + (f" over version {self.general}" if self.general else "")
