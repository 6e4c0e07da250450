"""Everything the console of the branch asks for, put together from the ports: a sign-in, and a desk for each family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atm_app.branch.branch_ports import (
    BranchBooks,
    BranchCustomers,
    CashCounters,
    CustomerFiles,
    CustomerFinder,
    Documents,
    Records,
)
from atm_app.branch.care_desk import CareDesk
from atm_app.branch.care_ports import MachineCare
from atm_app.branch.cash_desk import CashDesk
from atm_app.branch.cash_reports import ReportMaker
from atm_app.branch.customer_desk import CustomerDesk
from atm_app.branch.demonstration_desk import DemonstrationDesk, DemonstrationKeeper
from atm_app.branch.enrolment_desk import EnrolmentDesk
from atm_app.branch.fleet_desk import FleetDesk
from atm_app.branch.limit_desk import LimitDesk
from atm_app.branch.list_desk import ListDesk, ListDeskStores
from atm_app.branch.lost_notes import LostHolds
from atm_app.branch.now_desk import NowDesk
from atm_app.branch.now_ports import MachineRecords
from atm_app.branch.own_account import OwnAccount
from atm_app.branch.permissions import Permissions
from atm_app.branch.records_desk import AuditVerifier, RecordsDesk
from atm_app.branch.report_desk import ReportDesk
from atm_app.branch.report_ports import PeriodBooks, ReportFolder
from atm_app.branch.reports import Report
from atm_app.branch.restore_desk import BackupRestorer, RestoreDesk
from atm_app.branch.second_person import SecondPerson
from atm_app.branch.signed_action import Approvals
from atm_app.branch.staff_desk import StaffDesk
from atm_app.branch.staff_ports import ApprovalStore, StaffAccounts
from atm_app.branch.staff_sign_in import StaffSignIn
from atm_app.branch.story import StoryRecords
from atm_app.branch.story_desk import StoryDesk
from atm_app.branch.watch_desk import WatchDesk
from atm_app.config import Settings
from atm_app.identity.code_lists import CodeLists, CodeListStore
from atm_app.identity.consents import Consents
from atm_app.identity.lockout import LockoutRule
from atm_app.ports import Random, TimeSource
from atm_app.stores import AuditLog, Lockouts
from atm_app.trust.vault import Vault
from atm_app.watch.fleet import FleetRecords


@dataclass(frozen=True)
class ConsoleStores:
    """``staff_lockouts``: of accounts of staff, ``lockouts``: of customers. ``audit``: the staff chain.
    ``draw_report``: a report as PDF."""

    staff: StaffAccounts
    staff_lockouts: Lockouts
    approvals: ApprovalStore
    audit: AuditLog
    customers: BranchCustomers
    files: CustomerFiles
    finder: CustomerFinder
    books: BranchBooks
    counters: CashCounters
    documents: Documents
    consents: Consents
    lockouts: Lockouts
    code_lists: CodeListStore
    records: Records
    periods: PeriodBooks
    lost_holds: LostHolds
    stories: StoryRecords
    verifier: AuditVerifier
    lists: ListDeskStores
    report_folder: ReportFolder
    draw_report: Callable[[Report], bytes]
    machine: MachineRecords
    fleet: FleetRecords
    care: MachineCare
    restorer: BackupRestorer
    demonstration: DemonstrationKeeper


class Console:
    """What every screen of the console calls. ``enrolment``: made by whoever can reach the machine, with the gate of
    this console."""

    def __init__(
        self, stores: ConsoleStores, vault: Vault, clock: TimeSource, random: Random, settings: Settings,
        enrolment: Callable[[Permissions], EnrolmentDesk],
    ) -> None:  # fmt: skip
        rules = settings.staff
        lockout = LockoutRule(
            stores.staff_lockouts, settings.lockout, lambda name: vault.blind_index("staff", name)
        )  # fmt: skip
        approvals = Approvals(stores.approvals, vault, rules.approval_minutes * 60)
        self.permissions = Permissions(stores.staff, approvals, stores.audit, clock, random, rules.idle_minutes * 60)
        self.sign_in = StaffSignIn(stores.staff, lockout, vault, clock, random, stores.audit)
        self.enrolment = enrolment(self.permissions)
        self.second_person = SecondPerson(self.sign_in, self.permissions, approvals)
        self.own_account = OwnAccount(
            stores.staff, self.sign_in, self.permissions, vault, clock, random, settings.bank
        )  # fmt: skip
        self.customers = CustomerDesk(
            self.permissions, stores.customers, stores.files, stores.finder, stores.books, stores.documents,
            stores.consents, stores.lockouts, CodeLists(stores.code_lists, vault, random), random, settings,
        )  # fmt: skip
        self.limits = LimitDesk(self.permissions, stores.books, stores.customers, stores.files, settings)
        self.cash = CashDesk(
            self.permissions, stores.books, stores.counters, stores.lost_holds, settings.terminal, settings.currency
        )  # fmt: skip
        self.report_folder = stores.report_folder
        self.reports = ReportDesk(
            self.permissions, stores.periods, ReportMaker(settings), stores.draw_report, stores.report_folder
        )  # fmt: skip
        self.stories = StoryDesk(self.permissions, stores.stories, stores.customers, stores.report_folder)
        self.lists = ListDesk(
            self.permissions, stores.lists, stores.customers, stores.report_folder, random, settings
        )  # fmt: skip
        self.exports = RecordsDesk(
            self.permissions, stores.records, stores.report_folder, stores.verifier, random
        )  # fmt: skip
        self.watch = WatchDesk(self.permissions, stores.records)
        self.care = CareDesk(self.permissions, stores.care)
        self.restores = RestoreDesk(self.permissions, stores.restorer, stores.audit, settings.terminal)
        self.demonstration = DemonstrationDesk(self.permissions, stores.demonstration)
        self.now = NowDesk(self.permissions, stores.machine)
        self.fleet = FleetDesk(self.permissions, stores.fleet)
        self.staff = StaffDesk(self.permissions, stores.staff, vault, random)
