"""Every method of every desk: what it needs, how it is called, and what must come of it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from PIL import Image

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AccountStatus, AuditQuery, JournalQuery, TemplateLabel
from atm_app.branch.cash_desk import CashLoad, ExchangeEnd, SuspenseSettlement, begin_exchange_action
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.limit_desk import CustomerLimitChange, PolicyLimitChange
from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import NoteCount
from atm_app.config import MovementLimit
from atm_app.identity.consents import BIOMETRICS
from atm_app.ports import Cancellation
from atm_app.stores import Factor
from atm_app.watch.fleet import FleetPage, FleetQuery
from tests.branch import enrolling
from tests.branch.care_ways import CARE_WAYS
from tests.branch.people import POLICY
from tests.branch.record_ways import RECORD_WAYS
from tests.branch.walk import Walk
from tests.db.bank import fresh_id
from tests.scripted import FAMILY

Act = Callable[[StaffSession], Any]


# --- each method: what it needs, and how it is called ----------------------------------------------------------------


def look_up(walk: Walk) -> Act:
    number = walk.customer().number
    return lambda session: walk.console.customers.look_up(session, number)


def search(walk: Walk) -> Act:
    number = walk.customer().number
    return lambda session: walk.console.customers.search(session, number)


def look_at_document(walk: Walk) -> Act:
    customer = walk.customer()
    walk.storage.documents.store(customer.customer_id, b"a picture")
    return lambda session: walk.console.customers.document(session, customer.number)


def open_account(walk: Walk) -> Act:
    customer = walk.customer()

    def act(session: StaffSession) -> None:
        number = walk.console.customers.open_account(session, customer.number, "savings")
        assert [a.number for a in walk.storage.customer_files.accounts(customer.customer_id)] == [number]

    return act


def freeze_account(walk: Walk) -> Act:
    account = walk.account()

    def act(session: StaffSession) -> None:
        walk.console.customers.freeze_account(session, account)
        assert walk.account_status(account) == "frozen"

    return act


def release_account(walk: Walk) -> Act:
    account = walk.account(AccountStatus.FROZEN)

    def act(session: StaffSession) -> None:
        walk.console.customers.release_account(session, account)
        assert walk.account_status(account) == "open"

    return act


def unlock(walk: Walk) -> Act:
    customer = walk.customer()
    for _ in range(3):
        walk.storage.lockouts.begin(customer.customer_id, Factor.PIN, 3, (600,))

    def act(session: StaffSession) -> None:
        walk.console.customers.unlock(session, customer.number)
        assert walk.storage.lockouts.locked_seconds(customer.customer_id) == 0

    return act


def erase(walk: Walk) -> Act:
    customer = walk.customer()

    def act(session: StaffSession) -> None:
        walk.console.customers.erase(session, customer.number)
        assert walk.storage.customers.find(customer.number) is None

    return act


def revoke_template(walk: Walk) -> Act:
    customer, templates = walk.customer(), walk.storage.templates
    for finger in ("right_index", "left_index"):
        templates.store_finger(customer.customer_id, finger, FAMILY, b"finger")
    label = TemplateLabel(Factor.FINGERPRINT, "left_index")

    def act(session: StaffSession) -> None:
        walk.console.customers.revoke_template(session, customer.number, label)
        assert [finger.finger for finger in templates.fingers(customer.customer_id)] == ["right_index"]

    return act


def revoke_biometric(walk: Walk) -> Act:
    customer, templates = walk.customer(), walk.storage.templates
    for finger in ("right_index", "left_index"):
        templates.store_finger(customer.customer_id, finger, FAMILY, b"finger")

    def act(session: StaffSession) -> None:
        walk.console.customers.revoke_biometric(session, customer.number, Factor.FINGERPRINT)
        assert templates.fingers(customer.customer_id) == ()

    return act


def issue_code_list(walk: Walk) -> Act:
    number = walk.customer().number
    return lambda session: walk.console.customers.issue_code_list(session, number)


def remove_emergency_pin(walk: Walk) -> Act:
    customer, customers = walk.customer(), walk.storage.customers
    customers.set_pin_hash(customer.customer_id, b"k1$pin")
    assert customers.set_emergency_pin_hash(customer.customer_id, b"k1$pin", b"k1$emergency", bytes(16))

    def act(session: StaffSession) -> None:
        walk.console.customers.remove_emergency_pin(session, customer.number)
        assert customers.emergency_pin_hash(customer.customer_id) is None
        assert customers.pin_hash(customer.customer_id) == b"k1$pin"

    return act


def waiting_sign_ups(walk: Walk) -> Act:
    number = walk.signed_up()

    def act(session: StaffSession) -> None:
        waiting = {each.number: each.terminal for each in walk.console.customers.waiting_sign_ups(session)}
        assert waiting[number] == walk.terminal

    return act


def review_sign_up(walk: Walk) -> Act:
    number = walk.signed_up()

    def act(session: StaffSession) -> None:
        walk.console.customers.review_sign_up(session, number)
        assert number not in {each.number for each in walk.storage.customer_files.waiting_sign_ups(1000)}

    return act


def change_policy_limit(walk: Walk) -> Act:
    limit = MovementLimit(per_transaction=100 + secrets.randbelow(10**6), per_day=10**7, burst=5, period=60)
    change = PolicyLimitChange(POLICY, LimitKind.TRANSFER, limit)

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, change.action(walk.terminal))
        walk.console.limits.change_policy_limit(session, change, approval)
        (seen,) = walk.storage.ledger.allowances(walk.world.customer_id, POLICY)
        assert seen.ceiling_per_transaction == Money.of_major(limit.per_transaction)

    return act


def change_customer_limit(walk: Walk) -> Act:
    customer = walk.customer()
    change = CustomerLimitChange(
        customer.number, LimitKind.WITHDRAWAL, Money.of_major(300), Money.of_major(700)
    )  # fmt: skip

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, change.action(walk.terminal))
        walk.console.limits.change_customer_limit(session, change, approval)
        seen = {each.kind: each for each in walk.storage.ledger.allowances(customer.customer_id, "accessible")}
        assert seen[LimitKind.WITHDRAWAL].per_day == Money.of_major(700)

    return act


def begin_exchange(walk: Walk) -> Act:
    def act(session: StaffSession) -> None:
        approval = walk.approval(session, begin_exchange_action(walk.terminal))
        walk.console.cash.begin_exchange(session, approval)

    return act


def end_exchange(walk: Walk) -> Act:
    units = walk.storage.ledger.cash_units()
    loaded = tuple(NoteCount(unit.position, unit.denomination, 20) for unit in units)
    end = ExchangeEnd(loaded, Money(-walk.booked_cash()))
    walk.storage.branch.begin_exchange()

    def act(session: StaffSession) -> None:
        request, approval = fresh_id(), walk.approval(session, end.action(walk.terminal))
        walk.console.cash.end_exchange(session, end, approval, request)
        walk.console.cash.end_exchange(session, end, approval, request)  # the same request again: its answer was lost
        assert {unit.count for unit in walk.storage.ledger.cash_units()} == {20}

    return act


def load(walk: Walk) -> Act:
    cash_load = CashLoad(1, Money.of_major(2000), 5)

    def act(session: StaffSession) -> None:
        before = walk.storage.ledger.cash_units()[0].count
        approval = walk.approval(session, cash_load.action(walk.terminal))
        walk.console.cash.load(session, cash_load, approval, fresh_id())
        assert walk.storage.ledger.cash_units()[0].count == before + 5

    return act


def settle_suspense(walk: Walk) -> Act:
    settlement = SuspenseSettlement(walk.suspended(), taken=True)

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, settlement.action(walk.terminal))
        assert walk.console.cash.settle_suspense(session, settlement, approval, fresh_id()) > 0
        assert settlement.suspended not in walk.storage.branch.suspended()

    return act


def look_at_suspended(walk: Walk) -> Act:
    hold = walk.suspended()

    def act(session: StaffSession) -> None:
        assert hold in walk.console.cash.suspended(session)

    return act


def audit(walk: Walk) -> Act:
    def act(session: StaffSession) -> None:
        rows = walk.console.watch.audit(session, AuditQuery(event="staff_deed", session=session.token))
        assert [row.outcome for row in rows] == ["begun"], "reading is a deed as well"

    return act


def journal(walk: Walk) -> Act:
    walk.suspended()

    def act(session: StaffSession) -> None:
        lines = walk.console.watch.journal(session, JournalQuery(terminal=walk.terminal, least=100_00, most=100_00))
        assert {line.amount for line in lines} == {Money.of_major(100)}

    return act


def of_the_fleet(call: Callable[[Walk], Callable[[StaffSession, FleetQuery], FleetPage]]) -> Callable[[Walk], Act]:
    def prepared(walk: Walk) -> Act:
        def act(session: StaffSession) -> None:
            page = call(walk)(session, FleetQuery(name=walk.terminal, count=100, chosen=walk.terminal))
            assert walk.terminal in {each.terminal for each in page.terminals}
            assert page.details is not None
            assert page.details.cash_units == walk.storage.ledger.cash_units()

        return act

    return prepared


def back_up(walk: Walk) -> Act:
    """How one is made tests/care/test_care.py shows: the books of this server are many tests' and seldom at rest."""
    desk = replace(walk.console.care, care=SimpleNamespace(back_up=lambda place, report: place))
    return lambda session: desk.back_up(session, "/backups", lambda _: None)


