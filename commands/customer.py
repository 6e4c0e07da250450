"""``main.py customer erase``: destroy what a customer is known by; ledger and audit stay under a pseudonym."""

from __future__ import annotations

import json
import sys

from atm_app.config import Settings
from commands.wiring import server_address
from db.folder import DataFolder
from db.storage import Storage

REASONS = {
    "no_such_customer": "nobody has this number",
    "erased_already": "this customer was erased before",
    "open_holds": "money or notes of a movement are still held; wait for it, or settle it",
    "balance": "an account still has a balance; pay it out first",
}


def erase(folder: DataFolder, settings: Settings, number: str, *, confirmed: bool, json_output: bool) -> int:
    """Exit code 0 when the customer is erased now. ``confirmed``: else the number has to be typed again."""
    if not confirmed and not _typed_again(number):
        print("Nothing was erased.", file=sys.stderr)
        return 1
    storage = Storage(folder, settings.terminal, settings.currency, server_address(settings))
    try:
        storage.open()
        reason = storage.customers.erase(number)
        storage.staff_audit.seal()
    finally:
        storage.close()
    if json_output:
        print(json.dumps({"ok": not reason, "reason": reason}))
    elif reason:
        print(f"Nothing was erased: {REASONS[reason]}.", file=sys.stderr)
    else:
        print(
            "Erased: name, contacts, templates, PIN. Backups: keep no older copy of the data keys (docs/security.md)."
        )
    return 1 if reason else 0


def _typed_again(number: str) -> bool:
    print(f"This destroys for good what customer {number} is known by, in backups too.", file=sys.stderr)
    print("Type the number again to erase it: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == number
