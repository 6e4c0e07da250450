"""A customer of ``main.py fleet``: reads what the machine shows and does what it offers, without a window."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from atm_app import views
from atm_app.banking.money import Money
from atm_app.cash_ports import NotesOfValue
from atm_app.views import Action, Shown
from commands.wiring import Plant

NOTES = (100, 200, 500)
MOST_NOTES = 3
DEEDS = ("withdraw", "withdraw", "deposit", "transfer")


@dataclass(frozen=True)
class FleetPerson:
    """``account``: its number, for whoever pays them."""

    number: str
    pin: str
    email: str
    account: str


NOBODY = FleetPerson("", "", "", "")


class FleetCustomer:
    """One after the other, whoever comes: signs in, moves money so often, leaves. ``began``: hears of each visit whose
    factors all passed, ``turned_away`` of each that ended before."""

    def __init__(
        self, plant: Plant, handle: Callable[[Action], None], people: Sequence[FleetPerson], random: Random,
        movements: int, began: Callable[[], None], turned_away: Callable[[], None],
    ) -> None:  # fmt: skip
        self._plant, self._handle, self._people, self._random = plant, handle, people, random
        self._movements = movements
        self._began, self._turned_away = began, turned_away
        self._person = NOBODY
        self._left = 0
        self._is_in = self._is_visiting = False
        self.is_leaving = False

    @property
    def is_gone(self) -> bool:
        return self.is_leaving and not self._is_visiting

    def look(self, shown: Shown) -> None:
        """Do the next thing, if there is one to do."""
        if shown.busy and not isinstance(shown.view, CASH):
            return
        deed = DEEDS_AT.get(type(shown.view))
        if deed is not None:
            deed(self, shown.view)
        elif not isinstance(shown.view, PASSING):
            self._touch("cancel")

    # --- in and out --------------------------------------------------------------------------------------------------

    def _at_welcome(self, view: views.Welcome) -> None:
        if self._is_visiting and not self._is_in:
            self._turned_away()
        self._is_in = self._is_visiting = False
        if self.is_leaving or not self._people:
            return
        self._is_visiting = True
        self._person = self._random.choice(self._people)
        self._left = self._movements
        self._touch("start")

    def _at_claim(self, view: views.Claim) -> None:
        self._type(self._person.number)
        self._touch("enter")

    def _at_pin(self, view: views.Pin) -> None:
        self._type(self._person.pin)
        self._touch("enter")

    def _at_code(self, view: views.OneTimeCode) -> None:
        code = self._code()
        if view.sent and code and not view.digits:
            self._type(code)

    def _code(self) -> str:
        inbox = self._plant.inbox
        assert inbox is not None, "customers of a fleet have the virtual mail server"
        texts = [message.text for message in inbox.messages(self._person.email)]
        codes = [found[1] for text in texts if (found := re.search(r"code is (\d{6})", text))]
        return codes[-1] if codes else ""

    def _at_menu(self, view: views.Menu) -> None:
        if not self._is_in:
            self._is_in = True
            self._began()
        if self._left == 0 or self.is_leaving:
            self._touch("cancel")
            return
        self._left -= 1
        offered = [deed for deed in DEEDS if view.cash or deed != "withdraw"]
        self._touch(self._random.choice(offered))

    # --- moving money ------------------------------------------------------------------------------------------------

    def _at_accounts(self, view: views.ChooseAccount) -> None:
        self._touch("account", str(view.accounts[0].account_id))

    def _at_amount(self, view: views.Amount) -> None:
        if view.note:  # not payable, or more than there is
            self._touch("cancel")
            return
        self._type(str(self._random.choice(NOTES) * self._random.randint(1, MOST_NOTES)))
        self._touch("enter")

    def _at_notes(self, view: views.InsertNotes) -> None:
        if view.notes:
            self._touch("keep")
        elif self._plant.acceptor.slot_open and not self._plant.acceptor.in_escrow():
            note = Money.of_major(self._random.choice(NOTES), self._plant.settings.currency).minor
            self._plant.acceptor.insert((NotesOfValue(note, self._random.randint(1, MOST_NOTES)),))

    def _at_payee(self, view: views.ChoosePayee) -> None:
        self._touch("by", "account")

    def _at_payee_number(self, view: views.PayeeNumber) -> None:
        if view.found is None:
            if view.note:
                self._touch("cancel")
                return
            others = [person for person in self._people if person is not self._person]
            self._touch("clear")
            self._type(self._random.choice(others).account)
        self._touch("enter")

    def _at_cash(self, view: views.TakeCash) -> None:
        self._plant.dispenser.take()

    # --- touching ----------------------------------------------------------------------------------------------------

    def _touch(self, name: str, value: str = "") -> None:
        self._handle(Action(name, value))

    def _type(self, digits: str) -> None:
        for digit in digits:
            self._touch("digit", digit)


def _touches(name: str) -> Callable[[FleetCustomer, Any], None]:
    return lambda customer, _: customer._touch(name)


DEEDS_AT: dict[type[views.View], Callable[[FleetCustomer, Any], None]] = {
    views.Welcome: FleetCustomer._at_welcome,
    views.Claim: FleetCustomer._at_claim,
    views.Pin: FleetCustomer._at_pin,
    views.OneTimeCode: FleetCustomer._at_code,
    views.Menu: FleetCustomer._at_menu,
    views.ChooseAccount: FleetCustomer._at_accounts,
    views.Amount: FleetCustomer._at_amount,
    views.Confirm: _touches("confirm"),
    views.InsertNotes: FleetCustomer._at_notes,
    views.ChoosePayee: FleetCustomer._at_payee,
    views.PayeeNumber: FleetCustomer._at_payee_number,
    views.Description: _touches("describe"),
    views.TakeCash: FleetCustomer._at_cash,
    views.ReceiptOffer: _touches("done"),
    views.Notice: _touches("done"),
    views.Another: _touches("more"),
    views.MoreTime: _touches("more"),
}
# Here the machine waits for the customer's hands.
CASH = (views.TakeCash, views.InsertNotes)
# Where there is nothing to do but to wait; anything else is left by Cancel.
PASSING = (
    views.Starting, views.OutOfService, views.Dispensing, views.Storing, views.Booking, views.Farewell, views.Locked,
)  # fmt: skip
