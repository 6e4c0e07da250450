"""The other stores of the simulated machine: customers, templates, codes, lockouts, payees, confirmations, intents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from atm_app.banking.confirmations import Confirmation
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount, shortened
from atm_app.identity.enrolment import NoConsent
from atm_app.intent_ports import Intent, IntentState
from atm_app.palm_ports import HandSide
from atm_app.ports import FingerTemplate
from atm_app.simulation.clock import Time
from atm_app.simulation.fake_bank import AccountRow, CustomerRow, FakeBank
from atm_app.simulation.fake_ledger import counterparty
from atm_app.stores import (
    AttemptVerdict,
    CodeVerdict,
    Customer,
    FaceCount,
    Factor,
    KnownFace,
    NewCustomer,
    StatementLine,
    masked,
)


class FakeCustomers:
    """``pseudonyms`` come from the number: the simulation needs them told apart, not secret."""

    def __init__(self, bank: FakeBank, chain: str) -> None:
        self._bank = bank
        self._chain = chain

    def find(self, number: str) -> Customer | None:
        return next((row.customer for row in self._bank.customers.values() if row.customer.number == number), None)

    def find_by_user_name(self, user_name: str) -> Customer | None:
        """Nobody signs up in the simulation."""
        return None

    def password_hash(self, customer_id: int) -> bytes | None:
        return None

    def renew_password_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return False

    def get(self, customer_id: int) -> Customer | None:
        row = self._bank.customers.get(customer_id)
        return row.customer if row else None

    def enrol(self, customer: NewCustomer) -> int:
        known = self.find(customer.number)
        if known is not None:
            return known.customer_id
        customer_id = len(self._bank.customers) + 1
        self._bank.customers[customer_id] = CustomerRow(
            Customer(
                customer_id, customer.number, customer.number.encode().rjust(16, b"."), customer.name, customer.phone,
                customer.email,
            )
        )  # fmt: skip
        return customer_id

    def pin_hash(self, customer_id: int) -> bytes | None:
        return self._bank.customers[customer_id].pin_hash

    def emergency_pin_hash(self, customer_id: int) -> bytes | None:
        return self._bank.customers[customer_id].emergency_pin_hash

    def set_emergency_pin_hash(self, customer_id: int, pin_hash: bytes, emergency: bytes, session: bytes) -> bool:
        row = self._bank.customers[customer_id]
        done = row.pin_hash == pin_hash
        if done:
            row.emergency_pin_hash = emergency
        self._bank.note(self._chain, "credential_change", "done" if done else "refused", session, customer_id)
        return done

    def set_pin_hash(self, customer_id: int, pin_hash: bytes) -> None:
        self._bank.customers[customer_id].pin_hash = pin_hash

    def change_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return self._replace_pin_hash(customer_id, old, new, session, "credential_change")

    def renew_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return self._replace_pin_hash(customer_id, old, new, session, "credential_renew")

    def _replace_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes, event: str) -> bool:
        row = self._bank.customers[customer_id]
        done = row.pin_hash == old
        if done:
            row.pin_hash = new
        self._bank.note(self._chain, event, "done" if done else "refused", session, customer_id)
        return row.pin_hash == new


class FakeTemplates:
    def __init__(self, bank: FakeBank) -> None:
        self._bank = bank

    def faces(self) -> Sequence[tuple[int, bytes]]:
        return [(key, row.face) for key, row in self._bank.customers.items() if row.face is not None]

    def face_count(self) -> FaceCount:
        versions = [row.face_version for row in self._bank.customers.values() if row.face is not None]
        return FaceCount(len(versions), max(versions, default=0), sum(versions))

    def faces_after(self, newest: int) -> Sequence[tuple[int, bytes]]:
        return [face for face in self.faces() if self._bank.customers[face[0]].face_version > newest]

    def customers_with_face(self) -> frozenset[int]:
        return frozenset(customer_id for customer_id, _ in self.faces())

    def face(self, customer_id: int) -> bytes | None:
        return self._bank.customers[customer_id].face

    def store_face(self, customer_id: int, template: bytes, quality: float) -> None:
        row = self._agreed(customer_id, Factor.FACE)
        row.face, row.face_version = template, max(each.face_version for each in self._bank.customers.values()) + 1

    def known_face(self, customer_id: int) -> KnownFace | None:
        row = self._bank.customers[customer_id]
        return KnownFace(row.face_version, row.face, row.face) if row.face is not None else None

    def learn_face(self, customer_id: int, base: int, template: bytes, session: bytes, pause: int) -> bool:
        row = self._bank.customers[customer_id]
        if row.face_version != base:
            return False
        self.store_face(customer_id, template, 1.0)
        return True

    def forget_learned_face(self, customer_id: int) -> bool:
        return False

    def fingers(self, customer_id: int) -> tuple[FingerTemplate, ...]:
        return self._bank.customers[customer_id].fingers

    def palms(self, customer_id: int) -> tuple[bytes, ...]:
        return tuple(self._bank.customers[customer_id].palms.values())

    def palms_of_few(self, most: int) -> Sequence[tuple[int, bytes]]:
        shown = [(key, palm) for key, row in self._bank.customers.items() for palm in row.palms.values()]
        return shown if len({key for key, _ in shown}) <= most else ()

    def store_palm(self, customer_id: int, side: HandSide, template: bytes, quality: float) -> None:
        self._agreed(customer_id, Factor.PALM).palms[side] = template

    def store_finger(self, customer_id: int, finger: str, family: str, template: bytes) -> None:
        row = self._agreed(customer_id, Factor.FINGERPRINT)
        row.fingers += (FingerTemplate(len(row.fingers) + 1, finger, family, template),)

    def _agreed(self, customer_id: int, kind: Factor) -> CustomerRow:
        row = self._bank.customers[customer_id]
        if not row.agreed_to(kind):
            raise NoConsent(kind)
        return row


@dataclass
class _Code:
    key: tuple[bytes, str, bytes]
    mac: bytes
    key_id: str
    left: int
    expires_at: datetime
    ended: bool = False


class FakeCodes:
    """``issue_code`` and ``check_code``."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._codes: list[_Code] = []

    def issue(
        self, customer_id: int | None, session: bytes, purpose: str, binding: bytes, code_mac: bytes, key_id: str,
        seconds: int, tries: int,
    ) -> int:  # fmt: skip
        for code in self._codes:
            code.ended = code.ended or code.key[:2] == (session, purpose)
        expires_at = self._time.now() + timedelta(seconds=seconds)
        self._codes.append(_Code((session, purpose, binding), code_mac, key_id, tries, expires_at))
        return len(self._codes)

    def key_of(self, challenge: int) -> str | None:
        code = self._find(challenge)
        return code.key_id if code else None

    def check(self, challenge: int, session: bytes, purpose: str, binding: bytes, code_mac: bytes) -> CodeVerdict:
        code = self._find(challenge)
        if code is None or code.key != (session, purpose, binding) or code.ended or code.left <= 0:
            return CodeVerdict.USED_UP
        code.left -= 1
        if code.expires_at <= self._time.now():
            verdict = CodeVerdict.EXPIRED
        elif code.mac == code_mac:
            verdict = CodeVerdict.ACCEPTED
        else:
            verdict = CodeVerdict.WRONG if code.left else CodeVerdict.USED_UP
        code.ended = verdict is not CodeVerdict.WRONG
        return verdict

    def _find(self, challenge: int) -> _Code | None:
        return self._codes[challenge - 1] if 0 < challenge <= len(self._codes) else None


