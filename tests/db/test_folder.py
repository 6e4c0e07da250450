"""Where everything of one machine lies, and with which rights."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from db.folder import LONGEST_SOCKET_PATH, DataFolder, FolderProblem, data_folder, fresh_folder, server_user
from tests.db.bank import Bank


def test_the_folder_is_made_with_the_rights_it_needs(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b")
    assert folder.prepare() is folder
    assert folder.root.stat().st_mode & 0o777 == (0o711 if os.getuid() == 0 else 0o700)
    for inside in (folder.receipts, folder.virtual, folder.logs):
        assert inside.stat().st_mode & 0o777 == 0o700
    folder.prepare()


def test_a_place_that_cannot_be_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderProblem, match="cannot be used: Not a directory"):
        DataFolder(tmp_path / "file" / "data").prepare()


def test_sockets_of_deep_folders_still_have_a_path_that_can_be_bound(tmp_path: Path) -> None:
    near = DataFolder(Path("/srv/atm"))
    assert near.control_socket == Path("/srv/atm/control.sock")
    assert near.database_socket == Path("/srv/atm/database/mysql.sock")
    deep = DataFolder(tmp_path / ("x" * 60) / ("y" * 60))
    other = DataFolder(tmp_path / ("x" * 60) / ("z" * 60))
    paths = {deep.control_socket, deep.database_socket, other.control_socket, other.database_socket}
    assert len(paths) == 4
    for path in paths:
        assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
            path.unlink()


def test_the_longest_path_that_fits_stays_in_the_folder() -> None:
    room = LONGEST_SOCKET_PATH - len("/control.sock")
    assert DataFolder(Path("/" + "x" * (room - 1))).control_socket.name == "control.sock"
    assert DataFolder(Path("/" + "x" * room)).control_socket.name != "control.sock"


def test_the_chosen_folder_outranks_the_environment_and_that_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ATM_DATA", str(tmp_path / "environment"))
    assert data_folder(str(tmp_path / "chosen")).root == tmp_path / "chosen"
    assert data_folder().root == tmp_path / "environment"
    monkeypatch.chdir(tmp_path)
    assert data_folder("relative").root == tmp_path / "relative"
    monkeypatch.delenv("ATM_DATA")
    assert data_folder().root.is_absolute()


def test_fresh_folders_are_new_and_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATM_DATA", str(tmp_path / "machines" / "default"))
    first, second = fresh_folder("demo"), fresh_folder("demo")
    assert first.root != second.root
    assert first.root.parent == second.root.parent == tmp_path / "machines"
    assert list(first.root.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root hands the server to another user")
def test_as_root_the_server_is_another_user_who_owns_the_database_folder_only(bank: Bank) -> None:
    assert server_user() == "cardless-atm"
    assert bank.folder.database.owner() == "cardless-atm"
    assert bank.folder.database.stat().st_mode & 0o777 == 0o700
    for mine in (bank.folder.root, bank.folder.key_file, bank.folder.intents, bank.folder.logs, bank.folder.receipts):
        assert mine.owner() == "root"
        assert not mine.is_file() or mine.stat().st_mode & 0o077 == 0
