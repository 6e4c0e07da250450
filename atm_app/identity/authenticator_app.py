"""Codes of an authenticator app: TOTP (RFC 6238) by pyotp. Only a customer's own data key opens their secret.

The code of one time step is worth something once: the database remembers the latest step that was used.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyotp

from atm_app.ports import Clock, Random
from atm_app.stores import Customer

# RFC 4226, section 4, R6: at least 128 bits, 160 recommended.
SECRET_BYTES = 20
STEP_SECONDS = 30
# Steps a telephone's clock may be off, either way (RFC 6238, section 5.2: one at most).
STEPS_OFF = 1


def new_secret(random: Random) -> str:
    """In base32, as apps take it."""
    return base64.b32encode(random.token_bytes(SECRET_BYTES)).decode()


def provisioning_uri(name: str, issuer: str, secret: str) -> str:
    """What the QR code says; ``name`` and ``issuer`` (the bank) are how apps list it."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is; all near ones are compared, each in constant time."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    matching = [
        step
        for step in range(current - STEPS_OFF, current + STEPS_OFF + 1)
        if pyotp.utils.strings_equal(code, totp.generate_otp(step))
    ]
    return matching[-1] if matching else None


class AuthenticatorStore(Protocol):
    def secret(self, customer_id: int) -> bytes | None: ...

    def store(self, customer_id: int, secret: bytes, step: int, session: bytes) -> None:
        """In place of an earlier one. ``step``: the latest that was used."""
        ...

    def remove(self, customer_id: int, session: bytes) -> bool:
        """False when there was none."""
        ...

    def use_step(self, customer_id: int, step: int) -> bool:
        """False when this step, or a later one, was used before."""
        ...


@dataclass(frozen=True)
class AuthenticatorApps:
    """``issuer``: the bank's name, as apps list it. Raises StoreUnavailable and KeyProblem throughout."""

    store: AuthenticatorStore
    clock: Clock
    random: Random
    issuer: str

    def has(self, customer: Customer) -> bool:
        return self.store.secret(customer.customer_id) is not None

    def new_secret(self) -> str:
        return new_secret(self.random)

    def uri(self, customer: Customer, secret: str) -> str:
        """Apps show the customer number; it is no secret, and the name is nobody else's business."""
        return provisioning_uri(customer.number, self.issuer, secret)

    def fits(self, secret: str, code: str) -> bool:
        return self._step_of(secret, code) is not None

    def set_up(self, customer: Customer, secret: str, code: str, session: bytes) -> bool:
        """Keep the secret, once the app has shown that it holds it too. False for a wrong code."""
        step = self._step_of(secret, code)
        if step is None:
            return False
        self.store.store(customer.customer_id, secret.encode(), step, session)
        return True

    def remove(self, customer: Customer, session: bytes) -> bool:
        return self.store.remove(customer.customer_id, session)

    def check(self, customer: Customer, code: str) -> bool:
        secret = self.store.secret(customer.customer_id)
        step = self._step_of(secret.decode(), code) if secret else None
        return step is not None and self.store.use_step(customer.customer_id, step)

    def _step_of(self, secret: str, code: str) -> int | None:
        return step_of(secret, code, self.clock.now())
