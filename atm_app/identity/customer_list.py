"""A list of customers as another system wrote it (CSV), read line by line: what is wrong is told by line and column,
and nothing is guessed. Knows no file: whoever opens one hands its text over."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from typing import Protocol

import phonenumbers

from atm_app.banking.money import Money, MoneyError
from atm_app.identity.consents import BIOMETRICS
from atm_app.identity.personal_details import GENDERS, DetailRefused
from atm_app.identity.self_sign_up import NewAccount
from atm_app.spreadsheet import without_guard
from atm_app.stores import Factor, NewCustomer
from atm_app.trust.vault import normalised

COLUMNS = (
    "number", "name", "address", "gender", "phone", "email", "bank", "account", "kind", "opening", "photographs",
    "fingerprints", "consents",
)  # fmt: skip
DELIMITERS = ",;\t"
# Between several files, or several consents, in one field.
BETWEEN = "|"
ACCOUNT_KINDS = ("savings", "current", "wallet")
FINGERS = frozenset(
    f"{side}_{finger}" for side in ("left", "right") for finger in ("thumb", "index", "middle", "ring", "little")
)  # fmt: skip
# Of a bank's name in the database.
LONGEST_BANK = 64
_ACCOUNT = re.compile(r"[A-Za-z0-9]{4,34}")
# More is no list somebody looked through; a wrong file is not read for minutes.
MOST_LINES = 200_000
# Stands for a number that is yet to be drawn, where one is looked at.
DRAWN = "0"


class UnusableList(Exception):
    """It cannot be read as a list of customers at all; the message says why."""


@dataclass(frozen=True)
class LineProblem:
    """``line``: as an editor counts them, the heading is 1. ``column``: empty where the whole line is meant.
    ``problem``: without what was written there."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True)
class ListedCustomer:
    """One good line. ``number`` and the account's may be empty: they are drawn then. ``fingerprints``: (finger, file).
    ``further``: one more account of the customer of an earlier line, and nothing else."""

    line: int
    number: str
    customer: NewCustomer
    account: NewAccount | None
    opening: Money
    consents: tuple[Factor, ...] = ()
    photographs: tuple[str, ...] = ()
    fingerprints: tuple[tuple[str, str], ...] = ()
    further: bool = False


class Reader(Protocol):
    """What ``csv.reader`` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class _Refused(Exception):
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


class CustomerList:
    """Reads whole lists. ``bank``, ``currency``: of accounts that name none; ``country_code``: of telephone numbers
    without one."""

    def __init__(self, bank: str, currency: str, country_code: str) -> None:
        self._bank = bank
        self._currency = currency
        self._region = phonenumbers.region_code_for_country_code(int(country_code))
        self._seen: dict[tuple[str, str], int] = {}
        self._numbered: dict[str, NewCustomer] = {}
        self.problems: list[LineProblem] = []

    def read(self, text: str) -> tuple[ListedCustomer, ...]:
        """The good lines; what is wrong with the others is in ``problems``. Raises UnusableList."""
        found = []
        for line, fields in self._records(text):
            try:
                found.append(self._customer(line, fields))
            except _Refused as refused:
                self.problems.append(LineProblem(line, refused.column, str(refused)))
        return tuple(found)

    def _records(self, text: str) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, fields by column) of every line that has as many fields as the heading and is not empty."""
        heading, reader = _opened(text)
        line = reader.line_num + 1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                self.problems.append(LineProblem(line, "", f"cannot be read: {error}"))
                line = reader.line_num + 1
                continue
            if row is None:
                return
            if line > MOST_LINES:
                raise UnusableList(f"more than {MOST_LINES} lines: divide the list")
            if len(row) == len(heading):
                yield line, dict(zip(heading, (without_guard(field.strip()) for field in row), strict=True))
            elif any(row):
                problem = f"has {len(row)} fields, the heading has {len(heading)}"
                self.problems.append(LineProblem(line, "", problem))
            line = reader.line_num + 1

    def _customer(self, line: int, fields: dict[str, str]) -> ListedCustomer:
        def of(column: str) -> str:
            return fields.get(column, "")

        if of("gender") not in GENDERS:
            raise _Refused("gender", f"is one of {', '.join(filter(None, GENDERS))}, or empty")
        phone = self._phone(of("phone"))
        try:
            customer = NewCustomer(
                of("number") or DRAWN, _one_line(of("name")), phone, of("email"), _one_line(of("address")), of("gender")
            )
        except DetailRefused as refused:
            raise _Refused(refused.kind, refused.problem.value.replace("_", " ")) from refused
        if not (of("number") or phone or of("email")):
            raise _Refused("number", "a number, a phone or an email is needed to tell this customer from others")
        account, opening = self._account(of)
        listed = ListedCustomer(
            line, of("number"), customer, account, opening, _consents(of("consents")), _files(of("photographs")),
            _fingerprints(of("fingerprints")),
        )  # fmt: skip
        _agreed(listed)
        if listed.number and self._numbered.setdefault(listed.number, customer) == customer:
            listed = replace(listed, further=("number", listed.number) in self._seen and bool(_account_of(listed)))
        self._refuse_repeated(listed)
        return listed

    def _phone(self, text: str) -> str:
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, self._region)
        except phonenumbers.NumberParseException as error:
            raise _Refused("phone", "is no telephone number") from error
        if not phonenumbers.is_valid_number(number):
            raise _Refused("phone", "is no telephone number of its country")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def _account(self, of: Callable[[str], str]) -> tuple[NewAccount | None, Money]:
        if not any(of(column) for column in ("bank", "account", "kind", "opening")):
            return None, Money(0, self._currency)
        kind = of("kind") or ACCOUNT_KINDS[0]
        if kind not in ACCOUNT_KINDS:
            raise _Refused("kind", f"is one of {', '.join(ACCOUNT_KINDS)}")
        if of("account") and not _ACCOUNT.fullmatch(of("account")):
            raise _Refused("account", "has 4 to 34 letters and digits")
        if len(of("bank")) > LONGEST_BANK:
            raise _Refused("bank", f"has at most {LONGEST_BANK} letters")
        try:
            opening = Money.parsed(of("opening") or "0", self._currency)
        except MoneyError as error:
            raise _Refused("opening", str(error)) from error
        return NewAccount(of("bank") or self._bank, of("account"), kind, self._currency), opening

    def _refuse_repeated(self, listed: ListedCustomer) -> None:
        """Within the list; what the database has is found when it is written."""
        customer = listed.customer
        told = {"account": _account_of(listed)}
        if not listed.further:
            told |= {"number": listed.number, "phone": customer.phone, "email": normalised(customer.email)}
        for column, text in told.items():
            if text and (column, text) in self._seen:
                raise _Refused(column, f"is in line {self._seen[column, text]} already")
        self._seen |= {(column, text): listed.line for column, text in told.items() if text}


