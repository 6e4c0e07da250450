"""What each database user may do, and what not even the administrator may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mysql.connector import errors

from atm_app.cash_ports import CashFate
from atm_app.stores import AuditEvent, Outcome
from db.connection import open_raw
from db.hosts import private_socket
from db.migrations import OWNER, definitions
from tests.db.bank import Bank, ask, errno_of, tables_of

DENIED = frozenset({1044, 1142, 1143, 1227, 1370})


@pytest.fixture(params=["kiosk", "staff"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def signed_in(bank: Bank, role: str) -> Iterator[Any]:
    """A raw connection with the role's own rights, not through the wing's queries."""
    address = private_socket(bank.folder)
    connection = open_raw(f"atm_{role}", bank.storage.vault.database_password(role), address)
    yield connection
    connection.close()


def denied(connection: Any, sql: str) -> bool:
    number = errno_of(connection, sql)
    assert number in DENIED | {0}, sql
    return number != 0


def test_no_role_touches_a_table_itself(signed_in: Any, admin: Any) -> None:
    names = tables_of(admin)
    assert {"account", "posting", "journal", "audit", "credential", "data_key"} <= set(names)
    for name in names:
        for sql in (
            f"SELECT * FROM {name}", f"DELETE FROM {name}", f"INSERT INTO {name} VALUES ()", f"TRUNCATE {name}",
            f"DROP TABLE {name}", f"ALTER TABLE {name} ADD extra INT",
        ):  # fmt: skip
            assert denied(signed_in, sql), sql
    for sql in (
        "UPDATE account SET balance = 1", "UPDATE account_view SET balance = 1", "DELETE FROM account_view",
        "DROP TRIGGER audit_is_never_updated", "DROP PROCEDURE hold_withdrawal", "CREATE TABLE mine (a INT)",
        "GRANT ALL ON atm.* TO CURRENT_USER", "SELECT * FROM mysql.global_priv",
    ):  # fmt: skip
        assert denied(signed_in, sql), sql


def test_a_role_calls_exactly_the_procedures_granted_to_it(signed_in: Any, role: str) -> None:
    """A call without arguments is denied, or fails for want of them: nothing is done either way."""
    wrong_number_of_arguments, denied_to_role = 1318, 1370
    for definition in definitions():
        if definition.kind == "procedure":
            answer = errno_of(signed_in, f"CALL {definition.name}()")
            assert answer == (wrong_number_of_arguments if role in definition.roles else denied_to_role), (
                definition.name
            )


def test_the_kiosk_cannot_do_what_only_staff_may(bank: Bank) -> None:
    named = {definition.name: definition.roles for definition in definitions() if definition.kind == "procedure"}
    for name in ("deposit_at_branch", "enrol_customer", "erase_customer", "finish_rotation", "load_cash_unit",
                 "open_account", "pay_out_at_branch", "register_key", "rewrap_customer", "set_credential",
                 "set_up_terminal", "store_template"):  # fmt: skip
        assert named[name] == ("staff",)
    assert named["give_consent"] == named["revoke_consent"] == ("kiosk", "staff")
    for name in ("begin_sign_up", "finish_sign_up", "give_up_sign_ups"):
        assert named[name] == ("kiosk",)
    for name in ("move_internal", "add_customer", "add_template", "add_account", "destroy_customer"):
        assert named[name] == ()


def test_a_role_reads_exactly_the_views_granted_to_it(signed_in: Any, role: str) -> None:
    for definition in definitions():
        if definition.kind == "view":
            refused = denied(signed_in, f"SELECT * FROM {definition.name} LIMIT 1")
            assert refused is (role not in definition.roles), definition.name


def test_the_owner_of_the_procedures_cannot_sign_in(bank: Bank) -> None:
    address = private_socket(bank.folder)
    with pytest.raises(errors.Error, match=r"(?i)locked"):
        open_raw(OWNER, bank.storage.vault.database_password(OWNER), address)


@pytest.mark.parametrize("password", [None, "", "0" * 64])
def test_a_role_needs_its_password(bank: Bank, role: str, password: str | None) -> None:
    with pytest.raises(errors.Error) as refusal:
        open_raw(f"atm_{role}", password, private_socket(bank.folder))
    assert refusal.value.errno == 1045


def test_the_server_listens_on_no_network(admin: Any) -> None:
    assert ask(admin, "SELECT @@skip_networking") == [(1,)]


@pytest.mark.parametrize("table", ["journal", "posting", "audit", "audit_seal"])
def test_not_even_the_administrator_updates_or_deletes_what_was_written(
    own_bank: Bank, admin: Any, table: str
) -> None:  # fmt: skip
    customer = own_bank.customer()
    account = own_bank.account(customer, 100)
    own_bank.ledger.settle(own_bank.held(customer, account), Outcome.POSTED, CashFate.TAKEN)
    own_bank.storage.audit.write(AuditEvent("test", "done"))
    own_bank.storage.audit.seal()
    column = {"journal": "kind", "posting": "amount", "audit": "outcome", "audit_seal": "seal"}[table]
    before = ask(admin, f"SELECT COUNT(*) FROM {table}")
    for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"DELETE FROM {table} LIMIT 1"):
        with pytest.raises(errors.Error, match="never"):
            ask(admin, sql)
    assert ask(admin, f"SELECT COUNT(*) FROM {table}") == before != [(0,)]
