"""The demonstration customers: the drawn persons, with the accounts and addresses they are given."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.cash_ports import Mix, NoteCount
from atm_app.palm_ports import HandSide
from atm_app.stores import NewCustomer


@dataclass(frozen=True)
class DemonstrationAccount:
    bank: str
    number: str
    kind: str
    opening: Money


@dataclass(frozen=True)
class Person:
    """``key``: who stands before the virtual camera. ``pin``: told on the test bench, for these four alone. ``hands``:
    enrolled where the policy asks for a palm."""

    key: str
    customer: NewCustomer
    pin: str
    accounts: tuple[DemonstrationAccount, ...]
    hands: tuple[HandSide, ...] = (HandSide.RIGHT,)

    @property
    def finger(self) -> str:
        return f"{self.key}.right_index"


def _person(
    key: str, name: str, number: str, pin: str, gender: str, *accounts: tuple[str, str, str, int],
    hands: tuple[HandSide, ...] = (HandSide.RIGHT,),
) -> Person:  # fmt: skip
    first = name.split()[0].lower()
    return Person(
        key,
        NewCustomer(number, name, f"+91 98200 {number[1:]}", f"{first}@customer.example", "Pune", gender),
        pin,
        tuple(DemonstrationAccount(bank, no, kind, Money.of_major(major)) for bank, no, kind, major in accounts),
        hands,
    )


PEOPLE = (
    _person("chen", "Chen Wei", "100001", "2580", "male",
            ("Sahyadri Bank", "30010000451", "savings", 84_250),
            ("Konkan Co-operative Bank", "77120004418", "current", 1_20_000),
            hands=(HandSide.RIGHT, HandSide.LEFT)),
    _person("dele", "Dele Siddi", "100002", "1379", "male", ("Sahyadri Bank", "30010000452", "savings", 12_400)),
    _person("edna", "Edna Pinto", "100003", "4682", "female", ("Sahyadri Bank", "30010000453", "savings", 1_500)),
    _person("fara", "Fara Khan", "100004", "9713", "female",
            ("Sahyadri Bank", "30010000454", "savings", 2_35_000),
            ("Deccan Savings Bank", "51900002231", "savings", 18_000)),
)  # fmt: skip

# Drawn as well, and nobody's customer: who opens an account at the machine, or tries to pass for somebody else.
NEWCOMER = _person("gwen", "Gwen Doyle", "000000", "", "female")

# Whom bills and top-ups can be paid to on a machine that demonstrates itself.
BILLERS = (
    Biller("MSEB", "Maha Power", "electricity", "^[0-9]{12}$", Money.of_major(10), Money.of_major(50_000)),
    Biller("PMCW", "Pune Water", "water", "^[0-9]{8}$", Money.of_major(10), Money.of_major(20_000)),
    Biller("SAHYATEL", "Sahya Mobile", "mobile", "^[6-9][0-9]{9}$", Money.of_major(10), Money.of_major(3_000)),
    Biller("KONKANTEL", "Konkan Cellular", "mobile", "^[6-9][0-9]{9}$", Money.of_major(10), Money.of_major(3_000)),
)

# Notes the acceptor reads, in whole rupees.
ACCEPTED_NOTES = (2000, 500, 200, 100, 50)

# Notes the custodian loads: (denomination in whole rupees, count).
CASSETTES = ((2000, 200), (500, 400), (200, 400), (100, 400))


def full_cassettes(currency: str) -> Mix:
    """As a new virtual machine gets them."""
    return tuple(
        NoteCount(position, Money.of_major(major, currency).minor, count)
        for position, (major, count) in enumerate(CASSETTES, 1)
    )
