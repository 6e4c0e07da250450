"""Who lives in the simulated world, what they are enrolled with and what only they know."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.config import (
    CodeSettings,
    FaceSettings,
    FingerprintSettings,
    LimitSettings,
    LockoutSettings,
    MovementLimit,
    Settings,
    TimeSettings,
)
from atm_app.identity.consents import CONSENT_VERSION
from atm_app.simulation.fake_bank import FakeBank
from atm_app.simulation.fake_branch import FakeBranch
from atm_app.simulation.fake_consents import FakeConsents
from atm_app.simulation.fake_devices import FAMILY
from atm_app.simulation.fake_stores import FakeCustomers, FakeTemplates
from atm_app.stores import Factor, NewCustomer
from atm_app.trust.vault import KeyRing, Vault

# The chain of those who enrol people before the machines are switched on.
HEAD_OFFICE = "S-0/staff"
# Whole rupees on each account a person has: little enough that funds, limits and cassettes run out.
OPENINGS = ((40_000, 900), (12_500,), (3_000, 60_000, 100))

# Deposits and payments within reach of their limits, often enough to be refused.
LIMITS = LimitSettings(
    withdrawal=MovementLimit(per_transaction=20_000, per_day=40_000, burst=6, period=900),
    transfer=MovementLimit(per_transaction=5_000, per_day=12_000, burst=4, period=600),
    payment=MovementLimit(per_transaction=2_000, per_day=6_000, burst=3, period=600),
    cash_deposit=MovementLimit(per_transaction=8_000, per_day=20_000, burst=5, period=600),
)
# All times shorter than a real machine's, so that a seed sees each of them run out.
SETTINGS = Settings.model_construct(  # not read: a seed must mean the same whatever the environment says
    limits=LIMITS,
    times=TimeSettings(idle=12, more_time=20, take_cash=10, farewell=2, locked=3),
    face=FaceSettings(patience=10),
    fingerprint=FingerprintSettings(patience=10),
    code=CodeSettings(seconds=40),
    lockout=LockoutSettings(delays=(20, 60)),
)

BILLERS = (
    Biller("POWER", "Power", "electricity", "^[0-9]{4}$", Money.of_major(10), Money.of_major(1_500)),
    Biller("PHONE", "Phone", "mobile", "^[6-9][0-9]{3}$", Money.of_major(10), Money.of_major(500)),
)


class SeededRandom:
    """The machine's own chance. Not secret here, and the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable is what is wanted of it

    def randbelow(self, upper: int) -> int:
        return self._random.randrange(upper)

    def token_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)


class SimulatedVault(Vault):
    """The real vault but for bcrypt, whose 0.2 s a comparison are the point of it and no use here."""

    def __init__(self) -> None:
        super().__init__(KeyRing("simulated", {"simulated": bytes(range(32))}))
        self._derived: dict[str, bytes] = {}

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = super().derive(purpose, key_id)
        return self._derived[purpose]

    def pin_hash(self, pin: str, owner: bytes) -> bytes:
        return f"{self.key_id}$".encode() + self._peppered(pin, owner, self.key_id)

    def pin_matches(self, pin: str, owner: bytes, pin_hash: bytes | None) -> bool:
        return self.pin_hash(pin, owner) == pin_hash


@dataclass(frozen=True)
class Person:
    """``accounts``: ids at the simulated bank."""

    customer_id: int
    number: str
    pin: str
    email: str
    face: bytes
    finger: bytes
    pseudonym: bytes
    accounts: tuple[int, ...]


def enrol_people(bank: FakeBank, branch: FakeBranch, vault: Vault) -> tuple[Person, ...]:
    return tuple(_enrol(bank, branch, vault, number, majors) for number, majors in enumerate(OPENINGS, 1))


def _enrol(bank: FakeBank, branch: FakeBranch, vault: Vault, number: int, majors: Sequence[int]) -> Person:
    customers, templates = FakeCustomers(bank, ""), FakeTemplates(bank)
    name, pin, email = f"{100_000 + number}", f"{2_468 + number}", f"customer{number}@customer.example"
    customer_id = customers.enrol(NewCustomer(name, f"Customer {number}", f"+91 98200{number:05d}", email, "Pune", ""))
    customer = customers.get(customer_id)
    assert customer is not None
    customers.set_pin_hash(customer_id, vault.pin_hash(pin, customer.pseudonym))
    face, finger = f"face {number}".encode(), f"finger {number}".encode()
    consents = FakeConsents(bank, HEAD_OFFICE)
    for kind in (Factor.FACE, Factor.FINGERPRINT):
        consents.give(customer_id, kind, CONSENT_VERSION)
    templates.store_face(customer_id, face, 1.0)
    templates.store_finger(customer_id, "right_index", FAMILY, finger)
    accounts = []
    for place, major in enumerate(majors, 1):
        account = branch.open_account(customer_id, "Sahyadri Bank", f"30{number}{place:06d}", "savings", "INR")
        branch.deposit(f"opening{number}{place}".encode().ljust(16), account, Money.of_major(major))
        accounts.append(account)
    return Person(customer_id, name, pin, email, face, finger, customer.pseudonym, tuple(accounts))
