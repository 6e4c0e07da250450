"""Everything the console of the branch asks for, put together from the ports: a sign-in, and a desk for each family."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.branch_ports import (
    BranchBooks,
    BranchCustomers,
    CashCounters,
    CustomerFiles,
    CustomerFinder,
    Records,
)
from atm_app.branch.care_desk import CareDesk
from atm_app.branch.care_ports import MachineCare
from atm_app.branch.cash_desk import CashDesk
from atm_app.branch.customer_desk import CustomerDesk
from atm_app.branch.limit_desk import LimitDesk
from atm_app.branch.now_desk import NowDesk
from atm_app.branch.now_ports import MachineRecords
from atm_app.branch.own_account import OwnAccount
from atm_app.branch.permissions import Permissions
from atm_app.branch.second_person import SecondPerson
from atm_app.branch.signed_action import Approvals
from atm_app.branch.staff_desk import StaffDesk
from atm_app.branch.staff_ports import ApprovalStore, StaffAccounts
from atm_app.branch.staff_sign_in import StaffSignIn
from atm_app.branch.watch_desk import WatchDesk
from atm_app.config import Settings
from atm_app.identity.code_lists import CodeLists, CodeListStore
from atm_app.identity.consents import Consents
from atm_app.identity.lockout import LockoutRule
from atm_app.ports import Random, TimeSource
from atm_app.stores import AuditLog, Lockouts
from atm_app.trust.vault import Vault


@dataclass(frozen=True)
class ConsoleStores:
    """``staff_lockouts``: of accounts of staff, ``lockouts``: of customers. ``audit``: the staff chain."""

    staff: StaffAccounts
    staff_lockouts: Lockouts
    approvals: ApprovalStore
    audit: AuditLog
    customers: BranchCustomers
    files: CustomerFiles
    finder: CustomerFinder
    books: BranchBooks
    counters: CashCounters
    consents: Consents
    lockouts: Lockouts
    code_lists: CodeListStore
    records: Records
    machine: MachineRecords
    care: MachineCare


class Console:
    """What every screen of the console calls. Enrolment stands beside it (``EnrolmentDesk``), because it needs a camera
    and a sensor."""

    def __init__(
        self, stores: ConsoleStores, vault: Vault, clock: TimeSource, random: Random, settings: Settings
    ) -> None:
        rules = settings.staff
        lockout = LockoutRule(
            stores.staff_lockouts, settings.lockout, lambda name: vault.blind_index("staff", name)
        )  # fmt: skip
        approvals = Approvals(stores.approvals, vault, rules.approval_minutes * 60)
        self.permissions = Permissions(stores.staff, approvals, stores.audit, clock, random, rules.idle_minutes * 60)
        self.sign_in = StaffSignIn(stores.staff, lockout, vault, clock, random, stores.audit)
        self.second_person = SecondPerson(self.sign_in, self.permissions, approvals)
        self.own_account = OwnAccount(
            stores.staff, self.sign_in, self.permissions, vault, clock, random, settings.bank
        )  # fmt: skip
        self.customers = CustomerDesk(
            self.permissions, stores.customers, stores.files, stores.finder, stores.books, stores.consents,
            stores.lockouts, CodeLists(stores.code_lists, vault, random), random, settings,
        )  # fmt: skip
        self.limits = LimitDesk(self.permissions, stores.books, stores.customers, stores.files, settings)
        self.cash = CashDesk(self.permissions, stores.books, stores.counters, settings.terminal)
        self.watch = WatchDesk(self.permissions, stores.records)
        self.care = CareDesk(self.permissions, stores.care)
        self.now = NowDesk(self.permissions, stores.machine)
        self.staff = StaffDesk(self.permissions, stores.staff, vault, random)
