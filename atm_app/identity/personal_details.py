"""What may be written about a customer: any name there is, and nothing a mail, a log or a screen takes for more."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

# What fits sealed: a column of 2,048 bytes less the nonce (12) and the tag (16) of AES-GCM.
LONGEST_BYTES = 2020
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,16}")
# What can be typed on any keyboard, and told over the telephone.
_USER_NAME = re.compile(r"[a-z][a-z0-9._-]{3,31}")
# Only the shape; whether it is an address is the mail server's to say. RFC 5321, 4.5.3.1: 254 characters at most.
_EMAIL = re.compile(r"(?=.{3,254}\Z)[^\s@,;<>]+@[^\s@,;<>]+")
_SHAPES = {"number": _NUMBER, "email": _EMAIL, "user_name": _USER_NAME}
_MAY_BE_EMPTY = frozenset({"email"})
# What can be answered; empty is an answer as well.
GENDERS = ("female", "male", "other", "")
# Line ends, other controls, lone surrogates, and marks that turn the direction of writing; the two joiners that
# Devanagari and emoji are spelt with are of the last kind as well, and allowed.
_UNWRITABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"


class DetailProblem(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    UNWRITABLE = "unwritable"


class DetailRefused(ValueError):
    """Names the detail and what is wrong with it, never what was given."""

    def __init__(self, kind: str, problem: DetailProblem) -> None:
        super().__init__(f"{kind}: {problem.value}")
        self.kind = kind
        self.problem = problem


def check_details(number: str, name: str, email: str, **others: str) -> None:
    """``email`` and ``others`` may be empty. Raises DetailRefused; nothing is ever changed to make it fit."""
    for kind, text in {"number": number, "name": name, "email": email, **others}.items():
        check_detail(kind, text)


def check_detail(kind: str, text: str) -> None:
    """One of them. Raises DetailRefused."""
    if any(unicodedata.category(letter) in _UNWRITABLE and letter not in _JOINERS for letter in text):
        raise DetailRefused(kind, DetailProblem.UNWRITABLE)
    if len(text.encode()) > LONGEST_BYTES:
        raise DetailRefused(kind, DetailProblem.TOO_LONG)
    if kind == "name" and not text.strip():
        raise DetailRefused(kind, DetailProblem.MISSING)
    shape = _SHAPES.get(kind)
    if shape and (text or kind not in _MAY_BE_EMPTY) and not shape.fullmatch(text):
        raise DetailRefused(kind, DetailProblem.MALFORMED)
