"""Customers of a list into the bank: each whole or not at all, and none twice, however often the list is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from atm_app.banking.money import Money
from atm_app.config import Settings
from atm_app.identity.captures import CapturedTemplate, EnrolmentProblem, FaceEnrolledAlready, kept_face
from atm_app.identity.customer_list import LineProblem, ListedCustomer
from atm_app.identity.self_sign_up import DRAWS, NewAccount, drawn_account, drawn_number
from atm_app.picture_ports import UnusablePicture
from atm_app.ports import FaceGallery, FaceMatcher, Random
from atm_app.stores import Customer, Customers, Factor, NewCustomer
from atm_app.trust.vault import normalised

# Lines, after which whoever brings in a list has the audit sealed: rows that wait for more than a minute are a finding.
SEAL_EVERY = 200


class KnownBy(StrEnum):
    """What of a line somebody has already; NOTHING: it was written."""

    NOTHING = ""
    NUMBER = "number_known"
    CONTACT = "contact_known"
    ACCOUNT = "account_known"


@dataclass(frozen=True)
class BroughtAlong:
    """What no list holds, of who came to the branch: each may be empty. ``pseudonym``: 16 bytes, to which ``pin_hash``
    is bound. ``app_step``: the latest of the authenticator that was used. ``document``: a JPEG."""

    pseudonym: bytes
    pin_hash: bytes = field(default=b"", repr=False)
    app_secret: bytes = field(default=b"", repr=False)
    app_step: int = 0
    document: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Incoming:
    """A customer as they are to be written, all at once. ``along``: of who was enrolled in person."""

    customer: NewCustomer
    account: NewAccount | None
    opening: Money
    consents: tuple[Factor, ...] = ()
    templates: tuple[CapturedTemplate, ...] = field(default=(), repr=False)
    along: BroughtAlong | None = None


@dataclass(frozen=True)
class Brought:
    """``customer_id``: the new one's, or of whoever is known by it; 0 where nobody is told."""

    known_by: KnownBy
    customer_id: int


class IncomingCustomers(Protocol):
    def bring_in(self, incoming: Incoming, *, dry_run: bool) -> Brought:
        """All of it or nothing; ``dry_run``: nothing, but everything is tried. Raises StoreUnavailable, KeyProblem."""
        ...

    def open_further(self, customer_id: int, account: NewAccount, opening: Money) -> bool | None:
        """One more account of a customer and what is paid in to it, once: whether it is new, None when the number is
        somebody else's. Raises StoreUnavailable."""
        ...


class NotAsTried(EnrolmentProblem):
    """A picture is another one than when the list was tried."""

    def __init__(self) -> None:
        super().__init__("a picture was exchanged since the list was tried")


class CustomerPictures(Protocol):
    """Pictures by the names a list gives them. Raises UnusablePicture, EnrolmentProblem."""

    def face(self, files: Sequence[str]) -> tuple[tuple[bytes, ...], float]:
        """A sample of each photograph, and the quality of the worst, 0 to 1."""
        ...

    def finger(self, finger: str, file: str) -> CapturedTemplate: ...


@dataclass(frozen=True)
class Imported:
    """A line done. ``number``: the customer's. ``is_new``: false for who was there already, by this very line."""

    line: int
    number: str
    is_new: bool


