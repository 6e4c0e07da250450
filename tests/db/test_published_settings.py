"""Settings from the centre of a fleet, on a real server: published, taken, refused, rolled back, kept."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from commands.administrator import PASSWORD_VARIABLE
from commands.command_line import load_settings
from commands.display import ensure_display
from commands.doctor import stores
from commands.kiosk import Kiosk
from commands.settings_in_force import InForce, SettingsInForce
from commands.settings_watch import LOOK_SECONDS, Restart, SettingsWatch
from db import connection
from db.key_source import ENVIRONMENT
from db.migrations import migration_files, steps_of
from db.storage import Storage
from tests.db.bank import ask, errno_of
from tests.db.configured import ADMINISTRATOR, PASSWORD, free_port
from tests.db.fleet import Fleet, Machine, fresh_name
from tests.world import HandClock, HandWorkers

SIGNALLED, DENIED = 1644, 1142


class Centre:
    """``main.py fleet-settings`` at the centre."""

    def __init__(self, fleet: Fleet, capsys: pytest.CaptureFixture[str], root: Path) -> None:
        self.fleet = fleet
        self._capsys = capsys
        self._file = root / "published.toml"

    def ask(self, *arguments: str, code: int = 0) -> Any:
        """What it printed: as JSON, or where it refused, in words."""
        self._capsys.readouterr()
        given = ("--user", ADMINISTRATOR, "--json")
        assert self.fleet.centre.command("fleet-settings", *arguments, *given) == code
        printed = self._capsys.readouterr()
        return printed.err if code and not printed.out else json.loads(printed.out)

    def publish(self, content: str, terminal: str = "", code: int = 0) -> Any:
        self._file.write_text(content)
        return self.ask("publish", str(self._file), *(("--terminal", terminal) if terminal else ()), code=code)

    def published(self, content: str, terminal: str = "") -> int:
        """The version it became."""
        return int(self.publish(content, terminal)["version"])


@pytest.fixture
def centre(fleet: Fleet, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Centre:
    return Centre(fleet, capsys, tmp_path)


@pytest.fixture(scope="module")
def joined(whole_fleet: Fleet) -> Iterator[Machine]:
    """One for all tests of this file: joining takes a second. It leaves nothing unsealed to the fleet."""
    made, token = whole_fleet.machine(fresh_name()), whole_fleet.root / "token"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PASSWORD_VARIABLE, PASSWORD)
        patch.delenv(ENVIRONMENT, raising=False)
        with token.open("w") as file, contextlib.redirect_stdout(file):
            assert whole_fleet.centre.command("terminal", "invite", made.terminal, "--user", ADMINISTRATOR) == 0
        assert made.join(token.read_text()) == 0
        yield made
        storage = made.storage()
        storage.open()
        storage.audit.seal()
        storage.staff_audit.seal()
        storage.close()


@pytest.fixture
def machine(fleet: Fleet, joined: Machine) -> Iterator[Machine]:
    """That has joined and took nothing from its centre yet."""
    config = joined.config.read_text()
    joined.folder.published_settings.unlink(missing_ok=True)
    yield joined
    joined.config.write_text(config)


def judge_of(machine: Machine) -> SettingsInForce:
    return SettingsInForce(machine.folder, machine.settings, partial(load_settings, machine.config, None, None))


def start(machine: Machine) -> InForce:
    """As its kiosk does."""
    return judge_of(machine).at_start()


@contextlib.contextmanager
def without_triggers(fleet: Fleet) -> Iterator[Any]:
    """An administrator's connection, as if somebody owned the tables; everything is as it was afterwards."""
    admin = fleet.administrator()
    before = ask(admin, "SELECT * FROM published_settings")
    ask(admin, "DROP TRIGGER published_settings_are_never_updated")
    ask(admin, "DROP TRIGGER published_settings_are_never_deleted")
    try:
        yield admin
    finally:
        ask(admin, "DELETE FROM published_settings")
        for row in before:
            ask(admin, f"INSERT INTO published_settings VALUES ({', '.join(['%s'] * len(row))})", row)
        migration = next(path for path in migration_files() if path.name.startswith("0017"))
        for statement in steps_of(migration):
            if statement.startswith("CREATE TRIGGER"):
                ask(admin, statement)
        admin.close()


