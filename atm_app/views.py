"""What each state shows, as frozen data. ``gui/screens`` paints them one for one; tests compare them without pixels.

Views carry no sentences: words that depend on the language are made by the screens from ``note`` and the other keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from atm_app.banking.limits import Allowance
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.cash_ports import Mix, NotesIn
from atm_app.config import Look
from atm_app.identity.code_sources import CodeSource
from atm_app.identity.consents import Consent
from atm_app.identity.sign_ins import SignIn
from atm_app.message_ports import Contact
from atm_app.onlooker_ports import Onlooker
from atm_app.palm_ports import PalmAdvice
from atm_app.ports import Box, FaceAdvice, FacePrompt, FingerPrompt, ScreenColour
from atm_app.session import KEYPAD, Purpose
from atm_app.speech_ports import Guidance
from atm_app.stores import Account, Factor, StatementLine


@dataclass(frozen=True)
class Action:
    """One touch. ``value``: a digit, an account's id, an amount's minor units, a language, a look or ``large`` text,
    empty without."""

    name: str
    value: str = ""


@dataclass(frozen=True)
class View:
    """``note``: a key of what went wrong or happened just before, empty when nothing did."""

    note: str = ""

    @property
    def sheet(self) -> str:
        """Views of one kind on another sheet are painted anew and not changed."""
        return ""


@dataclass(frozen=True)
class Starting(View):
    step: str = ""


@dataclass(frozen=True)
class OutOfService(View):
    """``note``: why, for the customer. ``advice``: a line for staff."""

    advice: str = ""


@dataclass(frozen=True)
class InService(View):
    """Staff have the machine."""


@dataclass(frozen=True)
class Welcome(View):
    """``biometric``: the default policy can run now. ``preparing``: share of demonstration data made, 1 when done.
    ``sign_up``: an account can be opened here."""

    biometric: bool = True
    cash: bool = True
    preparing: float = 1.0
    languages: tuple[str, ...] = ("en",)
    sign_up: bool = False


@dataclass(frozen=True)
class Claim(View):
    """``user_names``: one may say a user name instead."""

    number: str = ""
    user_names: bool = False


@dataclass(frozen=True)
class UserName(View):
    typed: str = ""


@dataclass(frozen=True)
class Password(View):
    filled: int = 0


@dataclass(frozen=True)
class Face(View):
    """``light``: the colour the whole screen gives for a moment, so that the camera sees the face follow it."""

    prompt: FacePrompt = FacePrompt.LOOK
    advice: FaceAdvice = FaceAdvice.NONE
    fraction: float = 0.0
    box: Box | None = None
    light: ScreenColour | None = None


@dataclass(frozen=True)
class FaceAndPin(Face):
    """``filled``: digits of the PIN typed so far. ``given``: the whole PIN was. ``pad``: the digits as they stand."""

    filled: int = 0
    given: bool = False
    pad: str = KEYPAD


@dataclass(frozen=True)
class Fingerprint(View):
    """``pictures``: a picture from a memory stick is taken as well."""

    prompt: FingerPrompt = FingerPrompt.PLACE
    pictures: bool = False


@dataclass(frozen=True)
class StickPicture(View):
    """``stick``: one is in. ``files``: this page of what is on it. ``checked``: the one that is being compared.
    ``device``: the sensor or camera can be used instead."""

    stick: bool = False
    files: tuple[str, ...] = ()
    page: int = 1
    pages: int = 1
    checked: str = ""
    device: bool = True


@dataclass(frozen=True)
class FingerPicture(StickPicture):
    """Of a finger."""


@dataclass(frozen=True)
class Palm(View):
    """``fraction`` of the frames taken. ``pictures``: a picture from a memory stick is taken as well."""

    advice: PalmAdvice = PalmAdvice.NONE
    fraction: float = 0.0
    pictures: bool = False


@dataclass(frozen=True)
class PalmPicture(StickPicture):
    """Of a palm."""


@dataclass(frozen=True)
class Pin(View):
    """``filled``: digits typed so far. ``pad``: the digits as they stand."""

    filled: int = 0
    pad: str = KEYPAD


@dataclass(frozen=True)
class OneTimeCode(View):
    """``sent``: the message is on its way to ``address`` (masked). ``resend``: another may be sent now, by ``next_to``.
    ``amount``, ``receiver``: of the order that the code confirms; none at the sign-in. ``source``: where the code comes
    from; ``others``: where else it may. ``number``: of the code on the list that is asked for. ``proves``: the contact
    of somebody who opens an account."""

    digits: str = ""
    address: str = ""
    sent: bool = False
    resend: bool = False
    next_to: Contact | None = None
    amount: Money | None = None
    receiver: str = ""
    source: CodeSource = CodeSource.MESSAGE
    others: tuple[CodeSource, ...] = ()
    number: int = 0
    proves: Contact | None = None


@dataclass(frozen=True)
class Menu(View):
    """``cash``, ``notes_in``: the machine gives cash, takes cash. ``usual``: what the customer mostly takes, once that
    is known."""

    first_name: str = ""
    cash: bool = True
    notes_in: bool = True
    usual: Money | None = None


@dataclass(frozen=True)
class ChooseAccount(View):
    accounts: tuple[Account, ...] = ()
    purpose: Purpose = Purpose.WITHDRAW


@dataclass(frozen=True)
class Amount(View):
    """``typed``: whole major units as typed. ``mix``: the notes that would come for it. ``nearest``: payable amounts
    when the one asked for is not. ``most``: what limits and balance leave."""

    account: Account | None = None
    mix: Mix = ()
    quick: tuple[Money, ...] = ()
    typed: str = ""
    nearest: tuple[Money, ...] = ()
    purpose: Purpose = Purpose.WITHDRAW
    most: Money | None = None
    payee: PayeeAccount | None = None
    biller: Biller | None = None


@dataclass(frozen=True)
class Confirm(View):
    """``mix``: the notes of a withdrawal; ``choice``: there are others to choose from. ``printer``: a receipt can be
    printed afterwards."""

    account: Account | None = None
    amount: Money | None = None
    purpose: Purpose = Purpose.WITHDRAW
    mix: Mix = ()
    choice: bool = False
    payee: PayeeAccount | None = None
    biller: Biller | None = None
    reference: str = ""
    description: str = ""
    fee: Money | None = None
    printer: bool = True


@dataclass(frozen=True)
class ChooseNotes(View):
    amount: Money | None = None
    mixes: tuple[Mix, ...] = ()


@dataclass(frozen=True)
class Dispensing(View):
    amount: Money | None = None


@dataclass(frozen=True)
class TakeCash(View):
    amount: Money | None = None
    seconds: float = 30.0


@dataclass(frozen=True)
class InsertNotes(View):
    """``notes``: what was counted so far. ``refused``: notes that came straight back."""

    account: Account | None = None
    notes: NotesIn = ()
    total: Money | None = None
    refused: int = 0
    most: Money | None = None


@dataclass(frozen=True)
class Storing(View):
    total: Money | None = None


@dataclass(frozen=True)
class ChoosePayee(View):
    """``own``: other accounts of the customer; ``saved``: whom they paid before."""

    account: Account | None = None
    own: tuple[Account, ...] = ()
    saved: tuple[PayeeAccount, ...] = ()


@dataclass(frozen=True)
class PayeeNumber(View):
    """``by``: ``account`` or ``mobile``. ``found``: whose it is, before anything is sent."""

    by: str = "account"
    typed: str = ""
    found: PayeeAccount | None = None


@dataclass(frozen=True)
class ChooseBiller(View):
    billers: tuple[Biller, ...] = ()


@dataclass(frozen=True)
class Reference(View):
    biller: Biller | None = None
    typed: str = ""


@dataclass(frozen=True)
class Description(View):
    """``save``: the payee is to be kept on the customer's list; None: they are there already, or the customer's own."""

    payee: PayeeAccount | None = None
    save: bool | None = None


@dataclass(frozen=True)
class Booking(View):
    amount: Money | None = None


@dataclass(frozen=True)
class ReceiptOffer(View):
    """``mail``: a receipt can be sent to the customer's address."""

    amount: Money | None = None
    balance: Money | None = None
    printer: bool = True
    mail: bool = False
    purpose: Purpose = Purpose.WITHDRAW


