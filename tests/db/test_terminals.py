"""A fleet's terminals on a real server: invited, joined, at work, revoked."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from atm_app.cash_ports import CashFate
from atm_app.stores import AuditEvent, Factor, Outcome, ShutOut, StoreUnavailable
from atm_app.trust.audit import Sealer
from atm_app.trust.audit_keys import TerminalKey, TerminalKeys
from atm_app.trust.invitation import Token
from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from atm_app.watch.heartbeat import Doing, Heartbeat
from atm_app.watch_settings import FleetAlertSettings
from commands.command_line import run
from db.audit import AuditRows
from db.connection import Database
from db.folder import DataFolder
from db.hosts import Hosts
from db.key_file import read, write
from db.key_source import read_again, source_of
from db.logins import Login, own_login, user_of
from db.migrations import definitions
from db.storage import Storage
from db.terminals import Administrator, Revoked, Terminals
from tests.db.bank import ask, errno_of, raw, tables_of
from tests.db.configured import ADMINISTRATOR, PASSWORD
from tests.db.fleet import Fleet, Machine, customer_with_money, fresh_name, withdrawal

WRONG_NUMBER_OF_ARGUMENTS, DENIED_TO_ROLE, DENIED = 1318, 1370, 1142


@pytest.fixture
def storage(machine: Machine) -> Iterator[Storage]:
    """Of a machine that has joined and works."""
    made = machine.working()
    yield made
    made.close()


def verified_by(machine: Machine, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What ``main.py audit verify`` prints there."""
    capsys.readouterr()
    machine.command("audit", "verify", "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def problems_of(machine: Machine, found: dict[str, Any]) -> list[str]:
    """Other tests of this file leave a chain they forged."""
    return [problem for problem in found["problems"] if machine.terminal in problem]


def test_a_machine_joins_works_and_is_revoked_within_seconds(
    fleet: Fleet, machine: Machine, storage: Storage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(machine.folder.key_file).keys == read(fleet.centre.folder.key_file).keys
    assert machine.folder.credential_file.stat().st_mode & 0o777 == 0o600
    customer, account = customer_with_money(storage)
    assert storage.ledger.hold(withdrawal(customer, account)).outcome is Outcome.HELD
    assert ask(raw(storage.kiosk), "SELECT USER()") == [(f"kiosk_{machine.terminal}@127.0.0.1",)]
    storage.audit.write(AuditEvent("test", "left unsealed"))
    begun = time.monotonic()
    assert fleet.revoke(machine.terminal) == 0
    with pytest.raises(StoreUnavailable):
        storage.ledger.hold(withdrawal(customer, account))
    with pytest.raises(ShutOut, match=f"{machine.terminal} was revoked"):
        storage.staff_accounts.all()
    again = machine.storage()
    with pytest.raises(ShutOut, match="revoked"):
        again.open()
    again.close()
    assert time.monotonic() - begun < 10, "in fact at once: about a second, the command and two refusals"
    admin = fleet.administrator()
    held = ask(admin, "SELECT COUNT(*) FROM hold WHERE account_id = %s", (account,))
    state = ask(admin, "SELECT state FROM terminal_login WHERE terminal = %s", (machine.terminal,))
    told = ask(
        admin, "SELECT outcome FROM audit WHERE event = 'terminal' AND details LIKE %s", (f"%{machine.terminal}%",)
    )
    assert (held, state) == ([(1,)], [("revoked",)])
    assert told == [("invited",), ("joined",), ("revoked",)]
    found = verified_by(fleet.centre, capsys)
    assert (problems_of(machine, found), found["elsewhere"]) == ([], [])
    left = ask(admin, "SELECT event FROM audit_unsealed_view WHERE chain = %s", (machine.terminal,))
    admin.close()
    assert left == [], "what it left unsealed is sealed by the centre"


def test_a_connection_that_outlived_its_terminal_begins_nothing(
    fleet: Fleet, storage: Storage, machine: Machine
) -> None:
    """The second line: neither locked nor cut, as on a server that the administrator did not reach."""
    customer, account = customer_with_money(storage)
    admin = fleet.administrator()
    ask(admin, "CALL revoke_terminal(%s, 'CENTRE/fleet')", (machine.terminal,))
    for begin in (
        lambda: storage.ledger.hold(withdrawal(customer, account)),
        lambda: storage.ledger.settle(bytes(16), Outcome.VOIDED, CashFate.NOT_DISPENSED),
        lambda: storage.lockouts.begin(customer, Factor.PIN, 3, (60,)),
        lambda: storage.lockouts.begin_invented(bytes(32), Factor.PIN, 3, (60,)),
        lambda: storage.codes.issue(customer, bytes(16), "sign_in", bytes(32), bytes(32), "k1", 300, 3),
        lambda: storage.visits.begin(customer, "cardless", bytes(16), 180),
        lambda: storage.branch.begin_exchange(),
        lambda: storage.audit.write(AuditEvent("test", "done")),
        lambda: storage.watch.beat(Heartbeat(Doing.FREE, "", ())),
        lambda: storage.fleet_watch.look(bytes(16), FleetAlertSettings()),
    ):
        with pytest.raises(ShutOut, match="no longer"):
            begin()
    assert ask(admin, "SELECT COUNT(*) FROM hold WHERE account_id = %s", (account,)) == [(0,)]
    admin.close()


@pytest.mark.slow
def test_a_terminal_speaks_in_no_other_ones_name(storage: Storage, fleet: Fleet, machine: Machine) -> None:
    customer, account = customer_with_money(storage)
    other = Storage(machine.folder, machine.terminal, "INR", [fleet.server.verified])
    try:
        other.ledger._terminal = "ATM-OTHER"
        for speak in (
            lambda: other.ledger.hold(withdrawal(customer, account)),
            lambda: other.ledger.settle(bytes(16), Outcome.VOIDED, CashFate.NOT_DISPENSED),
        ):
            with pytest.raises(ShutOut, match="in the name of another"):
                speak()
        forged = AuditRows(other.kiosk, "ATM-OTHER/kiosk", storage.sealer, machine.folder.checkpoints)
        with pytest.raises(ShutOut, match="in the name of another"):
            forged.write(AuditEvent("test", "done"))
    finally:
        other.close()


@pytest.mark.slow
def test_a_terminals_users_may_what_its_roles_may_for_the_same_few_grants(fleet: Fleet, machine: Machine) -> None:
    credential = machine.credential.find()
    assert credential is not None
    admin = fleet.administrator()
    for role in ("kiosk", "staff"):
        connection = own_login(credential, role).connect(fleet.server.verified)
        for definition in definitions():
            allowed = role in definition.roles
            if definition.kind == "procedure":
                expected = WRONG_NUMBER_OF_ARGUMENTS if allowed else DENIED_TO_ROLE
                assert errno_of(connection, f"CALL {definition.name}()") == expected, definition.name
            else:
                denied = errno_of(connection, f"SELECT * FROM {definition.name} LIMIT 1") == DENIED
                assert denied is not allowed, definition.name
        assert all(errno_of(connection, f"SELECT * FROM {table}") == DENIED for table in tables_of(admin))
        connection.close()
        assert len(ask(admin, f"SHOW GRANTS FOR '{user_of(machine.terminal, role)}'@'%'")) == 2
    admin.close()


@pytest.mark.slow
def test_who_holds_a_token_may_join_and_nothing_else(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    token = Token.from_text(fleet.invite(fresh_name(), capsys))
    connection = Login(token.join_user, token.join_password, "joining").connect(fleet.server.verified)
    for definition in definitions():
        if definition.kind == "procedure":
            expected = WRONG_NUMBER_OF_ARGUMENTS if definition.name == "join_terminal" else DENIED_TO_ROLE
            assert errno_of(connection, f"CALL {definition.name}()") == expected, definition.name
        else:
            assert errno_of(connection, f"SELECT * FROM {definition.name}") == DENIED, definition.name
    connection.close()


@dataclass(frozen=True)
class InClear:
    """The server of the tests, by a client that wants no TLS."""

    port: int

    def options(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "ssl_disabled": True}


@pytest.mark.slow
def test_nobody_signs_in_as_a_terminal_without_tls(fleet: Fleet, machine: Machine) -> None:
    credential = machine.credential.find()
    assert credential is not None
    login = own_login(credential, "kiosk")
    with pytest.raises(ShutOut):
        login.connect(InClear(fleet.server.port))
    login.connect(fleet.server.verified).close()


@pytest.mark.slow
def test_a_revoked_terminal_is_invited_anew_and_its_old_keys_open_nothing(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    old = machine.credential.find()
    assert old is not None
    assert fleet.revoke(machine.terminal) == 0
    heir = fleet.machine(machine.terminal)
    assert heir.join(fleet.invite(machine.terminal, capsys)) == 0
    with pytest.raises(ShutOut, match="invited anew"):
        own_login(old, "kiosk").connect(fleet.server.verified)
    new = heir.credential.find()
    assert new is not None
    assert (old.audit_key.key_id, new.audit_key.key_id) == ("t:1", "t:2")
    found = verified_by(fleet.centre, capsys)
    assert problems_of(machine, found) == [], "its chains go on under the newer key"
    assert verified_by(heir, capsys)["elsewhere"] != []


@pytest.mark.slow
def test_machines_of_one_shared_login_go_on_until_that_is_locked(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = fleet.administrator()
    for role in ("kiosk", "staff"):
        ask(admin, "ALTER USER %s@'%' ACCOUNT UNLOCK", (f"atm_{role}",))
    admin.close()
    old = fleet.machine(fresh_name())
    shutil.copy(fleet.centre.folder.key_file, old.folder.key_file)
    storage = old.working()
    assert fleet.listed(capsys)["shared_users_locked"] is False
    assert fleet.centre.command("terminal", "lock-shared", "--user", ADMINISTRATOR) == 0
    assert fleet.listed(capsys)["shared_users_locked"] is True
    with pytest.raises(ShutOut, match=r"main\.py terminal join"):
        storage.branch.chart()
    storage.close()
    assert old.command("cut-off") == 1
    assert "main.py terminal join" in capsys.readouterr().err
    assert fleet.centre.command("db", "migrate", "--user", ADMINISTRATOR) == 0, "an update needs nobody's login"
    assert fleet.listed(capsys)["shared_users_locked"] is True
    assert old.join(fleet.invite(old.terminal, capsys)) == 0
    working = old.working()
    assert working.branch.chart()
    working.close()


@pytest.mark.slow
def test_the_list_says_how_far_each_has_come(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = fresh_name()
    fleet.invite(waiting, capsys)
    states = {row["terminal"]: (row["state"], row["waits"]) for row in fleet.listed(capsys)["terminals"]}
    assert states[machine.terminal] == ("joined", False)
    assert states[waiting] == ("invited", True)
    assert fleet.revoke(machine.terminal) == fleet.revoke(waiting) == 0
    states = {row["terminal"]: (row["state"], row["waits"]) for row in fleet.listed(capsys)["terminals"]}
    assert states[machine.terminal] == states[waiting] == ("revoked", False)
    assert fleet.revoke("ATM-NOBODY") == 1
    assert "no terminal ATM-NOBODY" in capsys.readouterr().err
    assert fleet.centre.command("terminal", "list", "--user", ADMINISTRATOR) == 0
    assert re.search(rf"{waiting}.*revoked.*20\d\d-", capsys.readouterr().out)


def test_without_a_shared_server_there_is_no_fleet(
    own_folder: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "atm.toml"
    config.write_text('terminal = "ATM-1"\n')
    for arguments in (("join", "--token-file", "-"), ("list",), ("invite", "ATM-7"), ("revoke", "ATM-7")):
        given = ["--config", str(config), "--data", str(own_folder.root), "terminal", *arguments]
        assert run(given) == 1
        assert "[database]" in capsys.readouterr().err


# --- the audit of each -----------------------------------------------------------------------------------------------


def test_a_stolen_machine_seals_nothing_in_another_ones_name(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever owns the tables and has one machine's ring and keys: more than a thief has."""
    other = fleet.joined(capsys)
    assert verified_by(machine, capsys)["elsewhere"], "it cannot compare the others' seals, and says so"
    stolen, ring = machine.credential.find(), read(machine.folder.key_file)
    assert stolen is not None
    chain, database = (
        f"{other.terminal}/kiosk",
        Database(lambda _: fleet.administrator(), Hosts([fleet.server.verified])),
    )
    own_key = stolen.audit_key
    pretended = TerminalKey(other.terminal, own_key.key_id, own_key.key)
    forger = AuditRows(database, chain, Sealer(Vault(ring), TerminalKeys(pretended)), machine.folder.checkpoints)
    assert problems_of(other, verified_by(fleet.centre, capsys)) == []
    forger.write(AuditEvent("withdrawal_hold", "held"))
    forger.seal()
    forger.write(AuditEvent("withdrawal_hold", "held"))
    with pytest.raises(KeyProblem, match="newer than ours"):
        AuditRows(database, chain, Sealer(Vault(ring)), machine.folder.checkpoints).seal()
    database.close()
    found = problems_of(other, verified_by(fleet.centre, capsys))
    assert any(chain in problem and "changed or moved" in problem for problem in found)


@pytest.mark.slow
def test_the_centres_key_is_not_made_anew_beside_what_it_wrapped(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = fleet.centre.folder.centre_file.rename(fleet.root / "kept.key")
    try:
        assert fleet.centre.command("terminal", "invite", fresh_name(), "--user", ADMINISTRATOR) == 1
        assert "centre.key is missing" in capsys.readouterr().err
        write(fleet.centre.folder.centre_file, KeyRing.generate())
        assert fleet.centre.command("terminal", "invite", fresh_name(), "--user", ADMINISTRATOR) == 1
        assert "another centre's" in capsys.readouterr().err
    finally:
        kept.replace(fleet.centre.folder.centre_file)


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_named_and_the_others_are_cut_off(fleet: Fleet, storage: Storage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        silent = dataclasses.replace(fleet.server.verified, port=taken.getsockname()[1])
        centre = fleet.centre.folder
        source = source_of(centre.key_file)
        administrator = Administrator((silent, fleet.server.verified), ADMINISTRATOR, PASSWORD)
        terminals = Terminals(administrator, centre, "CENTRE", Vault(read_again(source)), source)
        revoked = terminals.revoke(storage.ledger._terminal)
        terminals.close()
    assert revoked == Revoked(2, (f"127.0.0.1:{silent.port}",)), "the kiosk's connection and the staff's"
    with pytest.raises(StoreUnavailable):
        storage.branch.chart()


# --- an update of the server -----------------------------------------------------------------------------------------


A_DEFINITION_CHANGED = ("UPDATE schema_definition SET checksum = '' WHERE name IN ('account_view', 'hold_withdrawal')",)
FROM_BEFORE_THERE_WERE_ROLES = (
    "DELETE FROM schema_definition WHERE name = 'sql roles'",
    "REVOKE SELECT ON atm.account_view FROM atm_kiosk_role",
    "REVOKE EXECUTE ON PROCEDURE atm.hold_withdrawal FROM atm_kiosk_role",
)


@pytest.mark.slow
@pytest.mark.parametrize("before", [A_DEFINITION_CHANGED, FROM_BEFORE_THERE_WERE_ROLES])
def test_after_an_update_terminals_may_what_they_might(fleet: Fleet, machine: Machine, before: tuple[str, ...]) -> None:
    admin = fleet.administrator()
    for statement in before:
        ask(admin, statement)
    admin.close()
    assert fleet.centre.command("db", "migrate", "--user", ADMINISTRATOR) == 0
    storage = machine.working()
    customer, account = customer_with_money(storage)
    assert storage.ledger.accounts(customer)
    assert storage.ledger.hold(withdrawal(customer, account)).outcome is Outcome.HELD
    storage.close()
