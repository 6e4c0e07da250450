"""What the keys of a keypad do to what is typed."""

from __future__ import annotations

from atm_app.ports import Random
from atm_app.session import KEYPAD
from atm_app.views import Action

PIN_DIGITS = 6
SHORTEST_PIN = 4
# The longest account numbers of Indian banks have 18 digits; a mobile number has ten.
ACCOUNT_DIGITS, MOBILE_DIGITS = 18, 10


def shuffled(random: Random) -> str:
    """A keypad on which nobody reads a PIN from where the fingers went or left their marks: every order as likely as
    every other (Fisher and Yates)."""
    digits = list(KEYPAD)
    for last in range(len(digits) - 1, 0, -1):
        other = random.randbelow(last + 1)
        digits[last], digits[other] = digits[other], digits[last]
    return "".join(digits)


def typed_after(typed: str, action: Action, longest: int) -> str | None:
    """What stands in a keypad's field after a touch; None when the touch was no key of it."""
    if action.name == "digit" and len(action.value) == 1 and action.value.isdecimal() and action.value.isascii():
        return typed + action.value if len(typed) < longest else typed
    if action.name == "erase":
        return typed[:-1]
    if action.name == "clear":
        return ""
    return None


def written_after(typed: str, action: Action, longest: int) -> str | None:
    """The same for a keyboard, whose keys may write several letters at once."""
    if action.name in ("type", "digit") and action.value.isprintable():
        return typed + action.value if len(typed) + len(action.value) <= longest else typed
    return typed_after(typed, action, longest) if action.name in ("erase", "clear") else None
