"""Lists of customers, read: what is good comes out as it was meant, what is not is told by line and column."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from atm_app.banking.money import Money
from atm_app.identity.customer_list import COLUMNS, CustomerList, ListedCustomer, UnusableList
from atm_app.spreadsheet import as_text, without_guard
from atm_app.stores import Factor


def read(text: str) -> tuple[tuple[ListedCustomer, ...], list[tuple[int, str]]]:
    """The good lines, and (line, column) of what is wrong."""
    reader = CustomerList("Sahyadri Bank", "INR", "91")
    good = reader.read(text)
    return good, [(problem.line, problem.column) for problem in reader.problems]


def line(**fields: str) -> str:
    given = {"name": "Asha Rao", "phone": "98200 11111", **fields}
    made = StringIO()
    table = csv.writer(made)
    table.writerow(COLUMNS)
    table.writerow([given.get(column, "") for column in COLUMNS])
    return made.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_of_any_spreadsheet_is_read(delimiter: str, end: str) -> None:
    rows = [["Name", " phone", "address"], ["Asha Rao", "98200 11111", '"12, MG Road; 2nd floor"'], ["B", "", ""]]
    good, wrong = read(end.join(delimiter.join(row) for row in rows) + end + end)
    assert [(one.line, one.customer.name, one.customer.address) for one in good] == [
        (2, "Asha Rao", "12, MG Road; 2nd floor")
    ]
    assert good[0].customer.phone == "+91 98200 11111"
    assert wrong == [(3, "number")]


def test_everything_a_line_can_say() -> None:
    (one,), wrong = read(
        line(
            number="500001", gender="female", email="asha@x.in", bank="Deccan Bank", account="51900009999",
            kind="current", opening="1,250.50", photographs="a.jpg | b.jpg", address="12, MG Road\nPune",
            fingerprints="right_index=f.png|left_thumb=g.png", consents="fingerprint|face",
        )
    )  # fmt: skip
    assert wrong == []
    assert one.number == one.customer.number == "500001"
    assert one.customer.address == "12, MG Road, Pune"
    assert one.account is not None
    assert (one.account.bank, one.account.number, one.account.kind) == ("Deccan Bank", "51900009999", "current")
    assert one.opening == Money(1250_50)
    assert one.photographs == ("a.jpg", "b.jpg")
    assert one.fingerprints == (("right_index", "f.png"), ("left_thumb", "g.png"))
    assert one.consents == (Factor.FACE, Factor.FINGERPRINT)


@pytest.mark.parametrize(("column", "text"), [
    ("name", " "), ("name", "Asha\u202eRao"), ("name", "A" * 3000), ("number", "no/slash"), ("email", "asha"),
    ("email", "a b@x.in"), ("gender", "robot"), ("phone", "12"), ("phone", "call me"), ("phone", "+91 00000 67890"),
    ("kind", "gold"), ("account", "x y"), ("opening", "-5"), ("opening", "1.234"), ("opening", "a lot"),
    ("bank", "B" * 65), ("consents", "soul"), ("photographs", "a.jpg"), ("fingerprints", "nose=a.png"),
    ("fingerprints", "right_index=a.png"), ("fingerprints", "right_index="),
])  # fmt: skip
def test_what_cannot_be_is_told_by_its_column_and_not_repeated(column: str, text: str) -> None:
    reader = CustomerList("Sahyadri Bank", "INR", "91")
    assert reader.read(line(**{column: text})) == ()
    ((problem),) = reader.problems
    assert (problem.line, problem.column) == (2, column)
    assert len(text) < 3 or text not in problem.problem


def test_a_broken_line_costs_itself_alone() -> None:
    good, wrong = read(
        "name,phone\n"
        "Asha,98200 11111\n"
        "Binod\n"
        "Chitra,98200 11112,more\n"
        '"Dara"x,98200 11113\n'
        '"two\nlines",98200 11114\n'
        "\n"
        "Esha,98200 11115\n"
        '"never closed,98200 11116\n'
        "Farid,98200 11117\n"
    )
    assert [(one.line, one.customer.name) for one in good] == [(2, "Asha"), (6, "two, lines"), (9, "Esha")]
    assert wrong == [(3, ""), (4, ""), (5, ""), (10, "")]


def test_what_is_twice_in_a_list_is_told_with_the_first_line() -> None:
    reader = CustomerList("Sahyadri Bank", "INR", "91")
    good = reader.read(
        "number,name,phone,email,account\n"
        "1,Asha,98200 11111,asha@x.in,40000001\n"
        "1,Binod,98200 11112,,\n"
        "2,Binod,+91-98200-11111,,\n"
        "3,Binod,,ASHA@X.IN,\n"
        "4,Binod,98200 11113,,40000001\n"
        "1,Asha,98200 11111,asha@x.in,40000002\n"
        "1,Asha,98200 11111,asha@x.in,40000002\n"
    )
    assert [(one.line, one.further) for one in good] == [(2, False), (7, True)], "a customer may have several accounts"
    assert [(problem.line, problem.column) for problem in reader.problems] == [
        (3, "number"), (4, "phone"), (5, "email"), (6, "account"), (8, "account"),
    ]  # fmt: skip
    assert all("line 2" in problem.problem or "line 7" in problem.problem for problem in reader.problems)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "name,soul\n", "name,name\n", '"name\n', "PK\x03\x04\x00\x00"])
def test_what_is_no_list_is_refused_whole(text: str) -> None:
    with pytest.raises(UnusableList):
        read(text)


@pytest.mark.parametrize("text", ["=1+1", "+91 98200 11111", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_finds_no_formula(text: str) -> None:
    (guarded,) = as_text([text])
    assert guarded == f"'{text}"
    assert without_guard(guarded) == text
    assert as_text(["Asha", "'quoted", ""]) == ["Asha", "'quoted", ""]
    assert without_guard("'quoted") == "'quoted"
