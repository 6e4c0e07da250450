"""How far the audit has come leaves the machine, and what left it finds what was cut off."""

from __future__ import annotations

from pathlib import Path

from atm_app.config import AlertSettings
from db.audit import read_checkpoints
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_menu
from tests.world import World


def heads(world: World) -> list[str]:
    return [message.text for message in world.post.messages if "audit verify" in message.text]


def test_the_heads_are_sent_every_hour_and_read_as_checkpoints(make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world(alerts=AlertSettings(email="staff@bank.example", heads_every=3600))
    world.wait(4)
    to_menu(world)
    world.touch("cancel")
    world.touch("done")
    for _ in range(2):
        world.wait(1800)
    assert len(heads(world)) == 2
    kept = tmp_path / "mailbox"
    kept.write_text("\n".join(message for message in heads(world)))
    noted = [head for head in read_checkpoints(kept) if head.chain == f"{world.terminal}/kiosk"]
    assert len(noted) == 2
    assert noted[0].sequence < noted[1].sequence


def test_without_staff_they_stay(make_world: MakeWorld) -> None:
    world = make_world()
    world.wait(10)
    assert heads(world) == []
