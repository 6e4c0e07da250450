"""A whole kiosk told to: what its process answers over HTTP while its window works."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request

import pytest

from atm_app.config import Settings, WatchSettings
from commands.display import ensure_display
from commands.kiosk import Kiosk
from commands.wiring import Plant
from db.folder import DataFolder
from tests.db.bank import InThread
from tests.waiting import live
from tests.world import HandClock, HandWorkers


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_what_the_controller_sees_is_counted_where_a_port_is_set(own_folder: DataFolder) -> None:
    for port in (0, 9464):
        plant = Plant(own_folder, Settings(watch=WatchSettings(port=port)))
        try:
            controller = plant.controller(HandClock(), HandWorkers(), lambda _: None)
            assert controller.machine.watch is plant.storage.watch
            assert (plant.figures is not None) is bool(port)
            if plant.figures is not None:
                assert controller.machine.sighted == plant.figures.take
        finally:
            plant.close()


@pytest.mark.slow
def test_a_kiosk_answers_while_it_serves(started_folder: DataFolder) -> None:
    ensure_display()
    port, end = free_port(), time.monotonic() + 60
    settings = Settings(camera="virtual", watch=WatchSettings(port=port))
    kiosk = Kiosk(started_folder, settings, (1280, 720))
    try:
        kiosk.start()

        def asked(path: str) -> str:
            """On a thread of its own: the window's loop turns meanwhile, and need not."""
            asking = InThread(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).read())
            return str(asking.result().decode())

        assert "not looked at itself yet" in asked("/")
        while kiosk.plant.figures is None or kiosk.plant.figures.latest is None:
            assert time.monotonic() < end, "it never looked at itself"
            live(kiosk.root)
        assert 'atm_doing{doing="free"} 1.0' in asked("/metrics")
        assert "It is free" in asked("/")
        assert [thread.name for thread in threading.enumerate() if thread.name == "figures"] == ["figures"]
    finally:
        kiosk.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "figures" and thread.is_alive()]
