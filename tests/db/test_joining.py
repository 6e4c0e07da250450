"""A new machine takes its place in a fleet up with a token: once, all of it, and nobody else."""

from __future__ import annotations

import base64
import logging
import os
import shutil
from pathlib import Path

import keyring
import pytest

from atm_app.trust.invitation import Token
from atm_app.trust.vault import KeyRing
from commands.administrator import PASSWORD_VARIABLE
from db.joining import JoinProblem, take_up
from db.key_file import read, write
from db.key_source import ENVIRONMENT
from tests.commands.keyring_file import FileKeyring
from tests.db.bank import ask, tables_of, together
from tests.db.configured import ADMINISTRATOR, PASSWORD
from tests.db.fleet import Fleet, Machine, customer_with_money, fresh_name

WRONG_NUMBER_OF_ARGUMENTS, DENIED_TO_ROLE, DENIED = 1318, 1370, 1142


def refused(machine: Machine, token: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Why; and nothing of a ring or a credential is there."""
    capsys.readouterr()
    assert machine.join(token) == 1
    told = capsys.readouterr().err
    assert not machine.has_joined
    assert token.replace("-", "") not in told.replace("-", "")
    return told


@pytest.mark.parametrize(
    "text", ["", "ABCD", "K7QF-" * 8 + "K7Q!", "\x00" * 36], ids=["nothing", "short", "sign", "zeros"]
)
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
            take_up(machine.folder, name, [fleet.server.verified], token)
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
