"""Where settings come from besides the file: variables, and settings laid over others; what is wrong in words."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from pydantic import ValidationError

# Variables of this project that are no settings of the machine.
OTHER_VARIABLES = frozenset(
    {
        "ATM_DATA", "ATM_BIOMETRIC_DATA", "ATM_KEY_RING", "ATM_KEY_PASSPHRASE", "ATM_KEY_PASSPHRASE_FILE",
        "ATM_SERVER_HOME",
    }
)  # fmt: skip


def unknown_variables(environment: Mapping[str, str], known: Container[str]) -> list[str]:
    """Of ours. ``known``: sections, and settings without one."""
    return sorted(
        name
        for name in environment
        if name.startswith("ATM_") and name not in OTHER_VARIABLES
        and name.removeprefix("ATM_").split("__")[0].lower() not in known
    )  # fmt: skip


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Key for key: sections go into each other, everything else, lists among it, is the upper one's."""
    merged = dict(below)
    for name, value in above.items():
        there = merged.get(name)
        merged[name] = laid_over(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return merged


def lines_of(error: ValidationError) -> list[str]:
    """``section.key: what is wrong``, without the value."""
    return [
        f"{'.'.join(str(part) for part in item['loc'])}: "
        + ("there is no such setting" if item["type"] == "extra_forbidden" else item["msg"])
        for item in error.errors()
    ]
