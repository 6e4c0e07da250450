"""Every view of the machine in every variant that changes its picture; the screen tests and the gallery share it."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.ports import FaceAdvice, FacePrompt, FingerPrompt
from atm_app.stores import Account, Factor
from atm_app.views import (
    Amount,
    Another,
    Balance,
    ChooseAccount,
    Claim,
    Confirm,
    Dispensing,
    Face,
    Farewell,
    Fingerprint,
    Locked,
    Menu,
    MoreTime,
    Notice,
    OneTimeCode,
    OutOfService,
    Pin,
    ReceiptOffer,
    Shown,
    Starting,
    TakeCash,
    View,
    Welcome,
)
from gui.words import ADVICE, NOTES, PROMPTS

LANGUAGES = ("en", "hi", "mr")
VIRTUAL = ("camera", "fingerprint", "dispenser", "printer")
SIZES = ((1920, 1080), (1280, 800), (1024, 768))


@dataclass(frozen=True)
class Picture:
    """One picture of the machine. ``in_gallery``: the languages it is kept in under ``docs/screens``."""

    name: str
    view: View
    busy: bool = False
    in_gallery: tuple[str, ...] = ()
    state: str = ""
    virtual: tuple[str, ...] = VIRTUAL

    def shown(self, language: str) -> Shown:
        state = self.state or self.name.split("-")[0]
        factors, passed = _steps_in(state)
        return Shown(self.view, state, language, self.busy, self.virtual, factors, passed)


def _steps_in(state: str) -> tuple[tuple[Factor, ...], int]:
    """The policy a picture's customer is on, and how many of its factors are done: three factors on most screens, the
    two of the way without biometrics on those only it has."""
    three = (Factor.FACE, Factor.FINGERPRINT, Factor.ONE_TIME_CODE)
    if state in ("claim", "pin"):
        return (Factor.PIN, Factor.ONE_TIME_CODE), 0
    if state in ("face", "fingerprint", "one_time_code"):
        return three, [factor.value for factor in three].index(state)
    return ((), 0) if state in ("starting", "out_of_service", "welcome") else (three, len(three))


def rupees(major: int) -> Money:
    return Money.of_major(major)


def account(bank: str, number: str, kind: str = "savings", minor: int = 8_425_000) -> Account:
    return Account(int(number[-4:]), bank, number, kind, Money(minor), Money(minor))


SAHYADRI = account("Sahyadri Bank", "30010000451")
KONKAN = account("Konkan Co-operative Bank", "77120004418", "current", 12_000_000)
LONG = account(
    "Maharashtra State Co-operative Agriculture and Rural Development Bank Limited", "99990009999", minor=10**15
)
DECCAN = account("Deccan Savings Bank", "51900002231", "wallet", 1_800_050)
MALABAR = account("Malabar Mercantile Bank", "61230007714", "current", 0)
QUICK = tuple(rupees(major) for major in (500, 1000, 2000, 3000, 5000, 10_000))
LARGE_QUICK = tuple(rupees(major) for major in (5000, 10_000, 15_000, 20_000, 1_00_000, 99_99_999))
ALL, ENGLISH, WITH_HINDI = LANGUAGES, ("en",), ("en", "hi")
LONG_NAME = "Venkatanarasimharajuvaripeta-Balasubrahmanyam"

SHOWN_ELSEWHERE = ("dispenser", "database", "trouble")
NOTICE_NOTES = (
    "cash_retracted", "cash_unknown", "dispense_failed", "booked_later", "nothing_moved", "no_account", "no_dispenser",
    "account_not_open", "cash_not_available", "insufficient_funds",
)  # fmt: skip
FAREWELL_NOTES = (
    "not_confirmed", "not_live", "camera_trouble", "sensor_trouble", "message_trouble", "trouble", "cancelled",
    "timed_out", "several_faces", "face_changed", "poor_picture",
)  # fmt: skip


def _identity() -> list[Picture]:
    kept = {"blink": WITH_HINDI, "turn_left": ENGLISH}
    advice = {"too_far": ("en", "mr")}
    address = "c•••@customer.example"
    code = OneTimeCode(digits="482", address=address, sent=True, left=2)
    return [
        Picture("claim", Claim(number="1000"), in_gallery=("en", "mr")),
        Picture("claim-needed", Claim(note="number_needed"), in_gallery=ENGLISH),
        Picture("claim-full", Claim(number="888888"), busy=True),
        *(
            Picture(f"face-{key}", Face(prompt=FacePrompt(key), fraction=0.45), True, kept.get(key, ()))
            for key in PROMPTS
        ),
        *(
            Picture(f"face-{key}", Face(advice=FaceAdvice(key), fraction=0.1), True, advice.get(key, ()))
            for key in ADVICE
        ),
        *(
            Picture(f"face-note-{note}", Face(prompt=FacePrompt.TURN_RIGHT, advice=FaceAdvice.TOO_DARK, note=note))
            for note in ("not_live", "face_changed", "several_faces", "poor_picture", "not_confirmed")
        ),
        *(
            Picture(f"fingerprint-{prompt}", Fingerprint(prompt=prompt), True, kept_in)
            for prompt, kept_in in (
                (FingerPrompt.PLACE, ALL), (FingerPrompt.READING, ENGLISH), (FingerPrompt.LIFT, ENGLISH),
                (FingerPrompt.PLACE_AGAIN, ()), (FingerPrompt.MESSY, ENGLISH),
            )
        ),
        Picture("fingerprint-again", Fingerprint(note="not_confirmed"), True),
        Picture("pin", Pin(filled=0)),
        Picture("pin-filled", Pin(filled=3), in_gallery=WITH_HINDI),
        Picture("pin-again", Pin(filled=6, note="not_confirmed")),
        Picture("one_time_code", code, in_gallery=ALL),
        Picture("one_time_code-sending", OneTimeCode(address=address, left=2), True),
        Picture("one_time_code-none", OneTimeCode(address=address, left=0, note="not_delivered"), in_gallery=ENGLISH),
        Picture("one_time_code-long", OneTimeCode("", "888888", "m•••@" + 9 * "long-domain." + "example", True, 2)),
        Picture("one_time_code-expired", OneTimeCode(address=address, sent=True, left=1, note="code_expired")),
        Picture("one_time_code-again", OneTimeCode(address=address, sent=True, left=1, note="not_confirmed"),
                in_gallery=ENGLISH),
    ]  # fmt: skip


def _money() -> list[Picture]:
    amount = Amount(account=SAHYADRI, quick=QUICK)
    return [
        Picture("menu", Menu(first_name="Chen"), in_gallery=ALL),
        Picture("menu-no-cash", Menu(first_name=LONG_NAME, cash=False)),
        Picture("choose_account", ChooseAccount(accounts=(SAHYADRI, KONKAN)), in_gallery=WITH_HINDI),
        Picture("choose_account-five", ChooseAccount(accounts=(SAHYADRI, KONKAN, LONG, DECCAN, MALABAR)),
                in_gallery=ENGLISH),
        Picture("choose_account-loading", ChooseAccount(), True),
        Picture("amount", amount, in_gallery=ALL),
        Picture("amount-typed", Amount(account=LONG, quick=LARGE_QUICK, typed="9999999")),
        Picture("amount-poor", Amount(account=MALABAR)),
        Picture("amount-nearest", Amount(account=SAHYADRI, quick=QUICK, typed="150",
                nearest=(rupees(100), rupees(200)), note="cannot_be_paid"), in_gallery=("en", "mr")),
        Picture("amount-nearest-one", Amount(account=SAHYADRI, quick=QUICK, typed="50", nearest=(rupees(100),),
                note="cannot_be_paid")),
        *(
            Picture(f"amount-{note}", Amount(account=SAHYADRI, quick=QUICK, typed="25000", note=note), in_gallery=kept)
            for note, kept in (("insufficient_funds", WITH_HINDI), ("too_much", ()), ("no_cash", ()))
        ),
        Picture("confirm", Confirm(account=KONKAN, amount=rupees(2000)), in_gallery=WITH_HINDI),
        Picture("confirm-long", Confirm(account=LONG, amount=Money(10**15)), True),
        Picture("dispensing", Dispensing(amount=rupees(2000)), True, ENGLISH),
        Picture("take_cash", TakeCash(amount=rupees(2000), seconds=30.0), True, ALL),
        Picture("take_cash-large", TakeCash(amount=rupees(99_99_999), seconds=120.0), True),
        Picture("receipt", ReceiptOffer(amount=rupees(2000), balance=Money(8_225_000)), in_gallery=WITH_HINDI),
        Picture("receipt-no-printer", ReceiptOffer(amount=rupees(2000), balance=Money(10**15 - 1), printer=False)),
        Picture("balance", Balance(account=SAHYADRI), in_gallery=("en", "mr")),
        Picture("balance-long", Balance(account=LONG)),
        Picture("another", Another(), in_gallery=ENGLISH),
        Picture("another-printed", Another(note="receipt_printed"), in_gallery=ENGLISH),
        Picture("another-not-printed", Another(note="receipt_not_printed")),
        *(
            Picture(f"notice-{note}", Notice(note=note), in_gallery=kept)
            for note in NOTICE_NOTES
            for kept in [ENGLISH if note in ("cash_retracted", "booked_later") else ()]
        ),
    ]  # fmt: skip


def _outside() -> list[Picture]:
    return [
        *(
            Picture(f"starting-{step}", Starting(step=step), True, ENGLISH if step == "database" else (), virtual=())
            for step in ("", "database", "recovery", "gallery")
        ),
        *(
            Picture(f"out_of_service-{note}", OutOfService(note=note, advice="the server did not start: " * 12),
                    state="out_of_service")
            for note in SHOWN_ELSEWHERE
        ),
        Picture("out_of_service", OutOfService(note="dispenser", advice="clear the note jam"), in_gallery=ENGLISH),
        Picture("welcome", Welcome(languages=LANGUAGES), in_gallery=ALL),
        Picture("welcome-preparing", Welcome(biometric=False, preparing=0.4, languages=LANGUAGES), in_gallery=ENGLISH),
        Picture("welcome-no-biometrics", Welcome(biometric=False, languages=LANGUAGES), in_gallery=ENGLISH),
        Picture("welcome-no-cash", Welcome(cash=False, languages=LANGUAGES), virtual=()),
        Picture("more_time", MoreTime(seconds=20.0), in_gallery=WITH_HINDI),
        Picture("locked", Locked(), in_gallery=ENGLISH),
        Picture("farewell", Farewell(first_name="Chen"), in_gallery=WITH_HINDI),
        Picture("farewell-nobody", Farewell()),
        Picture("farewell-long", Farewell(first_name=LONG_NAME)),
        *(
            Picture(f"farewell-{note}", Farewell(note=note, first_name="Chen"),
                    in_gallery=ENGLISH if note == "camera_trouble" else ())
            for note in FAREWELL_NOTES
        ),
    ]  # fmt: skip


PICTURES = (*_outside(), *_identity(), *_money())


def notes_shown() -> set[str]:
    """Every note some picture carries; a test compares it with the table of notes."""
    return {picture.view.note for picture in PICTURES} & set(NOTES)
