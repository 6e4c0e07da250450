"""The pages of the console, in the order of its navigation."""

from __future__ import annotations

from atm_app.branch.roles import Deed
from gui.console.care import BackupPage, CheckUpPage
from gui.console.cash import CashPage
from gui.console.customers import CustomersPage
from gui.console.dialogs import have_signed
from gui.console.entry import CoverPage, NewcomerPage, SignInPage
from gui.console.fleet import FleetTablePage
from gui.console.limits import LimitsPage
from gui.console.lists import ListsPage
from gui.console.now import NowPage
from gui.console.periods import PeriodsPage
from gui.console.settings import SettingsPage
from gui.console.shell import Section, Shell
from gui.console.sign_ups import SignUpsPage
from gui.console.staff import StaffPage
from gui.console.watch import AuditPage, JournalPage

SECTIONS = (
    Section("Customers", "person", frozenset({Deed.LOOK_UP_CUSTOMER, Deed.ENROL_CUSTOMER}), CustomersPage),
    Section("Sign-ups", "check", frozenset({Deed.REVIEW_SIGN_UPS}), SignUpsPage),
    Section("Lists", "list", frozenset({Deed.TRY_LIST}), ListsPage),
    Section("Cash", "cash", frozenset({Deed.LOOK_AT_CASH}), CashPage),
    Section("Reports", "receipt", frozenset({Deed.SAVE_REPORT}), PeriodsPage),
    Section("Now", "clock", frozenset({Deed.WATCH_MACHINE}), NowPage),
    Section("Fleet", "bank", frozenset({Deed.WATCH_FLEET}), FleetTablePage),
    Section("Audit", "list", frozenset({Deed.READ_AUDIT}), AuditPage),
    Section("Journal", "wallet", frozenset({Deed.READ_JOURNAL}), JournalPage),
    Section("Limits", "limits", frozenset({Deed.CHANGE_POLICY_LIMIT, Deed.CHANGE_CUSTOMER_LIMIT}), LimitsPage),
    Section("Staff", "tools", frozenset({Deed.LIST_STAFF}), StaffPage),
    Section("Check-up", "check", frozenset({Deed.CHECK_UP}), CheckUpPage),
    Section("Settings", "keypad", frozenset({Deed.CHANGE_SETTINGS}), SettingsPage),
    Section("Backup", "stick", frozenset({Deed.BACK_UP}), BackupPage),
)


def furnish(shell: Shell) -> None:
    """Everything that can be opened, and the sign-in to begin with."""
    shell.sections = SECTIONS
    shell.sign_in_page, shell.newcomer_page, shell.cover_page = SignInPage, NewcomerPage, CoverPage
    shell.signature = have_signed
    shell.leave()
