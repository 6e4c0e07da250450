"""The languages of the screens: gettext catalogues, read as they are written, without a compile step."""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections.abc import Callable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from atm_app.languages import RIGHT_TO_LEFT
from atm_app.scripts import isolated

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "locale"
NAMES = {
    "en": "English", "hi": "हिन्दी", "mr": "मराठी", "ta": "தமிழ்", "te": "తెలుగు", "ar": "العربية", "es": "Español",
    "fr": "Français",
}  # fmt: skip
# How the day in the header is written, as a pattern of CLDR: its own for "Friday, 20 November" are with the year only.
DAY = "EEEE d MMMM"
DAYS = {"ar": "EEEE، d MMMM", "es": "EEEE d 'de' MMMM"}
PLACEHOLDER = re.compile(r"{\w+}")

Words = Callable[[str], str]


@functools.cache
def words_of(language: str) -> Words:
    """The translator of a language; English is the source and translates to itself.

    In a language that is read from right to left what is put into a text keeps its own direction: a number with its
    dots before it, an address.
    """
    path = LOCALE_FOLDER / language / "LC_MESSAGES" / "atm.po"
    if not path.exists():
        return gettext.NullTranslations().gettext
    compiled = io.BytesIO()
    with path.open("rb") as file:
        catalogue = read_po(file)
    if language in RIGHT_TO_LEFT:
        for message in catalogue:
            if message.id:
                message.string = PLACEHOLDER.sub(isolated(r"\g<0>"), str(message.string))
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def untranslated(text: str) -> str:
    """Marks a text for the catalogues where it is defined, not where it is shown."""
    return text


_ = untranslated

