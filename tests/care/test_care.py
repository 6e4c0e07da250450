"""Check-up, repairs, backups and what support gets, on a real folder and database."""

from __future__ import annotations

import base64
import json
import logging
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.branch.care_ports import CareProblem, Finding
from atm_app.config import MailSettings, Settings, SmsSettings
from atm_app.identity.consents import CONSENT_VERSION
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.stores import Factor
from atm_app.watch.heartbeat import Doing, Heartbeat
from biometric.face.vision_process import ROLE
from biometric.frames import SEGMENT_FOLDER, segment_prefix
from commands import care as care_module
from commands.care import Care
from commands.machine_log import write_log
from commands.people import PEOPLE
from db.folder import DataFolder
from db.storage import Storage
from tests.at_rest import copy_of
from tests.db.bank import administrator, ask

NOBODY = 2**22 - 1  # a process id that is none: above pid_max of this kernel's default


@pytest.fixture(scope="module")
def folder(first_start: DataFolder) -> Iterator[DataFolder]:
    made = copy_of(first_start)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="module")
def storage(folder: DataFolder) -> Iterator[Storage]:
    made = Storage(folder, "C-1", "INR")
    made.open()
    made.branch.prepare_books(Settings(terminal="C-1"))
    yield made
    made.close()


@pytest.fixture
def care(storage: Storage, tmp_path: Path) -> Care:
    settings = Settings(
        terminal="C-1", mail=MailSettings(host="mail.bank.example", user="atm@bank.example", password="hunter2-secret"),
        sms=SmsSettings(url="json://gateway-secret@sms.example/{phone}"),
    )  # fmt: skip
    return Care(storage, settings, tmp_path / "atm.toml")


def found(care: Care) -> dict[str, Finding]:
    return {finding.name: finding for finding in care.check_up()}


def test_a_check_up_names_every_part_and_what_the_kiosk_said(care: Care, storage: Storage) -> None:
    assert found(care)["kiosk"].state == "degraded"
    printer = DeviceStatus("printer", DeviceState.OFFLINE, advice="plug it in")
    camera = DeviceStatus("camera", DeviceState.ONLINE, virtual=True)
    storage.watch.beat(Heartbeat(Doing.FREE, "", (printer, camera)))
    now = found(care)
    assert {"python", "disk", "key file", "database", "books", "audit", "cassettes", "folders"} <= set(now)
    assert (now["printer"].state, now["camera"].state, now["kiosk"].state) == ("broken", "virtual", "ok")
    assert now["folders"].state == now["database"].state == now["books"].state == "ok"


def test_folders_are_made_and_shut_again(care: Care, folder: DataFolder) -> None:
    folder.receipts.rmdir()
    folder.logs.chmod(0o755)
    finding = found(care)["folders"]
    assert (finding.state, finding.repair) == ("degraded", "folders")
    assert "receipts is missing" in finding.advice
    before = folder.key_file.read_bytes(), stat.S_IMODE(folder.key_file.stat().st_mode)
    assert "for their owner alone" in care.repair("folders")
    assert stat.S_IMODE(folder.logs.stat().st_mode) == stat.S_IMODE(folder.receipts.stat().st_mode) == 0o700
    assert (folder.key_file.read_bytes(), stat.S_IMODE(folder.key_file.stat().st_mode)) == before
    assert found(care)["folders"].repair == ""


def test_only_what_dead_processes_left_is_swept(care: Care, folder: DataFolder) -> None:
    prefix = segment_prefix(folder.root, ROLE)
    dead, living = (SEGMENT_FOLDER / f"{prefix}{number}-1" for number in (NOBODY, os.getpid()))
    for path in (dead, living):
        path.write_bytes(b"frame")
    try:
        assert found(care)["shared memory"].repair == "shared memory"
        assert care.repair("shared memory").startswith("1 piece")
        assert living.exists()
        assert not dead.exists()
    finally:
        living.unlink()
        dead.unlink(missing_ok=True)


def test_what_was_left_of_a_trial_is_cleared_but_not_while_one_runs(care: Care, folder: DataFolder) -> None:
    from db.locks import alone

    folder.trial.root.mkdir()
    (folder.trial.root / "rows").write_text("left")
    with alone(folder.backup_lock) as we_are:
        assert we_are
        with pytest.raises(CareProblem, match="being made"):
            care.repair("trial")
    assert (folder.trial.root / "rows").exists()
    care.repair("trial")
    assert not folder.trial.root.exists()


