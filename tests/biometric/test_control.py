"""The control socket: one line in, one line out, whatever comes."""

import json
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from biometric.virtual.control import LONGEST_SOCKET_PATH, ControlClient, ControlError, ControlServer, socket_path


def answer(command: str, arguments: dict) -> dict:
    if command == "add":
        return {"sum": arguments["left"] + arguments["right"]}
    raise ValueError(f"unknown command {command}")


@pytest.fixture
def server(tmp_path):
    server = ControlServer(socket_path(tmp_path, "device.sock"), answer)
    server.start()
    yield server
    server.close()


def test_a_command_is_answered(server):
    assert ControlClient(server.path).call("add", left=2, right=3) == {"sum": 5}


def test_what_the_handler_raises_comes_back_and_the_connection_lives_on(server):
    client = ControlClient(server.path)
    with pytest.raises(ControlError, match="unknown command dance"):
        client.call("dance")
    with pytest.raises(ControlError, match="KeyError"):
        client.call("add", left=1)
    assert client.call("add", left=1, right=1) == {"sum": 2}


@pytest.mark.parametrize("line", [b"not json\n", b"[]\n", b"{}\n", b"\xff\xfe\n", b"null\n"])
def test_nonsense_is_refused(server, line):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(server.path))
        connection.sendall(line)
        assert json.loads(connection.recv(4096))["ok"] is False


def test_the_client_finds_a_restarted_device(server):
    client = ControlClient(server.path)
    client.call("add", left=0, right=0)
    server.close()
    with pytest.raises(ControlError):
        client.call("add", left=0, right=0)
    again = ControlServer(server.path, answer)
    again.start()
    try:
        assert client.call("add", left=4, right=4) == {"sum": 8}
    finally:
        again.close()


def test_nobody_listens(tmp_path):
    with pytest.raises(ControlError):
        ControlClient(tmp_path / "nobody.sock").call("add")


def test_many_callers_at_once(server):
    client = ControlClient(server.path)
    sums = []
    threads = [
        threading.Thread(target=lambda n=number: sums.append(client.call("add", left=n, right=n)["sum"]))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(sums) == [2 * number for number in range(20)]


def test_only_the_owner_may_use_it(server):
    assert stat.S_IMODE(server.path.stat().st_mode) == 0o600


def test_a_folder_too_deep_for_a_socket_gets_a_short_path(tmp_path):
    deep = tmp_path / ("d" * 100) / "e"
    path = socket_path(deep, "device.sock")
    assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
    assert path == socket_path(deep, "device.sock")
    assert path.parent.stat().st_uid == os.getuid()
    assert socket_path(Path("/run/atm"), "device.sock") == Path("/run/atm/device.sock")
    path.parent.rmdir()
