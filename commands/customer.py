"""``main.py customer``: ``erase`` destroys what a customer is known by, ledger and audit stay under a pseudonym;
``unlock`` takes back failures and locks; ``code-list`` prints one-time codes for somebody without a telephone."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator

from atm_app.config import Settings
from atm_app.identity.code_lists import CodeLists
from commands.opened_storage import opened_storage
from commands.system_random import SystemRandom
from db.backup import renew_all_keys
from db.folder import DataFolder
from db.storage import Storage

REASONS = {
    "no_such_customer": "nobody has this number",
    "erased_already": "this customer was erased before",
    "open_holds": "money or notes of a movement are still held; wait for it, or settle it",
    "balance": "an account still has a balance; pay it out first",
}


@contextlib.contextmanager
def _storage(folder: DataFolder, settings: Settings) -> Iterator[Storage]:
    """What staff did is sealed in the end."""
    with opened_storage(folder, settings) as storage:
        yield storage
        storage.staff_audit.seal()


def unlock(folder: DataFolder, settings: Settings, number: str, *, json_output: bool) -> int:
    """Exit code 0 when there is such a customer, who may then try again at once."""
    with _storage(folder, settings) as storage:
        done = storage.branch.unlock(number)
    _answer(json_output, {"ok": done}, "They may try again at once." if done else "Nobody has this number.")
    return 0 if done else 1


def code_list(folder: DataFolder, settings: Settings, number: str, *, json_output: bool) -> int:
    """A new list on standard output, for paper; an earlier one is worth nothing any more. It is shown this once."""
    with _storage(folder, settings) as storage:
        customer = storage.customers.find(number)
        codes = CodeLists(storage.code_lists, storage.vault, SystemRandom()).issue(customer) if customer else ()
    lines = [f"{place:2}  {code[:3]} {code[3:]}" for place, code in enumerate(codes, 1)]
    heading = f"{settings.bank}: one-time codes of customer {number}. Each is good once; keep them as you keep money."
    _answer(
        json_output, {"ok": bool(codes), "codes": codes},
        "\n".join([heading, "", *lines]) if codes else "Nobody has this number.",
    )  # fmt: skip
    return 0 if codes else 1


def _answer(json_output: bool, answer: dict[str, object], text: str) -> None:
    if json_output:
        print(json.dumps(answer))
    else:
        print(text, file=sys.stdout if answer["ok"] else sys.stderr)


def erase(folder: DataFolder, settings: Settings, number: str, *, confirmed: bool, json_output: bool) -> int:
    """Exit code 0 when the customer is erased now, in every known backup too. ``confirmed``: else the number has to be
    typed again."""
    if not confirmed and not _typed_again(number):
        print("Nothing was erased.", file=sys.stderr)
        return 1
    with _storage(folder, settings) as storage:
        reason = storage.customers.erase(number)
        reached = () if reason else renew_all_keys(storage)
    missed = [place for place in reached if place.problem]
    if json_output:
        backups = [{"folder": str(place.folder), "problem": place.problem} for place in reached]
        print(json.dumps({"ok": not reason and not missed, "reason": reason, "backups": backups}))
    elif reason:
        print(f"Nothing was erased: {REASONS[reason]}.", file=sys.stderr)
    else:
        print("Erased: name, contacts, templates, PIN. Other copies of the data keys: docs/backup.md.")
    for place in missed:
        print(
            f"The backups in {place.folder} still have the data key: {place.problem}. When they can be reached: "
            f"main.py db backup {place.folder} --keys-only", file=sys.stderr,
        )  # fmt: skip
    return 1 if reason or missed else 0


def _typed_again(number: str) -> bool:
    print(f"This destroys for good what customer {number} is known by, in backups too.", file=sys.stderr)
    print("Type the number again to erase it: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == number
