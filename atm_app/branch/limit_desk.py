"""What may be moved: by everybody who signs in by a policy, and by one customer. Each change is signed by two."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import BranchBooks, CustomerFiles
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.config import DURESS, MovementLimit, Settings
from atm_app.identity.policy import policies_of
from atm_app.stores import Customers, RequestRefused


@dataclass(frozen=True)
class PolicyLimitChange:
    """``limit``: in whole major units; one that cannot be is never made (ValidationError of pydantic, a ValueError)."""

    policy: str
    kind: LimitKind
    limit: MovementLimit

    def action(self, terminal: str) -> Action:
        return Action(
            Deed.CHANGE_POLICY_LIMIT, terminal,
            (("policy", self.policy), ("kind", self.kind.value), *self.limit.model_dump().items()),
        )  # fmt: skip


@dataclass(frozen=True)
class CustomerLimitChange:
    """What one customer wants to be able to move at most; ``number``: theirs."""

    number: str
    kind: LimitKind
    per_transaction: Money
    per_day: Money

    def __post_init__(self) -> None:
        if self.per_transaction.minor < 0 or self.per_day.minor < 0:
            raise RequestRefused("negative_limit")
        if self.per_transaction.currency != self.per_day.currency:
            raise RequestRefused("other_currency")

    def action(self, terminal: str) -> Action:
        return Action(
            Deed.CHANGE_CUSTOMER_LIMIT, terminal,
            (("customer", self.number), ("kind", self.kind.value), ("per_transaction", self.per_transaction.minor),
             ("per_day", self.per_day.minor), ("currency", self.per_day.currency)),
        )  # fmt: skip


@dataclass(frozen=True)
class LimitDesk:
    permissions: Permissions
    books: BranchBooks
    customers: Customers
    files: CustomerFiles
    settings: Settings

    def change_policy_limit(self, session: StaffSession, change: PolicyLimitChange, approval: Approval) -> None:
        """From now on for everybody who signs in by this policy, whatever a machine's settings say. Raises
        RequestRefused: no_such_policy."""
        action = change.action(self.settings.terminal)
        with self.permissions.deed_of_two(session, action, approval):
            if change.policy not in {*policies_of(self.settings), DURESS}:
                raise RequestRefused("no_such_policy")
            rule = LimitRule.of(change.limit, self.settings.currency)
            self.books.set_limit(change.policy, change.kind, rule, by_staff=True)

    def change_customer_limit(self, session: StaffSession, change: CustomerLimitChange, approval: Approval) -> None:
        """It only ever narrows what the policy allows. Raises RequestRefused: no_such_customer, other_currency."""
        action = change.action(self.settings.terminal)
        with self.permissions.deed_of_two(session, action, approval) as record:
            customer = self.customers.find(change.number)
            if customer is None:
                raise RequestRefused("no_such_customer")
            record.subject = customer.pseudonym
            if change.per_day.currency != self.settings.currency:
                raise RequestRefused("other_currency")
            self.files.set_customer_limit(
                customer.customer_id, change.kind, change.per_transaction, change.per_day, session.token
            )  # fmt: skip
