"""A machine that the fleet has shut out says so to staff, and is out of service until it is let in again."""

from __future__ import annotations

import pytest

from atm_app.stores import ShutOut
from atm_app.views import OutOfService
from tests.world import World

REVOKED = "ATM-7 was revoked: its users of the database are locked. Have it invited anew, or retire the machine"


def test_a_revoked_machine_goes_out_of_service_by_itself_and_tells_staff_why(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut_out() -> None:
        raise ShutOut(REVOKED)

    assert world.state == "welcome"
    monkeypatch.setattr(world.storage, "open", shut_out)
    monkeypatch.setattr(world.storage.audit, "seal", shut_out)
    world.wait(3.1)
    assert world.state == "out_of_service"
    world.wait(30)
    assert world.view == OutOfService(note="database", advice=REVOKED)
    monkeypatch.undo()
    world.wait(3.1)
    assert world.state == "welcome"
