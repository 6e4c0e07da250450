"""Keys that seal the audit of one terminal alone: the terminal has its own, the centre has everybody's.

A machine that was taken away has the key ring, which all machines share; with a key of its own it can seal nothing in
another terminal's name. The id of such a key holds a colon, which no id of a ring does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from atm_app.trust.vault import KeyProblem

TERMINAL_KEY_ID = re.compile(r"t:([1-9][0-9]{0,8})")


class KeyElsewhere(KeyProblem):
    """The seal is of a terminal's own key, which neither this machine nor anybody but the centre has."""


@dataclass(frozen=True)
class TerminalKey:
    """``key``: 32 bytes. ``key_id``: counts the terminal's invitations, so that a later key is known for one."""

    terminal: str
    key_id: str
    key: bytes = field(repr=False)


def key_id_of(count: int) -> str:
    """``count``: from 1, for each terminal by itself."""
    return f"t:{count}"


def terminal_of(chain: str) -> str:
    return chain.partition("/")[0]


def place_of(key_id: str) -> int:
    """Among the terminal's own keys; 0 for a key of the ring, which all of those are newer than."""
    found = TERMINAL_KEY_ID.fullmatch(key_id)
    return int(found[1]) if found else 0


class TerminalKeys:
    """``own``: this terminal's. ``everybodys``: at the centre, all there ever were, by terminal and id; None elsewhere.
    It is asked once, and only for a key that is not our own."""

    def __init__(
        self, own: TerminalKey | None = None, everybodys: Callable[[], Mapping[tuple[str, str], bytes]] | None = None
    ) -> None:
        self.own = own
        self._everybodys = everybodys
        self._known: Mapping[tuple[str, str], bytes] | None = None

    def sealing(self, chain: str) -> TerminalKey | None:
        """What that chain is continued with; None for the ring."""
        return self.own if self.own is not None and terminal_of(chain) == self.own.terminal else None

    def find(self, chain: str, key_id: str) -> bytes:
        """Bound to the terminal: another one's key with the same id seals nothing here. Raises KeyElsewhere away from
        the centre, KeyProblem where the centre does not know it either."""
        own = self.sealing(chain)
        if own is not None and own.key_id == key_id:
            return own.key
        if self._everybodys is None:
            raise KeyElsewhere(f"it is sealed with key {key_id} of {terminal_of(chain)}, which only the centre has")
        if self._known is None:
            self._known = self._everybodys()
        key = self._known.get((terminal_of(chain), key_id))
        if key is None:
            raise KeyProblem(f"it is sealed with key {key_id}, which was never given to {terminal_of(chain)}")
        return key