class FakeAuthenticators:
    """Nobody in the simulation has an authenticator app; the contract tests give them one."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[bytes, int]] = {}

    def secret(self, customer_id: int) -> bytes | None:
        return self._rows[customer_id][0] if customer_id in self._rows else None

    def store(self, customer_id: int, secret: bytes, step: int, session: bytes) -> None:
        self._rows[customer_id] = (secret, step)

    def remove(self, customer_id: int, session: bytes) -> bool:
        return self._rows.pop(customer_id, None) is not None

    def use_step(self, customer_id: int, step: int) -> bool:
        secret, last = self._rows.get(customer_id, (b"", step))
        if last >= step:
            return False
        self._rows[customer_id] = (secret, step)
        return True


class FakeCodeLists:
    def __init__(self) -> None:
        self._rows: dict[int, list[_ListedCode]] = {}

    def replace(self, customer_id: int, key_id: str, macs: Sequence[bytes], tries: int) -> None:
        self._rows[customer_id] = [_ListedCode(key_id, mac, tries) for mac in macs]

    def next(self, customer_id: int) -> tuple[int, str] | None:
        rows = enumerate(self._rows.get(customer_id, []), 1)
        return next(((number, row.key_id) for number, row in rows if row.good), None)

    def use(self, customer_id: int, position: int, mac: bytes) -> bool:
        rows = self._rows.get(customer_id, [])
        row = rows[position - 1] if 0 < position <= len(rows) else None
        if row is None or not row.good:
            return False
        right = row.mac == mac
        row.used, row.left = right, row.left - (not right)
        return right


@dataclass
class _ListedCode:
    key_id: str
    mac: bytes
    left: int
    used: bool = False

    @property
    def good(self) -> bool:
        return not self.used and self.left > 0


@dataclass
class _Lockout:
    failures: int = 0
    locks: int = 0
    locked_until: datetime | None = None


class FakeLockouts:
    """``begin_attempt`` and ``attempt_succeeded``. ``successes``: how many there were."""

    def __init__(self, time: Time) -> None:
        self.successes = Counter[tuple[int, Factor]]()
        self._time = time
        self._rows: dict[tuple[int | bytes, Factor], _Lockout] = {}

    def begin(self, customer_id: int, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        return self._begin(customer_id, factor, limit, delays)

    def begin_invented(self, token: bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        return self._begin(token, factor, limit, delays)

    def _begin(self, owner: int | bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        row = self._rows.setdefault((owner, factor), _Lockout())
        locked = self._locked_seconds(owner)
        failures = row.failures
        if not locked:
            failures += 1
            row.failures = failures
            if failures >= limit:
                seconds = delays[min(row.locks, len(delays) - 1)]
                row.failures, row.locks = 0, row.locks + 1
                row.locked_until = self._time.now() + timedelta(seconds=seconds)
        return AttemptVerdict(not locked, max(limit - failures, 0), locked)

    def succeeded(self, customer_id: int, factor: Factor) -> None:
        self.successes[customer_id, factor] += 1
        self._rows[customer_id, factor] = _Lockout()

    def locked_seconds(self, customer_id: int) -> int:
        return self._locked_seconds(customer_id)

    def _locked_seconds(self, owner: int | bytes) -> int:
        ends = [row.locked_until for (whose, _), row in self._rows.items() if whose == owner and row.locked_until]
        return max((math.ceil((end - self._time.now()).total_seconds()) for end in ends), default=0) if ends else 0


class FakePayees:
    def __init__(self, bank: FakeBank, chain: str) -> None:
        self._bank = bank
        self._chain = chain
        self._labels: dict[tuple[int, int], str] = {}

    def by_number(self, number: str) -> PayeeAccount | None:
        row = self._bank.by_number.get(number)
        return self._found(row) if row is not None and self._payable(row) else None

    def by_phone(self, phone: str) -> PayeeAccount | None:
        owners = {
            key for key, row in self._bank.customers.items() if _digits(row.customer.phone) == _digits(phone)
        }  # fmt: skip
        rows = [row for row in self._bank.accounts.values() if row.customer_id in owners and self._payable(row)]
        if len({row.customer_id for row in rows}) != 1:
            return None
        return self._found(min(rows, key=lambda row: (row.kind != "wallet", row.account_id)))

    def saved(self, customer_id: int) -> tuple[PayeeAccount, ...]:
        return tuple(
            PayeeAccount(account_id, row.bank, masked(row.number), "", row.currency, label)
            for (owner, account_id), label in sorted(self._labels.items())
            if owner == customer_id and self._payable(row := self._bank.accounts[account_id])
        )

    def save(self, customer_id: int, payee: PayeeAccount, label: str, session: bytes) -> None:
        self._labels[customer_id, payee.account_id] = label
        self._bank.note(self._chain, "payee", "saved", session, customer_id, account=payee.account_id)

    def forget(self, customer_id: int, account_id: int, session: bytes) -> None:
        self._labels.pop((customer_id, account_id), None)
        self._bank.note(self._chain, "payee", "forgotten", session, customer_id, account=account_id)

    def billers(self, currency: str) -> tuple[Biller, ...]:
        found = [biller for biller in self._bank.billers.values() if biller.least.currency == currency]
        return tuple(sorted(found, key=lambda biller: (biller.category, biller.name)))

    def _payable(self, row: AccountRow) -> bool:
        return row.status == "open" and self._bank.is_active(row.customer_id)

    def _found(self, row: AccountRow) -> PayeeAccount:
        name = self._bank.customers[row.customer_id or 0].customer.name
        return PayeeAccount(row.account_id, row.bank, masked(row.number), shortened(name), row.currency)


class FakeConfirmations:
    def __init__(self, bank: FakeBank, terminal: str) -> None:
        self._bank = bank
        self._terminal = terminal

    def owed(self, count: int) -> tuple[Confirmation, ...]:
        rows = [row for row in self._bank.confirmations if row.state == "owed" and row.terminal == self._terminal]
        return tuple(self._confirmation(row.confirmation_id) for row in rows[:count])

    def tried(self, confirmation_id: int, *, sent: bool, limit: int) -> None:
        row = self._bank.confirmations[confirmation_id - 1]
        if row.state == "owed":
            row.tries += 1
            row.state = "sent" if sent else "failed" if row.tries >= limit else "owed"

    def _confirmation(self, number: int) -> Confirmation:
        row = self._bank.confirmations[number - 1]
        account, journal = self._bank.accounts[row.account_id], self._bank.journal[row.journal_id - 1]
        posting = next(posting for posting in journal.postings if posting.account_id == row.account_id)
        line = StatementLine(
            journal.journal_id, journal.at, journal.kind, Money(posting.amount, account.currency),
            Money(posting.balance_after, account.currency), description=journal.description,
            counterparty=counterparty(self._bank, journal, posting.line),
        )  # fmt: skip
        return Confirmation(number, row.customer_id, account.bank, masked(account.number), line)


class FakeIntents:
    """The terminal's own disk: outlives the process, not the world. ``ended``: as in ``db.intents``."""

    ended = frozenset({IntentState.SETTLED, IntentState.DISPUTED})

    def __init__(self) -> None:
        self.intents: dict[bytes, Intent] = {}

    def record(self, intent: Intent) -> None:
        assert intent.request_id not in self.intents, "a request id is made once"
        self.intents[intent.request_id] = intent

    def advance(self, request_id: bytes, state: IntentState) -> None:
        intent = self.intents[request_id]
        self.intents[request_id] = Intent(request_id, state, intent.amount, intent.kind)

    def open(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents.values() if intent.state not in self.ended)

    def disputed(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents.values() if intent.state is IntentState.DISPUTED)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
