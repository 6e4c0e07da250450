"""What may be moved by a policy, or by one customer. Each change is signed by a second person."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch.limit_desk import CustomerLimitChange, PolicyLimitChange
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Approval
from atm_app.config import MovementLimit
from atm_app.identity.policy import policies_of
from gui.console import layout
from gui.console.parts import Form, whole
from gui.console.shell import Shell, heading, row_of

POLICY_FIELDS = (
    ("per_transaction", "At most at once, in rupees"), ("per_day", "At most in a day, in rupees"),
    ("burst", "Movements in a row"), ("period", "Seconds until one more is allowed"),
)  # fmt: skip
CUSTOMER_FIELDS = POLICY_FIELDS[:2]


class LimitsPage:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Limits", "A second person signs the figures that stand here.")
        if shell.may(Deed.CHANGE_POLICY_LIMIT):
            choices = {"policy": tuple(policies_of(shell.settings)), "kind": tuple(LimitKind)}
            self.form = self._form("Of everybody who signs in by a policy", choices, POLICY_FIELDS, self._policy)
        if shell.may(Deed.CHANGE_CUSTOMER_LIMIT):
            fields = (("number", "Customer number"), *CUSTOMER_FIELDS)
            self.form = self._form("Of one customer", {"kind": tuple(LimitKind)}, fields, self._customer)

    def _form(
        self,
        title: str,
        choices: dict[str, tuple[str, ...]],
        fields: tuple[tuple[str, str], ...],
        done: Callable[[], None],
    ) -> Form:
        work = self._shell.workshop
        work.text(self.frame, title, "large", bold=True, on_card=False).pack(
            anchor="w", padx=work.scale(layout.MARGIN), pady=(work.scale(2 * layout.GAP), 0)
        )
        form = Form(work, self.frame, done, on_card=False)
        for key, several in choices.items():
            form.add(key, key.capitalize(), choices=several)
        for key, name in fields:
            form.add(key, name)
        form.frame.pack(anchor="w", padx=work.scale(layout.MARGIN))
        row_of(self._shell, self.frame).add("Have it signed", done, "Primary")
        return form

    def _policy(self) -> None:
        value, desk, session = self.form.value, self._shell.console.limits, self._shell.signed_in

        def change_of() -> PolicyLimitChange:
            limit = MovementLimit(**{key: whole(value(key), name) for key, name in POLICY_FIELDS})
            return PolicyLimitChange(value("policy"), LimitKind(value("kind")), limit)

        if (change := self._shell.made(change_of)) is not None:
            self._change(change, lambda approval: desk.change_policy_limit(session, change, approval))

    def _customer(self) -> None:
        value, desk, session = self.form.value, self._shell.console.limits, self._shell.signed_in

        def change_of() -> CustomerLimitChange:
            currency = self._shell.settings.currency
            once, day = (Money.of_major(whole(value(key), name), currency) for key, name in CUSTOMER_FIELDS)
            return CustomerLimitChange(value("number"), LimitKind(value("kind")), once, day)

        if (change := self._shell.made(change_of)) is not None:
            self._change(change, lambda approval: desk.change_customer_limit(session, change, approval))

    def _change(
        self, change: PolicyLimitChange | CustomerLimitChange, work: Callable[[Approval], object]
    ) -> None:  # fmt: skip
        self._shell.ask_two(change.action(self._shell.settings.terminal), work, lambda _: self._changed())

    def _changed(self) -> None:
        self.form.clear()
        self._shell.tell("The limit is changed.", good=True)
