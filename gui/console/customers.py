"""The teller's page: a customer's file and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from tkinter import ttk

from atm_app.branch.branch_ports import FoundCustomer, TemplateLabel
from atm_app.branch.customer_desk import ACCOUNT_KINDS, CustomerFile
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from gui.console import layout
from gui.console.dialogs import ask_for, confirm, show_once, show_picture
from gui.console.enrolment import EnrolmentPage
from gui.console.parts import Column, Form, Table
from gui.console.shell import Shell, heading, row_of
from gui.console.story import StoryView
from gui.console.words import LOCALE

ACCOUNTS = (
    Column("Bank", 22), Column("Account", 22), Column("Kind", 12), Column("Balance", 16, right=True),
    Column("Available", 16, right=True), Column("State", 10),
)  # fmt: skip
FOUND = (Column("Number", 14), Column("Name", 34), Column("Telephone", 22), Column("E-mail", 34))
FOUND_ROWS = 14
TEMPLATES = (Column("Kind", 16), Column("Which", 24))


class CustomersPage:
    """One field finds customers; below it stand those that fit, or the file of one."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        self._file: CustomerFile | None = None
        heading(shell, self.frame, "Customers", "By number, name, telephone, e-mail or user name; whole words.")
        line = ttk.Frame(self.frame)
        line.pack(fill="x")
        self.search = Form(shell.workshop, line, self.look_up, on_card=False)
        self.search.add("text", "Look for")
        self.search.frame.pack(side="left", padx=(shell.workshop.scale(layout.MARGIN), 0))
        row = row_of(shell, line)
        row.frame.pack_configure(side="left", padx=shell.workshop.scale(layout.GAP))
        row.add("Look up", self.look_up, "Primary")
        if shell.may(Deed.ENROL_CUSTOMER):
            row.add("New customer", self._new)
        self._shown = ttk.Frame(self.frame)
        self._shown.pack(fill="both", expand=True, padx=shell.workshop.scale(layout.MARGIN))
        self.search.focus()

    # --- finding -----------------------------------------------------------------------------------------------------

    def look_up(self) -> None:
        text = self.search.value("text")
        if text:
            self._look_for(text, 0)

    def _look_for(self, text: str, after: int) -> None:
        desk, session = self._shell.console.customers, self._shell.signed_in
        self._shell.ask(lambda: desk.search(session, text, after), lambda found: self._found(text, found))

    def _found(self, text: str, found: tuple[FoundCustomer, ...]) -> None:
        """One is opened at once; of several one is chosen, a page of them at a time."""
        if len(found) == 1:
            self.open_file(found[0].number)
            return
        self._clear()
        if not found:
            self._shell.tell("Nobody fits.")
            return
        self.list = Table(self._shell.workshop, self._shown, FOUND, rows=FOUND_ROWS)
        self.list.fill([
            (each.number, (each.number, each.details.get("name", ""), each.details.get("phone", ""),
                           each.details.get("email", "")))
            for each in found
        ])  # fmt: skip
        self.list.widget.pack(fill="x", pady=self._shell.workshop.scale(layout.GAP))
        self.list.widget.bind("<Double-1>", lambda _: self._open_chosen())
        row = row_of(self._shell, self._shown)
        row.frame.pack_configure(padx=0)
        row.add("Open", self._open_chosen, "Primary")
        row.add("More", lambda: self._look_for(text, found[-1].customer_id))

    def _open_chosen(self) -> None:
        if self.list.chosen:
            self.open_file(self.list.chosen)

    def _clear(self) -> None:
        for child in self._shown.winfo_children():
            child.destroy()
        self._file = None

    def open_file(self, number: str, told: str = "") -> None:
        desk, session = self._shell.console.customers, self._shell.signed_in

        def found(file: CustomerFile) -> None:
            self._show(file)
            if told:
                self._shell.tell(told, good=True)

        self._shell.ask(lambda: desk.look_up(session, number), found)

    def _show(self, file: CustomerFile) -> None:
        self._clear()
        self._file, work, customer = file, self._shell.workshop, file.customer
        work.text(self._shown, f"{customer.name}  ·  {customer.number}", "large", bold=True, on_card=False).pack(
            anchor="w"
        )
        contacts = "  ·  ".join(each for each in (customer.phone, customer.email) if each) or "no contacts"
        work.text(self._shown, contacts, quiet=True, on_card=False).pack(anchor="w")
        if file.locked_seconds:
            minutes = -(-file.locked_seconds // 60)
            work.text(self._shown, f"Locked for {minutes} minutes more", bold=True, on_card=False).pack(anchor="w")
        self._accounts = Table(work, self._shown, ACCOUNTS, rows=4)
        self._accounts.fill([
            (each.number, (each.bank, each.number, each.kind, each.balance.text(LOCALE), each.available.text(LOCALE),
                           each.status.value))
            for each in file.accounts
        ])  # fmt: skip
        self._accounts.widget.pack(fill="x", pady=(work.scale(layout.GAP), 0))
        self._buttons((
            ("Open account", Deed.OPEN_ACCOUNT, self._open_account), ("Freeze", Deed.FREEZE_ACCOUNT, self._freeze),
            ("Release", Deed.RELEASE_ACCOUNT, self._release),
        ))  # fmt: skip
        self._templates = Table(work, self._shown, TEMPLATES, rows=5)
        self._templates.fill([
            (str(place), (each.kind.value, each.position))
            for place, each in enumerate(file.templates)
        ])  # fmt: skip
        self._templates.widget.pack(fill="x")
        self._buttons((
            ("Known by more", Deed.ENROL_CUSTOMER, self._known_by_more),
            ("Revoke this one", Deed.REVOKE_TEMPLATE, self._revoke_one),
            ("Revoke all of its kind", Deed.REVOKE_BIOMETRIC, self._revoke_kind),
        ))  # fmt: skip
        self._buttons((
            ("Story", Deed.READ_STORY, self._story), ("Document", Deed.LOOK_UP_CUSTOMER, self._document),
            ("Unlock", Deed.UNLOCK_CUSTOMER, self._unlock),
            ("New code list", Deed.ISSUE_CODE_LIST, self._code_list),
            ("Remove emergency PIN", Deed.REMOVE_EMERGENCY_PIN, self._remove_emergency_pin),
            ("Erase", Deed.ERASE_CUSTOMER, self._erase),
        ))  # fmt: skip

    def _buttons(self, offered: tuple[tuple[str, Deed, Callable[[], None]], ...]) -> None:
        row = row_of(self._shell, self._shown)
        row.frame.pack_configure(padx=0)
        for text, deed, command in offered:
            if self._shell.may(deed):
                row.add(text, command, "Danger" if deed is Deed.ERASE_CUSTOMER else "Secondary")

    # --- deeds -------------------------------------------------------------------------------------------------------

    @property
    def _number(self) -> str:
        assert self._file is not None
        return self._file.customer.number

    def _do(self, work: Callable[[], object], told: str) -> None:
        """Then the file anew."""
        number = self._number
        self._shell.ask(work, lambda _: self.open_file(number, told))

    def _story(self) -> None:
        shell, number = self._shell, self._number
        shell.open(lambda opened: StoryView(opened, number, f"customer {number}", lambda: open_customer(shell, number)))

    def _unlock(self) -> None:
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        self._do(lambda: desk.unlock(session, number), "Unlocked.")

    def _document(self) -> None:
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        self._shell.ask(
            lambda: desk.document(session, number), lambda picture: show_picture(self._shell, "Document", picture)
        )

    def _open_account(self) -> None:
        def opened(values: dict[str, str]) -> None:
            desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
            self._do(lambda: desk.open_account(session, number, values["kind"]), "The account is open.")

        ask_for(self._shell, "Open an account", {"kind": ("Kind", ACCOUNT_KINDS)}, "Open it", opened)

    def _freeze(self) -> None:
        self._with_account(self._shell.console.customers.freeze_account, "Frozen: nothing leaves the account.")

    def _release(self) -> None:
        self._with_account(self._shell.console.customers.release_account, "Released.")

    def _with_account(self, change: Callable[[StaffSession, str], None], told: str) -> None:
        """Of the account that is marked."""
        session = self._shell.signed_in
        if chosen := self._shell.marked(self._accounts, "Choose an account first."):
            self._do(lambda: change(session, chosen), told)

    def _revoke_one(self) -> None:
        label = self._label()
        if label is None:
            return
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        self._do(lambda: desk.revoke_template(session, number, label), "Revoked.")

    def _revoke_kind(self) -> None:
        label = self._label()
        if label is None:
            return
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        confirm(
            self._shell, f"Revoke all of {label.kind.value}?",
            "The consent is taken back and every template of this kind is destroyed.", "Revoke",
            lambda: self._do(lambda: desk.revoke_biometric(session, number, label.kind), "Revoked."),
        )  # fmt: skip

    def _label(self) -> TemplateLabel | None:
        assert self._file is not None
        chosen = self._shell.marked(self._templates, "Choose a template first.")
        return self._file.templates[int(chosen)] if chosen else None

    def _code_list(self) -> None:
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        self._shell.ask(
            lambda: desk.issue_code_list(session, number),
            lambda codes: show_once(self._shell, "New list of codes", "An earlier list is worth nothing now.", codes),
        )

    def _remove_emergency_pin(self) -> None:
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number
        self._do(lambda: desk.remove_emergency_pin(session, number), "Removed.")

    def _erase(self) -> None:
        desk, session, number = self._shell.console.customers, self._shell.signed_in, self._number

        def erased(_: object) -> None:
            self._clear()
            self.search.clear()
            self._shell.tell("Erased for good.", good=True)

        def typed(values: dict[str, str]) -> None:
            if values["number"] != number:
                self._shell.tell("This is another number. Nothing was done.")
            else:
                self._shell.ask(lambda: desk.erase(session, number), erased)

        ask_for(
            self._shell, "Erase this customer?", {"number": ("The number once more", ())}, "Erase for good", typed,
            "Name, contacts, templates and PIN are destroyed. The books stay, under a number nobody has.",
        )  # fmt: skip

    def _new(self) -> None:
        shell = self._shell
        shell.open(lambda _: EnrolmentPage(shell, partial(open_customer, shell)))

    def _known_by_more(self) -> None:
        desk, session, number, shell = self._shell.console.enrolment, self._shell.signed_in, self._number, self._shell

        def reopened(file: EnrolmentFile) -> None:
            shell.open(lambda _: EnrolmentPage(shell, partial(open_customer, shell), file))

        shell.ask(lambda: desk.reopen(session, number), reopened)


def open_customer(shell: Shell, number: str, told: str = "") -> None:
    """The file of a customer, from anywhere."""
    shell.go_to("Customers")
    assert isinstance(shell.page, CustomersPage)
    shell.page.open_file(number, told)
