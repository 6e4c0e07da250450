"""The schema's way from nothing to this version, and everything that can go wrong on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mysql.connector import errors

from atm_app.trust.vault import Vault
from db import migrations
from db.connection import SQL, open_raw
from db.folder import DataFolder
from db.hosts import private_socket
from db.key_file import read
from db.migrations import MigrationProblem, Migrator, definitions, steps_of
from tests.db.bank import administrator, ask, together

Migrate = Callable[[], list[str]]
FOUNDATION = "0001_foundation.sql"


@pytest.fixture
def vault(spare_folder: DataFolder) -> Vault:
    return Vault(read(spare_folder.key_file))


@pytest.fixture
def migrate(emptied_folder: DataFolder, vault: Vault) -> Migrate:
    """Bring the emptied database up to whatever the SQL folder says now."""

    def run() -> list[str]:
        connection = administrator(emptied_folder, None)
        try:
            return Migrator(connection, vault.database_password).run()
        finally:
            connection.close()

    return run


@pytest.fixture
def sql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the SQL folder that the test may edit; without definitions, which few tests are about."""
    copy = tmp_path / "sql"
    (copy / "views").mkdir(parents=True)
    (copy / "procedures").mkdir()
    shutil.copytree(SQL / "migrations", copy / "migrations")
    monkeypatch.setattr(migrations, "SQL", copy)
    return copy


@pytest.fixture
def owner(emptied_folder: DataFolder) -> Iterator[Any]:
    connection = administrator(emptied_folder, None)
    yield connection
    connection.close()


def recorded(owner: Any) -> int:
    return int(ask(owner, "SELECT COUNT(*) FROM atm.schema_step")[0][0])


def test_a_second_run_does_nothing(migrate: Migrate) -> None:
    done = migrate()
    steps = sum(len(steps_of(path)) for path in (SQL / "migrations").glob("*.sql"))
    assert len(done) == steps + len(definitions())
    assert migrate() == []


def test_two_migrators_at_once_do_everything_once(migrate: Migrate) -> None:
    first, second = together([migrate, migrate])
    assert sorted((bool(first), bool(second))) == [False, True]
    assert migrate() == []


def test_a_migration_changed_after_it_was_applied_is_refused(migrate: Migrate, sql: Path, owner: Any) -> None:
    migrate()
    path = sql / "migrations" / FOUNDATION
    path.write_text(
        path.read_text().replace("number VARCHAR(16) NOT NULL UNIQUE", "number VARCHAR(17) NOT NULL UNIQUE")
    )
    with pytest.raises(MigrationProblem, match=r"0001_foundation.sql was changed .* \(step 2\)"):
        migrate()


def test_a_changed_comment_is_no_changed_migration(migrate: Migrate, sql: Path) -> None:
    migrate()
    path = sql / "migrations" / FOUNDATION
    path.write_text("-- One more remark.\n" + path.read_text())
    assert migrate() == []


def test_a_database_of_a_newer_version_is_refused_untouched(migrate: Migrate, sql: Path, owner: Any) -> None:
    migrate()
    ask(owner, "INSERT INTO atm.schema_step (version, step, checksum) VALUES (98, 1, REPEAT('0', 64))")
    (sql / "migrations" / "0099_more.sql").write_text("CREATE TABLE more (a INT) ENGINE=InnoDB;\n")
    with pytest.raises(MigrationProblem, match=r"newer version \(0098\)"):
        migrate()
    assert ask(owner, "SHOW TABLES FROM atm LIKE 'more'") == []


def test_a_migration_that_failed_half_way_goes_on_where_it_stopped(migrate: Migrate, sql: Path, owner: Any) -> None:
    migrate()
    more = sql / "migrations" / "0099_more.sql"
    first, last = "CREATE TABLE more (a INT) ENGINE=InnoDB;\n", "CREATE TABLE most (a INT) ENGINE=InnoDB;\n"
    more.write_text(first + "ALTER TABLE nowhere ADD b INT;\n" + last)
    with pytest.raises(errors.ProgrammingError):
        migrate()
    more.write_text(first + "ALTER TABLE more ADD b INT;\n" + last)
    assert migrate() == ["0099_more.sql step 2", "0099_more.sql step 3"]
    assert migrate() == []


@pytest.mark.parametrize("steps", [1, 2, 99])
def test_a_step_done_but_not_recorded_when_the_process_was_killed_is_recorded_now(
    migrate: Migrate, sql: Path, owner: Any, steps: int
) -> None:
    """All of them end in a trigger, the first two in a table."""
    path = sql / "migrations" / FOUNDATION
    for later in set((sql / "migrations").glob("*.sql")) - {path}:
        later.unlink()
    statements = steps_of(path)
    path.write_text("\n".join(f"{statement};\n" for statement in statements[:steps]))
    migrate()
    # Step 0 stands for the whole file and is recorded last.
    ask(owner, "DELETE FROM atm.schema_step WHERE step IN (0, %s)", (min(steps, len(statements)),))
    before = recorded(owner)
    shutil.copy(SQL / "migrations" / FOUNDATION, path)
    assert len(migrate()) == len(statements) - before
    assert migrate() == []


@pytest.mark.slow
def test_every_step_can_be_found_done_already(migrate: Migrate, sql: Path, owner: Any) -> None:
    migrate()
    for path in sorted((sql / "migrations").glob("*.sql")):
        version = int(path.name[:4])
        for step in range(1, len(steps_of(path)) + 1):
            ask(owner, "DELETE FROM atm.schema_step WHERE version = %s AND step IN (0, %s)", (version, step))
            assert migrate() == [f"{path.name} step {step}"]


