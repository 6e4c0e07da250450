"""One whole demonstration – four enrolments, a visit by face, finger and code, a withdrawal, its receipt – and what it
leaves on disk: the books in order, and nothing that is the customers'."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from atm_app.identity.one_time_code import DIGITS
from atm_app.trust.vault import Vault, keyed_digest
from commands.people import PEOPLE
from db import key_file
from db.customers import Keys
from db.folder import DataFolder, fresh_folder
from db.storage import Storage
from tests.at_rest import await_rest
from tests.command_line import run, run_json
from tests.db.bank import administrator, ask

pytestmark = pytest.mark.timeout(200)

# Of a template, its most varied parts are looked for: bytes enough never to be met by chance.
PART = 32


@dataclass(frozen=True)
class Demonstration:
    """``answer``: its JSON; ``said``: all it wrote to its terminal."""

    answer: dict[str, Any]
    said: str
    folder: DataFolder


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Demonstration]:
    beside = fresh_folder("test")
    done = run("demo", "--json", folder=beside)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    yield Demonstration(answer, done.stdout + done.stderr, DataFolder(Path(answer["data_folder"])))
    for root in (beside.root, Path(answer["data_folder"])):
        shutil.rmtree(root, ignore_errors=True)


def test_demo_tells_the_whole_story(demonstration: Demonstration) -> None:
    answer = demonstration.answer
    assert answer["ok"] is True
    assert answer["journal_id"] > 0
    assert {"face", "fingerprint"} <= answer["scores"].keys()
    assert answer["scores"]["face"] <= 0.48
    names = [step["name"] for step in answer["steps"]]
    assert names[:4] == ["start", "face", "fingerprint", "one_time_code"]
    total = sum(step["seconds"] - step["waiting"] for step in answer["steps"])
    assert answer["machine_seconds"] == pytest.approx(total, abs=0.01)
    assert all(0 <= step["waiting"] <= step["seconds"] + 0.01 for step in answer["steps"])
    assert len(answer["screenshots"]) >= 8
    for path in answer["screenshots"]:
        assert Path(path).is_absolute()
        assert Image.open(path).size == (1920, 1080)
    assert Image.open(answer["receipt"]).width == 576
    withdrawal = next(line for line in answer["journal"] if line["kind"] == "withdrawal")
    assert withdrawal["amount"] == -200_000
    audit = run_json("audit", "verify", "--data", answer["data_folder"], folder=demonstration.folder)
    assert audit["ok"] is True
    assert audit["rows"] > 20
    day = run_json("--data", answer["data_folder"], "cut-off", folder=demonstration.folder)
    assert day["cash_difference"] == 0
    assert {"kind": "withdrawal", "count": 1, "amount": 200_000} in day["totals"]


# --- what it left ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """``texts`` and ``blobs``: what was secret or personal in that run, by name; ``codes``: the one-time codes;
    ``files``: everything it wrote but the key file, by path, and what it said, under ``""``."""

    texts: dict[str, str]
    blobs: dict[str, bytes]
    codes: tuple[str, ...]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def left(demonstration: Demonstration) -> Left:
    folder = demonstration.folder
    storage = Storage(folder, "ATM-0001", "INR")
    storage.open()
    admin = administrator(folder)
    vault = storage.vault
    blobs = {f"master key {name}": key for name, key in key_file.read(folder.key_file).keys.items()}
    texts = {f"database password of {role}": vault.database_password(role) for role in ("kiosk", "staff")}
    for person in PEOPLE:
        customer, row = person.customer, storage.kiosk.row("customer_by_number", number=person.customer.number)
        assert row is not None, "the demonstration enrols all four"
        blobs[f"data key of {customer.name}"] = Keys(vault).of(row)[0]
        face = storage.templates.face(row["id"])
        assert face is not None
        templates = [face, *(finger.data for finger in storage.templates.fingers(row["id"]))]
        assert len(templates) > 1
        for number, template in enumerate(templates):
            parts = [template[start : start + PART] for start in range(0, len(template), PART)]
            most_varied = sorted(parts, key=lambda part: len(set(part)))[-3:]
            blobs |= {f"template {number} of {customer.name}, part {i}": part for i, part in enumerate(most_varied)}
        details = {"name": customer.name, "e-mail": customer.email, "phone": customer.phone}
        details["digits of the phone"] = "".join(letter for letter in customer.phone if letter.isdecimal())
        texts |= {f"{kind} of {customer.name}": text for kind, text in details.items()}
    rows = ask(admin, "SELECT session, purpose, binding, mac FROM one_time_code")
    admin.close()
    storage.close()
    await_rest(folder)
    paths = [path for path in folder.root.rglob("*") if path.is_file() and path != folder.key_file]
    files = {str(path.relative_to(folder.root)): path.read_bytes() for path in paths}
    codes = tuple(code_behind(vault, *row) for row in rows)
    return Left(texts, blobs, codes, {**files, "": demonstration.said.encode()})


def code_behind(vault: Vault, session: Any, purpose: str, binding: Any, mac: Any) -> str:
    """A code is written nowhere: who has the key tries all of them."""
    key, fixed = vault.derive("one-time-code"), (purpose, bytes(session), bytes(binding))
    codes = (f"{number:0{DIGITS}d}" for number in range(10**DIGITS))
    return next(code for code in codes if keyed_digest(key, *fixed, code.encode()) == bytes(mac))


def forms(secret: bytes) -> set[bytes]:
    """As it is, as hex, and as base64 wherever in a longer text it begins."""
    whole = [secret[start:] for start in range(3)]
    return {
        secret, secret.hex().encode(), secret.hex().upper().encode(),
        *(b64encode(part[: len(part) // 3 * 3]) for part in whole),
    }  # fmt: skip


def found(left: Left, secrets: dict[str, list[bytes]]) -> list[tuple[str, str]]:
    """(secret, file) wherever a form of one is in a file or in its name."""
    empty = re.compile(rb"\0{64,}")  # most of a tablespace
    searched = {name: empty.sub(b"\0", content) + name.encode() for name, content in left.files.items()}
    return [
        (secret, name)
        for secret, parts in secrets.items()
        for name, content in searched.items()
        if any(form in content for part in parts for form in forms(part))
    ]


def written(text: str) -> list[bytes]:
    return [text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]


def test_nothing_it_wrote_holds_a_key_a_template_or_anything_personal(left: Left) -> None:
    """A copy of the data folder without its key file tells nobody's name, phone, e-mail or body: tablespaces, redo and
    undo, logs, the intent journal, checkpoints, receipts and screenshots as files."""
    endings = {Path(name).suffix for name in left.files}
    assert {".ibd", ".log", ".sqlite", ".jsonl", ".png", ".json"} <= endings
    assert any(name.endswith("ib_logfile0") for name in left.files)
    secrets = {name: [blob] for name, blob in left.blobs.items()}
    secrets |= {name: written(text) for name, text in left.texts.items()}
    assert found(left, secrets) == []


def test_the_search_finds_what_is_there(left: Left) -> None:
    """In plain: customer numbers in the tables, the intent's account on the terminal's own disk."""
    places = {name for _, name in found(left, {"number": written(PEOPLE[0].customer.number)})}
    assert any(name.endswith("atm/customer.ibd") for name in places)
    assert any(name.endswith("ib_logfile0") for name in places)
    key = bytes(range(32))
    for form in forms(key):
        assert found(Left({}, {}, (), {"log": b"key=" + form}), {"key": [key]}) == [("key", "log")]
    assert found(Left({}, {}, (), {"log": b64encode(b"x" + key)}), {"key": [key]}) == [("key", "log")]


def test_nothing_it_wrote_holds_a_code_or_a_pin(left: Left) -> None:
    """As words of their own, for six digits are part of many a number; PINs, of four, in what is text, and not where
    the server names its own process."""
    assert len(left.codes) == 1
    code = re.compile(rb"(?<![\w.])" + left.codes[0].encode() + rb"(?!\w)")
    assert code.search(b"the code " + left.codes[0].encode() + b".")
    assert [name for name, content in left.files.items() if code.search(content)] == []
    pins = "|".join(person.pin for person in PEOPLE)
    pin = re.compile(rf"(?<![\w.,])(?<!process )({pins})(?!\w)")
    texts = {name: content.decode() for name, content in left.files.items() if is_text(content)}
    assert {"", "logs/kiosk.log", "logs/database.log", "demo.json", "checkpoints.jsonl"} <= texts.keys()
    assert [(name, seen[0]) for name, text in texts.items() if (seen := pin.search(text + " " + name))] == []


def is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
