"""Everything about one customer in one list: what the audit says of them and what moved on their accounts.

Nobody's name is in it, and no balance. A movement stands in it once, as it was booked; of those that were not booked
the audit tells.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from atm_app.banking.money import Money, MoneyError
from atm_app.branch.kind_words import movement_told
from atm_app.trust.audit import AuditRow

NEWEST = 2**63 - 1


class StoryKind(StrEnum):
    """What is listed. ``SIGN_INS``: proving who they are, the refusals too, and what none of the others is."""

    EVERYTHING = "everything"
    ENROLMENT = "enrolment"
    SIGN_INS = "sign-ins"
    MOVEMENTS = "movements"
    SETTINGS = "settings"
    STAFF = "staff"


EVENTS = {
    StoryKind.ENROLMENT: (
        "customer_enrol", "customer_import", "sign_up", "template_store", "template_learn", "template_forget",
        "template_revoke", "consent_given", "consent_revoked", "account_open", "document_store", "customer_erased",
    ),
    StoryKind.MOVEMENTS: (
        "withdrawal_hold", "withdrawal_settle", "deposit_hold", "deposit_settle", "transfer", "payment", "top_up",
        "branch_deposit", "branch_payout", "suspense", "reversal",
    ),
    StoryKind.SETTINGS: (
        "limit_set", "credential_set", "credential_change", "credential_remove", "authenticator_set",
        "authenticator_remove", "code_list_issue", "payee",
    ),
    StoryKind.STAFF: ("staff_deed", "account_status", "customer_unlocked"),
}  # fmt: skip
# Booked, so that the journal tells of them; a hold that was agreed to is told by what became of it.
BOOKED = (
    "withdrawal_hold/held", "withdrawal_settle/posted", "withdrawal_settle/suspended", "deposit_hold/held",
    "deposit_settle/posted", "transfer/posted", "payment/posted", "top_up/posted", "branch_deposit/posted",
    "branch_payout/posted", "suspense/returned",
)  # fmt: skip
# What only the auditor sees: whoever serves a customer who is forced must not find it out.
SILENT = ("duress", "alert")


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins: below these rows of the audit and of the journal."""

    audit: int = NEWEST
    journal: int = NEWEST


@dataclass(frozen=True)
class StoryLine:
    """``what``: a sentence. ``machine``: its name. ``source``: the row it is, as in ``audit 12`` or ``journal 7``."""

    at: datetime
    kind: StoryKind
    what: str
    machine: str
    source: str


@dataclass(frozen=True)
class StoryPage:
    """Newest first. ``next_page``: None after the last."""

    lines: tuple[StoryLine, ...]
    next_page: Cursor | None


@dataclass(frozen=True)
class CustomerMovement:
    """A posting on one of the customer's accounts; ``amount``: below zero where money left it."""

    journal_id: int
    at: datetime
    kind: str
    terminal: str
    amount: Money
    account_end: str


class StoryRecords(Protocol):
    """Newest first. Raises StoreUnavailable."""

    def about(
        self, pseudonym: bytes, events: Sequence[str], hidden: Sequence[str], before: int, count: int, *, inside: bool
    ) -> tuple[AuditRow, ...]:
        """Audit rows of these events (``inside``) or of all others. ``hidden``: event, or event/outcome, left out."""
        ...

    def movements(self, pseudonym: bytes, before: int, count: int) -> tuple[CustomerMovement, ...]: ...


def page_of(
    records: StoryRecords, pseudonym: bytes, kind: StoryKind, cursor: Cursor, count: int, hidden: Sequence[str] = ()
) -> StoryPage:
    """The ``count`` newest lines below ``cursor``: both sources are read that far and merged by their moments."""
    events, inside = _events_of(kind)
    rows = records.about(pseudonym, events, (*BOOKED, *hidden), cursor.audit, count, inside=inside)
    moved: tuple[CustomerMovement, ...] = ()
    if kind in (StoryKind.EVERYTHING, StoryKind.MOVEMENTS):
        # One more: a movement between two of the customer's own accounts is two lines of one row.
        moved = records.movements(pseudonym, cursor.journal, count + 1)
    told: list[tuple[StoryLine, Cursor]] = []
    audit, journal = list(rows), list(moved)
    here = cursor
    while (audit or journal) and len(told) < count:
        if audit and (not journal or _at(audit[0]) >= journal[0].at):
            row = audit.pop(0)
            here = replace(here, audit=row.audit_id)
            told.append((_row_told(row), here))
        else:
            movement = journal.pop(0)
            here = replace(here, journal=movement.journal_id)
            told.append((_movement_told(movement), here))
    # Postings of one journal row on two of the customer's accounts are not torn apart by a page.
    while journal and told and journal[0].journal_id == here.journal:
        told.append((_movement_told(journal.pop(0)), here))
    more = len(rows) == count or bool(audit or journal)
    return StoryPage(tuple(line for line, _ in told), here if more and told else None)


def _events_of(kind: StoryKind) -> tuple[tuple[str, ...], bool]:
    if kind is StoryKind.EVERYTHING:
        return (), False
    if kind is StoryKind.SIGN_INS:
        return tuple(event for events in EVENTS.values() for event in events), False
    return EVENTS[kind], True