def add_staff(walk: Walk) -> Act:
    name = f"new.{secrets.token_hex(4)}"

    def act(session: StaffSession) -> None:
        handed_out = walk.console.staff.add(session, name.upper(), Role.AUDITOR)
        member = walk.storage.staff_accounts.find(name)
        assert member is not None
        assert (member.role, member.ready, handed_out.user_name) == (Role.AUDITOR, False, name)

    return act


def changed_staff(walk: Walk, change: Callable[[StaffSession, str], None], **expected: object) -> Act:
    person = walk.branch.newcomer(Role.AUDITOR)

    def act(session: StaffSession) -> None:
        change(session, person.name)
        member = walk.storage.staff_accounts.find(person.name)
        assert {name: getattr(member, name) for name in expected} == expected

    return act


def reset_staff(walk: Walk) -> Act:
    person = walk.branch.person(Role.AUDITOR)

    def act(session: StaffSession) -> None:
        walk.console.staff.reset(session, person.name)
        member = walk.storage.staff_accounts.find(person.name)
        assert member is not None
        assert (member.must_change, member.has_authenticator) == (True, False)

    return act


def on_file(call: Callable[[Walk, StaffSession, EnrolmentFile], object]) -> Callable[[Walk], Act]:
    """Of somebody who has agreed to everything."""

    def prepared(walk: Walk) -> Act:
        file = enrolling.opened(walk, *BIOMETRICS)
        return lambda session: call(walk, session, file)

    return prepared


