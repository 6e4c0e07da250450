"""The statechart: every state, event and guard of the machine on one page. No input, no output, no clock.

The controller sends events and does the work of the state it then finds itself in. Guards ask the model, which is
the controller's view of the session: which factor comes next, how often one was tried, which fate the notes met.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any, Protocol

from statemachine import HistoryState, State, StateChart
from statemachine.transition_list import TransitionList

from atm_app.session import Purpose
from atm_app.stores import Factor


class Progress(Protocol):
    """What the guards ask."""

    @property
    def claim_needed(self) -> bool:
        """The customer has to say who they are before the next factor."""
        ...

    @property
    def by_user_name(self) -> bool:
        """The customer said who they are by user name, to which a password belongs and not a PIN."""
        ...

    @property
    def next_factors(self) -> tuple[Factor, ...]:
        """Those that are asked for now; empty when every factor of the policy has been shown."""
        ...

    @property
    def pictures_taken(self) -> bool:
        """A picture from a memory stick is taken for the factor that is asked for."""
        ...

    @property
    def something_to_agree_to(self) -> bool:
        """Whoever opens an account may be known by their body here."""
        ...

    @property
    def to_be_proven(self) -> bool:
        """The order needs a one-time code of its own."""
        ...

    @property
    def purpose(self) -> Purpose:
        """What the customer asked for in the menu."""
        ...


# The states in which factors are shown, with their guards; a picture is shown for a finger or a palm.
FACTORS_IN = {
    "face": {Factor.FACE}, "face_and_pin": {Factor.FACE, Factor.PIN}, "pin": {Factor.PIN}, "password": {Factor.PIN},
    "fingerprint": {Factor.FINGERPRINT}, "finger_picture": {Factor.FINGERPRINT}, "palm": {Factor.PALM},
    "palm_picture": {Factor.PALM}, "one_time_code": {Factor.ONE_TIME_CODE},
}  # fmt: skip
GUARD_OF = {
    "face": "face_next", "face_and_pin": "face_and_pin_next", "pin": "pin_next", "password": "password_next",
    "fingerprint": "fingerprint_next", "palm": "palm_next", "one_time_code": "code_next",
}  # fmt: skip
MAY_ASK_FOR_NUMBER = ("face", "palm", "palm_picture")


def _to_what_is_next(claims: Sequence[State], menu: State, **states: State) -> TransitionList:
    """From each state that says who comes or shows a factor to every other one, because a policy may name them in any
    order; a code is never the first."""
    ways = {name: state for name, state in states.items() if name in GUARD_OF}
    moves = [
        claim.to(way, cond=GUARD_OF[name]) for claim in claims for name, way in ways.items() if name != "one_time_code"
    ]
    for name, source in states.items():
        if name in MAY_ASK_FOR_NUMBER:
            moves.append(source.to(claims[0], cond="claim_needed"))
        moves += [
            source.to(way, cond=GUARD_OF[other])
            for other, way in ways.items()
            if not FACTORS_IN[name] & FACTORS_IN[other]
        ]
        moves.append(source.to(menu, cond="all_shown"))
    joined: TransitionList = functools.reduce(operator.or_, moves)
    return joined


class Flow(StateChart[Any]):
    """welcome → (claim) → factors of the policy → menu → transaction → another? → farewell."""

    # Strict: an event that a state does not know is a mistake of ours and must be seen.
    catch_errors_as_events = False
    allow_event_without_transition = False

    starting = State(initial=True)
    out_of_service = State()
    welcome = State()
    more_time = State()
    locked = State()
    farewell = State()

    class session(State.Compound):
        claim = State(initial=True)
        user_name = State()
        password = State()
        face = State()
        face_and_pin = State()
        fingerprint = State()
        finger_picture = State()
        palm = State()
        palm_picture = State()
        pin = State()
        one_time_code = State()
        menu = State()
        face_again = State()
        notice = State()
        another = State()

        class sign_up(State.Compound):
            question = State(initial=True)
            contact_code = State()
            first_password = State()
            first_pin = State()
            agreements = State()
            joining = State()
            opening = State()
            joined = State()

            answered = question.to(contact_code)
            change_answers = contact_code.to(question)
            contacts_proven = contact_code.to(first_password)
            password_chosen = first_password.to(first_pin)
            pin_chosen = first_pin.to(agreements, cond="something_to_agree_to") | first_pin.to(
                joining, unless="something_to_agree_to"
            )
            agreed = agreements.to(joining)
            all_captured = joining.to(opening)
            opened = opening.to(joined)

        class transaction(State.Compound):
            choose_account = State(initial=True)
            amount = State()
            confirm = State()
            confirm_code = State()
            choose_notes = State()
            dispensing = State()
            take_cash = State()
            insert_notes = State()
            storing = State()
            payee = State()
            payee_number = State()
            biller = State()
            reference = State()
            description = State()
            booking = State()
            receipt = State()
            balance = State()
            statement = State()
            new_pin = State()
            own_limits = State()
            own_account = State()
            authenticator = State()
            emergency_pin = State()
            consents = State()

            account_chosen = (
                choose_account.to(amount, cond="withdrawing")
                | choose_account.to(insert_notes, cond="depositing")
                | choose_account.to(payee, cond="transferring")
                | choose_account.to(biller, cond="paying")
                | choose_account.to(statement, cond="reading")
                | choose_account.to(balance, cond="looking")
            )
            # A withdrawal.
            amount_given = amount.to(description, cond="transferring") | amount.to(confirm, unless="transferring")
            change = confirm.to(amount)
            other_notes = confirm.to(choose_notes)
            notes_chosen = choose_notes.to(confirm)
            confirmed = (
                confirm.to(confirm_code, cond="to_be_proven")
                | confirm.to(dispensing, cond="withdrawing")
                | confirm.to(booking, unless="withdrawing")
            )
            proven = confirm_code.to(dispensing, cond="withdrawing") | confirm_code.to(booking, unless="withdrawing")
            reconsider = confirm_code.to(confirm)
            presented = dispensing.to(take_cash)
            # From dispensing: the answer to "present" was lost, but the dispenser saw the notes being taken.
            taken = take_cash.to(receipt) | dispensing.to(receipt)
            # A cash deposit.
            keep = insert_notes.to(storing)
            count_again = storing.to(insert_notes)
            stored = storing.to(receipt)
            # A transfer or a payment.
            type_payee = payee.to(payee_number)
            payee_chosen = payee.to(amount) | payee_number.to(amount)
            biller_chosen = biller.to(reference)
            reference_given = reference.to(amount)
            described = description.to(confirm)
            booked = booking.to(receipt)
            # The customer's own page.
            set_up_app = own_account.to(authenticator)
            set_up_emergency = own_account.to(emergency_pin)
            look_at_consents = own_account.to(consents)
            back_to_account = (
                authenticator.to(own_account) | emergency_pin.to(own_account) | consents.to(own_account)
            )  # fmt: skip

        where_it_was = HistoryState(type="deep")

        passed = _to_what_is_next(
            (claim, user_name), menu, face=face, face_and_pin=face_and_pin, pin=pin, password=password,
            fingerprint=fingerprint, finger_picture=finger_picture, palm=palm, palm_picture=palm_picture,
            one_time_code=one_time_code,
        )  # fmt: skip
        by_name = claim.to(user_name)
        by_number = user_name.to(claim)
        other_way = face.to(claim) | face_and_pin.to(claim) | fingerprint.to(claim) | palm.to(claim)
        use_picture = fingerprint.to(finger_picture, cond="pictures_taken") | palm.to(
            palm_picture, cond="pictures_taken"
        )
        use_device = finger_picture.to(fingerprint) | palm_picture.to(palm)
        look_again = menu.to(face_again)
        choose = menu.to(transaction) | face_again.to(transaction)
        choose_pin = menu.to(transaction.new_pin) | face_again.to(transaction.new_pin)
        choose_limits = menu.to(transaction.own_limits) | face_again.to(transaction.own_limits)
        choose_own = menu.to(transaction.own_account) | face_again.to(transaction.own_account)
        back_to_menu = transaction.to(menu) | notice.to(menu) | another.to(menu)
        explain = menu.to(notice) | transaction.to(notice)
        finished = transaction.to(another)

    class supervisor(State.Compound):
        """Staff have the machine, and ask it for what the customer before it is to show or to type."""

        in_service = State(initial=True)

        class errand(State.Compound):
            assisted_agreements = State(initial=True)
            assisted_capture = State()
            assisted_pin = State()
            assisted_app = State()

        ask_agreement = in_service.to(errand.assisted_agreements)
        ask_capture = in_service.to(errand.assisted_capture)
        ask_pin = in_service.to(errand.assisted_pin)
        ask_app = in_service.to(errand.assisted_app)
        errand_done = errand.to(in_service)

    ready = starting.to(welcome) | out_of_service.to(welcome)
    fail = starting.to(out_of_service) | welcome.to(out_of_service) | farewell.to(out_of_service)
    start = (
        welcome.to(session.claim, cond="claim_needed")
        | welcome.to(session.face, cond="face_next")
        | welcome.to(session.palm, cond="palm_next")
    )
    open_account = welcome.to(session.sign_up)
    staff_come = welcome.to(supervisor) | out_of_service.to(supervisor)
    staff_go = supervisor.to(welcome)
    cancel = session.to(farewell) | more_time.to(farewell) | supervisor.errand.to(supervisor.in_service)
    refuse = farewell.from_(session) | supervisor.in_service.from_(supervisor.errand)
    lock = session.to(locked)
    idle = session.to(more_time) | more_time.to(farewell) | supervisor.errand.to(supervisor.in_service)
    more = more_time.to(session.where_it_was)
    over = farewell.to(welcome) | locked.to(welcome)

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        super().__init__()

    @property
    def here(self) -> str:
        """The innermost state's name."""
        return [state.id for state in self.configuration][-1]

    def claim_needed(self) -> bool:
        return self.progress.claim_needed

    def face_next(self) -> bool:
        return self._next(Factor.FACE)

    def face_and_pin_next(self) -> bool:
        return not self.progress.claim_needed and set(self.progress.next_factors) == {Factor.FACE, Factor.PIN}

    def fingerprint_next(self) -> bool:
        return self._next(Factor.FINGERPRINT)

    def pictures_taken(self) -> bool:
        return self.progress.pictures_taken

    def something_to_agree_to(self) -> bool:
        return self.progress.something_to_agree_to

    def palm_next(self) -> bool:
        return self._next(Factor.PALM)

    def pin_next(self) -> bool:
        return self._next(Factor.PIN) and not self.progress.by_user_name

    def password_next(self) -> bool:
        return self._next(Factor.PIN) and self.progress.by_user_name

    def code_next(self) -> bool:
        return self._next(Factor.ONE_TIME_CODE)

    def all_shown(self) -> bool:
        return not self.progress.claim_needed and not self.progress.next_factors

    def to_be_proven(self) -> bool:
        return self.progress.to_be_proven

    def withdrawing(self) -> bool:
        return self.progress.purpose is Purpose.WITHDRAW

    def depositing(self) -> bool:
        return self.progress.purpose is Purpose.DEPOSIT

    def transferring(self) -> bool:
        return self.progress.purpose is Purpose.TRANSFER

    def paying(self) -> bool:
        return self.progress.purpose is Purpose.PAY

    def reading(self) -> bool:
        return self.progress.purpose is Purpose.STATEMENT

    def looking(self) -> bool:
        return self.progress.purpose is Purpose.BALANCE

    def _next(self, factor: Factor) -> bool:
        return not self.progress.claim_needed and self.progress.next_factors == (factor,)


def diagram() -> str:
    """The statechart as Mermaid, for the documentation."""

    class Nobody:
        claim_needed = False
        next_factors = ()
        pictures_taken = False
        by_user_name = False
        something_to_agree_to = False
        to_be_proven = False
        purpose = Purpose.WITHDRAW

    text: str = format(Flow(Nobody()), "mermaid")
    return text