def _account_of(listed: ListedCustomer) -> str:
    return listed.account.number if listed.account else ""


def _opened(text: str) -> tuple[list[str], Reader]:
    """The heading and the reader behind it, with the delimiter by which the heading makes sense. Raises
    UnusableList."""
    for delimiter in DELIMITERS:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            heading = [field.strip().casefold() for field in next(reader, [])]
        except csv.Error as error:
            raise UnusableList(f"the heading cannot be read: {error}") from error
        if "name" in heading:
            break
    else:
        raise UnusableList(f"the first line names the columns, name among them: {', '.join(COLUMNS)}")
    unknown = [column for column in heading if column not in COLUMNS]
    if unknown or len(set(heading)) < len(heading):
        raise UnusableList(f"unknown or repeated columns: {', '.join(unknown) or 'repeated'}; known are "
                           f"{', '.join(COLUMNS)}")  # fmt: skip
    return heading, reader


def _one_line(text: str) -> str:
    """A field of several lines, as spreadsheets have addresses, in one."""
    return ", ".join(part for line in text.splitlines() if (part := " ".join(line.split())))


def _files(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(BETWEEN) if part.strip())


def _fingerprints(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for part in _files(text):
        finger, _, file = (piece.strip() for piece in part.partition("="))
        if finger not in FINGERS or not file:
            raise _Refused("fingerprints", f"are FINGER=FILE with {BETWEEN} between, FINGER as in right_index")
        found.append((finger, file))
    if len({finger for finger, _ in found}) < len(found):
        raise _Refused("fingerprints", "names a finger twice")
    return tuple(found)


def _consents(text: str) -> tuple[Factor, ...]:
    kinds = {kind.value: kind for kind in BIOMETRICS}
    given = _files(text)
    if not set(given) <= kinds.keys():
        raise _Refused("consents", f"are of {', '.join(kinds)}, with {BETWEEN} between")
    return tuple(kind for name, kind in kinds.items() if name in given)


def _agreed(listed: ListedCustomer) -> None:
    for column, files, kind in (
        ("photographs", listed.photographs, Factor.FACE), ("fingerprints", listed.fingerprints, Factor.FINGERPRINT),
    ):  # fmt: skip
        if files and kind not in listed.consents:
            raise _Refused(column, f"are kept with the customer's consent only: {kind.value} is not in consents")
