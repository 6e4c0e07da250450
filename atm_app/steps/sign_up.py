"""Opening an account at the machine: questions, codes that prove the contacts, password, PIN, and what is agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from atm_app.desk import Step
from atm_app.identity.authentication import Decision, Verdict
from atm_app.identity.code_sources import CodeWays
from atm_app.identity.consents import BIOMETRICS
from atm_app.identity.one_time_code import Challenge, CodeUse
from atm_app.identity.passwords import LONGEST_PASSWORD, password_problem
from atm_app.identity.personal_details import GENDERS, DetailRefused, check_detail
from atm_app.identity.self_sign_up import SelfSignUp
from atm_app.message_ports import Addressee, Contact
from atm_app.ports import Work
from atm_app.session import CodesSent, SignUp
from atm_app.sign_up_views import Agreements, FirstPassword, Question
from atm_app.steps.keypad import MOBILE_DIGITS, typed_after, written_after
from atm_app.steps.one_time_code import OneTimeCodeStep
from atm_app.steps.own_settings import NewPinStep
from atm_app.stores import CodeVerdict, Factor
from atm_app.views import Action

# The longest answer to each question, in letters; RFC 5321 has the e-mail's.
LONGEST = {"name": 80, "user_name": 32, "email": 254, "address": 160}
# Of user names that were somebody's already, in one visit: nobody reads the list of them here.
MOST_TAKEN = 5
VERDICTS = {CodeVerdict.ACCEPTED: Verdict.ACCEPTED, CodeVerdict.WRONG: Verdict.REFUSED}


class SignUpStep(Step):
    """One step of a sign-up. Writing takes longer than touching."""

    patience = 2.0

    @property
    def sign_up(self) -> SignUp:
        assert self.session.sign_up is not None, "these steps run inside a sign-up"
        return self.session.sign_up

    @property
    def service(self) -> SelfSignUp:
        assert self.machine.sign_up is not None, "the machine takes sign-ups"
        return self.machine.sign_up

    def say(self, note: str) -> None:
        self.desk.note = note
        self.paint()

    def paint(self) -> None:
        raise NotImplementedError  # each step of a sign-up that paints has its own view


class QuestionStep(SignUpStep):
    """One question after the other; what was answered can be gone back to."""

    def enter(self, *, again: bool) -> None:
        if again:
            self.paint()
        else:
            self._taken = 0
            self._ask(-self.sign_up.place)

    @property
    def _parts(self) -> tuple[str, ...]:
        """A contact that no code of this machine can prove is not asked for."""
        channels = self.machine.settings.code.channels
        contacts = {"phone": "sms" in channels, "email": "email" in channels}
        return tuple(
            part for part in ("name", "user_name", "phone", "email", "address", "gender") if contacts.get(part, True)
        )

    @property
    def _part(self) -> str:
        return self._parts[self.sign_up.place]

    @property
    def _optional(self) -> bool:
        return self._part == "email" and "phone" in self._parts

    def touch(self, action: Action) -> None:
        part, typed = self._part, self.session.typed
        if action.name == "back" and self.sign_up.place:
            self._ask(-1)
        elif part == "gender":
            if action.name == "gender" and action.value in GENDERS:
                self._answered(action.value)
        elif action.name == "enter":
            self._check(" ".join(typed.split()))
        else:
            longest = LONGEST.get(part, MOBILE_DIGITS)
            changed = typed_after(typed, action, longest) if part == "phone" else written_after(typed, action, longest)
            if changed is not None:
                self.session.typed, self.desk.note = changed, ""
                self.paint()

    def _ask(self, step: int) -> None:
        """The question so many further on, with what was answered before."""
        self.sign_up.place += step
        before = str(getattr(self.sign_up.applicant, self._part))
        self.session.typed = before.removeprefix(self._prefix).strip() if self._part == "phone" else before
        self.paint()

    @property
    def _prefix(self) -> str:
        return f"+{self.machine.settings.country_code}"

    def _check(self, text: str) -> None:
        part = self._part
        if not text and not self._optional:
            self.say("answer_missing")
        elif part == "phone":
            if len(text) < MOBILE_DIGITS:
                self.say("phone_malformed")
            else:
                self._answered(f"{self._prefix} {text}")
        elif part == "user_name":
            self._check_user_name(text.lower())
        elif self._is_writable(part, text):
            self._answered(text)

    def _is_writable(self, part: str, text: str) -> bool:
        try:
            check_detail(part, text)
        except DetailRefused:
            self.say(f"{part}_malformed")
            return False
        return True

    def _check_user_name(self, name: str) -> None:
        if self._is_writable("user_name", name):
            service = self.service
            self.desk.work(Work.LEDGER, lambda: service.is_free(name), lambda free: self._known(name, free))

    def _known(self, name: str, free: bool) -> None:
        self._taken += not free
        if free:
            self._answered(name)
        elif self._taken >= MOST_TAKEN:
            self.desk.send("refuse", "ask_at_branch")
        else:
            self.say("user_name_taken")

    def _answered(self, text: str) -> None:
        sign_up, part = self.sign_up, self._part
        if text != getattr(sign_up.applicant, part):
            sign_up.applicant = replace(sign_up.applicant, **{part: text})
            sign_up.proven = tuple(contact for contact in sign_up.proven if contact.value != part)
        if sign_up.place + 1 < len(self._parts):
            self._ask(1)
        else:
            self.session.typed = ""
            self.desk.send("answered")

    def paint(self) -> None:
        parts, place = self._parts, self.sign_up.place
        self.desk.paint(
            Question(
                part=parts[place], typed=self.session.typed, place=place + 1, of=len(parts), optional=self._optional,
                prefix=self._prefix if parts[place] == "phone" else "",
            )
        )  # fmt: skip


class ContactCodeStep(SignUpStep, OneTimeCodeStep):
    """A code to each contact in turn: nobody opens an account in the name of somebody else's telephone."""

    def find_ways(self) -> None:
        """The next contact that is not proven yet."""
        contact = self.proves
        if contact is None:
            self.desk.send("contacts_proven")
            return
        self.sign_up.codes = CodesSent()
        self._use_of_code = self.service.use_of(contact, getattr(self.sign_up.applicant, contact.value))
        self.begin(CodeWays(app=False, number=0))

    @property
    def proves(self) -> Contact | None:
        sign_up = self.sign_up
        left = [
            contact
            for contact in (Contact.PHONE, Contact.EMAIL)
            if getattr(sign_up.applicant, contact.value) and contact not in sign_up.proven
        ]
        return left[0] if left else None

    @property
    def addressee(self) -> Addressee | None:
        """The applicant, as if they had this contact alone."""
        contact, applicant = self.proves, self.sign_up.applicant
        kept = {each.value: "" for each in Contact if each is not contact}
        return replace(applicant, **kept) if contact else None

    @property
    def use(self) -> CodeUse:
        return self._use_of_code

    @property
    def kept(self) -> CodesSent:
        return self.sign_up.codes

    def issue(self) -> Callable[[], Challenge | None]:
        token, use, service = self.session.token, self.use, self.service
        return lambda: service.issue_code(token, use)

    def not_issued(self) -> None:
        self.desk.send("refuse", "ask_at_branch")

    def attempt(self, code: str) -> Callable[[], Decision]:
        token, use, service, challenge = self.session.token, self.use, self.service, self.kept.challenge
        return lambda: Decision(VERDICTS.get(service.check_code(token, challenge, code, use), Verdict.EXPIRED))

    def accepted(self, decision: Decision) -> None:
        contact = self.proves
        assert contact is not None
        self.desk.note_event("sign_up", f"{contact.value}_proven")
        self.session.typed, self.sign_up.proven = "", (*self.sign_up.proven, contact)
        self.find_ways()

    def touch(self, action: Action) -> None:
        if action.name == "back":
            self.session.typed = ""
            self.desk.send("change_answers")
        else:
            super().touch(action)


