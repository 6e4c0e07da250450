"""The command line as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from db.folder import DataFolder

PROJECT = Path(__file__).resolve().parents[1]


def run(
    *arguments: str, folder: DataFolder | None = None, seconds: float = 170, **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DISPLAY" and not name.startswith("ATM_")}
    if folder is not None:
        clean["ATM_DATA"] = str(folder.root)
    return subprocess.run(
        [sys.executable, "main.py", *arguments], cwd=PROJECT, env={**clean, **environment}, capture_output=True,
        text=True, timeout=seconds, check=False,
    )  # fmt: skip


def run_json(*arguments: str, folder: DataFolder) -> dict[str, Any]:
    done = run(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
