"""What the auditor takes along and proves, through the console's real window: lists of any length, the audit verified,
one customer's story."""

from __future__ import annotations

import csv
from pathlib import Path
from time import monotonic

import pytest

from atm_app.branch.long_work import LongWork
from atm_app.branch.roles import Role
from atm_app.ports import Cancelled
from atm_app.stores import AuditEvent
from atm_app.trust.audit import Verification
from db.audit import AuditRows
from gui.console.long_run import STOPPED, run_long
from gui.console.proof import verdict_of
from tests.branch.walk import Walk
from tests.console.conftest import Clerk
from tests.db.bank import ask, fresh_id
from tests.gui.layout import clipped, visible
from tests.waiting import live

PATIENCE = 20.0


def ended(clerk: Clerk) -> None:
    """Until nothing takes long any more."""
    end = monotonic() + PATIENCE
    while clerk.shell.running or clerk.shell.asking:
        assert monotonic() < end, "it does not end"
        live(clerk.root)
    clerk.settle()


def saved(clerk: Clerk) -> list[list[str]]:
    clerk.press("Save as CSV")
    clerk.press("Save here")
    ended(clerk)
    assert clerk.told.startswith("Saved: "), clerk.told
    text = Path(clerk.told.removeprefix("Saved: ")).read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines()))


# --- lists -----------------------------------------------------------------------------------------------------------


def test_the_audit_is_saved_as_it_is_filtered_beyond_what_is_shown(clerk: Clerk, walk: Walk) -> None:
    session, other = fresh_id(), fresh_id()
    for place in range(120):
        walk.storage.audit.write(AuditEvent("face_verify", "refused", session, other, {"score": place}))
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Audit")
    clerk.fill(session=session.hex())
    clerk.press("Search")
    assert len(clerk.top.table.keys) == 100
    rows = saved(clerk)
    assert rows[0] == ["id", "at", "chain", "event", "outcome", "session", "subject", "details"]
    assert [row[7] for row in rows[1:]] == [f'{{"score": {place}}}' for place in range(119, -1, -1)]
    assert not any(session.hex() in cell or other.hex() in cell for row in rows for cell in row)
    assert len({row[6] for row in rows[1:]}) == 1, "within a list somebody stays the same"


@pytest.mark.slow
def test_the_journal_is_saved_as_it_is_filtered(clerk: Clerk, walk: Walk) -> None:
    walk.suspended()
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Journal")
    clerk.fill(kind="withdrawal_suspense", terminal=walk.terminal)
    clerk.press("Search")
    rows = saved(clerk)
    assert {row[2] for row in rows[1:]} == {"withdrawal_suspense"}
    assert {row[5] for row in rows[1:]} == {"100.00"}
    assert [row[0] for row in rows[1:]] == list(clerk.top.table.keys)


# --- what takes long -------------------------------------------------------------------------------------------------


def test_while_it_runs_the_window_works_and_stopping_it_ends_it(clerk: Clerk) -> None:
    clerk.as_(Role.AUDITOR)
    steps, works = [], []

    def endless(work: LongWork) -> str:
        works.append(work)
        while True:
            steps.append(1)
            work.step(1)

    run_long(clerk.shell, "Something long", "rows", endless, lambda _: pytest.fail("it was stopped"))
    asked: list[str] = []
    clerk.shell.ask(lambda: "an answer", asked.append)
    clerk.settle()
    assert asked == ["an answer"], "others are asked meanwhile"
    assert any(text.endswith(" rows") for text in clerk.texts)
    clerk.press("Stop")
    ended(clerk)
    assert clerk.told == STOPPED
    with pytest.raises(Cancelled):
        works[0].step(1)


@pytest.mark.slow
def test_a_lock_stops_what_takes_long(clerk: Clerk) -> None:
    clerk.as_(Role.AUDITOR)

    def endless(work: LongWork) -> None:
        while True:
            work.step(1)

    run_long(clerk.shell, "Something long", "rows", endless, lambda _: None)
    clerk.shell.lock()
    ended(clerk)
    assert clerk.shell.covered
    assert not clerk.shell.dialogs


# --- the audit, verified ---------------------------------------------------------------------------------------------


def verified(clerk: Clerk) -> None:
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Audit")
    clerk.press("Verify the audit")
    ended(clerk)


