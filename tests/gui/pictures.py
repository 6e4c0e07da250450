"""Every view of the machine in every variant that changes its picture; the screen tests and the gallery share it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from atm_app.banking.limits import Allowance, LimitKind
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.cash_ports import NoteCount, NotesOfValue
from atm_app.identity.code_sources import CodeSource
from atm_app.identity.consents import BIOMETRICS, Consent
from atm_app.identity.sign_ins import SignIn
from atm_app.languages import LANGUAGES
from atm_app.message_ports import Contact
from atm_app.palm_ports import PalmAdvice
from atm_app.ports import FaceAdvice, FacePrompt, FingerPrompt
from atm_app.session import Purpose
from atm_app.stores import Account, StatementLine
from atm_app.views import (
    Amount,
    Another,
    Authenticator,
    Balance,
    Booking,
    ChooseAccount,
    ChooseBiller,
    ChooseNotes,
    ChoosePayee,
    Claim,
    Confirm,
    Description,
    Dispensing,
    Face,
    FaceAndPin,
    Farewell,
    FingerPicture,
    Fingerprint,
    InsertNotes,
    InService,
    Locked,
    Menu,
    MoreTime,
    NewPin,
    Notice,
    OneTimeCode,
    OutOfService,
    OwnAccount,
    OwnConsents,
    OwnLimits,
    Palm,
    PalmPicture,
    PayeeNumber,
    Pin,
    ReceiptOffer,
    Reference,
    Starting,
    Statement,
    Storing,
    TakeCash,
    Welcome,
)
from gui.words import ADVICE, NOTES, PALM_ADVICE, PROMPTS
from tests.gui.picture import ALL, ENGLISH, LONG_NAME, WITH_HINDI, Picture
from tests.gui.sign_up_pictures import SIGN_UP


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

SHOWN_ELSEWHERE = ("dispenser", "acceptor", "database", "trouble")
AMOUNT_NOTES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("insufficient_funds", WITH_HINDI), ("over_transaction_limit", ()), ("over_daily_limit", ()), ("no_cash", ()),
)  # fmt: skip
NOTICE_NOTES = (
    "cash_retracted", "cash_unknown", "dispense_failed", "booked_later", "nothing_moved", "no_account", "no_dispenser",
    "account_not_open", "cash_not_available", "insufficient_funds", "too_often", "clock_went_back", "not_offered",
    "payee_not_open", "too_many_lookups", "other_currency", "no_such_account", "transfer_unknown", "no_acceptor",
    "deposit_failed", "deposit_unknown", "deposit_later", "notes_returned", "notes_do_not_add_up", "pin_not_changed",
    "emergency_pin_not_set", "visit_ended",
)  # fmt: skip
FAREWELL_NOTES = (
    "not_confirmed", "not_live", "camera_trouble", "sensor_trouble", "message_trouble", "trouble", "cancelled",
    "timed_out", "several_faces", "face_changed", "poor_picture", "no_code_way", "served_elsewhere",
)  # fmt: skip


MIX = (NoteCount(1, 200_000, 1),)
OTHER_MIX = (NoteCount(2, 50_000, 3), NoteCount(3, 20_000, 2), NoteCount(4, 10_000, 1))
LONG_MIX = (NoteCount(1, 200_000, 38), NoteCount(2, 50_000, 39), NoteCount(3, 20_000, 38), NoteCount(4, 10_000, 37))
FARA = PayeeAccount(454, "Sahyadri Bank", "•••• 0454", "Fara K.", "INR", "Landlady")
FOUND = PayeeAccount(454, LONG.bank, "•••• 0454", "Venkatanarasimharajuvaripeta B.", "INR")
POWER = Biller("MSEB", "Maha Power", "electricity", "^[0-9]{12}$", rupees(10), rupees(50_000))
MOBILE = Biller("SAHYATEL", "Sahya Mobile", "mobile", "^[6-9][0-9]{9}$", rupees(10), rupees(3_000))
LINES = tuple(
    StatementLine(900 - number, datetime(2026, 11, 20 - number, 9, 30, tzinfo=UTC), kind, Money(minor), Money(after),
                  counterparty=counterparty)
    for number, (kind, minor, after, counterparty) in enumerate((
        ("withdrawal", -200_000, 8_225_000, ""), ("transfer", 1_500_000, 8_425_000, "•••• 0454"),
        ("payment", -124_550, 6_925_000, "Maharashtra State Electricity Distribution"),
        ("top_up", -29_900, 7_049_550, "Sahya Mobile"), ("cash_deposit", 270_000, 7_079_450, ""),
        ("branch_deposit", 99_99_99_999, 99_99_99_999, ""),
    ))
)  # fmt: skip
OWN_ACCOUNT = OwnAccount(
    name="Chen Wu", number="100001", phone="•••• 4821", email="c•••@customer.example", accounts=(SAHYADRI, KONKAN),
    sign_ins=tuple(
        SignIn(datetime(2026, 11, 20 - number, 9 + number, 30, tzinfo=UTC), "ATM-0001", policy)
        for number, policy in enumerate(("cardless", "cardless", "accessible", "fingerprint", "palm"))
    ),
)  # fmt: skip
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # the one of every example
AUTHENTICATOR = Authenticator(
    uri=f"otpauth://totp/Sahyadri%20Bank:100001?secret={SECRET}&issuer=Sahyadri%20Bank", secret=SECRET, digits="31"
)
ALLOWANCES = tuple(
    Allowance(kind, rupees(20_000), rupees(day), rupees(0), rupees(20_000), rupees(4_00_000))
    for kind, day in zip(LimitKind, (50_000, 2_00_000, 0, 4_00_000), strict=True)
)


def _finger_pictures() -> list[Picture]:
    files = ("right index.png", "Goa 2024.jpg", "Scans/right thumb.png")
    many = (*files, f"Scans of {LONG_NAME}/{LONG_NAME}.tiff", "\u0909\u0902\u0917\u0932\u0940.png", "a\nb\x1b[31m.bmp")
    notes = (
        "picture_unreadable", "picture_wrong_format", "picture_too_large", "picture_too_small",
        "picture_not_a_fingerprint", "picture_unclear", "picture_too_little", "not_confirmed", "sensor_gone",
    )  # fmt: skip
    return [
        Picture("finger_picture", FingerPicture(), in_gallery=WITH_HINDI),
        Picture("finger_picture-files", FingerPicture(stick=True, files=files), in_gallery=("en", "mr")),
        Picture("finger_picture-many", FingerPicture(stick=True, files=many, page=2, pages=4, device=False)),
        Picture("finger_picture-checked", FingerPicture(stick=True, files=files, checked=files[0]), True),
        Picture("finger_picture-empty", FingerPicture(stick=True)),
        *(Picture(f"finger_picture-{note}", FingerPicture(stick=True, files=files, note=note)) for note in notes),
    ]


def _palm_pictures() -> list[Picture]:
    files = ("right hand.jpg", "Goa 2024.jpg", "Scans/left hand.png")
    notes = (
        "palm_picture_unreadable", "palm_picture_wrong_format", "palm_picture_too_large", "palm_picture_too_small",
        "palm_picture_not_a_palm", "palm_picture_unclear", "palm_picture_too_little", "not_confirmed", "camera_gone",
    )  # fmt: skip
    return [
        Picture("palm_picture", PalmPicture(device=False)),
        Picture("palm_picture-files", PalmPicture(stick=True, files=files), in_gallery=ENGLISH),
        *(Picture(f"palm_picture-{note}", PalmPicture(stick=True, files=files, note=note)) for note in notes),
    ]


def _identity() -> list[Picture]:
    kept = {"blink": WITH_HINDI, "turn_left": ENGLISH}
    advice = {"too_far": ("en", "mr")}
    address = "c•••@customer.example"
    code = OneTimeCode(digits="482", address=address, sent=True, resend=True)
    return [
        Picture("claim", Claim(number="1000"), in_gallery=("en", "mr")),
        Picture("claim-needed", Claim(note="number_needed"), in_gallery=ENGLISH),
        Picture("claim-full", Claim(number="888888"), busy=True),
        *(
            Picture(f"face-{key}", Face(prompt=FacePrompt(key), fraction=0.45), True, kept.get(key, ()))
            for key in PROMPTS
        ),
        *(
            Picture(f"face-light-{name}", Face(fraction=0.99, light=colour), True, ENGLISH if name == "cyan" else ())
            for name, colour in (("cyan", (0, 255, 255)), ("blue", (0, 0, 255)), ("red", (255, 0, 0)))
        ),
        *(
            Picture(f"face-{key}", Face(advice=FaceAdvice(key), fraction=0.1), True, advice.get(key, ()))
            for key in ADVICE
        ),
        Picture("palm", Palm(fraction=0.4, pictures=True), in_gallery=WITH_HINDI, dark=ENGLISH, high_contrast=ENGLISH),
        *(Picture(f"palm-{key}", Palm(advice=PalmAdvice(key), fraction=0.2), True) for key in PALM_ADVICE),
        Picture("palm-pictures", Palm(advice=PalmAdvice.HOLD_FLAT, fraction=0.2, pictures=True)),
        Picture("palm-done", Palm(fraction=1.0)),
        Picture("palm-note", Palm(note="not_confirmed")),
        *(
            Picture(f"face-note-{note}", Face(prompt=FacePrompt.TURN_RIGHT, advice=FaceAdvice.TOO_DARK, note=note))
            for note in ("not_live", "face_changed", "several_faces", "poor_picture", "not_confirmed")
        ),
        Picture("face_and_pin", FaceAndPin(prompt=FacePrompt.BLINK, fraction=0.3, filled=2), in_gallery=WITH_HINDI),
        *(
            Picture(f"face_and_pin-{key}", FaceAndPin(prompt=FacePrompt(key), fraction=0.45, given=key == "turn_left"))
            for key in PROMPTS
        ),
        *(
            Picture(f"face_and_pin-{key}", FaceAndPin(advice=FaceAdvice(key), prompt=FacePrompt.TURN_RIGHT, filled=6))
            for key in ADVICE
        ),
        Picture("face_and_pin-note", FaceAndPin(note="not_confirmed", advice=FaceAdvice.TOO_DARK)),
        Picture("face_and_pin-given", FaceAndPin(prompt=FacePrompt.TURN_LEFT, given=True), True, ("en", "mr")),
        Picture("fingerprint-pictures", Fingerprint(pictures=True), True),
        *(
            Picture(f"{name}-other_way", view, True, ENGLISH if name == "face" else (), other_way=True)
            for name, view in (
                ("face", Face(note="not_confirmed", advice=FaceAdvice.TOO_DARK)),
                ("face_and_pin", FaceAndPin(note="not_confirmed", advice=FaceAdvice.BACKLIT)),
                ("fingerprint", Fingerprint(note="not_confirmed", pictures=True)),
                ("palm", Palm(note="not_confirmed", pictures=True)),
            )
        ),
        *_finger_pictures(),
        *_palm_pictures(),
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
        Picture("confirm_code", replace(code, amount=rupees(15_000), receiver="Fara K."), in_gallery=("en", "mr")),
        Picture("confirm_code-cash", replace(code, amount=rupees(20_000))),
        Picture("confirm_code-long", replace(code, amount=rupees(99_99_999), receiver=LONG_NAME, note="code_expired")),
        Picture("one_time_code-offers", replace(code, next_to=Contact.PHONE, others=(CodeSource.APP, CodeSource.LIST)),
                in_gallery=ENGLISH),
        Picture("one_time_code-app", OneTimeCode(digits="48", source=CodeSource.APP,
                others=(CodeSource.MESSAGE, CodeSource.LIST)), in_gallery=ALL),
        Picture("one_time_code-list", OneTimeCode(source=CodeSource.LIST, number=17), in_gallery=WITH_HINDI),
        Picture("one_time_code-sending", OneTimeCode(address=address), True),
        Picture("one_time_code-none", OneTimeCode(address=address, note="not_delivered"), in_gallery=ENGLISH),
        Picture("one_time_code-long", OneTimeCode("", "888888", "m•••@" + 9 * "long-domain." + "example", True, True)),
        Picture("one_time_code-expired", OneTimeCode(address=address, sent=True, resend=True, note="code_expired")),
        Picture("one_time_code-again", OneTimeCode(address=address, sent=True, resend=True, note="not_confirmed"),
                in_gallery=ENGLISH),
    ]  # fmt: skip


def _money() -> list[Picture]:
    amount = Amount(account=SAHYADRI, quick=QUICK)
    return [
        Picture("menu", Menu(first_name="Chen"), in_gallery=(*ALL, "te", "ar"), dark=ENGLISH, high_contrast=("hi",)),
        Picture("menu-usual", Menu(first_name="Chen", usual=Money.of_major(10_000)), in_gallery=WITH_HINDI),
        Picture("menu-no-cash", Menu(first_name=LONG_NAME, cash=False)),
        Picture("choose_account", ChooseAccount(accounts=(SAHYADRI, KONKAN)), in_gallery=WITH_HINDI),
        Picture("choose_account-five", ChooseAccount(accounts=(SAHYADRI, KONKAN, LONG, DECCAN, MALABAR)),
                in_gallery=ENGLISH),
        Picture("choose_account-loading", ChooseAccount(), True),
        Picture("amount", amount, in_gallery=(*ALL, "ar", "es")),
        Picture("amount-typed", Amount(account=LONG, quick=LARGE_QUICK, typed="9999999", mix=LONG_MIX)),
        Picture("amount-notes", Amount(account=SAHYADRI, quick=QUICK, typed="2000", mix=OTHER_MIX), in_gallery=ENGLISH),
        Picture("amount-poor", Amount(account=MALABAR)),
        Picture("amount-nearest", Amount(account=SAHYADRI, quick=QUICK, typed="150",
                nearest=(rupees(100), rupees(200)), note="cannot_be_paid"), in_gallery=("en", "mr")),
        Picture("amount-nearest-one", Amount(account=SAHYADRI, quick=QUICK, typed="50", nearest=(rupees(100),),
                note="cannot_be_paid")),
        *(
            Picture(f"amount-{note}", Amount(account=SAHYADRI, quick=QUICK, typed="25000", note=note), in_gallery=kept)
            for note, kept in AMOUNT_NOTES
        ),
        Picture("confirm", Confirm(account=KONKAN, amount=rupees(2000), mix=MIX, choice=True),
                in_gallery=(*WITH_HINDI, "fr")),
        Picture("confirm-long", Confirm(account=LONG, amount=Money(10**15), mix=LONG_MIX, printer=False), True),
        Picture("confirm-transfer", Confirm(account=KONKAN, amount=rupees(1500), purpose=Purpose.TRANSFER, payee=FARA,
                description="Rent", fee=rupees(5)), in_gallery=("en", "mr")),
        Picture("confirm-bill", Confirm(account=LONG, amount=rupees(450), purpose=Purpose.PAY, biller=POWER,
                reference="123456789012", printer=False)),
        Picture("choose_notes", ChooseNotes(amount=rupees(2000), mixes=(MIX, OTHER_MIX, LONG_MIX)),
                in_gallery=ENGLISH),
        Picture("dispensing", Dispensing(amount=rupees(2000)), True, ENGLISH),
        Picture("take_cash", TakeCash(amount=rupees(2000), seconds=30.0), True, (*ALL, "ta"), dark=ENGLISH,
                high_contrast=ENGLISH),
        Picture("take_cash-large", TakeCash(amount=rupees(99_99_999), seconds=120.0), True),
        Picture("receipt", ReceiptOffer(amount=rupees(2000), balance=Money(8_225_000), mail=True),
                in_gallery=WITH_HINDI),
        Picture("receipt-no-printer", ReceiptOffer(amount=rupees(2000), balance=Money(10**15 - 1), printer=False)),
        Picture("balance", Balance(account=SAHYADRI), in_gallery=("en", "mr")),
        Picture("balance-long", Balance(account=LONG)),
        Picture("another", Another(), in_gallery=ENGLISH),
        Picture("another-printed", Another(note="receipt_printed"), in_gallery=ENGLISH),
        Picture("another-not-printed", Another(note="receipt_not_printed")),
        Picture("another-mailed", Another(note="receipt_mailed")),
        Picture("another-not-mailed", Another(note="receipt_not_mailed")),
        Picture("another-pin", Another(note="pin_changed")),
        Picture("another-limits", Another(note="limits_kept")),
        *(
            Picture(f"notice-{note}", Notice(note=note), in_gallery=kept)
            for note in NOTICE_NOTES
            for kept in [ENGLISH if note in ("cash_retracted", "booked_later") else ()]
        ),
    ]  # fmt: skip


def _payments() -> list[Picture]:
    notes = (NotesOfValue(50_000, 3), NotesOfValue(10_000, 12))
    statement = Statement(account=SAHYADRI, lines=LINES, page=1, pages=3, mail=True)
    return [
        Picture("insert_notes", InsertNotes(account=SAHYADRI, total=rupees(0), most=rupees(2_00_000)), True),
        Picture("insert_notes-counted", InsertNotes(account=SAHYADRI, notes=notes, total=rupees(2700),
                most=rupees(2_00_000)), True, ALL),
        Picture("insert_notes-refused", InsertNotes(account=SAHYADRI, notes=notes, total=rupees(2700), refused=2,
                note="notes_refused"), True),
        Picture("insert_notes-changed", InsertNotes(account=SAHYADRI, notes=notes, total=rupees(2700),
                note="count_changed"), True),
        Picture("storing", Storing(total=rupees(2700)), True, ENGLISH),
        Picture("payee", ChoosePayee(account=SAHYADRI, own=(KONKAN,), saved=(FARA,)), in_gallery=WITH_HINDI),
        Picture("payee-many", ChoosePayee(account=SAHYADRI, own=(KONKAN, LONG, DECCAN), saved=(FARA, FARA))),
        Picture("payee-nobody", ChoosePayee(account=SAHYADRI)),
        Picture("payee_number", PayeeNumber(typed="30010000454", found=FOUND), in_gallery=("en", "mr")),
        Picture("payee_number-mobile", PayeeNumber(by="mobile", typed="98200")),
        Picture("payee_number-long", PayeeNumber(typed="999999999999999999", note="no_such_payee")),
        Picture("payee_number-same", PayeeNumber(typed="30010000451", note="same_account")),
        Picture("biller", ChooseBiller(billers=(POWER, MOBILE)), in_gallery=WITH_HINDI),
        Picture("biller-loading", ChooseBiller(), True),
        Picture("reference", Reference(biller=POWER, typed="1234"), in_gallery=ENGLISH),
        Picture("reference-mobile", Reference(biller=MOBILE, typed="12345678901234567890", note="reference_not_valid")),
        Picture("amount-transfer", Amount(account=SAHYADRI, quick=QUICK, purpose=Purpose.TRANSFER, payee=FARA),
                in_gallery=ENGLISH),
        Picture("amount-bill", Amount(account=SAHYADRI, quick=QUICK, purpose=Purpose.PAY, biller=POWER,
                note="amount_not_accepted", typed="90000")),
        Picture("description", Description(payee=FARA, save=False), in_gallery=ALL),
        Picture("description-saved", Description(payee=FARA, save=True)),
        Picture("description-own", Description(payee=FARA)),
        Picture("booking", Booking(amount=rupees(1500)), True, ENGLISH),
        Picture("statement", statement, in_gallery=(*ALL, "ar"), dark=ENGLISH),
        Picture("statement-empty", Statement(account=LONG, days=7), in_gallery=()),
        Picture("statement-loading", Statement(account=SAHYADRI, days=30), True),
        Picture("statement-mailed", Statement(account=SAHYADRI, lines=LINES[:2], days=90, page=3, pages=3,
                note="receipt_mailed", printer=False)),
        Picture("new_pin", NewPin(filled=2), in_gallery=WITH_HINDI),
        *(
            Picture(f"new_pin-{note}", NewPin(part=part, filled=0, note=note))
            for part, note in (("new", "pin_too_simple"), ("new", "pin_unchanged"), ("again", "pin_not_repeated"),
                               ("current", "not_confirmed"))
        ),
        Picture("own_limits", OwnLimits(allowances=ALLOWANCES, changed=True), in_gallery=ALL),
        Picture("own_limits-loading", OwnLimits(), True),
    ]  # fmt: skip


def _own_account() -> list[Picture]:
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    consents = tuple(Consent(kind, 1, at) for kind in BIOMETRICS)
    return [
        Picture("own_account", OWN_ACCOUNT, in_gallery=(*ALL, "ar")),
        Picture("own_account-long", replace(OWN_ACCOUNT, name=LONG_NAME, phone="", email="", accounts=(LONG, LONG))),
        Picture("authenticator", AUTHENTICATOR, in_gallery=("en", "mr")),
        Picture("authenticator-active", replace(AUTHENTICATOR, active=True, note="not_confirmed"), in_gallery=ENGLISH),
        Picture("emergency_pin", NewPin(part="new", filled=2, emergency=True), in_gallery=WITH_HINDI),
        Picture("consents", OwnConsents(given=consents), in_gallery=ALL),
        *(
            Picture(f"consents-{kind}", OwnConsents(given=consents, asked=kind), in_gallery=kept)
            for kind, kept in zip(BIOMETRICS, (("en", "mr"), (), ()), strict=True)
        ),
        Picture("consents-none", OwnConsents(), True),
        *(
            Picture(f"another-{note}", Another(note=note))
            for note in ("authenticator_set", "authenticator_removed", "emergency_pin_set", "consent_withdrawn")
        ),
    ]


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
        Picture("in_service", InService(), in_gallery=WITH_HINDI),
        Picture("welcome", Welcome(languages=LANGUAGES), in_gallery=(*ALL, "ta", "ar"), dark=ENGLISH,
                high_contrast=("en", "mr")),
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
                    in_gallery=ENGLISH if note in ("camera_trouble", "served_elsewhere") else ())
            for note in FAREWELL_NOTES
        ),
    ]  # fmt: skip


PICTURES = (*_outside(), *_identity(), *_money(), *_payments(), *_own_account(), *SIGN_UP)
# As parameters of a test; in every run those of the gallery with nothing to say but what their screen always says.
EACH = [
    pytest.param(
        picture, id=picture.name, marks=() if picture.in_gallery and not picture.view.note else pytest.mark.slow
    )
    for picture in PICTURES
]


def notes_shown() -> set[str]:
    """Every note some picture carries; a test compares it with the table of notes."""
    return {picture.view.note for picture in PICTURES} & set(NOTES)
