"""Which passwords are taken. NIST SP 800-63B: length, and nothing easily guessed."""

from __future__ import annotations

from collections.abc import Iterable

LEAST_PASSWORD, LONGEST_PASSWORD = 8, 64
# zxcvbn's "safely unguessable": 10^8 guesses or more; here three in a row lock.
LEAST_PASSWORD_SCORE = 3


def password_problem(password: str, told: Iterable[str]) -> str:
    """A word of why a password is not taken; empty when it is. ``told``: what others know of its owner and the bank."""
    from zxcvbn import zxcvbn

    if len(password) < LEAST_PASSWORD:
        return "password_too_short"
    score: int = zxcvbn(password[:LONGEST_PASSWORD], user_inputs=list(told))["score"]
    return "" if score >= LEAST_PASSWORD_SCORE else "password_too_easy"
