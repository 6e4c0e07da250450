"""``main.py audit verify``: check every chain against its rows, its head and the checkpoints outside the database."""

from __future__ import annotations

import dataclasses
import json

from rich.console import Console

from atm_app.config import Settings
from commands.wiring import server_address
from db.audit import verify as verify_chains
from db.folder import DataFolder
from db.storage import Storage


def verify(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 only when nothing was changed, cut off, inserted or moved."""
    storage = Storage(folder, settings.terminal, settings.currency, server_address(settings))
    try:
        storage.open()
        result = verify_chains(storage.kiosk, storage.sealer, folder.checkpoints)
    finally:
        storage.close()
    if json_output:
        print(json.dumps({"ok": result.ok, **dataclasses.asdict(result)}, indent=1))
        return 0 if result.ok else 1
    console = Console()
    console.print(f"{result.rows} rows in {result.chains} chains, {result.unsealed} not sealed yet")
    for problem in result.problems:
        console.print(problem, style="red")
    console.print("The audit is whole." if result.ok else "The audit was tampered with.",
                  style="green" if result.ok else "red")  # fmt: skip
    return 0 if result.ok else 1
