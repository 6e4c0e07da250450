"""``main.py customer`` as staff run it: unlock, a list of codes; and heads of the audit that were kept elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from atm_app.identity.code_lists import CODES_ON_A_LIST, CodeLists
from atm_app.stores import Factor
from commands.system_random import SystemRandom
from db.folder import DataFolder
from tests.command_line import run, run_json
from tests.db.bank import Bank, administrator, ask

NOBODY = "999999"


@pytest.fixture
def number(bank: Bank) -> str:
    customer = bank.storage.customers.get(bank.customer())
    assert customer is not None
    return customer.number


def test_a_locked_customer_is_unlocked_and_the_audit_says_so(bank: Bank, folder: DataFolder, number: str) -> None:
    customer = bank.storage.customers.find(number)
    assert customer is not None
    for _ in range(3):
        bank.storage.lockouts.begin(customer.customer_id, Factor.PIN, 3, (600, 900))
    assert bank.storage.lockouts.locked_seconds(customer.customer_id) > 500
    assert run_json("customer", "unlock", number, folder=folder) == {"ok": True}
    assert bank.storage.lockouts.locked_seconds(customer.customer_id) == 0
    assert bank.storage.lockouts.begin(customer.customer_id, Factor.PIN, 3, (600, 900)).left == 2
    rows = ask(
        administrator(folder), "SELECT details FROM audit WHERE event = 'customer_unlocked' AND subject = %s",
        [customer.pseudonym],
    )  # fmt: skip
    assert [row[0] for row in rows] == ['{"locked": 1}']


@pytest.mark.parametrize("action", ["unlock", "code-list"])
def test_nobody_has_this_number(bank: Bank, folder: DataFolder, action: str) -> None:
    done = run("customer", action, NOBODY, folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nobody has this number" in done.stderr


def test_a_printed_list_signs_in(bank: Bank, folder: DataFolder, number: str) -> None:
    customer = bank.storage.customers.find(number)
    assert customer is not None
    lists = CodeLists(bank.storage.code_lists, bank.storage.vault, SystemRandom())
    codes = run_json("customer", "code-list", number, folder=folder)["codes"]
    assert len(codes) == CODES_ON_A_LIST
    assert lists.check(customer, 1, codes[0])
    printed = run("customer", "code-list", number, folder=folder).stdout
    assert number in printed
    assert not lists.check(customer, 2, codes[1]), "the new list ends the old one"
    first = next(line for line in printed.splitlines() if line.startswith(" 1  "))
    assert lists.check(customer, 1, first.removeprefix(" 1  ").replace(" ", ""))


def test_heads_that_left_the_machine_find_what_was_cut_off(own_folder: DataFolder, tmp_path: Path) -> None:
    """Whoever owns the server empties the audit and removes the checkpoints beside it."""
    bank = Bank(own_folder)
    try:
        bank.customer()
        bank.storage.staff_audit.seal()
        mailbox = tmp_path / "mailbox.txt"
        mailbox.write_text(f"ATM has written its audit as far as this.\n\n{bank.storage.audit_heads()}\n")
        admin = administrator(own_folder)
        for table in ("audit_seal", "audit_head", "audit"):
            ask(admin, f"TRUNCATE TABLE {table}")
        own_folder.checkpoints.unlink()
    finally:
        bank.close()
    assert run("audit", "verify", "--checkpoints", str(mailbox), folder=own_folder).returncode == 1