def sealed(walk: Walk) -> None:
    """Every chain of the database, other machines' too: tests leave rows that nobody sealed yet."""
    storage = walk.storage
    for (chain,) in ask(walk.branch.admin, "SELECT DISTINCT chain FROM audit"):
        AuditRows(storage.kiosk, chain, storage.sealer, storage.folder.checkpoints).seal()


def test_the_audit_is_verified_and_told_as_the_command_would(clerk: Clerk, walk: Walk) -> None:
    sealed(walk)
    verified(clerk)
    found = walk.storage.verifier.verify(LongWork())
    assert verdict_of(found)[0] in clerk.texts
    clerk.press("Back")
    assert "Search" in clerk.buttons


def test_a_verdict_says_in_a_sentence_whether_it_is_whole() -> None:
    whole, cut = Verification(48_211, 4, 1, ()), Verification(10, 1, 0, ("chain T-1/kiosk: place 3 is missing",))
    assert verdict_of(whole)[0] == "The audit is whole: nothing was changed, cut off, put in or moved."
    assert verdict_of(whole)[2].startswith("1 row is not sealed yet")
    partly = Verification(48_211, 4, 0, (), ("ATM-8/kiosk", "ATM-8/staff"))
    assert verdict_of(partly)[0].startswith("What this machine can compare is whole")
    assert "2 chains are sealed with another machine's own key" in verdict_of(partly)[2]
    assert verdict_of(cut)[0] == "The audit is not as it was written: 1 finding."


def test_a_row_that_was_changed_is_found_and_named(clerk: Clerk, walk: Walk) -> None:
    walk.storage.audit.write(AuditEvent("face_verify", "refused", fresh_id()))
    walk.storage.audit.seal()
    admin = walk.branch.admin
    ((row,),) = ask(admin, "SELECT MAX(audit_id) FROM audit_seal WHERE chain = %s", (f"{walk.terminal}/kiosk",))
    ((trigger,),) = ask(
        admin, "SELECT action_statement FROM information_schema.triggers WHERE trigger_name = 'audit_is_never_updated'"
    )
    ask(admin, "DROP TRIGGER audit_is_never_updated")
    try:
        ask(admin, "UPDATE audit SET outcome = 'accepted' WHERE id = %s", (row,))
        verified(clerk)
        ask(admin, "UPDATE audit SET outcome = 'refused' WHERE id = %s", (row,))
    finally:
        ask(admin, f"CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit FOR EACH ROW {trigger}")
    assert any(text.startswith("The audit is not as it was written") for text in clerk.texts)
    assert any(f"row {row}" in clerk.cells(key)[0] for key in clerk.top.table.keys)
    assert not list(clipped(list(visible(clerk.top.frame))))


# --- one customer ----------------------------------------------------------------------------------------------------


def test_a_teller_reads_a_customers_story_and_saves_it(clerk: Clerk, walk: Walk) -> None:
    customer = walk.customer()
    clerk.as_(Role.TELLER)
    clerk.fill(text=customer.number)
    clerk.press("Look up")
    clerk.press("Story")
    assert clerk.cells(clerk.top.table.keys[-1])[1] == "Enrolled."
    assert not list(clipped(list(visible(clerk.top.frame))))
    clerk.press("Settings")
    assert clerk.told == "Nothing of this kind."
    clerk.press("Enrolment")
    shown = [clerk.cells(key)[1] for key in clerk.top.table.keys]
    assert [row[2] for row in saved(clerk)[1:]] == shown
    clerk.press("Older")
    assert clerk.told == "There is nothing older."
    clerk.press("Back")
    assert f"{customer.name}  ·  {customer.number}" in clerk.texts


def test_the_auditor_goes_from_a_row_to_the_story_of_whom_it_is_about(clerk: Clerk, walk: Walk) -> None:
    customer, session = walk.customer(), fresh_id()
    walk.storage.audit.write(AuditEvent("face_verify", "refused", session, customer.pseudonym))
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Audit")
    clerk.press("Story of whom")
    assert clerk.told == "Choose a row first."
    clerk.fill(session=session.hex())
    clerk.press("Search")
    clerk.mark(clerk.top.table.keys[0])
    clerk.press("Story of whom")
    assert clerk.cells(clerk.top.table.keys[0])[1] == "Face: refused."
    assert not any(customer.number in text or customer.name in text for text in clerk.texts)
