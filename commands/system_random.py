"""Randomness for whatever may be guessed."""

from __future__ import annotations

import secrets


class SystemRandom:
    """The operating system's cryptographic source."""

    def randbelow(self, upper: int) -> int:
        return secrets.randbelow(upper)

    def token_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)
