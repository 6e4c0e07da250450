"""The password of a configured server's administrator: asked for, or from the variable MySQL's own tools read."""

from __future__ import annotations

import getpass
import os

PASSWORD_VARIABLE = "MYSQL_PWD"  # noqa: S105 - a variable's name


def administrator_password(user: str, host: str) -> str:
    return os.environ.get(PASSWORD_VARIABLE) or getpass.getpass(f"Password of {user} at {host}: ")
