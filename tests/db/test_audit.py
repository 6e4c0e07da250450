"""The audit trail in the database: sealed in order by whoever wrote it, and every tampering found."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atm_app.stores import AuditEvent
from atm_app.trust.audit import Head, Sealer, Verification
from atm_app.trust.vault import KeyRing, Vault
from db.audit import AuditRows, read_checkpoints, rows_in_order, verify
from db.folder import DataFolder
from db.migrations import Migrator
from db.storage import Storage
from tests.db.bank import administrator, ask, together

KIOSK, STAFF = "A-1/kiosk", "A-1/staff"


class Trail:
    """A terminal's audit, and an administrator who wants to change it."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.storage = Storage(folder, "A-1", "INR")
        self.storage.open()
        self.admin = administrator(folder)
        self.kiosk, self.staff = self.storage.audit, self.storage.staff_audit

    def write(self, count: int = 1, rows: AuditRows | None = None) -> None:
        for number in range(count):
            (rows or self.kiosk).write(AuditEvent("test", "done", b"s" * 16, b"p" * 16, {"number": number}))

    def verify(self) -> Verification:
        return verify(self.storage.kiosk, self.storage.sealer, self.folder.checkpoints)

    def ask(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        return ask(self.admin, sql, parameters)

    def disarm(self) -> None:
        """An administrator can do this; the triggers only stop accidents and everybody else."""
        for name in ("audit_is_never_updated", "audit_is_never_deleted", "seal_is_never_updated",
                     "seal_is_never_deleted"):  # fmt: skip
            self.ask(f"DROP TRIGGER IF EXISTS {name}")

    def row(self, place: int, chain: str = KIOSK) -> int:
        return int(self.ask("SELECT audit_id FROM audit_seal WHERE chain = %s AND sequence = %s", (chain, place))[0][0])

    def close(self) -> None:
        self.admin.close()
        self.storage.close()


@pytest.fixture(scope="module")
def trail_folder(spare_folder: DataFolder) -> DataFolder:
    admin = administrator(spare_folder, None)
    ask(admin, "DROP DATABASE IF EXISTS atm")
    vault = Storage(spare_folder, "A-1", "INR").vault
    Migrator(admin, vault.database_password).run()
    admin.close()
    return spare_folder


@pytest.fixture
def trail(trail_folder: DataFolder) -> Iterator[Trail]:
    made = Trail(trail_folder)
    for table in ("audit", "audit_seal", "audit_head"):
        made.ask(f"TRUNCATE {table}")
    trail_folder.checkpoints.unlink(missing_ok=True)
    yield made
    made.close()


@pytest.fixture
def sealed(trail: Trail) -> Trail:
    """Ten rows of the kiosk sealed in two goes, five of staff between them."""
    trail.write(6)
    assert trail.kiosk.seal() == 6
    trail.write(5, trail.staff)
    trail.write(4)
    assert (trail.kiosk.seal(), trail.staff.seal()) == (4, 5)
    assert trail.verify() == Verification(15, 2, 0, ())
    return trail


# --- sealing ---------------------------------------------------------------------------------------------------------


def test_an_empty_trail_is_in_order(trail: Trail) -> None:
    assert trail.verify() == Verification(0, 0, 0, ())
    assert trail.kiosk.seal() == 0


def test_rows_just_written_are_counted_but_no_problem(trail: Trail) -> None:
    trail.write(3)
    assert trail.verify() == Verification(3, 0, 3, ())


def test_a_thousand_rows_are_sealed_in_portions(trail: Trail) -> None:
    trail.ask(
        "INSERT INTO audit (chain, event, outcome, session, subject, details)"
        " WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        " SELECT 'A-1/kiosk', 'many', 'done', '', '', '{}' FROM n"
    )
    assert trail.kiosk.seal() == 1000
    assert trail.verify() == Verification(1000, 1, 0, ())


@pytest.mark.parametrize(("age", "problems"), [(58, 0), (62, 1), (-62, 1), (-86_400 * 365, 1)])
def test_a_row_unsealed_for_over_a_minute_is_reported(trail: Trail, age: int, problems: int) -> None:
    """A row dated into the future would never grow old: it counts as well."""
    trail.ask(
        "INSERT INTO audit (chain, at, event, outcome, session, subject, details)"
        " VALUES ('A-1/kiosk', UTC_TIMESTAMP(6) - INTERVAL %s SECOND, 'x', 'y', '', '', '{}')", (age,),
    )  # fmt: skip
    assert len(trail.verify().problems) == problems


@pytest.mark.parametrize("moment", ["head_of", "unsealed_rows"])
def test_a_second_sealer_in_between_seals_nothing_twice(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:  # fmt: skip
    other = Storage(trail.folder, "A-1", "INR")
    trail.write(4)
    database = trail.storage.kiosk
    rows, done = database.rows, []

    def interrupted(query: str, **parameters: Any) -> Any:
        answer = rows(query, **parameters)
        if query == moment and not done:
            done.append(other.audit.seal())
            trail.write(2)
        return answer

    monkeypatch.setattr(database, "rows", interrupted)
    try:
        assert trail.kiosk.seal() == 2
    finally:
        other.close()
    assert done == [4]
    assert trail.verify() == Verification(6, 1, 0, ())


def test_a_row_that_appears_after_later_ones_were_sealed_is_sealed_too(trail: Trail) -> None:
    """Its call was given up by its caller, and ended on the server all the same."""
    late = administrator(trail.folder)
    late.autocommit = False
    late.cursor().execute(
        "INSERT INTO audit (chain, event, outcome, session, subject, details) VALUES (%s, 'late', '', '', '', '{}')",
        (KIOSK,),
    )
    trail.write(3)
    assert trail.kiosk.seal() == 3
    assert trail.kiosk.seal() == 0
    late.commit()
    late.close()
    assert trail.kiosk.seal() == 1
    assert trail.verify() == Verification(4, 1, 0, ())


@pytest.mark.parametrize(("seconds", "from_where"), [(0.0, 0), (11.0, 3), (601.0, 0)])
def test_the_sealed_past_is_looked_through_no_more_but_now_and_then(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, seconds: float, from_where: int
) -> None:
    trail.write(3)
    trail.kiosk.seal()
    asked: list[int] = []
    rows, now = trail.storage.kiosk.rows, time.monotonic()

    def listen(query: str, **parameters: Any) -> Any:
        if query == "unsealed_rows":
            asked.append(parameters["after"])
        return rows(query, **parameters)

    monkeypatch.setattr(trail.storage.kiosk, "rows", listen)
    monkeypatch.setattr("db.audit.time.monotonic", lambda: now + 0.01)
    trail.kiosk.seal()
    monkeypatch.setattr("db.audit.time.monotonic", lambda: now + seconds + 0.02)
    asked.clear()
    trail.kiosk.seal()
    assert asked == [trail.row(from_where) if from_where else 0]


def test_sealers_of_one_chain_at_once_seal_every_row_once(trail: Trail) -> None:
    others = [Storage(trail.folder, "A-1", "INR") for _ in range(4)]
    try:

        def work(storage: Storage) -> int:
            sealed = 0
            for _ in range(10):
                storage.audit.write(AuditEvent("test", "done"))
                sealed += storage.audit.seal()
            return sealed

        assert sum(together([lambda one=one: work(one) for one in others])) == 40
    finally:
        for storage in others:
            storage.close()
    assert trail.verify() == Verification(40, 1, 0, ())


@pytest.mark.parametrize("query", ["all_rows", "all_seals", "all_heads"])
def test_verifying_while_another_process_seals_finds_no_problem(
    sealed: Trail, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:  # fmt: skip
    other = Storage(sealed.folder, "A-1", "INR")
    rows = sealed.storage.kiosk.rows

    def interrupted(asked: str, **parameters: Any) -> Any:
        answer = rows(asked, **parameters)
        if asked == query:
            sealed.write(2, other.audit)
            other.audit.seal()
        return answer

    monkeypatch.setattr(sealed.storage.kiosk, "rows", interrupted)
    try:
        assert sealed.verify().problems == ()
    finally:
        other.close()


def test_after_a_crash_between_writing_and_sealing_the_next_start_seals(trail: Trail) -> None:
    trail.write(3)
    trail.storage.kiosk.close()
    again = Storage(trail.folder, "A-1", "INR")
    try:
        assert again.audit.seal() == 3
    finally:
        again.close()
    assert trail.verify() == Verification(3, 1, 0, ())


def test_after_a_crash_between_sealing_and_its_checkpoint_all_is_well(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def crash() -> None:
        raise KeyboardInterrupt

    trail.write(3)
    with monkeypatch.context() as patch:
        patch.setattr(trail.kiosk, "checkpoint", crash)
        with pytest.raises(KeyboardInterrupt):
            trail.kiosk.seal()
    trail.write(2)
    assert trail.kiosk.seal() == 2
    assert trail.verify() == Verification(5, 1, 0, ())
    assert [head.sequence for head in read_checkpoints(trail.folder.checkpoints)] == [5]


# --- tampering -------------------------------------------------------------------------------------------------------


def _change(column: str, value: str) -> Callable[[Trail], None]:
    return lambda trail: void(trail.ask(f"UPDATE audit SET {column} = {value} WHERE id = %s", (trail.row(4),)))


def void(_: object) -> None:
    return None


def _delete_row(trail: Trail) -> None:
    trail.ask("DELETE FROM audit WHERE id = %s", (trail.row(4),))


def _delete_row_and_seal(trail: Trail) -> None:
    row = trail.row(4)
    trail.ask("DELETE FROM audit WHERE id = %s", (row,))
    trail.ask("DELETE FROM audit_seal WHERE audit_id = %s", (row,))


def _delete_row_and_close_the_gap(trail: Trail) -> None:
    _delete_row_and_seal(trail)
    trail.ask("UPDATE audit_seal SET sequence = sequence - 1 WHERE chain = %s AND sequence > 4 ORDER BY sequence",
              (KIOSK,))  # fmt: skip
    trail.ask("UPDATE audit_head SET sequence = sequence - 1 WHERE chain = %s", (KIOSK,))


def _insert(trail: Trail) -> int:
    columns = "chain, event, outcome, session, subject, details"
    trail.ask(f"INSERT INTO audit ({columns}) VALUES (%s, 'x', 'y', '', '', '{{}}')", (KIOSK,))
    return int(trail.ask("SELECT MAX(id) FROM audit")[0][0])


def _insert_with_a_forged_seal(trail: Trail) -> None:
    row = _insert(trail)
    trail.ask("INSERT INTO audit_seal VALUES (%s, 11, %s, REPEAT('x', 32), 'k1')", (KIOSK, row))
    trail.ask("UPDATE audit_head SET sequence = 11, seal = REPEAT('x', 32) WHERE chain = %s", (KIOSK,))


def _insert_beyond_the_head(trail: Trail) -> None:
    row = _insert(trail)
    trail.ask("INSERT INTO audit_seal VALUES (%s, 11, %s, REPEAT('x', 32), 'k1')", (KIOSK, row))


def _swap_rows(trail: Trail) -> None:
    first, second = trail.row(2), trail.row(5)
    for source, target in ((first, 10**6), (second, first), (10**6, second)):
        trail.ask("UPDATE audit SET id = %s WHERE id = %s", (target, source))


def _swap_seals(trail: Trail) -> None:
    first, second = trail.row(2), trail.row(5)
    for source, target in ((first, 10**6), (second, first), (10**6, second)):
        trail.ask("UPDATE audit_seal SET audit_id = %s WHERE audit_id = %s", (target, source))


def _move_to_the_other_chain(trail: Trail) -> None:
    trail.ask("UPDATE audit SET chain = %s WHERE id = %s", (STAFF, trail.row(4)))


def _cut_the_end(trail: Trail) -> None:
    for place in (10, 9):
        row = trail.row(place)
        trail.ask("DELETE FROM audit_seal WHERE audit_id = %s", (row,))
        trail.ask("DELETE FROM audit WHERE id = %s", (row,))


def _cut_the_end_and_set_the_head_back(trail: Trail) -> None:
    _cut_the_end(trail)
    trail.ask(
        "UPDATE audit_head h JOIN audit_seal s ON s.chain = h.chain AND s.sequence = 8"
        " SET h.sequence = 8, h.seal = s.seal WHERE h.chain = %s", (KIOSK,),
    )  # fmt: skip


def _empty(*tables: str) -> Callable[[Trail], None]:
    return lambda trail: void([trail.ask(f"TRUNCATE {table}") for table in tables])


def _drop_and_make_anew(trail: Trail) -> None:
    for table in ("audit", "audit_seal", "audit_head"):
        made = trail.ask(f"SHOW CREATE TABLE {table}")[0][1]
        trail.ask(f"DROP TABLE {table}")
        trail.ask(made)


def _drop_and_write_a_new_past(trail: Trail) -> None:
    """All rows but one, chained again in good order, by somebody without the key."""
    _drop_and_make_anew(trail)
    trail.write(9)
    stranger = AuditRows(trail.storage.kiosk, KIOSK, Sealer(Vault(KeyRing.generate())), trail.folder.checkpoints)
    noted = trail.folder.checkpoints.read_bytes()
    stranger.seal()
    trail.folder.checkpoints.write_bytes(noted)


def _drop_and_let_the_machine_go_on(trail: Trail) -> None:
    """The machine itself, with its key, starts a new chain after the old one was dropped."""
    _drop_and_make_anew(trail)
    trail.write(12)
    trail.kiosk.seal()


def _change_the_head(trail: Trail) -> None:
    trail.ask("UPDATE audit_head SET seal = REPEAT('x', 32) WHERE chain = %s", (KIOSK,))


def _delete_the_head(trail: Trail) -> None:
    trail.ask("DELETE FROM audit_head WHERE chain = %s", (KIOSK,))


def _change_a_seal(trail: Trail) -> None:
    trail.ask("UPDATE audit_seal SET seal = REPEAT('x', 32) WHERE audit_id = %s", (trail.row(4),))


def _change_the_checkpoint(trail: Trail) -> None:
    lines = trail.folder.checkpoints.read_text().splitlines()
    entry = json.loads(lines[0])
    entry["seal"] = "00" * 32
    trail.folder.checkpoints.write_text("\n".join([json.dumps(entry), *lines[1:]]) + "\n")


TAMPERING: dict[str, Callable[[Trail], None]] = {
    "time changed": _change("at", "at + INTERVAL 1 SECOND"),
    "event changed": _change("event", "'other'"),
    "outcome changed": _change("outcome", "'other'"),
    "session changed": _change("session", "''"),
    "subject changed": _change("subject", "''"),
    "details changed": _change("details", "CONCAT(details, ' ')"),
    "row deleted": _delete_row,
    "row and seal deleted": _delete_row_and_seal,
    "row and seal deleted, places closed up": _delete_row_and_close_the_gap,
    "row inserted with a forged seal and head": _insert_with_a_forged_seal,
    "row inserted beyond the head": _insert_beyond_the_head,
    "rows swapped": _swap_rows,
    "seals swapped": _swap_seals,
    "row moved to another chain": _move_to_the_other_chain,
    "end cut off": _cut_the_end,
    "end cut off and head set back": _cut_the_end_and_set_the_head_back,
    "rows truncated": _empty("audit"),
    "seals truncated": _empty("audit_seal"),
    "heads truncated": _empty("audit_head"),
    "rows and seals truncated": _empty("audit", "audit_seal"),
    "everything truncated": _empty("audit", "audit_seal", "audit_head"),
    "everything dropped and made anew": _drop_and_make_anew,
    "everything dropped and written anew": _drop_and_write_a_new_past,
    "everything dropped and the machine went on": _drop_and_let_the_machine_go_on,
    "head changed": _change_the_head,
    "head deleted": _delete_the_head,
    "seal changed": _change_a_seal,
    "checkpoint changed": _change_the_checkpoint,
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found(sealed: Trail, how: str) -> None:
    sealed.disarm()
    TAMPERING[how](sealed)
    assert sealed.verify().problems != ()


def test_a_problem_names_its_chain_and_row_and_the_other_chain_is_clean(sealed: Trail) -> None:
    sealed.disarm()
    row = sealed.row(4)
    _change("outcome", "'other'")(sealed)
    assert sealed.verify().problems == (f"chain {KIOSK}: row {row} at place 4 was changed or moved",)


def test_without_the_key_nobody_can_continue_a_chain(sealed: Trail) -> None:
    sealed.write(1)
    stranger = AuditRows(sealed.storage.kiosk, KIOSK, Sealer(Vault(KeyRing.generate())), sealed.folder.checkpoints)
    assert stranger.seal() == 1
    assert len(sealed.verify().problems) == 1


def test_a_checkpoint_line_cut_short_by_a_power_cut_is_left_out(sealed: Trail) -> None:
    with sealed.folder.checkpoints.open("a") as file:
        file.write('{"chain": "A-1/kio')
    assert sealed.verify().problems == ()


def test_checkpoints_lie_outside_the_database_for_their_owner_only(sealed: Trail) -> None:
    assert sealed.folder.checkpoints.stat().st_mode & 0o777 == 0o600
    assert sealed.folder.database not in sealed.folder.checkpoints.parents
    heads = read_checkpoints(sealed.folder.checkpoints)
    assert [(head.chain, head.sequence) for head in heads] == [(KIOSK, 6), (KIOSK, 10), (STAFF, 5)]
    assert all(isinstance(head, Head) for head in heads)


def test_every_row_comes_once_and_in_order_however_many_there_are(trail: Trail) -> None:
    trail.write(1_003)
    rows = list(rows_in_order(trail.storage.kiosk))
    assert [json.loads(row.details)["number"] for row in rows] == list(range(1_003))
