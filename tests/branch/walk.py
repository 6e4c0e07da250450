"""Two people of each role at one branch, and customers, accounts and lost notes as each deed needs them."""

from __future__ import annotations

import secrets

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AccountStatus, Suspended
from atm_app.branch.roles import RIGHTS, Role
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION
from atm_app.identity.self_sign_up import NewAccount, Registration
from atm_app.stores import Customer, NewCustomer, Outcome, Withdrawal
from tests.branch.people import Branch
from tests.db.bank import MONTH, SESSION, ask, fresh_id


def fresh_number(prefix: int) -> str:
    return f"{prefix}{secrets.randbelow(10**5):05d}"


class Walk:
    def __init__(self, branch: Branch) -> None:
        self.branch, self.console, self.world = branch, branch.console, branch.world
        self.storage, self.terminal = branch.storage, branch.settings.terminal
        self.first = {role: branch.person(role) for role in Role}
        self.second = {role: branch.person(role) for role in Role}

    def customer(self) -> Customer:
        """Somebody new, with every consent."""
        customers = self.storage.customers
        number = fresh_number(6)
        customer = customers.enrol(NewCustomer(number, "Asha Rao", "", "", "", ""))
        for kind in BIOMETRICS:
            self.storage.staff_consents.give(customer, kind, CONSENT_VERSION)
        found = customers.find(number)
        assert found is not None
        return found

    def account(self, status: AccountStatus = AccountStatus.OPEN) -> str:
        number = f"6001{secrets.randbelow(10**8):08d}"
        self.storage.branch.open_account(self.customer().customer_id, "Bank", number, "savings", "INR")
        self.storage.customer_files.set_account_status(number, status, bytes(16))
        return number

    def account_status(self, number: str) -> str:
        return str(ask(self.branch.admin, "SELECT status FROM account WHERE number = %s", (number,))[0][0])

    def booked_cash(self) -> int:
        """What the books say is in the machine, minor units; negative, because it is the bank's."""
        number = f"CASH-{self.terminal}-INR"
        return int(ask(self.branch.admin, "SELECT balance FROM account WHERE number = %s", (number,))[0][0])

    def approval(self, session: StaffSession, action: Action) -> Approval:
        """A real one for who may do it; for others one that does not matter."""
        right = RIGHTS[action.deed]
        if session.member.role not in right.roles:
            return Approval(1, "nobody")
        second = next(self.second[role] for role in Role if role in right.approvers)
        approval = self.branch.sign(session, action, second)
        assert approval is not None
        return approval

    def serve(self, customer: Customer) -> None:
        """They are at the machine, as long as the test lasts."""
        assert self.storage.visits.begin(customer.customer_id, "accessible", SESSION, MONTH)

    def withdrawal(self, customer: Customer, account_id: int) -> Withdrawal:
        """A hundred, of a customer at the machine; not yet asked."""
        self.serve(customer)
        return Withdrawal(
            fresh_id(), customer.customer_id, account_id, Money.of_major(100), (NoteCount(4, 100_00, 1),), SESSION,
            customer.pseudonym, "accessible",
        )  # fmt: skip

    def suspended(self) -> Suspended:
        """A withdrawal of a new customer's whose notes are nobody knows where."""
        customer, books = self.customer(), self.storage.branch
        account = books.open_account(
            customer.customer_id, "Bank", f"6002{secrets.randbelow(10**8):08d}", "savings", "INR"
        )  # fmt: skip
        books.deposit(fresh_id(), account, Money.of_major(100))
        # What an exchange began that nobody ended.
        ask(self.branch.admin, "UPDATE terminal SET in_exchange = 0 WHERE terminal = %s", (self.terminal,))
        ledger, before = self.storage.ledger, {hold.request_id for hold in self.storage.branch.suspended()}
        asked = self.withdrawal(customer, account)
        assert ledger.hold(asked).outcome is Outcome.HELD
        ledger.settle(asked.request_id, Outcome.SUSPENDED, CashFate.UNKNOWN)
        (hold,) = (hold for hold in self.storage.branch.suspended() if hold.request_id not in before)
        return hold

    def exchanged(self) -> bytes:
        """The request of an exchange in which everything was there."""
        books, request = self.storage.branch, fresh_id()
        books.begin_exchange()
        loaded = tuple(NoteCount(unit.position, unit.denomination, 30) for unit in self.storage.ledger.cash_units())
        books.end_exchange(request, loaded, Money(-self.booked_cash()))
        return request

    def signed_up(self) -> str:
        """The number of somebody who opened their account at the machine."""
        session, pseudonym, number = fresh_id(), fresh_id(), fresh_number(7)
        new = NewCustomer(number, "Gita Naik", f"+91 7{secrets.randbelow(10**9):09d}", "", "Pune", "")
        rows = self.storage.sign_ups
        customer = rows.begin(Registration(new, f"gita{number}", pseudonym, b"k1$a", b"k1$b"), session)
        rows.finish(customer, (), NewAccount("Bank", f"4007{number}", "savings", "INR"), session)
        return number
