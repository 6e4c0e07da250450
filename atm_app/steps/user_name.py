"""Who the customer is by user name and password, which those have who signed up at a machine."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.authentication import Decision
from atm_app.identity.passwords import LONGEST_PASSWORD
from atm_app.ports import Work
from atm_app.steps.identity import FactorStep
from atm_app.steps.keypad import written_after
from atm_app.steps.sign_up import LONGEST
from atm_app.stores import Customer, Factor
from atm_app.views import Action, Password, UserName


class UserNameStep(Step):
    """Whether anybody has it is not said here."""

    patience = 2.0

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        session = self.session
        typed = written_after(session.typed, action, LONGEST["user_name"])
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "number":
            session.typed = ""
            self.desk.send("by_number")
        elif action.name == "enter" and session.typed.strip():
            name = session.typed.strip().lower()
            authentication = self.machine.authentication
            self.desk.work(
                Work.LEDGER, lambda: authentication.claim_user_name(name), lambda found: self._found(name, found)
            )

    def _found(self, name: str, customer: Customer | None) -> None:
        session = self.session
        # What stands for somebody who is nobody: never a customer's number.
        session.number, session.typed, session.number_given = f"user name {name}", "", True
        session.customer, session.by_user_name = customer, True
        self.desk.send("passed")

    def _paint(self) -> None:
        self.desk.paint(UserName(typed=self.session.typed))


class PasswordStep(FactorStep):
    """Counted as the PIN is, which it stands for."""

    factor = Factor.PIN
    patience = 2.0

    def enter(self, *, again: bool) -> None:
        if not again:
            self.session.typed = ""
        self._paint()

    def touch(self, action: Action) -> None:
        session = self.session
        typed = written_after(session.typed, action, LONGEST_PASSWORD)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self._paint()
        elif action.name == "enter" and session.typed:
            password, session.typed = session.typed, ""
            token, customer, number = session.token, session.customer, session.number
            authentication = self.machine.authentication
            self.desk.work(
                Work.LEDGER, lambda: authentication.verify_password(token, customer, number, password), self.decided
            )

    def refused(self, decision: Decision) -> None:
        self.desk.note = "not_confirmed"
        self._paint()

    def _paint(self) -> None:
        self.desk.paint(Password(filled=len(self.session.typed)))


STEPS: dict[str, type[Step]] = {"user_name": UserNameStep, "password": PasswordStep}
