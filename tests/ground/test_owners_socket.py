"""A socket for its owner alone, and nothing else of the process changed by it."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.owners_socket import listen_for_owner


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_it_is_its_owners_alone_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    with listen_for_owner(tmp_path / "line.sock"):
        mode = (tmp_path / "line.sock").stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600


def test_the_umask_of_the_other_threads_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database's folder made while it was changed could not be entered by the database."""
    changed: list[int] = []
    monkeypatch.setattr(os, "umask", changed.append)
    listen_for_owner(tmp_path / "line.sock").close()
    assert changed == []


def test_what_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "line.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with listen_for_owner(path), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        listen_for_owner(tmp_path / "gone" / "line.sock")
