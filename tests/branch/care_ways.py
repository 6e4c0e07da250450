"""The methods of the desks that restore backups and renew the demonstration: how each is called, and what must come of
it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from atm_app.branch.demonstration_desk import DemonstrationStep
from atm_app.branch.restore_desk import RestorePlan
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from tests.branch.walk import Walk

Act = Callable[[StaffSession], Any]


def look_at_backup(walk: Walk) -> Act:
    desk = replace(walk.console.restores, restorer=SimpleNamespace(look_at=lambda path: path))
    return lambda session: desk.look_at(session, "/backups")


def restore(walk: Walk) -> Act:
    """How one is done tests/console/test_restore.py shows, on a database of its own."""
    plan = RestorePlan("/backups/1", "1", walk.branch.clock.now(), "7c0e", 2, 3, 1, 20)
    restorer = SimpleNamespace(look_at=lambda path: plan, restore=lambda plan, report: ("Restored.",))
    desk = replace(walk.console.restores, restorer=restorer)

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, plan.action(walk.terminal))
        assert desk.restore(session, plan, approval, lambda _: None) == ("Restored.",)

    return act


def demonstration(walk: Walk, call: str) -> Act:
    """What is done tests/care/test_demonstration_renewal.py shows; here are customers who are none of its own."""
    steps = (DemonstrationStep("Edna Pinto, 100003", "is unlocked"),)
    keeper = SimpleNamespace(look_at=lambda: steps, renew=lambda done_by: steps)
    desk = replace(walk.console.demonstration, keeper=keeper)

    def act(session: StaffSession) -> None:
        assert getattr(desk, call)(session) == steps

    return act


CARE_WAYS: dict[str, tuple[Deed, Callable[[Walk], Act]]] = {
    "restores.look_at": (Deed.BACK_UP, look_at_backup),
    "restores.restore": (Deed.RESTORE_BACKUP, restore),
    "demonstration.look_at": (Deed.RENEW_DEMONSTRATION, lambda walk: demonstration(walk, "look_at")),
    "demonstration.renew": (Deed.RENEW_DEMONSTRATION, lambda walk: demonstration(walk, "renew")),
}