def test_two_machines_take_what_is_published_and_one_alone_is_overridden_and_goes_back(
    fleet: Fleet, machine: Machine, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    other = fleet.joined(capsys)
    first = centre.published('bank = "Konkan Bank"\n[times]\nidle = 50.0\n')
    second = centre.published("[times]\nidle = 70.0\n", other.terminal)
    assert second == first + 1
    here, there = start(machine), start(other)
    assert (here.settings.bank, here.settings.times.idle) == ("Konkan Bank", 50)
    assert (there.settings.bank, there.settings.times.idle) == ("Konkan Bank", 70)
    assert str(there.versions) == f"version {second} of its own over version {first}"
    assert machine.folder.published_settings.stat().st_mode & 0o777 == 0o600
    third = centre.published('bank = "Deccan Bank"\n')
    assert (start(other).settings.bank, start(other).settings.times.idle) == ("Deccan Bank", 70)
    assert start(machine).settings.times.idle == 60, "what is published takes the place of what was, not of parts of it"
    told = centre.ask("rollback", str(first))
    assert (told["version"], told["again_of"], told["terminal"]) == (third + 1, first, "")
    back = start(machine)
    assert (back.settings.bank, back.versions.general) == ("Konkan Bank", third + 1)
    centre.publish("# as everywhere\n", other.terminal)
    assert start(other).settings.times.idle == 50
    audited = ask(fleet.administrator(), "SELECT outcome, details FROM audit WHERE event = 'settings' "
                                         "AND chain = 'CENTRE/fleet' ORDER BY id")[-5:]  # fmt: skip
    assert [outcome for outcome, _ in audited] == ["published"] * 3 + ["rolled_back", "published"]
    assert int(json.loads(audited[3][1])["again_of"]) == first, "a number of a procedure's argument is text in MariaDB"
    shown = centre.ask("show", str(first))
    assert 'bank = "Konkan Bank"' in shown["content"]
    assert shown["published_by"] == f"{ADMINISTRATOR} at CENTRE"


def test_what_is_wrong_is_refused_in_words_and_nothing_is_kept(
    fleet: Fleet, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = len(centre.ask("list")["versions"])
    told = centre.publish('terminal = "X"\n[face]\nmargin = 0.001\n', code=1)
    assert "Nothing was published" in told
    assert "terminal: not the centre's to decide" in told
    assert "face.margin" in centre.publish("[face]\nmargin = 0.001\n", code=1)
    assert "nobody invited it" in centre.publish("[times]\nidle = 44.0\n", "NEVER-HEARD-OF", code=1)
    assert "there is no version 4711" in centre.ask("show", "4711", code=1)
    assert "there is no version 4711" in centre.ask("rollback", "4711", code=1)
    assert "cannot be read" in centre.ask("publish", "/nowhere/at-all.toml", code=1)
    assert len(centre.ask("list")["versions"]) == kept
    version = centre.published(f'bank = "Bank {fresh_name()}"\n')
    same = centre.ask("show", str(version))["content"]
    for again in (same, f"# the same in other words\n{same}"):
        assert f"already, as version {version}" in centre.publish(again, code=1)
    assert f"already, as version {version}" in centre.ask("rollback", str(version), code=1)
    with without_triggers(fleet) as admin:
        ask(admin, "UPDATE published_settings SET key_id = 'k0' WHERE version = %s", (version,))
        assert centre.published(same) == version + 1, "the same under a newer key is another matter"


def test_only_the_administrator_publishes_and_a_version_never_changes(
    fleet: Fleet, machine: Machine, centre: Centre
) -> None:
    version = centre.published(f'bank = "Bank {fresh_name()}"\n')
    storage = machine.storage()
    storage.open()
    for database in (storage.kiosk, storage.staff):
        database.rows("head_of", chain="none")
        signed_in = database._connection
        assert errno_of(signed_in, "CALL publish_settings()") == 1370
        assert errno_of(signed_in, "UPDATE published_settings SET content = ''") == DENIED
        assert errno_of(signed_in, "UPDATE settings_in_force_view SET content = ''") == DENIED
    storage.close()
    admin = fleet.administrator()
    assert errno_of(admin, "UPDATE published_settings SET content = '' LIMIT 1") == SIGNALLED
    assert errno_of(admin, f"DELETE FROM published_settings WHERE version = {version}") == SIGNALLED
    again = ask(
        admin, "CALL publish_settings(%s, '', '', '', NULL, '', '', 'k1', %s, 'CENTRE/fleet')", (version, bytes(32))
    )
    assert again == [("overtaken",)], "a number is given once"
    admin.close()


def test_what_somebody_changed_in_the_tables_is_refused_and_the_last_good_one_stays(
    fleet: Fleet, machine: Machine, centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    before = centre.published("[times]\nidle = 33.0\n")
    good = centre.published("[times]\nidle = 55.0\n")
    assert start(machine).settings.times.idle == 55
    for told, change in (
        ("was changed since", "UPDATE published_settings SET content = '[times]\nidle = 99.0' WHERE version = {good}"),
        ("was changed since", "UPDATE published_settings SET terminal = '{terminal}' WHERE version = {before}"),
        ("versions only count up", "DELETE FROM published_settings WHERE version = {good}"),
        (
            "was changed since",
            "INSERT INTO published_settings SELECT {good} + 1, terminal, content, digest, again_of, program,"
            " published_by, published_at, key_id, seal FROM published_settings WHERE version = {before}",
        ),
    ):
        with without_triggers(fleet) as admin:
            ask(admin, change.format(good=good, before=before, terminal=machine.terminal))
            caplog.clear()
            taken = start(machine)
            assert (taken.settings.times.idle, taken.versions.general) == (55, good), change
            assert told in caplog.text
            if told == "was changed since":
                assert any(each["problem"] for each in centre.ask("list", code=1)["versions"])
    assert start(machine).versions.general == good


def test_without_the_database_a_machine_starts_with_the_last_it_had(
    machine: Machine, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = centre.published("[times]\nidle = 52.0\n")
    assert start(machine).is_new
    assert not start(machine).is_new
    monkeypatch.setattr(connection, "RETRY_SECONDS", 0.1)
    text = machine.config.read_text()
    machine.config.write_text(text.replace(text.split('"')[3], f"127.0.0.1:{free_port()}"))
    away = start(machine)
    assert (away.settings.times.idle, away.versions.general) == (52, version)
    assert judge_of(machine).kept().settings.times.idle == 52, "as every other command of the machine reads it"
    machine.folder.published_settings.write_text(
        machine.folder.published_settings.read_text().replace("52.0", "53.0")
    )  # fmt: skip
    assert start(machine).settings.times.idle == 60, "a copy that was changed is not used"


def test_a_machine_of_an_older_program_refuses_and_says_so(
    machine: Machine, centre: Centre, monkeypatch: pytest.MonkeyPatch, storage: Storage
) -> None:
    good = centre.published("[times]\nidle = 57.0\n")
    start(machine)
    with monkeypatch.context() as newer:
        newer.setattr("db.published_settings.__version__", "9.1")
        newer.setattr("commands.fleet_settings.check_decided", lambda content: {})
        version = centre.published("[face]\nglance = 3\n")
    judge = judge_of(machine)
    assert judge.at_start().versions.general == good
    clock, workers = HandClock(), HandWorkers()
    watch = SettingsWatch(storage, judge, clock, workers, None)
    watch.start()
    workers.settle()
    told = next(each for each in centre.ask("list")["machines"] if each["terminal"] == machine.terminal)
    assert told["runs"] == {"general": good, "own": 0}
    assert told["refused"] == version
    assert told["reason"].startswith(f"version {version} cannot be used here: face.glance: there is no such setting")
    assert "published with 9.1" in told["reason"]
    found = next(check for check in stores(storage, machine.settings) if check.name == "centre's settings")
    assert (found.state, told["reason"] in found.advice) == ("degraded", True)
    clock.advance(3 * LOOK_SECONDS, workers.settle)
    audited = ask(centre.fleet.administrator(), "SELECT details FROM audit WHERE chain = %s AND outcome = 'refused'",
                  (f"{machine.terminal}/kiosk",))  # fmt: skip
    assert [json.loads(details)["version"] for (details,) in audited] == [version], "once, not with every look"
    centre.publish("[times]\nidle = 58.0\n")
    clock.advance(LOOK_SECONDS, workers.settle)
    assert watch.waits
    assert start(machine).settings.times.idle == 58


def test_a_publication_that_does_not_go_with_the_machines_own_file_is_refused(
    machine: Machine, centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    machine.config.write_text(
        'policy = "mine"\n' + machine.config.read_text() + '[policies.mine]\nsteps = ["face", "pin"]\nclaims = false\n'
    )
    centre.publish('bank = "Own Policies"\n')
    assert start(machine).settings.policy == "mine"
    centre.publish('[policies.mine]\nsteps = ["pin", "one_time_code"]\n')
    taken = start(machine)
    assert (taken.settings.bank, taken.settings.policies["mine"].steps) == ("Own Policies", ("face", "pin"))
    assert "cannot be used here" in caplog.text


@pytest.fixture
def storage(machine: Machine) -> Iterator[Storage]:
    made = machine.storage()
    made.open()
    yield made
    made.close()


def test_a_running_kiosk_starts_anew_for_it_when_nobody_is_there(
    machine: Machine, centre: Centre, storage: Storage
) -> None:
    before = centre.published("[times]\nidle = 41.0\n")
    judge, clock, workers = judge_of(machine), HandClock(), HandWorkers()
    judge.at_start()
    free, begun = [False], []
    watch = SettingsWatch(
        storage, judge, clock, workers, Restart(lambda: free[0], lambda: 200.0, lambda: begun.append(clock.seconds))
    )
    watch.start()
    workers.settle()
    clock.advance(2 * LOOK_SECONDS, workers.settle)
    assert (watch.waits, begun) == (False, [])
    version = centre.published("[times]\nidle = 42.0\n")
    clock.advance(LOOK_SECONDS, workers.settle)
    found = clock.seconds
    told = next(each for each in centre.ask("list")["machines"] if each["terminal"] == machine.terminal)
    assert (told["runs"]["general"], told["in_force"]["general"]) == (before, version)
    clock.advance(300, workers.settle)
    assert begun == [], "somebody is at the machine"
    free[0] = True
    clock.advance(10, workers.settle)
    assert len(begun) == 1
    assert begun[0] >= found + 300
    watch.stop()


@pytest.mark.slow
def test_a_kiosk_under_a_service_manager_ends_itself_and_comes_back_with_them(
    machine: Machine, centre: Centre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ensure_display()
    monkeypatch.setenv("ATM_CAMERA", "virtual")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setattr("commands.kiosk.LONGEST_DELAY_SECONDS", 1)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    centre.published("[times]\nidle = 47.0\n")
    judge = judge_of(machine)
    kiosk = Kiosk(machine.folder, judge.at_start().settings, (1280, 720), None, judge)
    version = centre.published("[times]\nidle = 48.0\n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        kiosk.run()
        manager.setblocking(False)
        heard = [manager.recv(100), manager.recv(100)]
    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert heard == [b"READY=1", b"STOPPING=1"]
    again = start(machine)
    assert (again.settings.times.idle, again.versions.general) == (48, version)