def document(walk: Walk) -> Act:
    with tempfile.NamedTemporaryFile(suffix=".png", delete=False) as paper:
        Image.new("RGB", (1200, 800)).save(paper, "PNG")
    file = enrolling.opened(walk)

    def act(session: StaffSession) -> None:
        walk.branch.enrolment.document(session, file, paper.name)
        os.unlink(paper.name)

    return act


def save(walk: Walk) -> Act:
    file = enrolling.opened(walk)
    file.pin_hash = b"k1$pin"

    def act(session: StaffSession) -> None:
        number = walk.branch.enrolment.save(session, file, "savings")
        assert walk.storage.customers.find(number) is not None

    return act


def with_customer(call: Callable[[Walk, StaffSession, str], object]) -> Callable[[Walk], Act]:
    def prepared(walk: Walk) -> Act:
        number = walk.customer().number
        return lambda session: call(walk, session, number)

    return prepared


WAYS: dict[str, tuple[Deed, Callable[[Walk], Act]]] = {
    "customers.look_up": (Deed.LOOK_UP_CUSTOMER, look_up),
    "customers.search": (Deed.LOOK_UP_CUSTOMER, search),
    "customers.document": (Deed.LOOK_UP_CUSTOMER, look_at_document),
    "customers.open_account": (Deed.OPEN_ACCOUNT, open_account),
    "customers.freeze_account": (Deed.FREEZE_ACCOUNT, freeze_account),
    "customers.release_account": (Deed.RELEASE_ACCOUNT, release_account),
    "customers.unlock": (Deed.UNLOCK_CUSTOMER, unlock),
    "customers.erase": (Deed.ERASE_CUSTOMER, erase),
    "customers.revoke_template": (Deed.REVOKE_TEMPLATE, revoke_template),
    "customers.revoke_biometric": (Deed.REVOKE_BIOMETRIC, revoke_biometric),
    "customers.issue_code_list": (Deed.ISSUE_CODE_LIST, issue_code_list),
    "customers.remove_emergency_pin": (Deed.REMOVE_EMERGENCY_PIN, remove_emergency_pin),
    "customers.waiting_sign_ups": (Deed.REVIEW_SIGN_UPS, waiting_sign_ups),
    "customers.review_sign_up": (Deed.REVIEW_SIGN_UPS, review_sign_up),
    "limits.change_policy_limit": (Deed.CHANGE_POLICY_LIMIT, change_policy_limit),
    "limits.change_customer_limit": (Deed.CHANGE_CUSTOMER_LIMIT, change_customer_limit),
    "cash.units": (Deed.LOOK_AT_CASH, lambda walk: walk.console.cash.units),
    "cash.cash_in": (Deed.LOOK_AT_CASH, lambda walk: walk.console.cash.cash_in),
    "cash.suspended": (Deed.LOOK_AT_CASH, look_at_suspended),
    "cash.begin_exchange": (Deed.BEGIN_EXCHANGE, begin_exchange),
    "cash.end_exchange": (Deed.END_EXCHANGE, end_exchange),
    "cash.load": (Deed.LOAD_CASH, load),
    "cash.cut_off": (Deed.CUT_OFF, lambda walk: lambda session: walk.console.cash.cut_off(session, fresh_id())),
    "cash.settle_suspense": (Deed.SETTLE_SUSPENSE, settle_suspense),
    **RECORD_WAYS,
    "now.open": (Deed.WATCH_MACHINE, lambda walk: walk.console.now.open),
    "now.look_again": (Deed.WATCH_MACHINE, lambda walk: walk.console.now.look_again),
    "fleet.open": (Deed.WATCH_FLEET, of_the_fleet(lambda walk: walk.console.fleet.open)),
    "fleet.look_again": (Deed.WATCH_FLEET, of_the_fleet(lambda walk: walk.console.fleet.look_again)),
    "care.check_up": (Deed.CHECK_UP, lambda walk: walk.console.care.check_up),
    "care.repair": (Deed.CHECK_UP, lambda walk: lambda session: walk.console.care.repair(session, "folders")),
    "care.export_for_support": (Deed.EXPORT_FOR_SUPPORT, lambda walk: walk.console.care.export_for_support),
    "care.backups": (Deed.BACK_UP, lambda walk: walk.console.care.backups),
    "care.back_up": (Deed.BACK_UP, back_up),
    **CARE_WAYS,
    "care.settings": (Deed.CHANGE_SETTINGS, lambda walk: walk.console.care.settings),
    "care.save_settings": (Deed.CHANGE_SETTINGS, lambda walk: lambda session: (
        walk.console.care.save_settings(session, {"times.idle": "90"}))),
    "watch.audit": (Deed.READ_AUDIT, audit),
    "watch.journal": (Deed.READ_JOURNAL, journal),
    "staff.list": (Deed.LIST_STAFF, lambda walk: walk.console.staff.list),
    "staff.add": (Deed.ADD_STAFF, add_staff),
    "staff.change_role": (Deed.CHANGE_STAFF, lambda walk: changed_staff(
        walk, lambda session, name: walk.console.staff.change_role(session, name, Role.TELLER), role=Role.TELLER)),
    "staff.disable": (Deed.CHANGE_STAFF, lambda walk: changed_staff(walk, walk.console.staff.disable, disabled=True)),
    "staff.enable": (Deed.CHANGE_STAFF, lambda walk: changed_staff(walk, walk.console.staff.enable, disabled=False)),
    "staff.reset": (Deed.RESET_STAFF, reset_staff),
    "enrolment.open": (Deed.ENROL_CUSTOMER, lambda walk: lambda session: walk.branch.enrolment.open(
        session, vars(enrolling.newcomer()))),
    "enrolment.reopen": (Deed.ENROL_CUSTOMER, with_customer(
        lambda walk, session, number: walk.branch.enrolment.reopen(session, number))),
    "enrolment.similar": (Deed.ENROL_CUSTOMER, lambda walk: lambda session: walk.branch.enrolment.similar(
        session, vars(enrolling.newcomer()))),
    "enrolment.borrow": (Deed.ENROL_CUSTOMER, lambda walk: lambda session: walk.branch.enrolment.borrow(
        session, Cancellation(), enrolling.nobody_listens)),
    "enrolment.agree": (Deed.ENROL_CUSTOMER, on_file(
        lambda walk, session, file: walk.branch.enrolment.agree(session, file, Cancellation()))),
    "enrolment.pin": (Deed.ENROL_CUSTOMER, on_file(
        lambda walk, session, file: walk.branch.enrolment.pin(session, file, Cancellation()))),
    "enrolment.app": (Deed.ENROL_CUSTOMER, on_file(
        lambda walk, session, file: walk.branch.enrolment.app(session, file, Cancellation()))),
    "enrolment.face": (Deed.ENROL_CUSTOMER, on_file(enrolling.face)),
    "enrolment.finger": (Deed.ENROL_CUSTOMER, on_file(enrolling.finger)),
    "enrolment.palm": (Deed.ENROL_CUSTOMER, on_file(enrolling.palm)),
    "enrolment.document": (Deed.ENROL_CUSTOMER, document),
    "enrolment.save": (Deed.ENROL_CUSTOMER, save),
}  # fmt: skip
# Nobody is signed in where nobody can be.
WITHOUT_A_SESSION = {"staff.create_first_administrator", "enrolment.give_back"}
# What the screen asks again by itself, every few seconds: whoever may leaves no row.
BY_ITSELF = {"now.look_again", "fleet.look_again"}
