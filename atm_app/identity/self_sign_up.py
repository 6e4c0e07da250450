"""Opening an account at the machine itself. Who signs up is nobody's customer until the last step: frozen until then,
and destroyed when it is not reached. Address and telephone are proven before anything is kept.

All methods block on the database and run on ``Work.LEDGER``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from atm_app.config import Settings, SignUpSettings
from atm_app.identity.captures import CapturedTemplate, Captures
from atm_app.identity.one_time_code import Challenge, CodeUse, OneTimeCodes
from atm_app.message_ports import Contact
from atm_app.ports import Random
from atm_app.stores import CodeVerdict, Customers, Factor, NewCustomer
from atm_app.trust.vault import Vault

T = TypeVar("T")

SIGN_UP = "sign_up"  # the purpose of a code that proves an address
# To one address, whoever asks: nobody's mailbox is filled from here.
MOST_CODES_A_DAY = 6
# Customer numbers have six digits and are drawn, so that none tells how many there are or who came when.
FIRST_NUMBER, NUMBERS = 100_000, 900_000
DRAWS = 40


def drawn_number(random: Random) -> str:
    """A customer number that may be somebody's already."""
    return str(FIRST_NUMBER + random.randbelow(NUMBERS))


def drawn_account(settings: SignUpSettings, random: Random) -> str:
    """An account number that may be somebody's already."""
    digits = settings.account_digits - len(settings.account_prefix)
    return f"{settings.account_prefix}{random.randbelow(10**digits):0{digits}d}"


class SignUpReason(StrEnum):
    """Why a sign-up cannot go on; the customer is told no more than to ask at the branch."""

    CONTACT_KNOWN = "contact_known"
    USER_NAME_TAKEN = "user_name_taken"
    NUMBER_TAKEN = "number_taken"
    NO_CONSENT = "no_consent"
    ENDED = "ended"


class SignUpRefused(Exception):
    def __init__(self, reason: SignUpReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Applicant:
    """What somebody said of themselves. ``email`` may be empty; an address the machine cannot prove is not asked
    for."""

    name: str = ""
    user_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    gender: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """What a password of theirs should not be made of."""
        return (self.user_name, self.email, *self.name.split())


@dataclass(frozen=True)
class Registration:
    """What is written of an applicant before their face or finger is there. ``pseudonym``: 16 bytes."""

    customer: NewCustomer
    user_name: str
    pseudonym: bytes
    pin_hash: bytes = field(repr=False)
    password_hash: bytes = field(repr=False)
    agreed: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class NewAccount:
    """An account as it is to be opened, empty."""

    bank: str
    number: str
    kind: str
    currency: str


class SignUps(Protocol):
    """Raises StoreUnavailable. Repeats of ``begin`` and ``finish`` answer the same."""

    def codes_sent_to(self, binding: bytes) -> int:
        """How many codes were bound to this address within a day."""
        ...

    def begin(self, registration: Registration, session: bytes) -> int:
        """The id of the customer, who is frozen. Raises SignUpRefused: contact, user name or number are somebody's."""
        ...

    def finish(
        self, customer_id: int, templates: Sequence[CapturedTemplate], account: NewAccount, session: bytes
    ) -> None:
        """Templates, account, and the customer may sign in: all of it or nothing. Raises SignUpRefused."""
        ...

    def give_up(self, session: bytes = b"") -> int:
        """Destroy what is not finished: of one session, or, without one, of everybody at this machine; how many."""
        ...


class SelfSignUp:
    """What the steps of a sign-up ask for."""

    def __init__(
        self,
        sign_ups: SignUps,
        customers: Customers,
        codes: OneTimeCodes,
        vault: Vault,
        random: Random,
        settings: Settings,
        captures: Captures,
    ) -> None:
        self.captures = captures
        self._sign_ups = sign_ups
        self._customers = customers
        self._codes = codes
        self._vault = vault
        self._random = random
        self._settings = settings

    # --- what is said ------------------------------------------------------------------------------------------------

    def is_free(self, user_name: str) -> bool:
        return self._customers.find_by_user_name(user_name) is None

    def use_of(self, contact: Contact, address: str) -> CodeUse:
        """A code for this address alone, bound to it without naming it."""
        return CodeUse(SIGN_UP, self._vault.blind_index(contact.value, address), "open an account with this address")

    def issue_code(self, session: bytes, use: CodeUse) -> Challenge | None:
        """None when the address has had its codes for a day."""
        if self._sign_ups.codes_sent_to(use.binding) >= MOST_CODES_A_DAY:
            return None
        return self._codes.issue(None, session, use.purpose, use.binding)

    def check_code(self, session: bytes, challenge: int, code: str, use: CodeUse) -> CodeVerdict:
        return self._codes.check(challenge, session, code, use.purpose, use.binding)

    # --- what is kept ------------------------------------------------------------------------------------------------

    def register(self, applicant: Applicant, pin: str, password: str, agreed: tuple[Factor, ...]) -> Registration:
        """Drawn and hashed once; what is written is this, however often the writing is repeated."""
        pseudonym = self._random.token_bytes(16)
        customer = NewCustomer(
            self._drawn_number(), applicant.name, applicant.phone, applicant.email, applicant.address, applicant.gender
        )
        pin_hash, password_hash = (self._vault.pin_hash(secret, pseudonym) for secret in (pin, password))
        return Registration(customer, applicant.user_name, pseudonym, pin_hash, password_hash, agreed)

    def begin(self, registration: Registration, session: bytes) -> tuple[int, Registration]:
        """The frozen customer's id, and the registration with the number they got. Raises SignUpRefused."""

        def attempt() -> tuple[int, Registration]:
            nonlocal registration
            try:
                return self._sign_ups.begin(registration, session), registration
            except SignUpRefused:
                number = self._drawn_number()  # for the next attempt, if the number was the reason
                registration = replace(registration, customer=replace(registration.customer, number=number))
                raise

        return _with_a_free_number(attempt)

    def _drawn_number(self) -> str:
        return drawn_number(self._random)

    def finish(self, customer_id: int, templates: Sequence[CapturedTemplate], session: bytes) -> None:
        """Raises SignUpRefused."""
        settings = self._settings.sign_up

        def attempt() -> None:
            number = drawn_account(settings, self._random)
            account = NewAccount(self._settings.bank, number, settings.account_kind, self._settings.currency)
            self._sign_ups.finish(customer_id, templates, account, session)

        _with_a_free_number(attempt)

    def give_up(self, session: bytes = b"") -> int:
        return self._sign_ups.give_up(session)


def _with_a_free_number(attempt: Callable[[], T]) -> T:
    """Attempts, each with a number drawn anew, until one has a number that nobody has. Raises SignUpRefused."""
    for _ in range(DRAWS - 1):
        try:
            return attempt()
        except SignUpRefused as refused:
            if refused.reason is not SignUpReason.NUMBER_TAKEN:
                raise
    return attempt()
