"""A full flash memory of the virtual sensor: the right page of a thousand, within the second a real unit takes."""

from __future__ import annotations

import time

import numpy as np
import pytest

from biometric.fingerprint.coarse_index import CoarseIndex
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.minutiae import extract
from biometric.fingerprint.packets import Instruction, Reply
from biometric.fingerprint.template import Minutiae, pack, unpack
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from biometric.virtual.r307_commands import CommandTable, SensorMemory

FINGERS, PAGES, SECONDS = range(5100, 5106), 1000, 1.0


def touch(finger: int, number: int) -> bytes:
    return pack(extract(press(grow(finger), draw_touch(finger * 100 + number, 0.9))))


def somebody(seed: int, like: Minutiae) -> bytes:
    """As many minutiae as a finger has, where they happen to fall."""
    chance = np.random.default_rng(seed)
    count = len(like)
    places = chance.permutation(np.argwhere(like.seen))[:count]
    return pack(Minutiae(places[:, 1] * 16.0 + 8, places[:, 0] * 16.0 + 8, chance.uniform(0, 2 * np.pi, len(places)),
                         chance.random(len(places)) < 0.5, chance.uniform(0.3, 1, len(places)), like.seen))  # fmt: skip


@pytest.fixture(scope="module")
def enrolled() -> dict[int, bytes]:
    """Six drawn fingers, far apart among strangers."""
    fingers = {finger: touch(finger, 0) for finger in FINGERS}
    like = unpack(next(iter(fingers.values())))
    flash = {page: somebody(page, like) for page in range(PAGES)}
    return flash | {150 * place + 7: template for place, template in enumerate(fingers.values())}


@pytest.fixture(scope="module")
def table(enrolled: dict[int, bytes]) -> CommandTable:
    made = CommandTable(SensorMemory(capacity=PAGES, verified=True), lambda: None)
    for page, template in enrolled.items():
        made.memory.buffers[1] = template
        assert made.answer(bytes([Instruction.STORE, 1, *page.to_bytes(2, "big")])).reply == Reply.OK
    return made


def search(table: CommandTable, probe: bytes, start: int = 0, count: int = PAGES) -> tuple[int, int, int]:
    """(reply, page, score)."""
    table.memory.buffers[1] = probe
    answer = table.answer(bytes([Instruction.SEARCH, 1, *start.to_bytes(2, "big"), *count.to_bytes(2, "big")]))
    return answer.reply, int.from_bytes(answer.details[:2], "big"), int.from_bytes(answer.details[2:], "big")


def test_the_right_page_of_a_thousand_in_a_second(table: CommandTable) -> None:
    for place, finger in enumerate(FINGERS):
        probe = touch(finger, 1)
        began = time.process_time()
        reply, page, score = search(table, probe)
        assert time.process_time() - began < SECONDS
        assert (reply, page) == (Reply.OK, 150 * place + 7)
        assert score >= RECOMMENDED_THRESHOLD


def test_a_stranger_and_rubbish_are_not_found(table: CommandTable) -> None:
    assert search(table, touch(5200, 0))[0] == Reply.NOT_FOUND
    assert search(table, b"rubbish")[0] == Reply.NOT_FOUND


def test_only_the_pages_asked_for_are_searched(table: CommandTable) -> None:
    probe = touch(FINGERS[1], 1)
    assert search(table, probe, 0, 157)[0] == Reply.NOT_FOUND
    assert search(table, probe, 157, 1)[:2] == (Reply.OK, 157)


def test_a_page_that_was_overwritten_or_deleted_is_not_remembered(enrolled: dict[int, bytes]) -> None:
    index, probe = CoarseIndex(), touch(FINGERS[0], 1)
    flash = dict(list(enrolled.items())[:40])
    assert index.likeliest(probe, flash.items(), 1) == [7]
    flash[9] = flash.pop(7)
    assert index.likeliest(probe, flash.items(), 1) == [9]
    flash[9] = flash[10]
    assert 7 not in index.likeliest(probe, flash.items(), 40)
    assert index.likeliest(probe, (), 5) == []
    assert index.likeliest(b"rubbish", flash.items(), 5) == []
