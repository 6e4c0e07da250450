"""The teller's desk: customers, their accounts, and what identifies them.

Every method refuses by role before it touches anything (NotAllowed), and says in one word what cannot be done
(RequestRefused). All of them block.
"""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.branch_ports import (
    AccountStatus,
    BranchAccount,
    BranchBooks,
    BranchCustomers,
    CustomerFiles,
    CustomerFinder,
    Documents,
    FoundCustomer,
    TemplateLabel,
    WaitingSignUp,
)
from atm_app.branch.permissions import DeedRecord, Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.identity.code_lists import CodeLists
from atm_app.identity.consents import BIOMETRICS, Consent, Consents
from atm_app.identity.self_sign_up import DRAWS, drawn_account
from atm_app.ports import Random
from atm_app.stores import Customer, Factor, Lockouts, RequestRefused

ACCOUNT_KINDS = ("savings", "current", "wallet")
MOST_WAITING = 200


@dataclass(frozen=True)
class CustomerFile:
    """``locked_seconds``: until the customer may sign in again; 0 when not locked."""

    customer: Customer
    accounts: tuple[BranchAccount, ...]
    templates: tuple[TemplateLabel, ...]
    consents: tuple[Consent, ...]
    locked_seconds: int


@dataclass(frozen=True)
class CustomerDesk:
    permissions: Permissions
    customers: BranchCustomers
    files: CustomerFiles
    finder: CustomerFinder
    books: BranchBooks
    documents: Documents
    consents: Consents
    lockouts: Lockouts
    code_lists: CodeLists
    random: Random
    settings: Settings

    def search(self, session: StaffSession, text: str, after: int = 0) -> tuple[FoundCustomer, ...]:
        """By number, or by words of name, telephone, e-mail or user name, a page at a time. What was looked for is
        about people and stands in no record."""
        with self.permissions.deed(session, Deed.LOOK_UP_CUSTOMER):
            return self.finder.search(text, after)

    def look_up(self, session: StaffSession, number: str) -> CustomerFile:
        with self.permissions.deed(session, Deed.LOOK_UP_CUSTOMER) as record:
            customer = self._customer(number, record)
            return CustomerFile(
                customer, self.files.accounts(customer.customer_id), self.files.templates(customer.customer_id),
                self.consents.of(customer.customer_id), self.lockouts.locked_seconds(customer.customer_id),
            )  # fmt: skip

    def document(self, session: StaffSession, number: str) -> bytes:
        """The picture of what proved who they are, JPEG. Raises RequestRefused (no_document)."""
        with self.permissions.deed(session, Deed.LOOK_UP_CUSTOMER, what="document") as record:
            picture = self.documents.of(self._customer(number, record).customer_id)
            if not picture:
                raise RequestRefused("no_document")
            return picture

    def open_account(self, session: StaffSession, number: str, kind: str) -> str:
        """The number of a new account of the customer ``number``, drawn as at the machine. ``kind``: one of
        ACCOUNT_KINDS."""
        with self.permissions.deed(session, Deed.OPEN_ACCOUNT) as record:
            if kind not in ACCOUNT_KINDS:
                raise RequestRefused("no_such_kind")
            customer = self._customer(number, record)
            known = {account.number for account in self.files.accounts(customer.customer_id)}
            for _ in range(DRAWS):
                drawn = drawn_account(self.settings.sign_up, self.random)
                if drawn not in known and self._opened(customer, drawn, kind):
                    return drawn
            raise RequestRefused("number_taken")

    def _opened(self, customer: Customer, number: str, kind: str) -> bool:
        """False when the number is somebody else's."""
        try:
            self.books.open_account(
                customer.customer_id, self.settings.bank, number, kind, self.settings.currency
            )  # fmt: skip
        except LookupError:
            return False
        return True

    def freeze_account(self, session: StaffSession, account: str) -> None:
        """``account``: its number. Notes on their way to the customer are still paid for."""
        with self.permissions.deed(session, Deed.FREEZE_ACCOUNT):
            self.files.set_account_status(account, AccountStatus.FROZEN, session.token)

    def release_account(self, session: StaffSession, account: str) -> None:
        with self.permissions.deed(session, Deed.RELEASE_ACCOUNT):
            self.files.set_account_status(account, AccountStatus.OPEN, session.token)

    def unlock(self, session: StaffSession, number: str) -> None:
        """Take back failures and locks of all factors."""
        with self.permissions.deed(session, Deed.UNLOCK_CUSTOMER) as record:
            self._customer(number, record)
            self.books.unlock(number)

    def erase(self, session: StaffSession, number: str) -> None:
        """For good. Raises RequestRefused: open_holds, balance, erased_already."""
        with self.permissions.deed(session, Deed.ERASE_CUSTOMER):
            reason = self.customers.erase(number)
            if reason:
                raise RequestRefused(reason)

    # --- what identifies them ----------------------------------------------------------------------------------------

    def revoke_template(self, session: StaffSession, number: str, label: TemplateLabel) -> None:
        """One finger or hand no longer counts; the others and the consent stay."""
        with self.permissions.deed(session, Deed.REVOKE_TEMPLATE) as record:
            customer = self._customer(number, record)
            if not self.files.revoke_template(customer.customer_id, label, session.token):
                raise RequestRefused("no_such_template")

    def revoke_biometric(self, session: StaffSession, number: str, kind: Factor) -> None:
        """The consent is taken back, and with it every template of its kind."""
        with self.permissions.deed(session, Deed.REVOKE_BIOMETRIC) as record:
            if kind not in BIOMETRICS:
                raise RequestRefused("no_biometric")
            customer = self._customer(number, record)
            if not self.consents.revoke(customer.customer_id, kind, session.token):
                raise RequestRefused("no_consent")

    def issue_code_list(self, session: StaffSession, number: str) -> tuple[str, ...]:
        """Fresh one-time codes in their order, for the printer and nobody else."""
        with self.permissions.deed(session, Deed.ISSUE_CODE_LIST) as record:
            return self.code_lists.issue(self._customer(number, record))

    def remove_emergency_pin(self, session: StaffSession, number: str) -> None:
        """What the customer types under duress counts no more; a new one is set at the machine."""
        with self.permissions.deed(session, Deed.REMOVE_EMERGENCY_PIN) as record:
            customer = self._customer(number, record)
            if not self.files.remove_emergency_pin(customer.customer_id, session.token):
                raise RequestRefused("no_emergency_pin")

    # --- who came by themselves --------------------------------------------------------------------------------------

    def waiting_sign_ups(self, session: StaffSession) -> tuple[WaitingSignUp, ...]:
        """Who opened an account at a machine and was not looked at yet, the oldest first."""
        with self.permissions.deed(session, Deed.REVIEW_SIGN_UPS):
            return self.files.waiting_sign_ups(MOST_WAITING)

    def review_sign_up(self, session: StaffSession, number: str) -> None:
        with self.permissions.deed(session, Deed.REVIEW_SIGN_UPS) as record:
            self._customer(number, record)
            if not self.files.review_sign_up(number, session.token):
                raise RequestRefused("not_waiting")

    def _customer(self, number: str, record: DeedRecord) -> Customer:
        customer = self.customers.find(number)
        if customer is None:
            raise RequestRefused("no_such_customer")
        record.subject = customer.pseudonym
        return customer
