"""A restore and the demonstration in the console's pictures: what it means, its steps, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from atm_app.branch.demonstration_desk import DemonstrationStep
from atm_app.branch.restore_desk import RestorePlan
from atm_app.branch.roles import Role
from gui.console.demonstration import DemonstrationPage
from gui.console.restore import UNDER_WAY, RestoringPage

PLACE, NAME = "/mnt/backups/T-1", "20261120T020000Z"
MADE_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PLAN = RestorePlan(f"{PLACE}/{NAME}", NAME, MADE_AT, "7c0e5f21b9a64d38" * 4, 812, 214, 3, 2871)
STEPS = (
    "The present database is put to rest", "The backup is looked at: manifest, files, data keys",
    "A second database is filled beside it", "Books and the machine's own journal are brought together",
    "Every audit chain and the trial balance are verified",
)  # fmt: skip
TOLD = (
    f"Restored: {PLACE}/{NAME}, made 2026-11-20 02:00:00 UTC. What happened since is not in the books.",
    "Customers who had been erased since and were erased again: 1.",
    "Movements that were under way and are suspended, for staff to settle: 2.",
    "What was there lies in /var/lib/cardless-atm/default/before-restore-20261120T111502Z; delete it when nobody needs "
    "it: no erasure reaches it.",
)
NOT_AS_THEY_BEGAN = (
    DemonstrationStep("Chen Wei, 100001", "₹6,000 is paid out of account •••• 0451: ₹84,250 again"),
    DemonstrationStep("Dele Siddi, 100002", "is unlocked"),
    DemonstrationStep("Dele Siddi, 100002", "account •••• 0452 is released"),
    DemonstrationStep("Dele Siddi, 100002", "₹2,400 is paid in to account •••• 0452: ₹12,400 again"),
    DemonstrationStep(
        "Edna Pinto, 100003",
        "was erased; is enrolled at the machine's next start, under another number: an erased one's is never given "
        "again",
    ),
    DemonstrationStep("The cassettes", "are exchanged for full ones, ₹7,20,000 in all"),
)


def restore_answers() -> dict[str, Any]:
    return {
        "restores": SimpleNamespace(look_at=lambda *_: PLAN),
        "demonstration": SimpleNamespace(look_at=lambda _: NOT_AS_THEY_BEGAN),
    }


def _demonstration(window: Any) -> None:
    window.as_(Role.ADMINISTRATOR, "Check-up").open(DemonstrationPage)


def _plan(window: Any) -> None:
    page = window.as_(Role.ADMINISTRATOR, "Backup").page
    page.table.choose(PLAN.path)
    window.press("Restore …")


def _signature(window: Any) -> None:
    _plan(window)
    window.press("Have it signed and restore")


def _steps(window: Any) -> RestoringPage:
    page = RestoringPage(window.as_(Role.ADMINISTRATOR))
    window.shell.hold(lambda _: page, UNDER_WAY)
    page._bar.stop()  # where it began, in every picture
    for step in STEPS:
        page.step(step)
    return page


def _ended(window: Any) -> None:
    _steps(window).ended("The backup was restored", TOLD)


RESTORE_PICTURES: dict[str, Callable[[Any], None]] = {
    "restore": _plan,
    "restore_signed": _signature,
    "restoring": lambda window: _steps(window) and None,
    "restored": _ended,
    "demonstration": _demonstration,
}
