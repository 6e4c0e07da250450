"""Who at the branch may do what. The table is all there is: a deed it does not give to a role is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """One a person. Who serves customers does not touch cash, who touches cash does not touch customers, who looks at
    what others did does nothing of it, and who says who they are does none of their work."""

    TELLER = "teller"
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Deed(StrEnum):
    """Everything somebody at the branch can do; the value stands in the audit."""

    LOOK_UP_CUSTOMER = "look_up_customer"
    ENROL_CUSTOMER = "enrol_customer"
    OPEN_ACCOUNT = "open_account"
    FREEZE_ACCOUNT = "freeze_account"
    RELEASE_ACCOUNT = "release_account"
    UNLOCK_CUSTOMER = "unlock_customer"
    ERASE_CUSTOMER = "erase_customer"
    REVOKE_TEMPLATE = "revoke_template"
    REVOKE_BIOMETRIC = "revoke_biometric"
    ISSUE_CODE_LIST = "issue_code_list"
    REMOVE_EMERGENCY_PIN = "remove_emergency_pin"
    REVIEW_SIGN_UPS = "review_sign_ups"
    TRY_LIST = "try_list"
    IMPORT_CUSTOMERS = "import_customers"
    EXPORT_CUSTOMERS = "export_customers"
    CHANGE_CUSTOMER_LIMIT = "change_customer_limit"
    CHANGE_POLICY_LIMIT = "change_policy_limit"
    LOOK_AT_CASH = "look_at_cash"
    BEGIN_EXCHANGE = "begin_exchange"
    END_EXCHANGE = "end_exchange"
    LOAD_CASH = "load_cash"
    CUT_OFF = "cut_off"
    SETTLE_SUSPENSE = "settle_suspense"
    SAVE_REPORT = "save_report"
    READ_STORY = "read_story"
    SAVE_STORY = "save_story"
    EXPORT_RECORDS = "export_records"
    VERIFY_AUDIT = "verify_audit"
    WATCH_MACHINE = "watch_machine"
    WATCH_FLEET = "watch_fleet"
    READ_AUDIT = "read_audit"
    READ_JOURNAL = "read_journal"
    CHECK_UP = "check_up"
    RENEW_DEMONSTRATION = "renew_demonstration"
    EXPORT_FOR_SUPPORT = "export_for_support"
    BACK_UP = "back_up"
    RESTORE_BACKUP = "restore_backup"
    CHANGE_SETTINGS = "change_settings"
    LIST_STAFF = "list_staff"
    ADD_STAFF = "add_staff"
    CHANGE_STAFF = "change_staff"
    RESET_STAFF = "reset_staff"
    CHANGE_OWN_PASSWORD = "change_own_password"  # noqa: S105 - the name of a deed
    SET_UP_AUTHENTICATOR = "set_up_authenticator"


@dataclass(frozen=True)
class Right:
    """``roles``: whose it is. ``approvers``: of whom another person signs the very action; nobody where one person is
    enough. ``of_newcomers``: allowed before password and authenticator are the person's own, and nothing else is."""

    roles: frozenset[Role]
    approvers: frozenset[Role] = frozenset()
    of_newcomers: bool = False

    @property
    def takes_two(self) -> bool:
        return bool(self.approvers)


def _right(*roles: Role, approved_by: tuple[Role, ...] = ()) -> Right:
    return Right(frozenset(roles), frozenset(approved_by))


_TELLER, _CUSTODIAN, _AUDITOR, _ADMINISTRATOR = Role.TELLER, Role.CUSTODIAN, Role.AUDITOR, Role.ADMINISTRATOR
_OWN = Right(frozenset(Role), of_newcomers=True)

