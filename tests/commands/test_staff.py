"""``main.py staff`` from a machine's first start on, as an administrator runs it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pyotp
import pytest

from atm_app.config import Settings
from atm_app.trust import vault
from commands import staff
from db.folder import DataFolder
from tests.command_line import run
from tests.db.bank import Bank, administrator, ask

OWN = "green kettle 9 harbour"
SETTINGS = Settings()


class Keyboard:
    """What is typed, line by line; a callable is asked when its line is read."""

    def __init__(self, lines: list[str | Callable[[], str]]) -> None:
        self._lines = deque(lines)

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        line = self._lines.popleft()
        return (line if isinstance(line, str) else line()) + "\n"


@pytest.fixture
def bank(started_folder: DataFolder) -> Iterator[Bank]:
    """Keeps the server up from one command to the next."""
    made = Bank(started_folder)
    yield made
    made.close()


def test_the_first_administrator_sets_up_and_adds_a_colleague(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, uri = bank.folder, ""
    monkeypatch.setattr(vault, "PIN_ROUNDS", 4)  # how long a real one takes is tested with customers' PINs

    def secret_shown() -> pyotp.TOTP:
        nonlocal uri
        uri = uri or next(line for line in capsys.readouterr().out.splitlines() if line.startswith("otpauth:"))
        app = pyotp.parse_uri(uri)
        assert isinstance(app, pyotp.TOTP)
        return app

    def typing(action: str, *lines: str | Callable[[], str], name: str = "", role: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", Keyboard(list(lines)))
        code = staff.run(folder, SETTINGS, action, name, role)
        return code, "".join(capsys.readouterr())

    def forget_the_step() -> None:
        """Half a minute passes for the app."""
        ask(administrator(folder), "UPDATE staff_account SET last_step = 0")

    code, lost = typing("create-administrator")
    assert (code, "password:" in lost) == (0, True)
    assert ask(administrator(folder), "SELECT COUNT(*) FROM audit a WHERE a.event = 'staff_account' AND NOT EXISTS "
               "(SELECT 1 FROM audit_seal s WHERE s.audit_id = a.id)") == [(0,)]  # fmt: skip
    first = run("staff", "create-administrator", folder=folder)
    assert first.returncode == 0, first.stderr
    name, password = (line.split()[-1] for line in first.stdout.splitlines())
    assert name == "administrator"
    assert typing("list", name, lost.split()[4], "")[0] == 1, "the password that was lost is worth nothing"
    code, told = typing("list", name, password, "")
    assert (code, "set-up" in told) == (1, True)
    now = lambda: secret_shown().at(datetime.now(UTC))  # noqa: E731
    code, told = typing("set-up", name, password, password, OWN, now)
    assert (code, "is set up" in told) == (0, True), told
    forget_the_step()
    code, told = typing("add", name, OWN, now, name="asha.rao", role="teller")
    assert (code, "asha.rao" in told) == (0, True), told
    forget_the_step()
    code, told = typing("list", name, OWN, now)
    assert code == 0
    assert all(word in told for word in ("administrator", "asha.rao", "teller", "not set up yet"))
    assert typing("create-administrator") == (1, "Nothing was done: somebody has set up an account here already; ask "
                                                 "them.\n")  # fmt: skip
    code, told = typing("disable", name, OWN, "000000", name="asha.rao")
    assert (code, "wrong" in told) == (1, True)
    written = "".join(path.read_text(errors="replace") for path in folder.logs.iterdir() if path.is_file())
    assert not [secret for secret in (password, OWN, uri) if secret in written]