class FirstPasswordStep(SignUpStep):
    """A password that is not quickly guessed, twice."""

    def enter(self, *, again: bool) -> None:
        self.session.typed = self.sign_up.first = ""
        self.paint()

    def leave(self) -> None:
        if self.desk.session is not None:
            self.session.typed = self.sign_up.first = ""

    def touch(self, action: Action) -> None:
        session = self.session
        typed = written_after(session.typed, action, LONGEST_PASSWORD)
        if typed is not None:
            session.typed, self.desk.note = typed, ""
            self.paint()
        elif action.name == "enter" and session.typed:
            password, session.typed = session.typed, ""
            self._repeated(password) if self.sign_up.first else self._check(password)

    def _check(self, password: str) -> None:
        applicant, bank = self.sign_up.applicant, self.machine.settings.bank

        def told(problem: str) -> None:
            if problem:
                self.say(problem)
            else:
                self.sign_up.first = password
                self.paint()

        self.desk.work(Work.LEDGER, lambda: password_problem(password, (*applicant.told, bank)), told)

    def _repeated(self, password: str) -> None:
        if password == self.sign_up.first:
            self.sign_up.password = password
            self.desk.send("password_chosen")
        else:
            self.sign_up.first = ""
            self.say("password_not_repeated")

    def paint(self) -> None:
        self.desk.paint(FirstPassword(again=bool(self.sign_up.first), filled=len(self.session.typed)))


class FirstPinStep(NewPinStep):
    """The rules of every new PIN; there is none before it."""

    first = True

    def enter(self, *, again: bool) -> None:
        self.session.typed, self.session.order.pins = "", [""]
        self._paint()

    def touch(self, action: Action) -> None:
        if action.name != "back":
            super().touch(action)

    def chosen(self, pin: str) -> None:
        assert self.session.sign_up is not None
        self.session.sign_up.pin = pin
        self.desk.send("pin_chosen")


class AgreementsStep(SignUpStep):
    """Each biometric for itself, none of them before the customer said so."""

    def enter(self, *, again: bool) -> None:
        if not again:
            self._page = 1
        self.paint()

    def touch(self, action: Action) -> None:
        sign_up = self.sign_up
        if action.name == "agree" and action.value in self.kinds:
            kind = Factor(action.value)
            changed = set(sign_up.agreed) ^ {kind}
            sign_up.agreed = tuple(each for each in BIOMETRICS if each in changed)
            self.paint()
        elif action.name == "page" and action.value in ("next", "back"):
            turned = self._page + (1 if action.value == "next" else -1)
            self._page = min(max(turned, 1), len(self.kinds))
            self.paint()
        elif action.name == "enter":
            self.agreed()

    def agreed(self) -> None:
        self.desk.send("agreed")

    @property
    def kinds(self) -> tuple[Factor, ...]:
        return self.session.policy.biometrics

    def paint(self) -> None:
        self.desk.paint(Agreements(kinds=self.kinds, agreed=self.sign_up.agreed, page=self._page))


STEPS: dict[str, type[Step]] = {
    "question": QuestionStep,
    "contact_code": ContactCodeStep,
    "first_password": FirstPasswordStep,
    "first_pin": FirstPinStep,
    "agreements": AgreementsStep,
}