RIGHTS: Mapping[Deed, Right] = {
    Deed.LOOK_UP_CUSTOMER: _right(_TELLER),
    Deed.ENROL_CUSTOMER: _right(_TELLER),
    Deed.OPEN_ACCOUNT: _right(_TELLER),
    Deed.FREEZE_ACCOUNT: _right(_TELLER),
    Deed.RELEASE_ACCOUNT: _right(_TELLER),
    Deed.UNLOCK_CUSTOMER: _right(_TELLER),
    Deed.ERASE_CUSTOMER: _right(_TELLER),
    Deed.REVOKE_TEMPLATE: _right(_TELLER),
    Deed.REVOKE_BIOMETRIC: _right(_TELLER),
    Deed.ISSUE_CODE_LIST: _right(_TELLER),
    Deed.REMOVE_EMERGENCY_PIN: _right(_TELLER),
    Deed.REVIEW_SIGN_UPS: _right(_TELLER),
    Deed.TRY_LIST: _right(_TELLER),
    # A list may pay money in, and one that is taken along holds what everybody is told by.
    Deed.IMPORT_CUSTOMERS: _right(_TELLER, approved_by=(_TELLER, _ADMINISTRATOR)),
    Deed.EXPORT_CUSTOMERS: _right(_TELLER, approved_by=(_ADMINISTRATOR,)),
    Deed.CHANGE_CUSTOMER_LIMIT: _right(_TELLER, approved_by=(_TELLER, _ADMINISTRATOR)),
    Deed.CHANGE_POLICY_LIMIT: _right(_ADMINISTRATOR, approved_by=(_ADMINISTRATOR, _CUSTODIAN)),
    Deed.LOOK_AT_CASH: _right(_CUSTODIAN, _AUDITOR),
    # Nobody is alone with cash; the second person may come from the counter, a small branch has one custodian.
    Deed.BEGIN_EXCHANGE: _right(_CUSTODIAN, approved_by=(_CUSTODIAN, _TELLER)),
    Deed.END_EXCHANGE: _right(_CUSTODIAN, approved_by=(_CUSTODIAN, _TELLER)),
    Deed.LOAD_CASH: _right(_CUSTODIAN, approved_by=(_CUSTODIAN, _TELLER)),
    Deed.CUT_OFF: _right(_CUSTODIAN),
    # Decides whose money it is: not together with who serves the customer.
    Deed.SETTLE_SUSPENSE: _right(_CUSTODIAN, approved_by=(_CUSTODIAN, _ADMINISTRATOR)),
    Deed.SAVE_REPORT: _right(_CUSTODIAN, _AUDITOR),
    # A teller by the customer's number, the auditor by a pseudonym: story_desk.py.
    Deed.READ_STORY: _right(_TELLER, _AUDITOR),
    Deed.SAVE_STORY: _right(_TELLER, _AUDITOR),
    Deed.EXPORT_RECORDS: _right(_AUDITOR),
    Deed.VERIFY_AUDIT: _right(_AUDITOR),
    Deed.WATCH_MACHINE: _right(_CUSTODIAN, _AUDITOR),
    Deed.WATCH_FLEET: _right(_CUSTODIAN, _AUDITOR, _ADMINISTRATOR),
    Deed.READ_AUDIT: _right(_AUDITOR),
    Deed.READ_JOURNAL: _right(_AUDITOR),
    Deed.CHECK_UP: _right(_ADMINISTRATOR),
    # One is enough: there is nothing of a bank's where it may be done (commands/demonstration_renewal.py).
    Deed.RENEW_DEMONSTRATION: _right(_ADMINISTRATOR),
    Deed.EXPORT_FOR_SUPPORT: _right(_ADMINISTRATOR),
    Deed.BACK_UP: _right(_ADMINISTRATOR),
    # Takes movements out of the books that everybody else has signed for.
    Deed.RESTORE_BACKUP: _right(_ADMINISTRATOR, approved_by=(_ADMINISTRATOR,)),
    Deed.CHANGE_SETTINGS: _right(_ADMINISTRATOR),
    Deed.LIST_STAFF: _right(_ADMINISTRATOR, _AUDITOR),
    Deed.ADD_STAFF: _right(_ADMINISTRATOR),
    Deed.CHANGE_STAFF: _right(_ADMINISTRATOR),
    Deed.RESET_STAFF: _right(_ADMINISTRATOR),
    Deed.CHANGE_OWN_PASSWORD: _OWN,
    Deed.SET_UP_AUTHENTICATOR: _OWN,
}


def deeds_of(role: Role) -> tuple[Deed, ...]:
    """What a screen offers to this role; the gate asks again (``permissions.py``)."""
    return tuple(deed for deed in Deed if role in RIGHTS[deed].roles)


def rights_table() -> str:
    """The table as Markdown, for docs/branch.md."""
    head = ["deed", *Role, "second person"]
    rows = [head, ["---"] * len(head)]
    for deed in Deed:
        right = RIGHTS[deed]
        marks = ["yes" if role in right.roles else "" for role in Role]
        rows.append([deed.replace("_", " "), *marks, ", ".join(role for role in Role if role in right.approvers)])
    return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |").replace("|  |", "| |") for row in rows)