@dataclass(frozen=True)
class Balance(View):
    account: Account | None = None


@dataclass(frozen=True)
class Statement(View):
    """``days``: how far back, 0 for the latest ten. ``page`` of ``pages``, from 1."""

    account: Account | None = None
    lines: tuple[StatementLine, ...] = ()
    days: int = 0
    page: int = 1
    pages: int = 1
    printer: bool = True
    mail: bool = False


@dataclass(frozen=True)
class NewPin(View):
    """``part``: ``current``, ``new`` or ``again``. ``emergency``: the new one is for when the customer is forced.
    ``first``: of somebody who opens an account. ``pad``: the digits as they stand."""

    part: str = "current"
    filled: int = 0
    emergency: bool = False
    first: bool = False
    pad: str = KEYPAD


@dataclass(frozen=True)
class OwnLimits(View):
    """``changed``: there is something to keep."""

    allowances: tuple[Allowance, ...] = ()
    changed: bool = False


@dataclass(frozen=True)
class OwnAccount(View):
    """``phone``, ``email``: shortened, empty where there is none."""

    name: str = ""
    number: str = ""
    phone: str = ""
    email: str = ""
    accounts: tuple[Account, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()


@dataclass(frozen=True)
class Authenticator(View):
    """``active``: the customer has an app, which a new one replaces. ``uri``: for the QR code; ``secret``: the same to
    be typed. Neither is ever logged."""

    active: bool = False
    uri: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    digits: str = ""


@dataclass(frozen=True)
class OwnConsents(View):
    """``given``: what is agreed to now. ``asked``: one of them is about to be taken back."""

    given: tuple[Consent, ...] = ()
    asked: Factor | None = None


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
    the customer's policy asks for, in order; the first ``passed`` of them are done. ``other_way``: the way without
    biometrics is offered from here. ``look``: how the screen is coloured. ``guidance``: somebody listens
    to it; None: nothing is spoken. ``onlooker``: whether somebody stands close behind. ``large``: the text is large
    where the screen has room for it."""

    view: View
    state: str
    language: str
    busy: bool = False
    virtual: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    passed: int = 0
    other_way: bool = False
    look: Look = Look.LIGHT
    guidance: Guidance | None = None
    onlooker: Onlooker = Onlooker.NOBODY
    large: bool = False