class CustomerImport:
    """``gallery``: everybody's faces as far as they are compared at enrolment."""

    def __init__(
        self, rows: IncomingCustomers, customers: Customers, pictures: CustomerPictures, matcher: FaceMatcher,
        gallery: FaceGallery, settings: Settings, random: Random, *, dry_run: bool,
    ) -> None:  # fmt: skip
        self._rows = rows
        self._customers = customers
        self._pictures = pictures
        self._matcher = matcher
        self._gallery = gallery
        self._settings = settings
        self._random = random
        self._dry_run = dry_run

    def bring(self, listed: ListedCustomer) -> Imported | LineProblem:
        """Raises StoreUnavailable, KeyProblem."""
        there = self._customers.find(listed.number) if listed.number else None
        if listed.further:
            return self._further(listed, there)
        if there is not None:
            return self._known(listed, KnownBy.NUMBER, there)
        incoming = Incoming(listed.customer, listed.account, listed.opening, listed.consents)
        if listed.photographs or listed.fingerprints:
            # Whoever is there already is told before pictures are looked at: their face is enrolled, as theirs.
            _, brought = self._with_free_numbers(listed, incoming, dry_run=True)
            if brought.known_by is not KnownBy.NOTHING:
                return self._known(listed, brought.known_by, self._customers.get(brought.customer_id))
            try:
                incoming = replace(incoming, templates=self._templates(listed))
            except _PictureProblem as problem:
                return LineProblem(listed.line, problem.column, str(problem))
        incoming, brought = self._with_free_numbers(listed, incoming, dry_run=self._dry_run)
        if brought.known_by is not KnownBy.NOTHING:
            return self._known(listed, brought.known_by, self._customers.get(brought.customer_id))
        self._remember_face(listed, brought, incoming)
        return Imported(listed.line, incoming.customer.number, is_new=True)

    def _with_free_numbers(
        self, listed: ListedCustomer, incoming: Incoming, *, dry_run: bool
    ) -> tuple[Incoming, Brought]:
        """Brought in, or tried, with numbers drawn anew until they are nobody's."""
        drawn = {KnownBy.NUMBER: not listed.number, KnownBy.ACCOUNT: bool(listed.account) and not _account(listed)}
        for _ in range(DRAWS):
            incoming = self._with_numbers(listed, incoming)
            brought = self._rows.bring_in(incoming, dry_run=dry_run)
            if not drawn.get(brought.known_by, False):
                break
        return incoming, brought

    def _further(self, listed: ListedCustomer, there: Customer | None) -> Imported | LineProblem:
        assert listed.account is not None, "a further line is one of an account"
        if there is None and self._dry_run:
            return Imported(listed.line, listed.number, is_new=True)
        if there is None or not _same(there, listed):
            return LineProblem(listed.line, "number", "the customer's first line was refused")
        is_new = True
        if not self._dry_run:
            opened = self._rows.open_further(there.customer_id, listed.account, listed.opening)
            if opened is None:
                return LineProblem(listed.line, "account", "is another customer's")
            is_new = opened
        return Imported(listed.line, there.number, is_new=is_new)

    def _known(self, listed: ListedCustomer, by: KnownBy, there: Customer | None) -> Imported | LineProblem:
        """Whoever is there already is this line's customer, read before, or somebody else."""
        if there is not None and _same(there, listed):
            return Imported(listed.line, there.number, is_new=False)
        column = {KnownBy.NUMBER: "number", KnownBy.ACCOUNT: "account"}.get(by, "phone")
        words = {
            KnownBy.NUMBER: "is another customer's, or was an erased one's",
            KnownBy.CONTACT: "this, or the email, is another customer's", KnownBy.ACCOUNT: "is another customer's",
        }  # fmt: skip
        return LineProblem(listed.line, column, words[by])

    def _with_numbers(self, listed: ListedCustomer, incoming: Incoming) -> Incoming:
        customer, account = incoming.customer, incoming.account
        if not listed.number:
            customer = replace(customer, number=drawn_number(self._random))
        if account is not None and not _account(listed):
            account = replace(account, number=drawn_account(self._settings.sign_up, self._random))
        return replace(incoming, customer=customer, account=account)

    def _templates(self, listed: ListedCustomer) -> tuple[CapturedTemplate, ...]:
        templates = []
        try:
            if listed.photographs:
                samples, quality = self._pictures.face(listed.photographs)
                templates.append(kept_face(self._matcher, self._gallery, self._settings.face, samples, quality))
        except FaceEnrolledAlready as problem:
            raise _PictureProblem("photographs", self._whose_face(problem.customer_id)) from problem
        except (UnusablePicture, EnrolmentProblem) as problem:
            raise _PictureProblem("photographs", str(problem)) from problem
        try:
            templates += [self._pictures.finger(finger, file) for finger, file in listed.fingerprints]
        except (UnusablePicture, EnrolmentProblem) as problem:
            raise _PictureProblem("fingerprints", str(problem)) from problem
        return tuple(templates)

    def _whose_face(self, customer_id: int) -> str:
        """``customer_id``: as ``_remember_face`` has it."""
        there = self._customers.get(customer_id) if customer_id > 0 else None
        if there is None and customer_id > 0:
            return "the same face is enrolled already"
        return (
            f"the same face is enrolled already: of {f'customer {there.number}' if there else f'line {-customer_id}'}"
        )

    def _remember_face(self, listed: ListedCustomer, brought: Brought, incoming: Incoming) -> None:
        for template in incoming.templates:
            if template.kind is Factor.FACE:
                # In a dry run nobody gets an id; a line's number below zero is nobody else's.
                self._gallery.put(brought.customer_id or -listed.line, template.template)


class _PictureProblem(Exception):
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


def _account(listed: ListedCustomer) -> str:
    return listed.account.number if listed.account else ""


def _same(there: Customer, listed: ListedCustomer) -> bool:
    told = listed.customer
    return (normalised(there.name), there.phone, normalised(there.email)) == (
        normalised(told.name), told.phone, normalised(told.email),
    )  # fmt: skip
