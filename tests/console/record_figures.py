"""The auditor's proof and one customer's story in the console's pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from atm_app.banking.money import Money
from atm_app.branch.list_desk import ReadList
from atm_app.branch.long_work import LongWork
from atm_app.branch.roles import Role
from atm_app.branch.story import Cursor, StoryKind, StoryLine, StoryPage
from atm_app.identity.customer_list import LineProblem, ListedCustomer
from atm_app.identity.self_sign_up import NewAccount
from atm_app.stores import NewCustomer
from atm_app.trust.audit import Verification
from gui.console.long_run import LongDialog
from gui.console.proof import ProofPage

MOMENT = datetime(2026, 11, 20, 10, 42, 7, tzinfo=UTC)
TOLD = (
    (StoryKind.STAFF, "Staff, teller: read story.", 0), (StoryKind.STAFF, "Unlocked by staff.", 3),
    (StoryKind.SIGN_INS, "Fingerprint: locked.", 21), (StoryKind.SIGN_INS, "Fingerprint: refused.", 22),
    (StoryKind.SIGN_INS, "Fingerprint: refused.", 22), (StoryKind.SIGN_INS, "Face, among all: accepted.", 23),
    (StoryKind.MOVEMENTS, "Transfer: ₹12,000 from account •••• 0451.", 1400),
    (StoryKind.MOVEMENTS, "Withdrawal: ₹4,500 from account •••• 0451.", 1403),
    (StoryKind.MOVEMENTS, "Withdrawal of ₹45,000 refused: over daily limit.", 1404),
    (StoryKind.SIGN_INS, "Signed in.", 1405), (StoryKind.SIGN_INS, "One time code: accepted.", 1405),
    (StoryKind.SIGN_INS, "A one-time code was issued.", 1406), (StoryKind.SIGN_INS, "Face: accepted.", 1407),
    (StoryKind.SETTINGS, "Limit for withdrawal set: ₹5,000 at once, ₹20,000 a day.", 4000),
    (StoryKind.MOVEMENTS, "Paid in at the branch: ₹50,000 to account •••• 0451.", 8655),
    (StoryKind.ENROLMENT, "Face enrolled: face.", 8660), (StoryKind.ENROLMENT, "Enrolled.", 8662),
)  # fmt: skip
LINES = tuple(
    StoryLine(MOMENT - timedelta(minutes=minutes), kind, what, "T-1", f"audit {1204 - place}")
    for place, (kind, what, minutes) in enumerate(TOLD)
)
WHOLE = Verification(48_211, 4, 1, ())
CHANGED = Verification(
    48_211, 4, 0,
    ("chain T-1/kiosk: row 31077 at place 30122 was changed or moved",
     "chain T-1/kiosk: place 40001 does not agree with the checkpoint written outside the database: the chain is "
     "older, it ends at place 39876; later rows are lost"),
)  # fmt: skip


def record_answers() -> dict[str, Any]:
    return {"stories": SimpleNamespace(page=lambda *_: StoryPage(LINES, Cursor()))}


def _story(window: Any) -> None:
    page = window.as_(Role.TELLER, "Customers").page
    page.search.fields["text"].insert(0, "400271")
    page.look_up()
    window.press("Story")


def _proof(found: Verification) -> Callable[[Any], None]:
    def show(window: Any) -> None:
        window.as_(Role.AUDITOR, "Audit").open(lambda shell: ProofPage(shell, found, lambda: None))

    return show


def _under_way(window: Any) -> None:
    work = LongWork()
    work.done, work.total = 61_000, 144_633
    LongDialog(window.as_(Role.AUDITOR, "Audit"), "Verifying the audit", "rows", work)


def _lists(window: Any) -> None:
    page = window.as_(Role.TELLER, "Lists").page
    new = NewCustomer("500101", "Mira Sen", "", "mira@customer.example", "", "")
    account = NewAccount("Sahyadri Bank", "300127450999", "savings", "INR")
    lines = tuple(
        ListedCustomer(line, f"5001{line:02}", new, account, Money.of_major(500), (), (f"{line}.jpg", f"{line} b.jpg"))
        for line in range(2, 98)
    )
    problems = (
        LineProblem(14, "phone", "is no telephone number of its country"), LineProblem(31, "email", "malformed"),
        LineProblem(40, "photographs", "a photograph shows several faces"),
        LineProblem(57, "", "has 9 fields, the heading has 10"),
        LineProblem(63, "photographs", "there is no such file in the folder of pictures"),
        LineProblem(71, "fingerprints", "the ridges are smeared, too wet or too dry"),
        LineProblem(88, "number", "is in line 12 already"),
    )  # fmt: skip
    page._in_folder("/media/branch/new-customers")
    page.show(ReadList("new-customers.csv", "0123456789abcdef", lines, problems), "")


RECORD_PICTURES: dict[str, Callable[[Any], None]] = {
    "lists": _lists,
    "story": _story,
    "verifying": _under_way,
    "verified": _proof(WHOLE),
    "tampered": _proof(CHANGED),
}