# What every note of a view means, in the customer's words. None of them says which factor was wrong.
NOTES = {
    "not_confirmed": _("We could not confirm that. Please try again."),
    "served_elsewhere": _("You are being served at another machine. Please finish there first."),
    "visit_ended": _("This visit has ended. Nothing was booked. Please begin anew."),
    "number_needed": _("Please type your customer number, so that we can be sure."),
    "not_live": _("We need to see you in person. Please look straight at the camera."),
    "face_changed": _("Please stay alone in front of the camera until we are done."),
    "several_faces": _("We see more than one face. Please step up alone."),
    "poor_picture": _("The picture is not clear enough. Please try again."),
    "not_delivered": _("The message could not be sent. Please ask for another code."),
    "code_expired": _("This code is no longer valid. Please ask for another."),
    "insufficient_funds": _("There is not enough money in this account for that amount."),
    "over_transaction_limit": _("That is more than your limit for one time."),
    "over_daily_limit": _("That is more than is left of your limit for today."),
    "too_often": _("You have done this often in a short time. Please try again a little later."),
    "clock_went_back": _("This machine's date is not right. Nothing was taken from your account."),
    "not_offered": _("This machine does not offer that."),
    "amount_not_accepted": _("That amount cannot be paid there. Please choose another."),
    "reference_not_valid": _("That is not a number they have. Please check it."),
    "no_such_payee": _("We do not find this number. Please check it."),
    "same_account": _("That is the account you are paying from."),
    "payee_not_open": _("This account cannot be paid now. Nothing was taken from your account."),
    "too_many_lookups": _("You have tried many numbers. Please ask at your branch."),
    "other_currency": _("This account is in another currency."),
    "no_such_account": _("This account cannot be used now. Please ask at your branch."),
    "transfer_unknown": _(
        "Your bank could not be reached. We find out whether it was paid and tell you; please do not pay again."
    ),
    "no_acceptor": _("This machine cannot take cash now."),
    "notes_refused": _("Some notes came back. Please take them; you can try them once more."),
    "count_changed": _("More notes were counted. Please check the sum."),
    "deposit_failed": _("The notes could not be kept. What you put in comes back to you or to your account."),
    "deposit_unknown": _("We could not see where your notes are. Staff will check and put it right."),
    "deposit_later": _("The booking will appear in your account a little later."),
    "notes_returned": _("Please take your notes back. Nothing was booked."),
    "notes_do_not_add_up": _("The notes could not be counted. Please take them back."),
    "pin_too_simple": _("That PIN is too easy to guess. Please choose another."),
    "pin_unchanged": _("That is the PIN you have. Please choose another."),
    "pin_not_repeated": _("The two were not the same. Please type the new PIN again."),
    "pin_not_changed": _("The PIN could not be changed. Your old one is still right."),
    "pin_changed": _("Your PIN has been changed."),
    "authenticator_set": _("Your authenticator app is set up. Next time it shows your code."),
    "authenticator_removed": _("Your authenticator app has been removed."),
    "emergency_pin_set": _("Your emergency PIN is set. Use it only when you are forced."),
    "emergency_pin_not_set": _("The emergency PIN could not be set."),
    "consent_withdrawn": _("Your consent is withdrawn, and what we kept of it is destroyed."),
    "limits_kept": _("Your limits have been saved."),
    "receipt_mailed": _("Your receipt is on its way to your e-mail address."),
    "receipt_not_mailed": _("The e-mail could not be sent. What you did is booked."),
    "cannot_be_paid": _("This machine cannot pay exactly that amount. It can pay:"),
    "no_cash": _("This machine cannot pay that amount now."),
    "no_account": _("There is no account to use on this machine."),
    "no_dispenser": _("This machine cannot give cash now. Your balance is still here."),
    "account_not_open": _("This account cannot be used now. Please ask at your branch."),
    "cash_not_available": _("This machine ran short of the right notes. Nothing was taken from your account."),
    "dispense_failed": _("The notes could not be paid out. Nothing was taken from your account."),
    "cash_retracted": _(
        "The notes were not taken, so the machine took them back. Nothing was taken from your account."
    ),
    "cash_unknown": _("We could not see whether you took the notes. Staff will check and put it right."),
    "booked_later": _("You have your cash. The booking will appear in your account a little later."),
    "nothing_moved": _("Your bank could not be reached. Nothing was taken from your account."),
    "camera_trouble": _("The camera does not work now. You can use your customer number and PIN instead."),
    "sensor_trouble": _("The fingerprint sensor does not work now. You can use your customer number and PIN instead."),
    "sensor_gone": _("The fingerprint sensor does not work now. Please use a picture on your memory stick."),
    "picture_unreadable": _("This file cannot be read. Please choose another."),
    "picture_wrong_format": _("This is not a picture. Please choose another."),
    "picture_too_large": _("This picture is too large. A fingerprint is scanned at 500 dots per inch."),
    "picture_too_small": _("This picture is too small. A fingerprint is scanned at 500 dots per inch."),
    "picture_not_a_fingerprint": _("We see no fingerprint in this picture. Please choose another."),
    "picture_unclear": _("The lines of this fingerprint are not clear. Please choose another."),
    "picture_too_little": _("This picture shows too little of the finger. Please choose another."),
    "no_code_way": _("We have no way to send you a code. Please ask at your branch."),
    "camera_gone": _("The camera does not work now. Please use a picture on your memory stick."),
    "palm_picture_unreadable": _("This file cannot be read. Please choose another."),
    "palm_picture_wrong_format": _("This is not a picture. Please choose another."),
    "palm_picture_too_large": _("This picture is too large. Please choose another."),
    "palm_picture_too_small": _("The hand in this picture is too small. Please choose another."),
    "palm_picture_not_a_palm": _("We see no open palm in this picture. Please choose another."),
    "palm_picture_unclear": _("The lines of this palm are not clear. Please choose another."),
    "palm_picture_too_little": _("This picture shows too little of the hand. Please choose another."),
    "answer_missing": _("Please answer this question first."),
    "name_malformed": _("This name cannot be written down. Please check it."),
    "user_name_malformed": _("Four to thirty-two small letters, digits, dots and hyphens, a letter first."),
    "user_name_taken": _("Somebody else has this user name. Please choose another."),
    "phone_malformed": _("A mobile number has ten digits. Please check it."),
    "email_malformed": _("This is not an e-mail address. Please check it."),
    "address_malformed": _("This address cannot be written down. Please check it."),
    "password_too_short": _("This password is too short. Please choose another."),
    "password_too_easy": _("This password is too easy to guess. Please choose another."),
    "password_not_repeated": _("The two were not the same. Please choose a password again."),
    "ask_at_branch": _("We cannot open an account here. Please ask at your branch; nothing was kept."),
    "sign_up_no_device": _("A part of this machine does not work now. Nothing was kept; please come back later."),
    "signed_up": _("Welcome. You can sign in now."),
    "message_trouble": _("No code could be sent. Please try again later."),
    "trouble": _("Something in this machine does not work now. Nothing was taken from your account."),
    "cancelled": _("You have ended your visit."),
    "timed_out": _("Your visit has ended because the screen was not touched."),
    "receipt_printed": _("Please take your receipt."),
    "receipt_not_printed": _("It could not be printed. What you did is booked."),
    "dispenser": _("We are looking after the cash dispenser."),
    "acceptor": _("We are looking after the deposit slot."),
    "database": _("We are getting the machine ready again."),
}

