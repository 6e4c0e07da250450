"""A fleet's terminals on a real server: invited, joined, at work, revoked."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from atm_app.stores import AuditEvent, Factor, Outcome, ShutOut, StoreUnavailable
from atm_app.trust.audit import Sealer
from atm_app.trust.audit_keys import TerminalKey, TerminalKeys
from atm_app.trust.invitation import Token
from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from commands.administrator import PASSWORD_VARIABLE
from commands.command_line import run
from db.audit import AuditRows
from db.connection import Database
from db.folder import DataFolder
from db.joining import JoinProblem, take_up
from db.key_file import read, write
from db.key_source import ENVIRONMENT
from db.logins import Login, own_login, user_of
from db.migrations import definitions
from db.storage import Storage
from tests.commands.keyring_file import FileKeyring
from tests.db.bank import ask, errno_of, raw, tables_of, together
from tests.db.configured import ADMINISTRATOR, PASSWORD, running_server
from tests.db.fleet import Fleet, Machine, customer_with_money, fresh_name, withdrawal

WRONG_NUMBER_OF_ARGUMENTS, DENIED_TO_ROLE, DENIED = 1318, 1370, 1142


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The server writes down everything it is told, so that a secret among it is found."""
    with running_server("--general-log", "--general-log-file=general.log", "--log-bin=binary") as server:
        made = Fleet(server, tmp_path_factory.mktemp("fleet"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(PASSWORD_VARIABLE, PASSWORD)
            patch.delenv(ENVIRONMENT, raising=False)
            assert made.centre.command("db", "migrate", "--user", ADMINISTRATOR, "--new-key") == 0
            token = made.root / "token"
            with contextlib.redirect_stdout(token.open("w")) as printed:
                made.centre.command("terminal", "invite", "CENTRE", "--user", ADMINISTRATOR)
                printed.flush()
                assert made.centre.join(token.read_text()) == 0, "the centre itself is a terminal like the others"
        yield made


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    monkeypatch.delenv(ENVIRONMENT, raising=False)


@pytest.fixture
def machine(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> Machine:
    """One that has joined."""
    return fleet.joined(capsys)


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
    taken = time.monotonic() - begun
    print(f"revoked in {taken:.2f} s")
    assert taken < 10
    admin = fleet.administrator()
    held = ask(admin, "SELECT COUNT(*) FROM hold WHERE account_id = %s", (account,))
    state = ask(admin, "SELECT state FROM terminal_login WHERE terminal = %s", (machine.terminal,))
    told = ask(
        admin, "SELECT outcome FROM audit WHERE event = 'terminal' AND details LIKE %s", (f"%{machine.terminal}%",)
    )
    admin.close()
    assert (held, state) == ([(1,)], [("revoked",)])
    assert told == [("invited",), ("joined",), ("revoked",)]
    found = verified_by(fleet.centre, capsys)
    assert (problems_of(machine, found), found["elsewhere"]) == ([], [])
    assert found["unsealed"] == 0, "what it left unsealed is sealed by the centre"


def test_a_connection_that_outlived_its_terminal_begins_nothing(
    fleet: Fleet, storage: Storage, machine: Machine
) -> None:
    """The second line: neither locked nor cut, as on a server that the administrator did not reach."""
    customer, account = customer_with_money(storage)
    admin = fleet.administrator()
    ask(admin, "CALL revoke_terminal(%s, 'CENTRE/fleet')", (machine.terminal,))
    for begin in (
        lambda: storage.ledger.hold(withdrawal(customer, account)),
        lambda: storage.lockouts.begin(customer, Factor.PIN, 3, (60,)),
        lambda: storage.lockouts.begin_invented(bytes(32), Factor.PIN, 3, (60,)),
        lambda: storage.codes.issue(customer, bytes(16), "sign_in", bytes(32), bytes(32), "k1", 300, 3),
        lambda: storage.sign_ins.note(customer, "cardless", bytes(16)),
        lambda: storage.branch.begin_exchange(),
        lambda: storage.audit.write(AuditEvent("test", "done")),
    ):
        with pytest.raises(ShutOut, match="no longer"):
            begin()
    assert ask(admin, "SELECT COUNT(*) FROM hold WHERE account_id = %s", (account,)) == [(0,)]
    admin.close()


@pytest.mark.slow
def test_a_terminal_speaks_in_no_other_ones_name(storage: Storage, fleet: Fleet, machine: Machine) -> None:
    customer, account = customer_with_money(storage)
    other = Storage(machine.folder, machine.terminal, "INR", fleet.server.verified)
    try:
        other.ledger._terminal = "ATM-OTHER"
        with pytest.raises(ShutOut, match="in the name of another"):
            other.ledger.hold(withdrawal(customer, account))
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
        connection = own_login(credential, role).connect(fleet.server.verified.options())
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
    connection = Login(token.join_user, token.join_password, "joining").connect(fleet.server.verified.options())
    for definition in definitions():
        if definition.kind == "procedure":
            expected = WRONG_NUMBER_OF_ARGUMENTS if definition.name == "join_terminal" else DENIED_TO_ROLE
            assert errno_of(connection, f"CALL {definition.name}()") == expected, definition.name
        else:
            assert errno_of(connection, f"SELECT * FROM {definition.name}") == DENIED, definition.name
    connection.close()


@pytest.mark.slow
def test_nobody_signs_in_as_a_terminal_without_tls(fleet: Fleet, machine: Machine) -> None:
    credential = machine.credential.find()
    assert credential is not None
    login = own_login(credential, "kiosk")
    with pytest.raises(ShutOut):
        login.connect({**fleet.server.address.options(), "ssl_disabled": True})
    login.connect(fleet.server.verified.options()).close()


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
        own_login(old, "kiosk").connect(fleet.server.verified.options())
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
    assert listed(fleet, capsys)["shared_users_locked"] is False
    assert fleet.centre.command("terminal", "lock-shared", "--user", ADMINISTRATOR) == 0
    assert listed(fleet, capsys)["shared_users_locked"] is True
    with pytest.raises(ShutOut, match=r"main\.py terminal join"):
        storage.branch.chart()
    storage.close()
    assert old.command("cut-off") == 1
    assert "main.py terminal join" in capsys.readouterr().err
    assert fleet.centre.command("db", "migrate", "--user", ADMINISTRATOR) == 0, "an update needs nobody's login"
    assert listed(fleet, capsys)["shared_users_locked"] is True
    assert old.join(fleet.invite(old.terminal, capsys)) == 0
    working = old.working()
    assert working.branch.chart()
    working.close()


def listed(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert fleet.centre.command("terminal", "list", "--user", ADMINISTRATOR, "--json") == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.slow
def test_the_list_says_how_far_each_has_come(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = fresh_name()
    fleet.invite(waiting, capsys)
    states = {row["terminal"]: (row["state"], row["waits"]) for row in listed(fleet, capsys)["terminals"]}
    assert states[machine.terminal] == ("joined", False)
    assert states[waiting] == ("invited", True)
    assert fleet.revoke(machine.terminal) == fleet.revoke(waiting) == 0
    states = {row["terminal"]: (row["state"], row["waits"]) for row in listed(fleet, capsys)["terminals"]}
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
    chain, database = f"{other.terminal}/kiosk", Database(fleet.administrator)
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


# --- tokens that open nothing ----------------------------------------------------------------------------------------


def refused(machine: Machine, token: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Why; and nothing of a ring or a credential is there."""
    capsys.readouterr()
    assert machine.join(token) == 1
    told = capsys.readouterr().err
    assert not machine.has_joined
    assert token.replace("-", "") not in told.replace("-", "")
    return told


@pytest.mark.parametrize("text", ["", "ABCD", "K7QF-" * 8 + "K7Q!", "\x00" * 36])
def test_what_is_no_token_is_refused_without_asking_anybody(
    fleet: Fleet, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = fleet.machine(fresh_name())
    machine.config.write_text(machine.config.read_text().replace("127.0.0.1", "192.0.2.1"))
    assert machine.join(text) == 1
    assert "no token" in capsys.readouterr().err


def test_a_mistyped_or_invented_token_is_told_from_a_good_one(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    machine = fleet.machine(fresh_name())
    token = fleet.invite(machine.terminal, capsys)
    wrong = ("1" if token[0] != "1" else "2") + token[1:]
    assert "mistyped" in refused(machine, wrong, capsys)
    assert "does not know this token" in refused(machine, Token.generate().to_text(), capsys)
    assert machine.join(token.lower().replace("-", " ")) == 0, "any case, any grouping; and it was not used up"


def test_a_token_for_another_terminal_says_so_and_stays_good(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    machine, other = fleet.machine(fresh_name()), fleet.machine(fresh_name())
    token = fleet.invite(machine.terminal, capsys)
    assert f"is for {machine.terminal}" in refused(other, token, capsys)
    assert machine.join(token) == 0


def test_a_token_is_used_once(fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    again, token = fleet.machine(fresh_name()), ""
    token = fleet.invite(again.terminal, capsys)
    assert again.join(token) == 0
    assert "used already" in refused(fleet.machine(again.terminal), token, capsys)
    fleet.invite(fresh_name(), capsys)
    told = refused(fleet.machine(again.terminal), token, capsys)
    assert "does not know this token" in told, "its user went with the administrator's next deed"


def test_an_expired_token_opens_nothing(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    machine = fleet.machine(fresh_name())
    token = fleet.invite(machine.terminal, capsys)
    admin = fleet.administrator()
    ask(admin, "UPDATE invitation SET expires_at = CURRENT_TIMESTAMP(6) WHERE terminal = %s", (machine.terminal,))
    admin.close()
    assert "expired" in refused(machine, token, capsys)
    assert machine.join(fleet.invite(machine.terminal, capsys)) == 0


@pytest.mark.slow
def test_an_earlier_invitation_is_taken_back_by_a_later_one(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    machine = fleet.machine(fresh_name())
    first, second = (fleet.invite(machine.terminal, capsys) for _ in range(2))
    assert "does not know this token" in refused(machine, first, capsys)
    assert machine.join(second) == 0


@pytest.mark.slow
def test_a_machine_with_another_databases_ring_is_told_and_keeps_it(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    machine, ring = fleet.machine(fresh_name()), KeyRing.generate()
    write(machine.folder.key_file, ring)
    token = fleet.invite(machine.terminal, capsys)
    capsys.readouterr()
    assert machine.join(token) == 1
    assert "ring of another database" in capsys.readouterr().err
    assert read(machine.folder.key_file) == ring
    assert not machine.folder.credential_file.exists()
    shutil.copy(fleet.centre.folder.key_file, machine.folder.key_file)
    assert machine.join(token) == 0, "one that has the fleet's ring already keeps it, and the token was not used up"


@pytest.mark.slow
def test_a_terminal_that_works_is_not_invited_over_its_head(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fleet.centre.command("terminal", "invite", machine.terminal, "--user", ADMINISTRATOR) == 1
    assert "has joined already" in capsys.readouterr().err
    working = machine.storage()
    working.open()
    working.close()


@pytest.mark.slow
def test_a_machine_that_joined_refuses_settings_of_another_terminal(
    fleet: Fleet, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    other = fresh_name()
    machine.config.write_text(machine.config.read_text().replace(machine.terminal, other))
    assert machine.command("cut-off") == 1
    assert f"is of terminal {machine.terminal}" in capsys.readouterr().err


def test_of_two_machines_with_one_token_at_the_same_instant_exactly_one_joins(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    name = fresh_name()
    token = Token.from_text(fleet.invite(name, capsys))
    pair = [fleet.machine(name), fleet.machine(name)]

    def join(machine: Machine) -> str:
        try:
            take_up(machine.folder, name, fleet.server.verified, token)
        except JoinProblem as problem:
            return str(problem)
        return ""

    told = together([lambda: join(pair[0]), lambda: join(pair[1])])
    assert sorted(map(bool, told)) == [False, True]
    assert "used already" in max(told)
    assert [machine.has_joined for machine in pair] == [not problem for problem in told]


@pytest.mark.slow
@pytest.mark.parametrize("written", [0, 1, 2, 3])
def test_a_disk_that_takes_only_a_part_keeps_nothing(
    fleet: Fleet, written: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Credential and ring are each synced twice: the file and its folder."""
    machine = fleet.machine(fresh_name())
    token, left, sync = fleet.invite(machine.terminal, capsys), [written], os.fsync

    def full(descriptor: int) -> None:
        if not left[0]:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    assert machine.join(token) == 1
    monkeypatch.undo()
    told = capsys.readouterr().err
    assert "Nothing was kept" in told
    assert "No space left" in told
    assert not machine.has_joined
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    assert machine.join(fleet.invite(machine.terminal, capsys)) == 0


@pytest.mark.slow
def test_a_machine_with_a_system_keyring_keeps_both_there(
    fleet: Fleet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine = fleet.machine(fresh_name())
    token = fleet.invite(machine.terminal, capsys)
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    monkeypatch.setenv(ENVIRONMENT, "keyring:fleet-test")
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    try:
        assert machine.join(token) == 0
        assert not machine.has_joined, "no file of either"
        assert "in the system's keyring" in capsys.readouterr().out
        storage = machine.working()
        assert storage.branch.chart()
        storage.close()
    finally:
        keyring.set_keyring(before)


# --- secrets ---------------------------------------------------------------------------------------------------------


def forms(secret: bytes) -> set[bytes]:
    """As it might have been written down."""
    return {secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret)}


@pytest.mark.slow
def test_no_table_and_no_log_holds_a_token_a_password_or_a_key(
    fleet: Fleet, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """After an invitation that was used, one that waits, work, and a revocation; the server logs every statement."""
    caplog.set_level(logging.DEBUG)
    machine = fleet.machine(fresh_name())
    used = fleet.invite(machine.terminal, capsys)
    assert machine.join(used) == 0
    working = machine.working()
    customer_with_money(working)
    working.audit.seal()
    working.close()
    waiting = fleet.invite(fresh_name(), capsys)
    credential = machine.credential.find()
    assert credential is not None
    assert fleet.revoke(machine.terminal) == 0
    secrets = forms(credential.audit_key.key)
    for password in credential.passwords.values():
        secrets |= {password.encode()} | forms(bytes.fromhex(password))
    for folder_file in (fleet.centre.folder.key_file, fleet.centre.folder.centre_file):
        for key in read(folder_file).keys.values():
            secrets |= forms(key)
    for text in (used, waiting):
        token = Token.from_text(text)
        secrets |= {text.encode(), text.replace("-", "").encode(), token.join_password.encode()} | forms(token.secret)
    admin = fleet.administrator()
    ask(admin, "FLUSH TABLES")
    dumped = [repr(ask(admin, f"SELECT * FROM {table}")).encode() for table in tables_of(admin)]
    bundles = ask(admin, "SELECT i.terminal, LENGTH(i.sealed) FROM invitation i ORDER BY i.id DESC LIMIT 2")
    admin.close()
    assert bundles[0][1] > 500, "the one that waits"
    assert bundles[1] == (machine.terminal, 0), "the one that was taken up"
    searched = {
        "tables": b"".join(dumped),
        "printed": "".join(capsys.readouterr()).encode(),
        "log": caplog.text.encode(),
    }
    for path in (fleet.server.root / "server").rglob("*"):
        if path.is_file():
            searched[path.name] = path.read_bytes()
    assert {"general.log", "binary.000001", "invitation.ibd"} <= set(searched)
    assert machine.terminal.encode() in searched["general.log"], "the search sees what was logged"
    assert [(name, secret) for name, text in searched.items() for secret in secrets if secret in text] == []
