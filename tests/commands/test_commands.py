"""The commands as a person runs them: one JSON object, an honest exit code, a clear line when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atm_app.stores import AuditEvent
from commands.wiring import _take
from db.folder import DataFolder
from db.storage import Storage
from tests.command_line import run, run_json


def test_doctor_names_every_part(own_folder: DataFolder) -> None:
    answer = run_json("doctor", folder=own_folder)
    assert answer["ok"] is True
    assert len(answer["checks"]) >= 8
    assert {"database", "books", "audit", "camera", "fingerprint", "dispenser", "printer", "key file"} <= {
        check["name"] for check in answer["checks"]
    }
    assert {check["state"] for check in answer["checks"]} <= {"ok", "virtual", "degraded", "broken"}
    assert all(check["advice"] for check in answer["checks"] if check["state"] in ("degraded", "broken"))


@pytest.mark.parametrize(("script", "state"), [
    pytest.param("cat > /dev/null", "ok", marks=pytest.mark.slow), ("exit 3", "degraded"),
])  # fmt: skip
def test_a_machine_without_a_sound_card_is_told_of_and_works(
    started_folder: DataFolder, tmp_path: Path, script: str, state: str
) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = run("doctor", "--json", folder=started_folder, PATH=path, ATM_SOUND__DEVICE="default")
    assert done.returncode == 0, done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["loudspeaker"]["state"] == state
    assert checks["speaker"]["state"] == "virtual"


def test_doctor_finds_a_missing_key_file(started_folder: DataFolder) -> None:
    started_folder.key_file.unlink()
    done = run("doctor", "--json", folder=started_folder)
    assert done.returncode == 1
    broken = [check for check in json.loads(done.stdout)["checks"] if check["state"] == "broken"]
    assert "missing" in broken[0]["advice"]


def test_a_second_kiosk_is_refused(own_folder: DataFolder) -> None:
    own_folder.prepare()
    lock = _take(own_folder.kiosk_lock)
    try:
        done = run("--windowed", "800x600", folder=own_folder, DISPLAY=":0")
    finally:
        os.close(lock)
    assert done.returncode == 3
    assert "another kiosk" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pollicy = 'cardless'", "pollicy"),
        ("policy = 'face'", "policy 'face'"),
        ("[face]\nverify_distance = 0.9", "face.verify_distance"),
        ("[times]\nmore_time = 5", "times.more_time"),
        ("terminal = ", "TOML"),
    ],
)
def test_a_setting_that_cannot_be_is_named(own_folder: DataFolder, tmp_path: Path, text: str, told: str) -> None:
    config = tmp_path / "atm.toml"
    config.write_text(text)
    done = run("--config", str(config), "doctor", folder=own_folder)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_variable_is_named(own_folder: DataFolder) -> None:
    done = run("doctor", folder=own_folder, ATM_POLLICY="cardless")
    assert done.returncode == 2
    assert "ATM_POLLICY" in done.stderr


def test_a_window_size_that_cannot_be_is_named(own_folder: DataFolder) -> None:
    done = run("--windowed", "huge", folder=own_folder, DISPLAY=":0")
    assert done.returncode == 2
    assert "WIDTHxHEIGHT" in done.stderr


def test_migrating_an_up_to_date_database_does_nothing(own_folder: DataFolder) -> None:
    assert run("db", "migrate", folder=own_folder).returncode == 0
    done = run("db", "migrate", folder=own_folder)
    assert done.returncode == 0
    assert "up to date" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sysbench") is None, reason="sysbench is not installed; this command installs it")
def test_the_audit_is_exported_without_the_names_it_is_kept_under(own_folder: DataFolder) -> None:
    asha, binod = b"a" * 16, b"b" * 16
    storage = Storage(own_folder, "A-1", "INR")
    storage.open()
    for subject in (asha, binod, asha):
        storage.audit.write(AuditEvent("pin_verify", "refused", b"s" * 16, subject, {"score": 0.5}))
    storage.close()
    exports = []
    for form in ("jsonl", "csv"):
        done = run("audit", "export", "--format", form, folder=own_folder)
        assert done.returncode == 0, done.stderr
        assert not any(name.hex() in done.stdout for name in (asha, binod, b"s" * 16))
        rows = [json.loads(line) for line in done.stdout.splitlines()] if form == "jsonl" else _table(done.stdout)
        told = [row for row in rows if row["event"] == "pin_verify"]
        assert [(row["chain"], row["outcome"], row["details"]) for row in told] == [
            ("A-1/kiosk", "refused", {"score": 0.5})
        ] * 3
        assert told[0]["subject"] == told[2]["subject"] != told[1]["subject"]
        assert all(datetime.fromisoformat(row["at"]).utcoffset() == timedelta(0) for row in rows)
        exports.append(told[0]["subject"])
    assert exports[0] != exports[1], "two exports cannot be laid beside each other"


def _table(text: str) -> list[dict[str, Any]]:
    return [{**row, "details": json.loads(row["details"])} for row in csv.DictReader(io.StringIO(text))]


@pytest.mark.slow
def test_the_ledger_is_measured_beside_its_floor(own_folder: DataFolder) -> None:
    """Whether the budget is met in runs of a second on a busy machine is not this test's business."""
    done = run("bench", "ledger", "--runs", "1", "--seconds", "1", "--json", folder=own_folder)
    answer = json.loads(done.stdout)
    try:
        assert done.returncode == (0 if answer["ok"] else 1), done.stderr
        for name in ("movements_per_second", "floor", "ratio", "p50_ms", "p99_ms"):
            assert answer[name].keys() == {"1", "8", "32", "hot"}, name
            assert all(value > 0 for value in answer[name].values()), name
        assert DataFolder(Path(answer["data_folder"])).has_database
    finally:
        shutil.rmtree(answer["data_folder"], ignore_errors=True)


def test_what_cannot_be_installed_is_named(own_folder: DataFolder, tmp_path: Path) -> None:
    """A machine without sysbench and without a way to install it."""
    for program in ("bash", "id"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    done = run("bench", "ledger", folder=own_folder, PATH=str(tmp_path))
    assert done.returncode == 2
    assert "sysbench" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_bench_of_no_runs_is_refused(own_folder: DataFolder, number: str) -> None:
    assert run("bench", "ledger", "--runs", number, folder=own_folder).returncode == 2
