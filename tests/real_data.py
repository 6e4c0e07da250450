"""Real biometric data for development, where ATM_BIOMETRIC_DATA names a folder of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PICTURES = frozenset({".jpg", ".jpeg", ".png"})


def dataset(name: str) -> Path:
    """The folder of one modality; skips the test when it is not there."""
    named = os.environ.get("ATM_BIOMETRIC_DATA")
    if not named:
        pytest.skip("ATM_BIOMETRIC_DATA is not set")
    folder = Path(named) / name
    if not folder.is_dir():
        pytest.skip(f"ATM_BIOMETRIC_DATA holds no {name}")
    return folder


def photographs(folder: Path) -> dict[str, list[Path]]:
    """By the name of the person's folder."""
    return {
        person.name: sorted(path for path in person.iterdir() if path.suffix.lower() in PICTURES)
        for person in sorted(folder.iterdir())
        if person.is_dir()
    }
