"""What a customer agreed to: that their face, fingers or palms are kept as templates and compared at every sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atm_app.stores import Factor

# What can be agreed to, each for itself.
BIOMETRICS = (Factor.FACE, Factor.FINGERPRINT, Factor.PALM)
# Of the text in docs/security.md. 0 stands for what was agreed to at a branch before there was one.
CONSENT_VERSION = 1


@dataclass(frozen=True)
class Consent:
    """``given_at``, ``revoked_at``: UTC. ``version``: of the text that was agreed to."""

    kind: Factor
    version: int
    given_at: datetime
    revoked_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        return self.revoked_at is None


class Consents(Protocol):
    """Raises StoreUnavailable. ``session``: empty where it was given at a branch."""

    def of(self, customer_id: int) -> tuple[Consent, ...]:
        """The latest of each kind, taken back or not, in the order of ``BIOMETRICS``."""
        ...

    def give(self, customer_id: int, kind: Factor, version: int, session: bytes = b"") -> None: ...

    def revoke(self, customer_id: int, kind: Factor, session: bytes = b"") -> bool:
        """Destroy every template of that kind with it; whether there was a consent."""
        ...


def in_force(consents: tuple[Consent, ...]) -> tuple[Consent, ...]:
    return tuple(consent for consent in consents if consent.in_force)


def latest(consents: tuple[Consent, ...]) -> tuple[Consent, ...]:
    """Of consents in the order they were given, the last of each kind."""
    by_kind = {consent.kind: consent for consent in consents}
    return tuple(by_kind[kind] for kind in BIOMETRICS if kind in by_kind)