ADVICE = {
    "no_face": _("Step in front of the camera"),
    "several_faces": _("Please step up alone"),
    "too_far": _("Come a little closer"),
    "too_near": _("Step back a little"),
    "off_centre": _("Move your face into the oval"),
    "too_dark": _("It is too dark; turn towards the light"),
    "too_bright": _("It is too bright; turn away from the light"),
    "backlit": _("The light is behind you; step to one side"),
    "covered": _("Please uncover your nose and mouth"),
    "blurred": _("Hold still for a moment"),
    "turned": _("Look straight at the camera"),
    "eyes_shut": _("Open your eyes"),
}

PROMPTS = {
    "look": _("Look at the camera"),
    "blink": _("Blink both eyes"),
    "turn_left": _("Turn your head to your left"),
    "turn_right": _("Turn your head to your right"),
    "look_back": _("Look straight again"),
    "left_a_little": _("Turn your head a little to the left"),
    "right_a_little": _("Turn your head a little to the right"),
    "nearer": _("Now come a little closer"),
    "farther": _("Now step back a little"),
    "done": _("Thank you"),
}

PALM_ADVICE = {
    "no_hand": _("Show your open hand"),
    "too_far": _("Bring your hand closer"),
    "too_near": _("Move your hand back a little"),
    "spread_fingers": _("Spread your fingers"),
    "hold_flat": _("Hold your palm flat towards the camera"),
    "too_dark": _("Move your hand into the light"),
    "too_bright": _("Move your hand out of the strong light"),
    "blurred": _("Hold your hand still"),
    "no_lines": _("Take off gloves and wipe your hand"),
}

# The button for another code, by where it would go.
RESEND = {
    "": _("Send a new code"),
    "email": _("Send a code by e-mail"),
    "phone": _("Send a code by SMS"),
}

# How somebody signed in, by the policy's name.
WAYS_IN = {
    "cardless": _("Face, finger and code"),
    "fingerprint": _("Number, PIN and finger"),
    "face-pin": _("Number, face and PIN"),
    "face-otp": _("Face and code"),
    "palm": _("Palm and PIN"),
    "accessible": _("Number, PIN and code"),
}

# The button for a code from elsewhere.
SOURCES = {
    "message": _("Send me a code instead"),
    "app": _("Use my authenticator app"),
    "list": _("Use the list from my branch"),
}

FINGER_PROMPTS = {
    "place": _("Put your finger on the sensor"),
    "lift": _("Lift your finger off the sensor"),
    "place_again": _("Put the same finger on again"),
    "reading": _("Reading your fingerprint"),
    "messy": _("That was not clear. Wipe your finger and try again"),
}

