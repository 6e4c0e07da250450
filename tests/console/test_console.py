"""The console of the branch through its real window: what each role does all day, and what it may not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pyotp
import pytest

from atm_app.banking.money import Money
from atm_app.branch.roles import Role, deeds_of
from atm_app.stores import NewCustomer, ShutOut, StoreUnavailable
from commands.staff_console import SIZE
from gui.console.dialogs import show_once
from gui.console.sections import SECTIONS
from gui.console.words import NOT_SIGNED_IN, REFUSALS, reason_told
from tests.branch.people import PASSWORD
from tests.console.conftest import Clerk
from tests.gui.layout import clipped, visible
from tests.waiting import wait_until

NEW_PASSWORD = "green window 12 sparrows"
_numbers = count(410_000)


@pytest.fixture
def number(clerk: Clerk) -> str:
    """Somebody with an account that holds 1,000 rupees."""
    number, storage = str(next(_numbers)), clerk.branch.storage
    customer = storage.customers.enrol(NewCustomer(number, "Meena Iyer", "", "", "", ""))
    account = storage.branch.open_account(customer, "Sahyadri Bank", f"9{number}", "savings", "INR")
    storage.branch.deposit(bytes.fromhex(f"{int(number):032x}"), account, Money.of_major(1000))
    return number


# --- signing in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_whatever_is_wrong_is_told_alike(clerk: Clerk, wrong: str) -> None:
    person = clerk.branch.person(Role.TELLER)
    right = {"name": person.name, "password": PASSWORD, "code": clerk.branch.code(person)}
    clerk.fill(**{**right, wrong: "000000"})
    clerk.press("Sign in")
    assert NOT_SIGNED_IN in clerk.texts
    assert clerk.shell.session is None
    assert clerk.form.value("password") == clerk.form.value("code") == ""


def test_a_newcomer_chooses_a_password_and_sets_up_the_app_before_anything_else(clerk: Clerk) -> None:
    newcomer = clerk.branch.newcomer(Role.TELLER)
    clerk.sign_in(newcomer)
    assert not {section.name for section in SECTIONS} & set(clerk.buttons)
    clerk.fill(old=PASSWORD, new=NEW_PASSWORD, again="another one altogether")
    clerk.press("Change it")
    assert "The two new passwords differ." in clerk.texts
    clerk.fill(old=PASSWORD, new=PASSWORD, again=PASSWORD)
    clerk.press("Change it")
    assert reason_told("password_same") in clerk.texts
    clerk.fill(old=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    clerk.press("Change it")
    assert "Your authenticator" in clerk.texts
    clerk.fill(code="000000")
    clerk.press("Confirm")
    assert reason_told("code_wrong") in clerk.texts
    session = clerk.shell.session
    assert session is not None
    clerk.fill(code=pyotp.TOTP(session.offered).at(clerk.branch.clock.now()))
    clerk.press("Confirm")
    assert "Customers" in clerk.buttons
    assert session.offered == ""


def test_a_console_left_alone_is_covered_until_the_password_is_typed(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Erase")
    clerk.branch.clock.seconds += clerk.branch.settings.staff.idle_minutes * 60 + 1
    clerk.shell.look()
    clerk.settle()
    assert clerk.shell.covered
    assert not clerk.shell.dialogs, "and what was half done is gone"
    assert set(clerk.buttons) == {"Go on", "Sign out"}
    clerk.fill(password="not mine")
    clerk.press("Go on")
    assert "The password is wrong." in clerk.texts
    clerk.fill(password=PASSWORD)
    clerk.press("Go on")
    assert not clerk.shell.covered
    assert "Meena Iyer  ·  " + number in clerk.texts


def test_an_answer_that_comes_after_the_lock_stays_below_the_cover(clerk: Clerk) -> None:
    clerk.as_(Role.TELLER)
    clerk.shell.lock()
    show_once(clerk.shell, "New list of codes", "", ("123456",))
    clerk.settle()
    x, y = (side // 2 for side in SIZE)
    on_top = clerk.root.tk.eval(f"winfo containing {clerk.root.winfo_rootx() + x} {clerk.root.winfo_rooty() + y}")
    assert on_top.startswith(str(clerk.shell.page.frame))


def test_nothing_of_a_session_is_left_when_it_ends(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Sign out")
    assert not any("Meena" in text or number in text for text in clerk.texts)
    assert clerk.shell.session is None
    assert set(clerk.buttons) == {"Sign in"}


def test_a_role_that_was_taken_away_is_gone_at_the_next_deed(clerk: Clerk, number: str) -> None:
    teller = clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.branch.storage.staff_accounts.change(teller.member.staff_id, Role.TELLER, bytes(16), disabled=True)
    clerk.press("Unlock")
    assert clerk.shell.session is None
    assert clerk.told == "You are no longer signed in."


# --- what each role may open -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_offered_its_own_pages_and_they_fit(clerk: Clerk, role: Role) -> None:
    clerk.as_(role)
    offered = [section for section in SECTIONS if section.deeds & set(deeds_of(role))]
    assert {section.name for section in SECTIONS} & set(clerk.buttons) == {section.name for section in offered}
    for section in offered:
        clerk.go_to(section.name)
        assert clerk.told in ("", "Nothing fits."), section.name
        assert not list(clipped(list(visible(clerk.top.frame)))), section.name


@pytest.mark.parametrize("role", list(Role))
def test_a_page_that_is_not_offered_is_refused_behind_it(clerk: Clerk, role: Role) -> None:
    """Opened all the same, as by a mistake of the window: its desk says no."""
    clerk.as_(role)
    for section in SECTIONS:
        if section.deeds & set(deeds_of(role)) or section.name in ("Limits", "Customers"):
            continue  # these two ask nothing before something is typed
        clerk.shell.open(section.page)
        clerk.settle()
        assert clerk.told == REFUSALS_OF_ROLE, section.name


REFUSALS_OF_ROLE = next(text for refusal, text in REFUSALS.items() if refusal.value == "role")


# --- the teller ------------------------------------------------------------------------------------------------------


def test_a_customer_gets_an_account_and_is_unlocked(clerk: Clerk, number: str) -> None:
    customer = clerk.branch.storage.customers.find(number)
    assert customer is not None
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Open account")
    clerk.fill(kind="current")
    clerk.press("Open it")
    assert {account.kind for account in clerk.branch.storage.ledger.accounts(customer.customer_id)} == {
        "savings", "current",
    }  # fmt: skip
    lockouts = clerk.branch.storage.lockouts
    clerk.press("Unlock")
    assert lockouts.locked_seconds(customer.customer_id) == 0
    assert clerk.told == "Unlocked."


def test_a_frozen_account_is_seen_as_one_and_released(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Freeze")
    assert clerk.told == "Choose an account first."
    account = f"9{number}"
    for button, state in (("Freeze", "frozen"), ("Release", "open")):
        clerk.mark(account)
        clerk.press(button)
        assert clerk.cells(account)[-1] == state


def test_erasing_wants_the_number_again_and_an_empty_account(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Erase")
    clerk.fill(number="111111")
    clerk.press("Erase for good")
    assert clerk.told.startswith("This is another number.")
    clerk.press("Erase")
    clerk.fill(number=number)
    clerk.press("Erase for good")
    assert clerk.told == reason_told("balance")
    assert clerk.branch.storage.customers.find(number) is not None


def test_escape_closes_what_lies_on_top_and_does_nothing_else(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Erase")
    clerk.root.focus_force()
    for dialogs in (0, 0):
        clerk.form.fields[next(iter(clerk.form.fields))].event_generate("<Escape>")
        clerk.settle()
        assert len(clerk.shell.dialogs) == dialogs
    assert clerk.branch.storage.customers.find(number) is not None


def test_a_list_of_codes_is_shown_once(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("New code list")
    codes = [text for text in clerk.texts if text.partition(".  ")[2].replace(" ", "").isdigit()]
    assert len(codes) >= 10
    clerk.press("I have it")
    assert not set(codes) & set(clerk.texts)


def test_nobody_is_found_by_a_number_nobody_has(clerk: Clerk) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text="000001")
    clerk.press("Look up")
    assert clerk.told == "Nobody fits."


def test_of_several_one_is_chosen(clerk: Clerk, number: str) -> None:
    other = str(next(_numbers))
    clerk.branch.storage.customers.enrol(NewCustomer(other, "Kumar Iyer", "", "", "", ""))
    clerk.as_(Role.TELLER)
    clerk.fill(text="iyer meena")
    clerk.press("Look up")
    assert other not in {key for table in clerk.tables for key in table.keys}
    clerk.fill(text="Iyer")
    clerk.press("Look up")
    clerk.mark(other)
    clerk.press("Open")
    assert f"Kumar Iyer  ·  {other}" in clerk.texts


# --- two people ------------------------------------------------------------------------------------------------------


def test_a_limit_is_signed_as_it_stands(clerk: Clerk, number: str) -> None:
    second = clerk.branch.person(Role.ADMINISTRATOR)
    clerk.as_(Role.TELLER)
    clerk.go_to("Limits")
    clerk.fill(number=number, kind="withdrawal", per_transaction="300", per_day="700")
    clerk.press("Have it signed")
    assert {"₹300", "₹700"} <= set(clerk.texts)
    clerk.have_signed_by(second)
    assert clerk.told == "The limit is changed."


# --- the auditor and the administrator -------------------------------------------------------------------------------


def test_the_auditor_finds_a_deed_and_reads_all_of_it(clerk: Clerk, number: str) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Audit")
    clerk.fill(event="staff_deed", outcome="done")
    clerk.press("Search")
    (table,) = clerk.tables
    looked = next(key for key in table.keys if "look_up_customer" in clerk.cells(key)[-1])
    clerk.mark(looked)
    assert any("look_up_customer" in text and "session" in text for text in clerk.texts)
    clerk.fill(subject="no hexadecimal")
    clerk.press("Search")
    assert clerk.told
    newest = table.keys[0]
    clerk.fill(event="", outcome="", subject="")
    clerk.press("Search")
    clerk.press("Older")
    assert newest not in table.keys or len(table.keys) < 100


def test_the_administrator_adds_somebody_who_is_shown_a_password_once(clerk: Clerk) -> None:
    name = f"new.person.{next(_numbers)}"
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Staff")
    clerk.press("Add somebody")
    clerk.fill(name=name, role="auditor")
    clerk.press("Add")
    assert f"Password for {name}" in clerk.texts
    clerk.press("I have it")
    clerk.settle()
    assert clerk.cells(name)[1:] == ("auditor", "not set up yet")
    clerk.mark(name)
    clerk.press("Shut")
    assert clerk.cells(name)[2] == "shut"


# --- the window itself -----------------------------------------------------------------------------------------------


def test_a_double_click_does_a_thing_once(clerk: Clerk, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.as_(Role.TELLER)
    clerk.fill(text=number)
    clerk.press("Look up")
    clerk.press("Open account")
    calls: list[str] = []
    desk = clerk.branch.console.customers
    opened: Callable[..., str] = type(desk).open_account
    monkeypatch.setattr(type(desk), "open_account", lambda *args: calls.append("") or opened(*args))
    button = clerk.buttons["Open it"]
    button.invoke()
    clerk.shell.ask(lambda: calls.append("again"), lambda _: None)
    clerk.settle()
    assert len(calls) == 1


@pytest.fixture
def silent(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer(*_: object) -> None:
        raise StoreUnavailable("the server went away")

    monkeypatch.setattr(type(clerk.branch.storage.staff_accounts), "credentials", no_answer)


def test_a_database_that_is_gone_is_told_and_nothing_is_done(clerk: Clerk, silent: None) -> None:
    clerk.fill(name="teller", password=PASSWORD, code="123456")
    clerk.press("Sign in")
    wait_until(lambda: not clerk.shell.asking)
    assert any("does not answer" in text for text in clerk.texts)
    assert clerk.shell.session is None


def test_a_machine_that_the_fleet_has_shut_out_says_so(clerk: Clerk) -> None:
    clerk.shell.refused(ShutOut("ATM-7 was revoked"))
    assert any("ATM-7 was revoked" in text for text in clerk.texts)
