"""Heads that left the machine, beside a chain that is older than they are."""

from __future__ import annotations

from dataclasses import replace

from atm_app.trust.audit import GENESIS, RESTORED, AuditRow, Head, Sealer
from atm_app.trust.vault import KeyRing, Vault

CHAIN = "A-1/kiosk"
ROW = AuditRow(0, CHAIN, "2026-01-01 00:00:00.000000", "test", "done", b"s" * 16, b"p" * 16, "{}")
LATER = Head(CHAIN, 6, b"x" * 32)


def problems(events: tuple[str, ...], noted: Head) -> tuple[str, ...]:
    """Of a chain of rows of these events, whole in itself."""
    sealer = Sealer(Vault(KeyRing.generate()))
    rows = [replace(ROW, audit_id=place, event=event) for place, event in enumerate(events, 1)]
    seals = sealer.seal(Head(CHAIN, 0, GENESIS), rows)
    head = Head(CHAIN, seals[-1].sequence, seals[-1].value)
    return sealer.verify(rows, seals, [head], [noted] if noted.sequence else [head]).problems


def test_a_chain_that_agrees_says_nothing() -> None:
    assert problems(("test",) * 4, Head(CHAIN, 0, GENESIS)) == ()


def test_a_chain_that_ends_earlier_is_told_to_be_older() -> None:
    (problem,) = problems(("test",) * 4, LATER)
    assert problem.endswith(": the chain is older, it ends at place 4; later rows are lost")


def test_a_chain_that_was_restored_says_where_however_long_it_is_by_now() -> None:
    for length in (1, 5):
        (problem,) = problems(("test", "test", RESTORED, *("test",) * length), LATER)
        assert problem.endswith(": the database was restored at place 3, what came after the backup is lost")


def test_a_restore_after_the_head_explains_nothing() -> None:
    (problem,) = problems((*("test",) * 7, RESTORED), LATER)
    assert problem.endswith("written outside the database")
