"""What each state shows, as frozen data. ``gui/screens`` paints them one for one; tests compare them without pixels.

Views carry no sentences: words that depend on the language are made by the screens from ``note`` and the other keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.ports import Box, FaceAdvice, FacePrompt, FingerPrompt
from atm_app.stores import Account, Factor


@dataclass(frozen=True)
class Action:
    """One touch. ``value``: a digit, an account's id, an amount's minor units, a language."""

    name: str
    value: str = ""


@dataclass(frozen=True)
class View:
    """``note``: a key of what went wrong or happened just before, empty when nothing did."""

    note: str = ""


@dataclass(frozen=True)
class Starting(View):
    step: str = ""


@dataclass(frozen=True)
class OutOfService(View):
    """``note``: why, for the customer. ``advice``: a line for staff."""

    advice: str = ""


@dataclass(frozen=True)
class Welcome(View):
    """``biometric``: the default policy can run now. ``preparing``: share of demonstration data made, 1 when done."""

    biometric: bool = True
    cash: bool = True
    preparing: float = 1.0
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True)
class Claim(View):
    number: str = ""


@dataclass(frozen=True)
class Face(View):
    prompt: FacePrompt = FacePrompt.LOOK
    advice: FaceAdvice = FaceAdvice.NONE
    fraction: float = 0.0
    box: Box | None = None


@dataclass(frozen=True)
class Fingerprint(View):
    prompt: FingerPrompt = FingerPrompt.PLACE


@dataclass(frozen=True)
class Pin(View):
    filled: int = 0


@dataclass(frozen=True)
class OneTimeCode(View):
    """``sent``: the message is on its way to ``address`` (masked). ``left``: codes that may still be sent."""

    digits: str = ""
    address: str = ""
    sent: bool = False
    left: int = 0


@dataclass(frozen=True)
class Menu(View):
    first_name: str = ""
    cash: bool = True


@dataclass(frozen=True)
class ChooseAccount(View):
    accounts: tuple[Account, ...] = ()
    purpose: str = "withdraw"


@dataclass(frozen=True)
class Amount(View):
    """``typed``: whole major units as typed. ``nearest``: payable amounts when the one asked for is not."""

    account: Account | None = None
    quick: tuple[Money, ...] = ()
    typed: str = ""
    nearest: tuple[Money, ...] = ()


@dataclass(frozen=True)
class Confirm(View):
    account: Account | None = None
    amount: Money | None = None


@dataclass(frozen=True)
class Dispensing(View):
    amount: Money | None = None


@dataclass(frozen=True)
class TakeCash(View):
    amount: Money | None = None
    seconds: float = 30.0


@dataclass(frozen=True)
class ReceiptOffer(View):
    amount: Money | None = None
    balance: Money | None = None
    printer: bool = True


@dataclass(frozen=True)
class Balance(View):
    account: Account | None = None


@dataclass(frozen=True)
class Another(View):
    pass


@dataclass(frozen=True)
class Notice(View):
    amount: Money | None = None


@dataclass(frozen=True)
class MoreTime(View):
    seconds: float = 20.0


@dataclass(frozen=True)
class Locked(View):
    pass


@dataclass(frozen=True)
class Farewell(View):
    first_name: str = ""


@dataclass(frozen=True)
class Shown:
    """One picture of the machine. ``busy``: work is under way and touches other than cancel wait. ``factors``: what
    the customer's policy asks for, in order; the first ``passed`` of them are done."""

    view: View
    state: str
    language: str
    busy: bool = False
    virtual: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    passed: int = 0
