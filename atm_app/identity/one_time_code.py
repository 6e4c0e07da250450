"""One-time codes: six digits of the machine's cryptographic source, bound to session, purpose and what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.config import CodeSettings
from atm_app.ports import Random
from atm_app.stores import Codes, CodeVerdict, Customer
from atm_app.trust.vault import Vault

DIGITS = 6
SIGN_IN = "sign_in"
NOTHING_BOUND = bytes(32)  # a sign-in code is bound to its session and purpose alone


@dataclass(frozen=True)
class CodeUse:
    """What a code is for. ``binding``: 32 bytes of what it is bound to. ``what``: the same in words, for the message;
    empty at the sign-in."""

    purpose: str
    binding: bytes
    what: str = ""


SIGN_IN_USE = CodeUse(SIGN_IN, NOTHING_BOUND)


@dataclass(frozen=True)
class Challenge:
    """A code on its way. ``code`` is for the message only and is dropped once it is sent."""

    challenge_id: int
    code: str

    def __repr__(self) -> str:
        return f"Challenge({self.challenge_id})"


def draw_code(random: Random) -> str:
    """Every code is as likely as every other."""
    return f"{random.randbelow(10**DIGITS):0{DIGITS}d}"


class OneTimeCodes:
    """Codes are kept as MACs; expiry, tries and single use are decided by the database in one call."""

    def __init__(self, codes: Codes, vault: Vault, random: Random, settings: CodeSettings) -> None:
        self._codes = codes
        self._vault = vault
        self._random = random
        self.settings = settings

    def issue(
        self, customer: Customer | None, session: bytes, purpose: str = SIGN_IN, binding: bytes = NOTHING_BOUND
    ) -> Challenge:
        """``customer``: None for somebody who is no customer yet. Raises StoreUnavailable."""
        code = draw_code(self._random)
        key_id = self._vault.key_id
        mac = self._vault.code_mac(session, purpose, binding, code, key_id)
        challenge = self._codes.issue(
            customer.customer_id if customer else None, session, purpose, binding, mac, key_id, self.settings.seconds,
            self.settings.tries,
        )  # fmt: skip
        return Challenge(challenge, code)

    def check(
        self, challenge: int, session: bytes, code: str, purpose: str = SIGN_IN, binding: bytes = NOTHING_BOUND
    ) -> CodeVerdict:
        """A code outlives a rotation of keys. Raises StoreUnavailable."""
        mac = self._vault.code_mac(session, purpose, binding, code, self._codes.key_of(challenge))
        return self._codes.check(challenge, session, purpose, binding, mac)