def test_nothing_else_is_repaired(care: Care) -> None:
    for name in ("", "money", "../atm.key", "keys"):
        with pytest.raises(CareProblem, match="no such repair"):
            care.repair(name)


@pytest.mark.slow
def test_a_backup_is_made_step_by_step_and_listed(care: Care, tmp_path: Path) -> None:
    assert care.backups() == ()
    steps: list[str] = []
    made = care.back_up(str(tmp_path / "kept"), steps.append)
    assert len(steps) == 3
    assert "tried out" in steps[1]
    assert (made.place, made.customers) == (str(tmp_path / "kept"), 0)
    assert made.rows > 10
    assert care.backups() == (made,)


@pytest.mark.parametrize(("place", "told"), [("", "whole path"), ("kept", "whole path"), ("/proc/kept", "No backup")])
def test_a_place_that_is_none_is_told(care: Care, place: str, told: str) -> None:
    with pytest.raises(CareProblem, match=told):
        care.back_up(place, lambda _: None)


def test_a_configured_servers_rows_are_not_ours_to_keep(care: Care, monkeypatch: pytest.MonkeyPatch) -> None:
    database = care.settings_now.database.model_copy(update={"hosts": ("db.bank.example",)})
    elsewhere = Care(care.storage, care.settings_now.model_copy(update={"database": database}), care.config)
    with pytest.raises(CareProblem, match="administrator"):
        elsewhere.back_up("/backups", lambda _: None)


# --- what support gets -----------------------------------------------------------------------------------------------


def test_what_support_gets_tells_how_the_machine_is_and_of_nobody(care: Care, storage: Storage) -> None:
    """Everybody of the demonstration is enrolled, with face, finger and PIN, and the log was given what it never is."""
    folder, personal = storage.folder, set[str]()
    write_log(folder, "debug")
    log = logging.getLogger("atm_app.desk")
    for person in PEOPLE:
        new = person.customer
        customer = storage.customers.enrol(new)
        storage.staff_consents.give(customer, Factor.FACE, CONSENT_VERSION)
        storage.templates.store_face(customer, b"face-of-%d" % customer * 20, 0.9)
        storage.customers.set_pin_hash(customer, storage.vault.pin_hash(person.pin, bytes(16)))
        personal |= {*new.name.split(), new.name, new.number, new.email, new.phone, new.phone.replace(" ", "")}
        personal |= {account.number for account in person.accounts}
        log.info("to %s at %s, number %s, account %s", new.email, new.phone, new.number, person.accounts[0].number)
        log.info("asked by '%s' of %r", new.name, new)
        try:
            raise ValueError(f"{new.name} {new.email}")
        except ValueError:
            log.exception("a visit ended")
    log.info("welcome -> face, this line stays")
    admin = administrator(folder)
    for column, table in (("hash", "credential"), ("sealed", "template"), ("sealed", "customer_detail"),
                          ("wrapped", "data_key"), ("pseudonym", "customer"), ("token", "customer_index")):  # fmt: skip
        for (value,) in ask(admin, f"SELECT {column} FROM {table}"):
            personal |= {bytes(value).hex(), base64.b64encode(bytes(value)).decode()}
    admin.close()
    personal |= {word for word in folder.key_file.read_text().replace('"', " ").split() if len(word) > 20}
    personal |= {"hunter2-secret", "gateway-secret", "mail.bank.example", "atm@bank.example"}
    path = Path(care.export_for_support())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name).decode() for name in made.namelist()}
    assert set(parts) == {
        "check_up.json", "versions.json", "settings.json", "kiosk.json", "counts.json", "kiosk.log",
    }  # fmt: skip
    told = "".join(parts.values())
    assert [each for each in personal if each and each in told] == []
    assert "this line stays" in parts["kiosk.log"]
    assert json.loads(parts["counts.json"])["customer"] == len(PEOPLE)
    assert json.loads(parts["settings.json"])["mail"]["password"] == "(set)"
    assert json.loads(parts["settings.json"])["times"]["idle"] == 60.0
    assert str(folder.root) not in told
    assert {check["name"] for check in json.loads(parts["check_up.json"])} >= {"books", "audit"}


def test_the_console_does_not_wait_for_what_only_a_check_up_needs() -> None:
    assert not hasattr(care_module, "CheckUp")
