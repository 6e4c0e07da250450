"""A passphrase from whoever is at the keyboard, or from the environment; never from the command line, which every
process of the machine can read."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from atm_app.trust.vault import KeyProblem

VARIABLE = "ATM_KEY_PASSPHRASE"
FILE_VARIABLE = "ATM_KEY_PASSPHRASE_FILE"


def passphrase(*, new: bool) -> str:
    """``new``: typed twice. Raises KeyProblem."""
    if given := os.environ.get(VARIABLE):
        return given
    if path := os.environ.get(FILE_VARIABLE):
        try:
            return Path(path).read_text().rstrip("\r\n")
        except OSError as error:
            raise KeyProblem(f"the passphrase cannot be read from {path}: {error.strerror}") from error
    try:
        typed = getpass.getpass("Passphrase: ")
        if new and getpass.getpass("The same again: ") != typed:
            raise KeyProblem("the two passphrases differ; nothing was written")
    except EOFError:
        raise KeyProblem(f"no passphrase: type it, or set {VARIABLE} or {FILE_VARIABLE}") from None
    return typed
