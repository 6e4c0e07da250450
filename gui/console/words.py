"""What the console says when something is refused, in whole sentences."""

from __future__ import annotations

import logging

from pydantic import ValidationError

from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.stores import NumberOfErased, RequestRefused, ShutOut, StoreUnavailable

log = logging.getLogger(__name__)

LOCALE = "en_IN"  # of sums of money
REFUSALS = {
    Refusal.ROLE: "Your role may not do this.",
    Refusal.NOT_SET_UP: "Set up your own account first.",
    Refusal.LOCKED: "The console was locked. Type your password.",
    Refusal.ENDED: "You are no longer signed in.",
    Refusal.NOT_APPROVED: "This was not signed by a second person, or the signature was for something else.",
    Refusal.SAME_PERSON: "The second person has to be somebody else.",
}
REASONS = {
    "no_such_customer": "No customer has this number.",
    "number_taken": "Somebody has this number already.",
    "open_holds": "Money of this customer is still on its way. Settle it first.",
    "balance": "There is money in the accounts. Pay it out first.",
    "erased_already": "This customer was erased before.",
    "no_such_template": "This was revoked before.",
    "no_consent": "There is no consent to take back.",
    "no_biometric": "This is no biometric.",
    "no_emergency_pin": "There is no emergency PIN.",
    "not_agreed": "The customer has not agreed to this.",
    "contact_known": "Another customer has this telephone number or address.",
    "no_way_in": "Take a PIN or something the customer is known by first.",
    "no_document": "There is no document of this customer.",
    "not_waiting": "Somebody has looked at this sign-up already.",
    "no_such_kind": "There are no accounts of this kind.",
    "no_such_account": "There is no such account.",
    "closed": "The account is closed.",
    "money_moving": "A customer's money is moving. Try again when the machine is free.",
    "not_in_exchange": "No exchange is under way.",
    "in_exchange": "An exchange is under way already.",
    "other_note": "The cassette holds another note.",
    "no_notes": "No notes to load.",
    "position_twice": "One cassette stands there twice.",
    "no_such_position": "There is no such cassette.",
    "no_such_note": "There is no such note.",
    "impossible_count": "A cassette does not hold so many notes.",
    "negative_count": "A count cannot be less than nothing.",
    "not_suspended": "This was settled before.",
    "other_hold": "The books have changed meanwhile. Look again.",
    "test_count_differs": "The machine counts other notes than were put in. Count again.",
    "no_pseudonym": "A pseudonym is 32 digits of 0 to 9 and a to f.",
    "other_payload": "This was booked before, with other figures. Look again.",
    "other_books": "The books have changed meanwhile. Look again.",
    "no_such_period": "This period has not ended.",
    "no_such_exchange": "There is no such exchange.",
    "no_such_folder": "This folder is not there.",
    "folder_unreadable": "This folder cannot be looked into.",
    "folder_not_writable": "Nothing can be written into this folder. Nothing was saved.",
    "disk_full": "The disk is full. Nothing was saved.",
    "not_written": "The file could not be written. Nothing was saved.",
    "no_such_policy": "There is no such policy.",
    "negative_limit": "A limit cannot be less than nothing.",
    "other_currency": "This is another currency.",
    "user_name_taken": "Somebody has this user name.",
    "user_name_malformed": "A user name is 3 to 32 letters, digits, dots, hyphens and underscores, a letter first.",
    "no_such_staff": "Nobody has this user name.",
    "last_administrator": "There would be no administrator left.",
    "oneself": "Only somebody else can reset your account.",
    "password_wrong": "The password is wrong.",
    "password_same": "The new password is the old one.",
    "password_too_short": "The password is too short: eight letters at least.",
    "password_too_easy": "The password is too easily guessed. Several words that do not belong together are good.",
    "password_first": "Choose a password of your own first.",
    "authenticator_there": "There is an authenticator already.",
    "code_wrong": "The code is wrong.",
    "nothing_offered": "Begin again: the key was not shown yet.",
    "erased": "The number belonged to a customer who was erased. It is never given again.",
}
UNAVAILABLE = "The database does not answer. Nothing was done; try again in a moment."
TROUBLE = "That did not work. It is in the log; nothing else was done."
NOT_SIGNED_IN = "User name, password or code is wrong, or the account is locked for a while."


def reason_told(reason: str) -> str:
    """A word of the services as a sentence."""
    return REASONS.get(reason, f"Not possible: {reason.replace('_', ' ')}.")


def sentence_of(error: Exception) -> str:
    """Why something was not done; what nobody expected goes to the log."""
    if isinstance(error, NotAllowed):
        return REFUSALS[error.refusal]
    if isinstance(error, RequestRefused):
        return reason_told(error.reason)
    if isinstance(error, NumberOfErased):
        return reason_told("erased")
    if isinstance(error, StoreUnavailable):
        return f"{error}" if isinstance(error, ShutOut) else UNAVAILABLE
    if isinstance(error, ValidationError):
        return "; ".join(str(each["msg"]) for each in error.errors())
    if isinstance(error, ValueError):
        return f"{error}".splitlines()[0]
    log.error("at the console", exc_info=error)
    return TROUBLE
