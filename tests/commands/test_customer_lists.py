"""``main.py customer import`` and ``export``, and customers found by what staff know of them."""

from __future__ import annotations

import csv
import itertools
import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from atm_app.config import Settings
from atm_app.identity.captures import CapturedTemplate
from atm_app.stores import Factor
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.fingerprint.picture_stick import RECOMMENDED_THRESHOLD, PictureStick
from biometric.picture_folder import PictureFolder
from biometric.virtual.camera_scene import Scene
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore
from commands import customer_lists
from commands.customer_lists import EXPORTED, export_list, import_list
from commands.opened_storage import customer_lists_of
from commands.wiring import pose_cache
from db.customer_lists import BATCH, PAGE
from db.folder import DataFolder
from db.storage import Storage
from tests.command_line import PROJECT, run
from tests.db.bank import Bank, administrator, ask
from tests.waiting import wait_until
from tests.world import face_of

_phones = itertools.count(7_000_000)
HEADING = ("number", "name", "phone", "email", "opening", "photographs", "fingerprints", "consents")


@pytest.fixture
def settings(bank: Bank) -> Settings:
    return Settings(terminal=bank.terminal)


def fresh_phone() -> str:
    return f"+91 98{next(_phones):08d}"


def person(name: str = "Asha Rao", **fields: str) -> dict[str, str]:
    return {"name": name, "phone": fresh_phone(), **fields}


