"""One server for all tests of the wing, and a second one for those that tamper with what they find."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from commands.administrator import PASSWORD_VARIABLE
from db.folder import DataFolder
from db.key_source import ENVIRONMENT
from db.storage import Storage
from tests.at_rest import copy_of
from tests.db.bank import Bank, administrator
from tests.db.configured import ADMINISTRATOR, PASSWORD, running_server
from tests.db.fleet import Fleet, Machine


@pytest.fixture(scope="session")
def bank(folder: DataFolder) -> Iterator[Bank]:
    """Keeps the shared server up for the whole run; its terminal is for tests that need no own."""
    made = Bank(folder)
    yield made
    made.close()


@pytest.fixture
def own_bank(bank: Bank) -> Iterator[Bank]:
    """A terminal of the test's own on the shared server; the books are checked at the end."""
    made = Bank(bank.folder)
    yield made
    made.check_books()
    made.close()


@pytest.fixture(scope="session")
def spare_folder(first_start: DataFolder) -> Iterator[DataFolder]:
    """A second server, whose database any test may drop, change and corrupt."""
    made = copy_of(first_start)
    keeper = Bank(made)
    yield made
    keeper.close()
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture
def emptied_folder(spare_folder: DataFolder) -> DataFolder:
    """The second server without its database and without checkpoints."""
    admin = administrator(spare_folder, None)
    admin.cursor().execute("DROP DATABASE IF EXISTS atm")
    admin.close()
    spare_folder.checkpoints.unlink(missing_ok=True)
    return spare_folder


@pytest.fixture
def admin(bank: Bank) -> Iterator[Any]:
    """The shared server's administrator. Reads, kills and locks; changes nothing that stays."""
    connection = administrator(bank.folder)
    yield connection
    connection.close()


@pytest.fixture
def rich(own_bank: Bank) -> tuple[Bank, int, int]:
    """A terminal, a customer and their account with 1,000 rupees."""
    customer = own_bank.customer()
    return own_bank, customer, own_bank.account(customer, 1000)


@pytest.fixture(scope="session")
def rotated_folder(first_start: DataFolder) -> Iterator[DataFolder]:
    """A third server, whose ring grows from test to test."""
    made = copy_of(first_start)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="session")
def keeper(rotated_folder: DataFolder) -> Iterator[Bank]:
    made = Bank(rotated_folder)
    yield made
    made.close()


@pytest.fixture
def kiosk(keeper: Bank) -> Iterator[Bank]:
    """Running before the rotation and after it."""
    made = Bank(keeper.folder)
    yield made
    made.close()


@pytest.fixture
def staff(keeper: Bank) -> Iterator[Storage]:
    """Another process, from which keys are rotated."""
    made = Storage(keeper.folder, "STAFF", "INR")
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="session")
def whole_fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The server writes down everything it is told, so that a secret among it is found. The centre is a terminal like
    the others."""
    with running_server("--general-log", "--general-log-file=general.log", "--log-bin=binary") as server:
        made = Fleet(server, tmp_path_factory.mktemp("fleet"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(PASSWORD_VARIABLE, PASSWORD)
            patch.delenv(ENVIRONMENT, raising=False)
            assert made.centre.command("db", "migrate", "--user", ADMINISTRATOR, "--new-key") == 0
            token = made.root / "token"
            with token.open("w") as file, contextlib.redirect_stdout(file):
                assert made.centre.command("terminal", "invite", "CENTRE", "--user", ADMINISTRATOR) == 0
            assert made.centre.join(token.read_text()) == 0
        yield made


@pytest.fixture
def fleet(whole_fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """With the administrator's password at hand."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    return whole_fleet


@pytest.fixture
def machine(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> Machine:
    """One that has joined."""
    return fleet.joined(capsys)