DEVICES = {
    "camera": _("camera"),
    "fingerprint": _("fingerprint sensor"),
    "dispenser": _("cash dispenser"),
    "acceptor": _("note acceptor"),
    "printer": _("printer"),
    "speaker": _("speaker"),
}

# The short names of the steps in the header.
FACTORS = {
    "face": _("Face"),
    "fingerprint": _("Fingerprint"),
    "palm": _("Palm"),
    "pin": _("PIN"),
    "one_time_code": _("Code"),
}

# What a customer agrees to, by the factor.
CONSENTS = {
    "face": _("Recognising my face"),
    "fingerprint": _("Recognising my fingers"),
    "palm": _("Recognising my palms"),
}

KINDS = {"savings": _("Savings account"), "current": _("Current account"), "wallet": _("Wallet")}

# What a transfer can be for, in the order of the buttons; the key is what both sides read.
DESCRIPTIONS = (
    _("Family"), _("Rent"), _("Gift"), _("Groceries"), _("Loan"), _("School"), _("Medical"), _("Other"),
)  # fmt: skip

CATEGORIES = {"electricity": _("Electricity"), "water": _("Water"), "mobile": _("Mobile top-up")}

MOVEMENTS = {
    "withdrawal": _("Cash withdrawal"),
    "withdrawal_suspense": _("Cash withdrawal, being checked"),
    "deposit_found": _("Cash deposit"),
    "withdrawal_returned": _("Cash withdrawal, given back"),
    "cash_deposit": _("Cash deposit"),
    "branch_deposit": _("Paid in at the branch"),
    "branch_payout": _("Paid out at the branch"),
    "transfer": _("Transfer"),
    "payment": _("Bill"),
    "top_up": _("Mobile top-up"),
    "reversal": _("Taken back"),
}

PERIODS = {0: _("Last ten"), 7: _("7 days"), 30: _("30 days"), 90: _("90 days")}

LIMITS = {
    "withdrawal": _("Cash withdrawal"),
    "transfer": _("Send money"),
    "payment": _("Bills and top-up"),
    "cash_deposit": _("Cash deposit"),
}

# Of somebody who opens an account: each question, and what helps to answer it.
QUESTIONS = {
    "name": _("What is your name?"),
    "user_name": _("Choose a user name"),
    "phone": _("Your mobile number"),
    "email": _("Your e-mail address"),
    "address": _("Where do you live?"),
    "gender": _("Your gender"),
}
QUESTION_HELP = {
    "name": _("As it stands in your papers"),
    "user_name": _("Four or more small letters and digits; you can sign in with it"),
    "phone": _("We send a code to it"),
    "email": _("We send a code to it"),
    "address": _("House, street and town"),
    "gender": _("You need not say"),
}
GENDER_WORDS = {
    "female": _("Female"),
    "male": _("Male"),
    "other": _("Other"),
    "": _("I would rather not say"),
}
# Text 1 of the consents in docs/security.md, as it fits a screen.
AGREEMENTS = {
    "face": _(
        "We make a row of numbers of your face, keep it encrypted, and compare it when you sign in, for nothing else."
    ),
    "fingerprint": _(
        "We make a row of numbers of one finger, keep it encrypted, and compare it when you sign in, for nothing else."
    ),
    "palm": _(
        "We make a row of numbers of one palm, keep it encrypted, and compare it when you sign in, for nothing else."
    ),
}
FIRST_PIN_PARTS = {"new": _("Choose your PIN"), "again": _("Your PIN once more")}
# What a code proves, when an account is opened.
PROVES = {"phone": _("It shows that this is your mobile number."), "email": _("It shows that this is your address.")}

PIN_PARTS = {
    "current": _("Your present PIN"),
    "new": _("Your new PIN"),
    "again": _("Your new PIN once more"),
}
EMERGENCY_PARTS = {
    "current": _("Your present PIN"),
    "new": _("Your emergency PIN"),
    "again": _("Your emergency PIN once more"),
}