Write = Callable[[Sequence[dict[str, str]]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(people: Sequence[dict[str, str]]) -> Path:
        path = tmp_path / "list.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            table = csv.DictWriter(file, HEADING, restval="", delimiter=";")
            table.writeheader()
            table.writerows(people)
        return path

    return made


Import = Callable[..., dict[str, Any]]


@pytest.fixture
def bring(folder: DataFolder, settings: Settings, capsys: pytest.CaptureFixture[str]) -> Import:
    def done(path: Path, *, dry_run: bool = False, pictures: Path | None = None) -> dict[str, Any]:
        code = import_list(folder, settings, path, pictures, dry_run=dry_run, json_output=True)
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code == (0 if answer["ok"] else 1)
        return answer

    return done


def refused(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(problem["line"], problem["column"]) for problem in answer["problems"]]


def test_a_list_is_tried_brought_in_once_and_found(bank: Bank, settings: Settings, write: Write, bring: Import) -> None:
    people = [person(f"Imported Person{place}", opening="100" if place % 2 else "") for place in range(50)]
    people[7]["number"] = "I-777"
    path = write([*people, person(phone="nonsense")])
    tried = bring(path, dry_run=True)
    assert (tried["imported"], tried["known"], refused(tried)) == (50, 0, [(52, "phone")])
    assert tried["customers"] == []
    rows = customer_lists_of(bank.storage, settings)
    assert rows.search("imported") == ()
    first = bring(path)
    assert (first["imported"], first["known"], refused(first)) == (50, 0, [(52, "phone")])
    again = bring(path)
    assert (again["imported"], again["known"], again["customers"]) == (0, 50, [])
    page = rows.search("IMPORTED")
    assert len(page) == PAGE == 50
    assert rows.search("imported", after=page[-1].customer_id) == ()
    shorter = rows.search("imported", count=20)
    assert [one.number for one in (*shorter, *rows.search("imported", after=shorter[-1].customer_id))] == [
        one.number for one in page
    ]
    for text in ("person7 imported", people[7]["phone"], people[7]["phone"].removeprefix("+91 "), "I-777"):
        (found,) = rows.search(text)
        assert (found.number, found.details["name"]) == ("I-777", "Imported Person7"), text
    assert rows.search("imported nobody") == rows.search("") == rows.search("person777") == ()
    (account,) = rows.accounts(found.customer_id)
    assert account.balance.minor == 100_00
    bank.check_books()
    events = [row["event"] for row in bank.storage.kiosk.rows("all_rows") if row["chain"] == f"{bank.terminal}/staff"]
    assert events.count("customer_import") == 50


def test_who_is_somebody_elses_is_told_by_line(bank: Bank, write: Write, bring: Import) -> None:
    there = bank.storage.customers.get(bank.customer("Binod Thapa", phone=fresh_phone(), email="binod@x.in"))
    gone = bank.storage.customers.get(bank.customer("Chitra Iyer", phone=fresh_phone()))
    assert there is not None
    assert gone is not None
    assert bank.storage.customers.erase(gone.number) == ""
    answer = bring(write([
        person("Somebody Else", number=there.number), person("Somebody Else", phone=there.phone),
        person("Somebody Else", email="BINOD@x.in"), person("Somebody Else", number=gone.number),
        person("Binod Thapa", phone=there.phone, email=there.email), person("Chitra Iyer", phone=gone.phone),
    ]))  # fmt: skip
    assert refused(answer) == [(2, "number"), (3, "phone"), (4, "phone"), (5, "number"), (6, "phone")]
    assert (answer["imported"], answer["known"]) == (1, 0), "an erased customer's phone is free again"


class DrawnPictures(PictureFolder):
    """Photographs by their names: a number stands for that person's face."""

    def face(self, files: Sequence[str]) -> tuple[tuple[bytes, ...], float]:
        return tuple(face_of(int(Path(file).stem)) for file in files), 0.8

    def finger(self, finger: str, file: str) -> CapturedTemplate:
        return CapturedTemplate(Factor.FINGERPRINT, file.encode(), position=finger, family="drawn")


def test_a_face_is_kept_whole_and_only_once(
    bank: Bank, write: Write, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_lists, "PictureFolder", DrawnPictures)
    path = write([
        person("First", photographs="3000001.jpg|3000001.png", consents="face"),
        person("Twin", photographs="3000001.jpg", consents="face"),
        person("Two people", photographs="3000002.jpg|3000003.jpg|3000003.png", consents="face"),
        person("Not asked", photographs="3000004.jpg"),
    ])  # fmt: skip
    for dry_run in (True, False):
        answer = bring(path, dry_run=dry_run)
        assert refused(answer) == [(3, "photographs"), (4, "photographs"), (5, "photographs")]
        assert answer["imported"] == 1
        whose = "line 2" if dry_run else f"customer {answer['customers'][0]['number']}"
        assert answer["problems"][0]["problem"] == f"the same face is enrolled already: of {whose}"
    (first,) = answer["customers"]
    customer = bank.storage.customers.find(first["number"])
    assert customer is not None
    assert bank.storage.templates.face(customer.customer_id) == face_of(3_000_001)
    assert bring(path)["known"] == 1


def test_what_is_exported_is_read_again(
    bank: Bank, folder: DataFolder, settings: Settings, write: Write, bring: Import, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (made,) = bring(write([person("=cmd|' /C calc'!A0", email="+sum@x.in", consents="palm")]))["customers"]
    customer = bank.storage.customers.find(made["number"])
    assert customer is not None
    bank.account(customer.customer_id)
    bank.account(customer.customer_id)
    path = tmp_path / "export.csv"
    assert export_list(folder, settings, path, json_output=True) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert path.stat().st_mode & 0o077 == 0
    with path.open(newline="") as file:
        heading, *lines = csv.reader(file)
    assert heading == list(EXPORTED)
    assert not any(field.startswith(("=", "+", "-", "@")) for fields in lines for field in fields)
    own = [dict(zip(heading, fields, strict=True)) for fields in lines if made["number"] in fields]
    assert [(one["name"], one["consents"]) for one in own] == [("'=cmd|' /C calc'!A0", "palm")] * 2
    assert len({one["account"] for one in own}) == 2
    part = tmp_path / "part.csv"
    with part.open("w", newline="") as file:
        csv.writer(file).writerows([heading, *([one[column] for column in heading] for one in own)])
    assert (bring(part)["known"], refused(bring(part))) == (2, [])
    assert export_list(folder, settings, path, json_output=False) == 1, "an older list is not written over"


def test_an_import_that_is_interrupted_says_so_and_is_run_again(
    folder: DataFolder, settings: Settings, write: Write, bring: Import, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = write([person() for _ in range(6)])
    importing = customer_lists.CustomerImport
    bring_one, left = importing.bring, [3]

    def interrupted(self: Any, listed: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return bring_one(self, listed)

    monkeypatch.setattr(importing, "bring", interrupted)
    assert import_list(folder, settings, path, None, dry_run=False, json_output=True) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Interrupted after 3 of 6 customers" in told.err
    monkeypatch.setattr(importing, "bring", bring_one)
    answer = bring(path)
    assert (answer["imported"], answer["known"]) == (3, 3)


def test_as_staff_run_it(bank: Bank, folder: DataFolder, write: Write, tmp_path: Path) -> None:
    path = write([person(), person(photographs="gone.jpg", consents="face")])
    arguments = ("customer", "import", str(path), "--pictures", str(tmp_path))
    done = run(*arguments, folder=folder, ATM_TERMINAL=bank.terminal)
    assert done.returncode == 1
    assert "photographs" in done.stdout
    assert "1 customers were imported, 0 were there already, 1 lines were refused" in done.stdout
    assert "importing customers" in done.stderr


@pytest.mark.parametrize(("data", "said"), [
    (b"name,phone\nAsh\xe9,1\n", "line 2: not UTF-8"), (b"PK\x03\x04\x14\x00", "the first line names the columns"),
    (None, "cannot be read"),
])  # fmt: skip
def test_what_is_no_list_is_told_before_anything_is_opened(
    own_folder: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, said: str
) -> None:
    path = tmp_path / "list.csv"
    if data is not None:
        path.write_bytes(data)
    assert import_list(own_folder, Settings(), path, None, dry_run=False, json_output=False) == 2
    assert said in capsys.readouterr().err
    assert not own_folder.has_database


def test_a_list_in_utf16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name,phone\nआशा,98200 11111\n".encode("utf-16"))
    assert customer_lists.text_of(path).splitlines()[1].startswith("आशा")


@pytest.mark.slow
def test_a_photographed_customer_is_known_by_face_and_finger(
    bank: Bank, folder: DataFolder, write: Write, tmp_path: Path
) -> None:
    """The real models on a drawn person, from the file to the template in the database and back."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    scene = Scene(read_persons(), PoseStore(pose_cache(), background=False))
    scene.stand("gwen")
    for number in range(3):
        frame = np.ascontiguousarray(scene.frame(float(number))[..., ::-1])
        Image.fromarray(frame).save(pictures / f"{number}.jpg", quality=95)
    for number in (1, 2):
        Image.fromarray(press(grow(6003), draw_touch(number))).save(pictures / f"finger{number}.png")
    fields = {"photographs": "0.jpg|1.jpg", "fingerprints": "right_index=finger1.png", "consents": "face|fingerprint"}
    path = write([person("Gwen Doyle", **fields)])
    arguments = ("customer", "import", str(path), "--pictures", str(pictures), "--json")
    done = run(*arguments, folder=folder, ATM_TERMINAL=bank.terminal)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = json.loads(done.stdout)["customers"]
    customer = bank.storage.customers.find(made["number"])
    assert customer is not None
    face = bank.storage.templates.face(customer.customer_id)
    assert face is not None
    samples, _ = PictureFolder(pictures).face(["2.jpg"])
    assert EuclideanFaceMatcher().distance(face, samples) < 0.40
    stick = PictureStick(pictures)
    match = stick.verify(bank.storage.templates.fingers(customer.customer_id), "finger2.png")
    assert match.score >= RECOMMENDED_THRESHOLD


# --- many ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_thousand_in_one_go_and_each_is_found_within_a_tenth_of_a_second(
    started_folder: DataFolder, write: Write
) -> None:
    people = [person(f"Asha{place % 40} Rao{place}", opening="10") for place in range(5000)]
    arguments = ("customer", "import", str(write(people)), "--json")
    began = time.monotonic()
    done = run(*arguments, folder=started_folder)
    seconds = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["imported"] == 5000
    assert "5000/5000" in done.stderr
    settings = Settings()
    storage = Storage(started_folder, settings.terminal, settings.currency)
    storage.open()
    try:
        rows = customer_lists_of(storage, settings)
        times = []
        for place in range(0, 5000, 100):
            for text, count in ((f"rao{place}", 1), (people[place]["phone"], 1), (f"asha{place % 40}", PAGE)):
                began = time.monotonic()
                found = rows.search(text)
                times.append(time.monotonic() - began)
                assert len(found) == count, text
        print(f"5,000 imported in {seconds:.0f} s; search: median {1000 * statistics.median(times):.1f} ms, "
              f"99 of 100 within {1000 * statistics.quantiles(times, n=100)[98]:.1f} ms")  # fmt: skip
        assert statistics.quantiles(times, n=100)[98] < 0.1
        assert sum(len(page) for page in rows.pages()) == 5000
        assert all(len(page) <= BATCH for page in rows.pages())
        assert storage.ledger.trial_balance().balanced
    finally:
        storage.close()
    assert run("audit", "verify", folder=started_folder).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 57, 200])
def test_an_import_that_is_killed_and_run_again_doubles_nobody(
    started_folder: DataFolder, write: Write, after: int
) -> None:
    path = write([person("Killed Person", opening="10") for _ in range(400)])
    command = [sys.executable, "main.py", "--data", str(started_folder.root), "customer", "import", str(path)]
    watcher = Bank(started_folder)
    admin = administrator(started_folder)
    count = "SELECT COUNT(*) FROM customer"
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: ask(admin, count)[0][0] >= after, "some are there")
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = ask(admin, count)[0][0]
        assert after <= done < 400
        again = run("customer", "import", str(path), "--json", folder=started_folder)
        answer = json.loads(again.stdout)
        assert (answer["imported"], answer["known"]) == (400 - done, done)
        assert ask(admin, "SELECT COUNT(*), SUM(balance) FROM account WHERE customer_id IS NOT NULL") == [
            (400, 400_000)
        ]
        watcher.check_books()
    finally:
        process.kill()
        admin.close()
        watcher.close()
