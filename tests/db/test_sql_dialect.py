"""The SQL stays in what MySQL 8 and MariaDB share, and no SQL is put together from pieces."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import sqlparse

from db.connection import SQL

PROJECT = SQL.parent
FILES = sorted(SQL.rglob("*.sql"))

# Each is understood by one of the two servers only, or means something else in the other.
FORBIDDEN = {
    r"\bRETURNING\b": "RETURNING is MariaDB's",
    r"\bCREATE\s+OR\s+REPLACE\s+(?!SQL\s+SECURITY|VIEW|DEFINER|ALGORITHM)": "only views can be replaced in both",
    r"\b(CREATE|ALTER|DROP)\s+SEQUENCE\b|\bNEXTVAL\b|\bNEXT\s+VALUE\s+FOR\b": "sequences are MariaDB's",
    r"_0900_|_uca1400_": "collations of one server only",
    r"\b(UUID|INET4|INET6|VECTOR|GEOMCOLLECTION)\b(?!\s*\()": "types of one server only",
    r"\b(ADD|DROP|MODIFY)\s+(COLUMN\s+|INDEX\s+|KEY\s+|CONSTRAINT\s+)?IF\s+(NOT\s+)?EXISTS\b": "MariaDB's in ALTER",
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+IF\s+NOT\s+EXISTS\b": "MariaDB's",
    r"\bCREATE\s+(PROCEDURE|FUNCTION|TRIGGER)\s+IF\s+NOT\s+EXISTS\b": "not in MySQL before 8.0.29",
    r"\b(MINUS|INTERSECT|EXCEPT)\b": "not in MySQL before 8.0.31",
    r"\bINVISIBLE\b|\bPERSISTENT\b|\bWITH\s+SYSTEM\s+VERSIONING\b|\bPERIOD\s+FOR\b": "spelt differently",
    r"\bSET\s+STATEMENT\b|\bEXECUTE\s+IMMEDIATE\b|\bBEGIN\s+NOT\s+ATOMIC\b|\bFOR\s+\w+\s+IN\b": "MariaDB's",
    r"\bLIMIT\s+ROWS\b|\bOFFSET\s+\d+\s+ROWS?\b|\bFETCH\s+FIRST\b": "MariaDB's",
    r"\bSKIP\s+LOCKED\b|\bFOR\s+SHARE\b|\bFOR\s+UPDATE\s+OF\b|\bLATERAL\b": "MySQL's",
    r"->>?": "JSON arrows are MySQL's",
    r"\bMEMBER\s+OF\b|\bJSON_OVERLAPS\b|\bJSON_STORAGE_SIZE\b|\bBIN_TO_UUID\b|\bUUID_TO_BIN\b": "MySQL's",
    r"\bAS\s+new\b|\bVALUES\s+ROW\b": "MySQL's",
    r"\bVALUE\s*\(": "MariaDB's; and VALUES() in an update is deprecated in MySQL",
    r"ON\s+DUPLICATE\s+KEY\s+UPDATE[^;]*\bVALUES\s*\(": "deprecated in MySQL",
    r"\bDELAYED\b|\bREPLACE\s+INTO\b": "a REPLACE deletes; rows here are never deleted",
    r"\bENGINE\s*=\s*(?!InnoDB\b)\w+": "every table is InnoDB",
    r"\bDEFAULT\s*\(": "expressions as defaults are written differently",
    r"/\*[!M]": "comments that one server executes",
    r"\bROW\s+TYPE\s+OF\b|\bTYPE\s+OF\b|%TYPE": "MariaDB's",
    r"\|\|": "OR in one SQL mode, concatenation in another",
}
# https://dev.mysql.com/doc/refman/8.0/en/keywords.html: reserved in MySQL 8 and free in MariaDB.
RESERVED_IN_MYSQL = frozenset(
    {
        "cube", "cume_dist", "dense_rank", "empty", "except", "first_value", "function", "grouping", "groups",
        "json_table", "lag", "last_value", "lateral", "lead", "nth_value", "ntile", "of", "percent_rank", "rank",
        "recursive", "row_number", "system", "window", "member",
    }
)  # fmt: skip


def statements(path: Path) -> str:
    return str(sqlparse.format(path.read_text(), strip_comments=True))


def code_without_text(path: Path) -> str:
    return re.sub(r"'[^']*'", "''", statements(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SQL)))
def test_a_file_holds_only_what_both_servers_understand(path: Path) -> None:
    code = code_without_text(path)
    found = [f"{why}: {match[0]!r}" for pattern, why in FORBIDDEN.items() if (match := re.search(pattern, code, re.I))]
    assert found == []


def test_the_lint_sees_what_it_is_there_for() -> None:
    for bad in (
        "INSERT INTO a VALUES (1) RETURNING id", "CREATE OR REPLACE TABLE a (b INT)",
        "CREATE OR REPLACE PROCEDURE a() BEGIN END", "CREATE SEQUENCE s", "COLLATE utf8mb4_0900_ai_ci",
        "CREATE TABLE a (b UUID)", "ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT", "SELECT a->'$.b'",
        "SELECT 1 FOR UPDATE SKIP LOCKED", "CREATE TABLE a (b INT) ENGINE=Aria",
    ):  # fmt: skip
        assert any(re.search(pattern, bad, re.I) for pattern in FORBIDDEN), bad


def test_no_table_column_or_variable_is_a_word_mysql_reserves() -> None:
    for path in FILES:
        code = code_without_text(path)
        names = set(re.findall(r"^\s+([a-z_]+)\s+(?:BIGINT|INT|TINYINT|VARCHAR|CHAR|BINARY|VARBINARY|TIMESTAMP|FLOAT)",
                               code, re.M))  # fmt: skip
        names |= set(re.findall(r"\bAS\s+([a-z_]+)\b", code)) | set(re.findall(r"\bCREATE TABLE ([a-z_]+)", code))
        assert not names & RESERVED_IN_MYSQL, path


@pytest.mark.parametrize("path", sorted((SQL / "procedures").glob("*.sql")), ids=lambda path: path.stem)
def test_a_procedure_runs_with_its_owners_rights_and_undoes_what_fails(path: Path) -> None:
    code = statements(path)
    assert re.search(rf"^CREATE PROCEDURE {path.stem}\s*\(", code, re.M)
    assert "SQL SECURITY DEFINER" in code
    writes = re.search(r"^\s*(INSERT|UPDATE|CALL)\b", code, re.M) is not None
    assert ("MODIFIES SQL DATA" if writes else "READS SQL DATA") in code
    assert re.match(r"-- grant: (none|kiosk|staff|kiosk, staff|joining)\n", path.read_text())
    if "START TRANSACTION" in code:
        assert "DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;" in code
    assert not re.search(r"\bDELETE\b|\bTRUNCATE\b|\bPREPARE\b", code, re.I)


@pytest.mark.parametrize("path", sorted((SQL / "views").glob("*.sql")), ids=lambda path: path.stem)
def test_a_view_runs_with_its_owners_rights(path: Path) -> None:
    assert re.search(rf"^CREATE OR REPLACE SQL SECURITY DEFINER VIEW {path.stem} AS$", statements(path), re.M)


def test_every_query_is_a_call_or_a_select_on_a_view() -> None:
    for path in (SQL / "queries").glob("*.sql"):
        for block in re.split(r"^-- name: ", path.read_text(), flags=re.M)[1:]:
            name, _, text = block.partition("\n")
            if name.endswith("snapshot()"):
                continue
            assert re.match(r"\s*(CALL [a-z_]+\(|SELECT\b)", text), name
            assert all(table.endswith("_view") for table in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text)), name


def _sql_from_pieces(path: Path) -> list[int]:
    """Lines where a statement is put together on its way into ``execute``."""
    lines = []
    for node in ast.walk(ast.parse(path.read_text())):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXECUTES
        if named and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call):
            lines.append(node.lineno)
    return lines


EXECUTES = frozenset({"execute", "executemany", "executescript"})


def test_no_sql_is_put_together_from_pieces_outside_the_migrations() -> None:
    found = {
        str(path.relative_to(PROJECT)): lines
        for room in ("atm_app", "db", "commands", "biometric", "gui")
        for path in (PROJECT / room).rglob("*.py")
        if (lines := _sql_from_pieces(path))
    }
    assert set(found) <= {"db/migrations.py"}, found
    assert found, "the scan sees the migrations' own statements"
