"""The first sign-in: a password nobody else has seen and an authenticator, before anything else is allowed."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from atm_app.branch.permissions import Refusal
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import RequestRefused
from tests.branch.people import PASSWORD, Branch, Person, refusal_of

OWN = "green kettle 9 harbour"


@pytest.fixture
def newcomer(branch: Branch) -> Person:
    return branch.newcomer(Role.AUDITOR)


@pytest.fixture
def session(branch: Branch, newcomer: Person) -> StaffSession:
    signed_in = branch.sign_in(newcomer, code="")
    assert signed_in is not None
    return signed_in


def secret_of(uri: str) -> str:
    return parse_qs(urlsplit(uri).query)["secret"][0]


def refused(branch: Branch, session: StaffSession, old: str, new: str) -> str:
    with pytest.raises(RequestRefused) as why:
        branch.console.own_account.change_password(session, old, new)
    return why.value.reason


def test_nothing_is_allowed_before_password_and_authenticator_are_ones_own(
    branch: Branch, newcomer: Person, session: StaffSession
) -> None:
    own = branch.console.own_account
    assert refusal_of(branch, session) is Refusal.NOT_SET_UP
    with pytest.raises(RequestRefused, match="password_first"):
        own.offer_authenticator(session)
    own.change_password(session, PASSWORD, OWN)
    assert refusal_of(branch, session) is Refusal.NOT_SET_UP
    uri = own.offer_authenticator(session)
    assert uri.startswith("otpauth://totp/")
    assert unquote(urlsplit(uri).path) == f"/{branch.settings.bank}:{newcomer.name}"
    person = Person(newcomer.member, secret_of(uri))
    code = branch.code(person)
    own.confirm_authenticator(session, code)
    assert refusal_of(branch, session) is None
    assert branch.sign_in(person, OWN, code) is None, "what set it up is used up"
    assert branch.sign_in(person, PASSWORD) is None
    assert branch.sign_in(person, OWN) is not None


def test_a_secret_is_shown_once_and_kept_once_its_code_is_right(branch: Branch, session: StaffSession) -> None:
    own = branch.console.own_account
    own.change_password(session, PASSWORD, OWN)
    with pytest.raises(RequestRefused, match="nothing_offered"):
        own.confirm_authenticator(session, "000000")
    first, second = (Person(session.member, secret_of(own.offer_authenticator(session))) for _ in range(2))
    with pytest.raises(RequestRefused, match="code_wrong"):
        own.confirm_authenticator(session, branch.code(first))
    assert refusal_of(branch, session) is Refusal.NOT_SET_UP
    own.confirm_authenticator(session, branch.code(second))
    with pytest.raises(RequestRefused, match="authenticator_there"):
        own.offer_authenticator(session)
    assert second.secret not in repr(session)


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("another lamp 8 river", OWN, "password_wrong"), (PASSWORD, PASSWORD, "password_same"),
    (PASSWORD, "ab3 xy", "password_too_short"), (PASSWORD, "password1", "password_too_easy"),
    (PASSWORD, "Sahyadri Bank", "password_too_easy"), (PASSWORD, "\ud800", "password_too_short"),
])  # fmt: skip
def test_a_password_that_is_not_taken_changes_nothing(
    branch: Branch, session: StaffSession, old: str, new: str, reason: str
) -> None:
    before = branch.storage.staff_accounts.credentials(session.member.user_name)
    assert refused(branch, session, old, new) == reason
    after = branch.storage.staff_accounts.credentials(session.member.user_name)
    assert before is not None
    assert after is not None
    assert after.password_hash == before.password_hash
    assert after.member.must_change


def test_ones_own_password_is_guessed_no_more_often_than_at_the_door(
    branch: Branch, newcomer: Person, session: StaffSession
) -> None:
    assert [refused(branch, session, "wrong", OWN) for _ in range(4)] == ["password_wrong"] * 4
    assert refused(branch, session, PASSWORD, OWN) == "password_wrong", "locked by now"
    assert branch.sign_in(newcomer, code="") is None


def test_a_reset_begins_anew_and_ends_what_the_old_session_may(branch: Branch) -> None:
    """Whoever sits at a console left signed in has neither the new password nor a way to an authenticator."""
    person = branch.person(Role.AUDITOR)
    session = branch.sign_in(person)
    assert session is not None
    administrator = branch.session(branch.person(Role.ADMINISTRATOR))
    handed_out = branch.console.staff.reset(administrator, person.name)
    assert refusal_of(branch, session) is Refusal.NOT_SET_UP
    assert refused(branch, session, PASSWORD, OWN) == "password_wrong"
    assert branch.sign_in(person) is None
    anew = branch.sign_in(person, handed_out.password, code="")
    assert anew is not None
    assert refusal_of(branch, anew) is Refusal.NOT_SET_UP


def test_the_app_and_the_machine_mean_the_same_code(branch: Branch) -> None:
    """What the URI says is all an app needs."""
    newcomer = branch.newcomer(Role.TELLER)
    session = branch.sign_in(newcomer, code="")
    assert session is not None
    branch.console.own_account.change_password(session, PASSWORD, OWN)
    uri = branch.console.own_account.offer_authenticator(session)
    app = pyotp.parse_uri(uri)
    branch.console.own_account.confirm_authenticator(session, app.at(branch.clock.now()))
