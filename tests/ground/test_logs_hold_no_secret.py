"""What the machine writes about a customer's visit: nothing that is theirs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from db.folder import DataFolder
from tests.world import PIN, World


def test_a_whole_sign_in_logged_in_full_shows_no_secret_and_no_name(
    folder: DataFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mysql.connector").setLevel(logging.DEBUG)
    world = World(folder, tmp_path)
    try:
        world.touch("start_accessible")
        world.type(world.number)
        world.touch("enter")
        world.type("9137")
        world.touch("enter")
        world.type(PIN)
        world.touch("enter")
        assert world.state == "one_time_code"
        code = world.post.code()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        world.type(wrong)
        world.type(code)
        assert world.state == "menu"
        world.touch("cancel")
        world.post.down = True
        world.camera.script.append((world.face,) * 3)
        world.sensor.script.append(400)
        world.touch("start")
        world.touch("cancel")
        customer = world.customer
    finally:
        world.close()
    logging.getLogger("atm").debug("this line proves that logging was on")
    files = [path for path in folder.logs.iterdir() if path.is_file()]
    written = caplog.text + "".join(capfd.readouterr()) + "".join(path.read_text(errors="replace") for path in files)
    assert "this line proves" in written
    found = [
        secret for secret in (code, wrong, *customer.name.split(), customer.email, customer.phone)
        if secret in written
    ]  # fmt: skip
    assert found == []
    # Four digits turn up in times and numbers; PINs are looked for as words of their own.
    assert not {PIN, "9137"} & {word.strip("'\"(),;:") for word in written.split()}