def test_a_later_step_that_finds_its_table_there_already_is_an_error(migrate: Migrate, sql: Path) -> None:
    (sql / "migrations" / "0099_more.sql").write_text("CREATE TABLE customer (a INT) ENGINE=InnoDB;\n")
    with pytest.raises(errors.ProgrammingError, match="already exists"):
        migrate()


def test_hashes_and_seals_from_before_keys_were_rotated_say_that_they_are_of_the_first_key(
    migrate: Migrate, sql: Path, owner: Any, vault: Vault
) -> None:
    later = sql / "migrations" / "0005_keys.sql"
    text = later.read_text()
    later.unlink()
    migrate()
    ask(owner, "USE atm")
    bare = vault.pin_hash("2580", b"p" * 16).removeprefix(b"k1")
    ask(owner, "INSERT INTO customer (id, number, pseudonym) VALUES (1, '100001', REPEAT('p', 16))")
    ask(owner, "INSERT INTO credential (customer_id, kind, hash) VALUES (1, 'pin', %s)", (bare,))
    ask(owner, "INSERT INTO audit_seal (chain, sequence, audit_id, seal) VALUES ('A-1/kiosk', 1, 1, REPEAT('x', 32))")
    later.write_text(text)
    migrate()
    ((kept,),) = ask(owner, "SELECT hash FROM credential")
    assert vault.pin_matches("2580", b"p" * 16, bytes(kept))
    assert not vault.pin_matches("2581", b"p" * 16, bytes(kept))
    assert ask(owner, "SELECT key_id FROM audit_seal") == [("k1",)]


# --- views and procedures --------------------------------------------------------------------------------------------


@pytest.fixture
def kiosk(emptied_folder: DataFolder, vault: Vault) -> Callable[[str], list[tuple[Any, ...]]]:
    """Asks as the kiosk's user."""

    def run(question: str) -> list[tuple[Any, ...]]:
        address = private_socket(emptied_folder)
        connection = open_raw("atm_kiosk", vault.database_password("kiosk"), address)
        try:
            return ask(connection, question)
        finally:
            connection.close()

    return run


PROCEDURE = """-- grant: kiosk
CREATE PROCEDURE answer()
SQL SECURITY DEFINER
BEGIN
  SELECT {};
END
"""
VIEW = """-- grant: {}
CREATE OR REPLACE SQL SECURITY DEFINER VIEW answer_view AS
SELECT {} AS answer FROM customer UNION SELECT 3
"""


def test_a_changed_procedure_is_replaced_and_keeps_its_grant(
    migrate: Migrate, sql: Path, owner: Any, kiosk: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    path = sql / "procedures" / "answer.sql"
    path.write_text(PROCEDURE.format(41))
    migrate()
    assert kiosk("CALL answer()") == [(41,)]
    path.write_text(PROCEDURE.format(42))
    assert migrate() == ["procedure answer"]
    assert kiosk("CALL answer()") == [(42,)]
    definers = ask(owner, "SELECT definer, security_type FROM information_schema.routines WHERE routine_schema = 'atm'")
    assert definers == [("atm_owner@localhost", "DEFINER")]


def test_a_procedure_dropped_before_it_could_be_made_anew_comes_back(
    migrate: Migrate, sql: Path, owner: Any, kiosk: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    """Killed between DROP and CREATE."""
    path = sql / "procedures" / "answer.sql"
    path.write_text(PROCEDURE.format(41))
    migrate()
    ask(owner, "DROP PROCEDURE atm.answer")
    path.write_text(PROCEDURE.format(42))
    migrate()
    assert kiosk("CALL answer()") == [(42,)]


def test_a_view_that_no_longer_names_a_role_is_closed_to_it(
    migrate: Migrate, sql: Path, kiosk: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    path = sql / "views" / "answer_view.sql"
    path.write_text(VIEW.format("kiosk, staff", 1))
    migrate()
    assert kiosk("SELECT answer FROM answer_view") == [(3,)]
    path.write_text(VIEW.format("staff", 1))
    assert migrate() == ["view answer_view"]
    with pytest.raises(errors.ProgrammingError, match="denied"):
        kiosk("SELECT answer FROM answer_view")


@pytest.mark.parametrize(("text", "message"), [
    ("CREATE PROCEDURE answer() BEGIN SELECT 1; END", "does not say who may use it"),
    (PROCEDURE.format(1).replace("kiosk", "everybody"), "unknown roles"),
])  # fmt: skip
def test_a_definition_without_a_known_grant_is_refused(migrate: Migrate, sql: Path, text: str, message: str) -> None:
    (sql / "procedures" / "answer.sql").write_text(text)
    with pytest.raises(MigrationProblem, match=message):
        migrate()


def test_a_changed_password_reaches_the_database(
    migrate: Migrate, emptied_folder: DataFolder, kiosk: Callable[[str], list[tuple[Any, ...]]], vault: Vault
) -> None:
    """A restored key file brings its own passwords."""
    migrate()
    connection = administrator(emptied_folder, None)
    try:
        Migrator(connection, lambda role: f"other-{role}").run()
        with pytest.raises(errors.ProgrammingError, match="denied"):
            kiosk("SELECT 1")
        Migrator(connection, vault.database_password).run()
        assert kiosk("SELECT 1") == [(1,)]
    finally:
        connection.close()
