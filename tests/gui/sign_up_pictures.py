"""Opening an account at the machine, and signing in by user name: every variant of those screens."""

from __future__ import annotations

from atm_app.identity.consents import BIOMETRICS
from atm_app.languages import LANGUAGES
from atm_app.message_ports import Contact
from atm_app.ports import FacePrompt, FingerPrompt
from atm_app.sign_up_views import Agreements, FirstPassword, Joined, Joining, Question
from atm_app.stores import Factor
from atm_app.views import Claim, Face, Farewell, Fingerprint, NewPin, OneTimeCode, Password, UserName, Welcome
from tests.gui.picture import ALL, ENGLISH, LONG_NAME, WITH_HINDI, Picture

NEWCOMER = "asha.rao"
ANSWERS = {
    "name": "Asha Rao", "user_name": NEWCOMER, "phone": "9820011111", "email": "asha@customer.example",
    "address": "12 Hill Road, Pune", "gender": "",
}  # fmt: skip
QUESTIONS_KEPT = {"name": ALL, "email": ENGLISH, "gender": WITH_HINDI}
MALFORMED = ("user_name_malformed", "user_name_taken", "phone_malformed", "email_malformed", "name_malformed",
             "address_malformed")  # fmt: skip


def _question(name: str, part: str, typed: str, place: int, note: str = "", kept: tuple[str, ...] = ()) -> Picture:
    optional, prefix = part == "email", "+91" if part == "phone" else ""
    view = Question(part=part, typed=typed, place=place, of=6, optional=optional, prefix=prefix, note=note)
    return Picture(f"question-{name}", view, state="question", in_gallery=kept)


def _questions() -> list[Picture]:
    return [
        *(
            _question(part, part, typed, place, kept=QUESTIONS_KEPT.get(part, ()))
            for place, (part, typed) in enumerate(ANSWERS.items(), 1)
        ),
        *(
            _question(note, note.rpartition("_")[0], "1" * 8 if note.startswith("phone") else "x" * 60, 2, note)
            for note in MALFORMED
        ),
        _question("none", "email", "", 4),
        _question("missing", "name", "", 1, "answer_missing"),
        Picture("contact_code", OneTimeCode(address="•••• 1111", sent=True, proves=Contact.PHONE), in_gallery=ENGLISH),
        Picture("contact_code-email", OneTimeCode(address="a•••@customer.example", sent=True, proves=Contact.EMAIL,
                note="code_expired")),
    ]  # fmt: skip


def _secrets() -> list[Picture]:
    return [
        Picture("first_password", FirstPassword(filled=12), in_gallery=("en", "mr")),
        Picture("first_password-again", FirstPassword(again=True)),
        *(
            Picture(f"first_password-{note}", FirstPassword(note=note))
            for note in ("password_too_short", "password_too_easy", "password_not_repeated")
        ),
        Picture("first_pin", NewPin(part="new", filled=3, first=True)),
        Picture("first_pin-again", NewPin(part="again", first=True, note="pin_not_repeated")),
        Picture("user_name", UserName(typed=NEWCOMER), in_gallery=ENGLISH),
        Picture("password", Password(filled=9), in_gallery=ENGLISH),
        Picture("password-wrong", Password(note="not_confirmed")),
        Picture("claim-user_names", Claim(number="1000", user_names=True), in_gallery=ENGLISH),
    ]


def _last_steps() -> list[Picture]:
    return [
        Picture("welcome-sign_up", Welcome(languages=LANGUAGES, sign_up=True), in_gallery=ENGLISH),
        Picture("agreements", Agreements(kinds=BIOMETRICS, agreed=(Factor.FACE,)), in_gallery=ALL, dark=ENGLISH),
        Picture("agreements-last", Agreements(kinds=BIOMETRICS, agreed=BIOMETRICS, page=len(BIOMETRICS))),
        Picture("joining", Joining(), True, ENGLISH),
        Picture("joining-pose", Face(prompt=FacePrompt.LEFT_A_LITTLE, fraction=0.4), state="joining"),
        Picture("joining-finger", Fingerprint(prompt=FingerPrompt.PLACE_AGAIN), state="joining"),
        Picture("opening", Joining(), True),
        Picture("joined", Joined(first_name="Asha", number="473920", user_name=NEWCOMER), in_gallery=WITH_HINDI),
        Picture("joined-long", Joined(first_name=LONG_NAME, number="473920", user_name="w" * 32)),
        *(
            Picture(f"farewell-{note}", Farewell(note=note))
            for note in ("ask_at_branch", "sign_up_no_device", "signed_up")
        ),
    ]


SIGN_UP = (*_questions(), *_secrets(), *_last_steps())
