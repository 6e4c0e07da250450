"""Customers from and to a list through the console's real window: read, tried, signed, brought in; saved."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.branch.list_desk import ListRefused
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import NotAllowed
from atm_app.branch.roles import Role
from gui.console.saving import FileDialog, PicturesDialog
from tests.branch.walk import Walk, fresh_number
from tests.console.conftest import Clerk
from tests.console.test_records import ended
from tests.gui.layout import clipped, visible

HEADING = "number,name,phone,email,kind,opening,photographs,consents\n"


def line(number: str, name: str = "Mira Sen", opening: str = "", rest: str = ",") -> str:
    return f"{number},{name},,{number}@customer.example,savings,{opening},{rest}\n"


def choose(clerk: Clerk, path: Path) -> None:
    clerk.go_to("Lists")
    clerk.press("Choose a list")
    dialog = clerk.top
    assert isinstance(dialog, FileDialog)
    dialog._go(str(path.parent))
    clerk.settle()
    clerk.press("Read this list")
    assert "Choose a list first." in clerk.texts
    clerk.mark(path.name)
    clerk.press("Read this list")


def told(clerk: Clerk) -> str:
    return next(text for text in clerk.texts if text.startswith("people.csv"))


def test_a_list_is_tried_signed_by_a_second_person_and_brought_in(clerk: Clerk, walk: Walk, tmp_path: Path) -> None:
    first, second = (fresh_number(6) for _ in range(2))
    path = tmp_path / "people.csv"
    path.write_text(HEADING + line(first, opening="1500") + line(second) + line("not a number!", ""))
    clerk.as_(Role.TELLER)
    choose(clerk, path)
    assert told(clerk) == "people.csv: 2 good lines, ₹1,500 paid in, 1 that cannot be read."
    clerk.press("Bring it in")
    assert clerk.told == "Choose a list and try it first."
    clerk.press("Try it")
    ended(clerk)
    assert told(clerk) == "people.csv, tried: 2 new, 0 there already, 1 refused. Nothing was kept."
    assert [clerk.cells(key)[0] for key in clerk.top.table.keys] == ["4"]
    assert not list(clipped(list(visible(clerk.top.frame))))
    assert walk.storage.customers.find(first) is None
    clerk.press("Bring it in")
    assert {"people.csv", "₹1,500"} <= set(clerk.texts), "the second person reads what is paid in"
    clerk.have_signed_by(clerk.branch.person(Role.ADMINISTRATOR))
    ended(clerk)
    assert told(clerk) == "people.csv, brought in: 2 new, 0 there already, 1 refused."
    customer = walk.storage.customers.find(first)
    assert customer is not None
    (account,) = walk.storage.ledger.accounts(customer.customer_id)
    assert account.balance == Money.of_major(1500)


def test_a_list_that_names_pictures_wants_their_folder_and_is_tried_again_in_another(
    clerk: Clerk, walk: Walk, tmp_path: Path
) -> None:
    path, number = tmp_path / "people.csv", fresh_number(6)
    path.write_text(HEADING + line(fresh_number(6)) + line(number, rest="gone.jpg,face"))
    clerk.as_(Role.TELLER)
    choose(clerk, path)
    assert clerk.form.value("folder") == str(tmp_path), "pictures mostly lie beside their list"
    clerk.fill(folder="")
    clerk.press("Try it")
    assert clerk.told == "The list names pictures. Say in which folder they are."
    clerk.press("Look for it")
    assert isinstance(clerk.top, PicturesDialog)
    clerk.top._go(str(tmp_path))
    clerk.settle()
    clerk.press("These pictures")
    clerk.press("Try it")
    ended(clerk)
    assert told(clerk) == "people.csv, tried: 1 new, 0 there already, 1 refused. Nothing was kept."
    assert clerk.cells("0") == ("3", "photographs", "there is no such file in the folder of pictures")
    clerk.fill(folder=str(tmp_path.parent))
    clerk.press("Bring it in")
    assert clerk.told == "This is another folder of pictures. Try the list again."
    assert walk.storage.customers.find(number) is None


@pytest.mark.slow
def test_a_file_that_is_no_list_is_told(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("what,is,this\n1,2,3\n")
    clerk.as_(Role.TELLER)
    choose(clerk, path)
    assert "names the columns" in clerk.told


def test_what_was_signed_is_what_is_brought_in(walk: Walk, tmp_path: Path) -> None:
    """Another list under the same name has no signature."""
    session, path = walk.branch.session(walk.first[Role.TELLER]), tmp_path / "people.csv"
    path.write_text(HEADING + line(fresh_number(6)))
    approval = walk.approval(session, walk.console.lists.read(session, str(path)).action(walk.terminal))
    number = fresh_number(6)
    path.write_text(HEADING + line(number))
    other = walk.console.lists.read(session, str(path))
    with pytest.raises(NotAllowed):
        walk.console.lists.bring_in(session, other, approval, LongWork())
    assert walk.storage.customers.find(number) is None


def test_stopped_half_way_who_was_brought_in_stays_and_a_repeat_goes_on(walk: Walk, tmp_path: Path) -> None:
    session, path = walk.branch.session(walk.first[Role.TELLER]), tmp_path / "people.csv"
    numbers = [fresh_number(6) for _ in range(3)]
    path.write_text(HEADING + "".join(line(number, opening="10") for number in numbers))
    desk, stopped = walk.console.lists, LongWork()
    read = desk.read(session, str(path))
    stopped.cancel()
    outcome = desk.bring_in(session, read, walk.approval(session, read.action(walk.terminal)), stopped)
    assert (outcome.stopped, [one.number for one in outcome.done]) == (True, numbers[:1])
    again = desk.bring_in(session, read, walk.approval(session, read.action(walk.terminal)), LongWork())
    assert (again.stopped, again.new, len(again.done)) == (False, 2, 3)
    for number in numbers:
        customer = walk.storage.customers.find(number)
        assert customer is not None
        assert [account.balance for account in walk.storage.ledger.accounts(customer.customer_id)] == [
            Money.of_major(10)
        ]


def test_a_list_that_is_not_there_is_told(walk: Walk, tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="cannot be read"):
        walk.console.lists.read(walk.branch.session(walk.first[Role.TELLER]), str(tmp_path / "none.csv"))


def test_everybody_is_saved_once_an_administrator_has_signed(clerk: Clerk, walk: Walk) -> None:
    number = walk.customer().number
    clerk.as_(Role.TELLER)
    clerk.go_to("Lists")
    clerk.press("Save everybody as CSV")
    clerk.press("Save here")
    clerk.have_signed_by(clerk.branch.person(Role.TELLER))
    assert any("may not" in text or "Your role" in text for text in clerk.texts), "another teller is not enough"
    clerk.have_signed_by(clerk.branch.person(Role.ADMINISTRATOR))
    ended(clerk)
    rows = list(csv.reader(Path(clerk.told.removeprefix("Saved: ")).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:2] == ["number", "name"]
    assert number in {row[0] for row in rows}
