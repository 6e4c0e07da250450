"""What whoever helps from afar may see: how the machine is, and of nobody who uses it.

What goes in is named here, one by one; a log's line goes in only where its logger is one of ours, and without what
could be somebody's: addresses, long numbers, long hexadecimal words, quoted text.
"""

from __future__ import annotations

import json
import os
import platform
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from atm_app import __version__
from atm_app.branch.care_ports import Finding
from atm_app.config import Settings
from atm_app.durable_file import sync
from db.storage import Storage

LATEST_LINES = 500
# Settings that name a person, an address, a server or a password: told is only whether there is one.
PRIVATE = frozenset({"user", "password", "url", "email", "sender", "host", "certificate_authority", "logo"})
SET, NOT_SET, TAKEN_OUT = "(set)", "(not set)", "…"
LINE = re.compile(r"^[\d-]+ [\d:,]+ [A-Z]+ (atm_app|biometric|commands|db|gui)(\.\w+)*: ")
TOLD_OF_SOMEBODY = (
    re.compile(r"\S+@\S+"), re.compile(r"\+?\d[\d \-]{3,}\d"), re.compile(r"\b[0-9a-fA-F]{12,}\b"),
    re.compile(r"'[^']*'|\"[^\"]*\""), re.compile(r"[A-Za-z0-9+/_-]{32,}=*"),
)  # fmt: skip
LIBRARIES = (
    "opencv-python", "dlib-bin", "numpy", "mysql-connector-python", "pyfingerprint", "python-statemachine", "pillow",
    "pydantic", "cryptography",
)  # fmt: skip


def export(storage: Storage, settings: Settings, findings: tuple[Finding, ...]) -> Path:
    """A new file in ``support`` of the data folder, readable by its owner alone. Raises OSError, StoreUnavailable."""
    folder = storage.folder
    place = folder.root / "support"
    place.mkdir(mode=0o700, exist_ok=True)
    path = place / f"{settings.terminal}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    heard = storage.now.heard()
    parts = {
        "check_up.json": [vars(finding) | {"advice": clean(finding.advice, folder.root)} for finding in findings],
        "versions.json": versions(),
        "settings.json": told_settings(settings),
        "kiosk.json": None if heard is None else {
            "doing": heard.doing, "reason": heard.reason, "version": heard.version,
            "silent_seconds": heard.silent_seconds,
            "devices": [vars(device) | {"advice": clean(device.advice, folder.root)} for device in heard.devices],
        },
        "counts.json": {row["name"]: int(row["lines_kept"]) for row in storage.staff.rows("row_counts")},
    }  # fmt: skip
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, json.dumps(part, indent=1, default=str) + "\n")
        made.writestr(
            "kiosk.log", "".join(f"{line}\n" for line in latest_lines(folder.logs / "kiosk.log", folder.root))
        )
    sync(place)
    return path


def versions() -> dict[str, str]:
    found = {"machine": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def told_settings(settings: Settings) -> dict[str, Any]:
    def told(name: str, value: Any) -> Any:
        if isinstance(value, SecretStr):
            return SET if value.get_secret_value() else NOT_SET
        if name in PRIVATE:
            return SET if value else NOT_SET
        if isinstance(value, Mapping):
            return {key: told(key, each) for key, each in value.items()}
        return value

    return {name: told(name, value) for name, value in settings.model_dump().items()}


def latest_lines(log: Path, root: Path) -> list[str]:
    """Of our own loggers, the oldest first; what stands between them, tracebacks too, is left out."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return []
    kept = [line for line in lines[-LATEST_LINES * 4 :] if LINE.match(line)]
    return [_without(line, root) for line in kept[-LATEST_LINES:]]


def _without(line: str, root: Path) -> str:
    head = LINE.match(line)
    assert head is not None, "only lines of ours come here"
    return head[0] + clean(line[head.end() :], root)


def clean(text: str, root: Path) -> str:
    """Without what could be somebody's; the data folder goes by the name DATA."""
    text = text.replace(str(root), "DATA").replace(str(Path.home()), "HOME")
    for pattern in TOLD_OF_SOMEBODY:
        text = pattern.sub(TAKEN_OUT, text)
    return text
