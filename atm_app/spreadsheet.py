"""Lines of text that a spreadsheet may open: none of them is a formula to it."""

from __future__ import annotations

from collections.abc import Sequence

# What spreadsheets take for the beginning of a formula: OWASP, "CSV Injection".
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(row: Sequence[str]) -> list[str]:
    """A line as a spreadsheet may open it: what looks like a formula gets an apostrophe before it."""
    return [f"'{field}" if field.startswith(FORMULAS) else field for field in row]


def without_guard(text: str) -> str:
    """What ``as_text`` made of it, taken back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULAS) else text