def _at(row: AuditRow) -> datetime:
    return datetime.fromisoformat(row.at).replace(tzinfo=UTC)


def kind_of(event: str) -> StoryKind:
    return next((kind for kind, events in EVENTS.items() if event in events), StoryKind.SIGN_INS)


# --- sentences -------------------------------------------------------------------------------------------------------

# By event, or event/outcome where that says more. In braces what stands in the row's details.
SENTENCES = {
    "customer_enrol": "Enrolled.",
    "customer_import": "Brought in from a list.",
    "sign_up": "Opened their account at the machine: {outcome}.",
    "template_store/done": "{kind} enrolled: {position}.",
    "template_store/no_consent": "{kind} not enrolled: there is no consent.",
    "template_learn": "The enrolled face learned from a visit.",
    "template_forget": "What the face had learned was taken back.",
    "template_revoke": "{kind} revoked: {position}.",
    "consent_given": "Agreed to {kind}.",
    "consent_revoked/done": "Took the consent to {kind} back.",
    "account_open": "An account was opened.",
    "document_store": "Papers were kept.",
    "customer_erased": "Erased.",
    "sign_in": "Signed in.",
    "visit/served_elsewhere": "Turned away: another machine was serving them.",
    "code_issue/issued": "A one-time code was issued.",
    "code_issue/locked": "No code was issued: the customer was locked.",
    "duress": "Signed in under duress: silent alarm.",
    "alert": "Staff were told: {outcome}.",
    "limit_set": "Limit for {kind} set: {transaction} at once, {day} a day.",
    "credential_set": "A {kind} was set.",
    "credential_change": "The PIN was changed.",
    "credential_remove": "The {kind} was removed.",
    "authenticator_set": "An authenticator app was set up.",
    "authenticator_remove": "The authenticator app was removed.",
    "code_list_issue": "A list of codes was issued.",
    "payee": "A payee was saved or forgotten: {outcome}.",
    "account_status": "An account is {outcome} from now on.",
    "customer_unlocked": "Unlocked by staff.",
    "staff_deed/done": "Staff, {role}: {deed}.",
    "staff_deed/failed": "Staff, {role}: {deed}, not done: {reason}.",
    "withdrawal_hold": "Withdrawal of {amount} refused: {outcome}.",
    "withdrawal_settle/voided": "Withdrawal of {amount} not paid out: {fate}. Nothing was booked.",
    "deposit_hold": "Deposit of {amount} refused: {outcome}.",
    "deposit_settle/voided": "Deposit of {amount} given back. Nothing was booked.",
    "deposit_settle/suspended": "Deposit of {amount}: nobody knows where the notes are.",
    "suspense/taken": "Lost notes of {amount}: staff found that the customer has them.",
    "transfer": "Transfer of {amount} refused: {outcome}.",
    "payment": "Payment of {amount} refused: {outcome}.",
    "top_up": "Top-up of {amount} refused: {outcome}.",
}
# Of what is proven: the event is the factor and one of these.
PROOFS = {"verify": "{factor}: {outcome}.", "identify": "{factor}, among all: {outcome}.",
          "presentation": "{factor} presented: {outcome}."}  # fmt: skip
SUMS = ("amount", "transaction", "day")


def _row_told(row: AuditRow) -> StoryLine:
    return StoryLine(
        _at(row), kind_of(row.event), sentence_of(row), row.chain.partition("/")[0], f"audit {row.audit_id}"
    )


def sentence_of(row: AuditRow) -> str:
    """An event without a sentence of its own is told by its name and what came of it."""
    words = {"outcome": _plain(row.outcome), **_details(row)}
    factor, _, proof = row.event.rpartition("_")
    template = SENTENCES.get(f"{row.event}/{row.outcome}") or SENTENCES.get(row.event)
    if template is None and proof in PROOFS:
        template, words["factor"] = PROOFS[proof], _plain(factor).capitalize()
    if template is None:
        template, words["event"] = "{event}: {outcome}.", _plain(row.event).capitalize()
    told = template.format_map(_Known(words))
    return told[0].upper() + told[1:]


class _Known(dict[str, str]):
    """What a row does not say stays open in its sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


def _details(row: AuditRow) -> dict[str, str]:
    found: dict[str, Any] = json.loads(row.details) if row.details else {}
    currency = str(found.get("currency") or "INR")
    return {name: _figure(value, currency) if name in SUMS else _plain(f"{value}") for name, value in found.items()}


def _figure(value: object, currency: str) -> str:
    try:
        return Money(int(f"{value}"), currency).text()
    except (ValueError, MoneyError):
        return f"{value}"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _movement_told(movement: CustomerMovement) -> StoryLine:
    way = "to" if movement.amount.positive else "from"
    amount = movement.amount.magnitude.text()
    what = f"{movement_told(movement.kind)}: {amount} {way} account •••• {movement.account_end}."
    return StoryLine(movement.at, StoryKind.MOVEMENTS, what, movement.terminal, f"journal {movement.journal_id}")
