"""Cash through the console's real window: the end of a day, earlier days, and what is saved of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from atm_app.branch.report_desk import PAGE
from atm_app.branch.roles import Role
from gui.console.saving import FolderDialog
from gui.console.words import reason_told
from tests.branch.walk import Walk
from tests.console.conftest import Clerk
from tests.db.bank import fresh_id
from tests.gui.layout import clipped, visible


def saved(clerk: Clerk) -> Path:
    assert clerk.told.startswith("Saved: "), clerk.told
    return Path(clerk.told.removeprefix("Saved: "))


def test_the_end_of_the_day_is_told_and_saved_as_page_and_list(clerk: Clerk) -> None:
    custodian = clerk.as_(Role.CUSTODIAN)
    clerk.press("End of day")
    assert "Counters and ledger agree on the cash in the machine." in clerk.texts
    assert custodian.name in clerk.texts
    assert not list(clipped(list(visible(clerk.top.frame))))
    for button, beginning in (("Save as PDF", b"%PDF"), ("Save as CSV", b"\xef\xbb\xbfpart,")):
        clerk.press(button)
        clerk.press("Save here")
        path = saved(clerk)
        assert path.parent == clerk.branch.storage.folder.reports
        assert path.read_bytes().startswith(beginning)
    clerk.press("Cassettes")
    assert clerk.cells("0")[0] == "Cassette 1"


@pytest.mark.slow
def test_another_folder_is_looked_for_and_one_that_cannot_be_written_is_told(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "here" / "deeper").mkdir(parents=True)
    clerk.as_(Role.CUSTODIAN)
    clerk.press("End of day")
    clerk.press("Save as CSV")
    dialog = clerk.top
    assert isinstance(dialog, FolderDialog)
    dialog._go(str(tmp_path))
    clerk.settle()
    clerk.mark("here")
    clerk.press("Open")
    clerk.mark("deeper")
    clerk.press("Open")
    clerk.press("Up")
    assert dialog.where == str(tmp_path / "here")
    clerk.press("Save here")
    assert saved(clerk).parent == tmp_path / "here"
    clerk.press("Save as CSV")
    clerk.top._go("/proc")
    clerk.settle()
    clerk.press("Save here")
    assert clerk.told in {reason_told(reason) for reason in ("folder_not_writable", "no_such_folder")}
    clerk.press("Save as CSV")
    clerk.top._go(str(tmp_path / "nowhere"))
    clerk.settle()
    assert reason_told("no_such_folder") in clerk.texts


def test_the_auditor_looks_earlier_days_up_page_by_page_and_saves_one_again(clerk: Clerk, walk: Walk) -> None:
    last = 0
    for _ in range(PAGE + 2):
        last = walk.storage.branch.cut_off(fresh_id()).period
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Reports")
    table = clerk.top.table
    assert table.keys == tuple(str(last - place) for place in range(PAGE))
    clerk.press("Older")
    assert table.keys[0] == str(last - PAGE)
    clerk.mark(table.keys[0])
    clerk.press("Open")
    assert "Movements" in clerk.buttons
    clerk.press("Save as CSV")
    clerk.press("Save here")
    rows = list(csv.reader(saved(clerk).read_text(encoding="utf-8-sig").splitlines()))
    assert ["report", "", "Period", str(last - PAGE)] in rows
    clerk.press("Back")
    clerk.press("Newest")
    assert clerk.top.table.keys[0] == str(last)


@pytest.mark.slow
def test_nothing_is_opened_where_nothing_is_marked(clerk: Clerk) -> None:
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Reports")
    clerk.press("Open")
    assert clerk.told == "Choose a period first."


@pytest.mark.slow
def test_an_exchange_of_another_day_is_opened_and_saved(clerk: Clerk, walk: Walk) -> None:
    request = walk.exchanged()
    clerk.as_(Role.CUSTODIAN)
    clerk.go_to("Reports")
    clerk.mark(request.hex())
    clerk.press("Open this exchange")
    assert "Nothing is missing and nothing is too much." in clerk.texts
    clerk.press("Save as PDF")
    clerk.press("Save here")
    assert saved(clerk).read_bytes().startswith(b"%PDF")
