"""The teller's lists: customers brought in from a CSV, tried first, and everybody saved as one. Both take two people: a
list may pay money in, and holds what people are told by."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from atm_app.banking.money import Money
from atm_app.branch.exports import export
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import Permissions
from atm_app.branch.report_ports import ReportFolder
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.identity.customer_export import EXPORTED, ListedCustomers, exported_pages
from atm_app.identity.customer_import import SEAL_EVERY, CustomerImport, CustomerPictures, Imported, IncomingCustomers
from atm_app.identity.customer_list import CustomerList, LineProblem, ListedCustomer, UnusableList
from atm_app.ports import Cancelled, FaceGallery, FaceMatcher, Random
from atm_app.stores import Customers

# Hexadecimal, of a SHA-256: nobody finds two lists with the same.
DIGEST_DIGITS = 32


class ListRefused(ValueError):
    """It is no list; the message says why, for the screen."""


@dataclass(frozen=True)
class ReadList:
    """``listed``: the good lines; ``problems``: the others. ``digest``: of the whole text. ``folder``: of the pictures
    that it names, empty for none. ``pictures``: (name in the list, SHA-256) of those that were looked at when it was
    tried; nothing but these is brought in."""

    name: str
    digest: str
    listed: tuple[ListedCustomer, ...]
    problems: tuple[LineProblem, ...]
    folder: str = ""
    pictures: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def picture_count(self) -> int:
        """Of those the good lines name."""
        return sum(len(one.photographs) + len(one.fingerprints) for one in self.listed)

    def in_folder(self, folder: str) -> ReadList:
        """Yet to be tried with the pictures there."""
        return replace(self, folder=folder, pictures=())

    def tried(self, outcome: ListOutcome) -> ReadList:
        """As it is signed and brought in."""
        return replace(self, pictures=outcome.pictures)

    @property
    def opening(self) -> Money:
        """What the list pays in, all together."""
        total = Money(0, self.listed[0].opening.currency) if self.listed else Money(0)
        return sum((one.opening for one in self.listed), total)

    def action(self, terminal: str) -> Action:
        """The digest of the pictures is one over their names and theirs: another picture is another action."""
        parts: tuple[tuple[str, str | int], ...] = (
            ("list", self.name), ("digest", self.digest), ("lines", len(self.listed)), ("amount", self.opening.minor),
            ("currency", self.opening.currency),
        )  # fmt: skip
        if self.picture_count:
            parts += (("pictures", len(self.pictures)), ("digest_of_pictures", _digest(json.dumps(self.pictures))))
        return Action(Deed.IMPORT_CUSTOMERS, terminal, parts)


@dataclass(frozen=True)
class ListOutcome:
    """``done``: lines that are customers now, or would be; ``problems``: the others, in the order of the list.
    ``stopped``: not every line was come to. ``pictures``: as ``ReadList`` has them, in the order of their names."""

    done: tuple[Imported, ...]
    problems: tuple[LineProblem, ...]
    stopped: bool
    pictures: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def new(self) -> int:
        return sum(one.is_new for one in self.done)


class ListPictures(CustomerPictures, Protocol):
    """The pictures of one list, for as long as it is gone through. Raises Cancelled where that is stopped, and
    DeviceUnavailable where no picture at all can be looked at."""

    digests: dict[str, str]
    """SHA-256 by the names of the list, of the files that were read."""

    def close(self) -> None: ...


# Of the pictures of a folder, by the digests they have to have (None: any), for a work that may be stopped.
PicturesOf = Callable[[str, Mapping[str, str] | None, LongWork], ListPictures]


@dataclass(frozen=True)
class ListDeskStores:
    """``read_text``: a file's text, raises UnusableList. ``faces``: everybody's, for the list that is to be compared
    with them. ``pictures``: looked at without holding up whoever else works in this process."""

    incoming: IncomingCustomers
    outgoing: ListedCustomers
    matcher: FaceMatcher
    faces: Callable[[Sequence[ListedCustomer]], FaceGallery]
    pictures: PicturesOf
    read_text: Callable[[str], str]


@dataclass(frozen=True)
class ListDesk:
    permissions: Permissions
    stores: ListDeskStores
    customers: Customers
    folder: ReportFolder
    random: Random
    settings: Settings

    def read(self, session: StaffSession, path: str) -> ReadList:
        """Nothing is written. Raises ListRefused."""
        with self.permissions.deed(session, Deed.TRY_LIST):
            settings = self.settings
            reader = CustomerList(settings.bank, settings.currency, settings.country_code)
            try:
                text = self.stores.read_text(path)
                listed = reader.read(text)
            except UnusableList as problem:
                raise ListRefused(str(problem)) from problem
            return ReadList(path.rpartition("/")[2], _digest(text), listed, tuple(reader.problems))

    def attempt(self, session: StaffSession, read: ReadList, work: LongWork) -> ListOutcome:
        """Every line tried on the database, every picture looked at, and nothing kept. Raises StoreUnavailable,
        KeyProblem, DeviceUnavailable."""
        with self.permissions.deed(session, Deed.TRY_LIST, lines=len(read.listed)):
            return self._brought(read, work, dry_run=True)

    def bring_in(self, session: StaffSession, read: ReadList, approval: Approval, work: LongWork) -> ListOutcome:
        """Each line whole or not at all. Stopped half-way, what was done stays, and is not done twice when the list is
        brought in again. A line one of whose pictures is not the one that was tried is refused. Raises as ``attempt``
        does."""
        with self.permissions.deed_of_two(session, read.action(self.settings.terminal), approval):
            return self._brought(read, work, dry_run=False)

    def save(self, session: StaffSession, where: str, approval: Approval, work: LongWork) -> str:
        """Everybody who is not erased, a line for each account. Raises as ``export`` does."""
        with self.permissions.deed_of_two(session, export_action(self.settings.terminal), approval):
            pages = (lines for _, lines in exported_pages(self.stores.outgoing))
            return export(self.folder, where, "customers.csv", EXPORTED, pages, work)

    def _brought(self, read: ReadList, work: LongWork, *, dry_run: bool) -> ListOutcome:
        stores = self.stores
        tried = None if dry_run else dict(read.pictures)
        with contextlib.closing(stores.pictures(read.folder, tried, work)) as pictures:
            importing = CustomerImport(
                stores.incoming, self.customers, pictures, stores.matcher, stores.faces(read.listed), self.settings,
                self.random, dry_run=dry_run,
            )  # fmt: skip
            outcomes = self._each(read.listed, importing, work)
            looked_at = tuple(sorted(pictures.digests.items()))
        problems = [*read.problems, *(each for each in outcomes if isinstance(each, LineProblem))]
        return ListOutcome(
            tuple(each for each in outcomes if isinstance(each, Imported)),
            tuple(sorted(problems, key=lambda problem: problem.line)), len(outcomes) < len(read.listed), looked_at,
        )  # fmt: skip

    def _each(
        self, listed: Sequence[ListedCustomer], importing: CustomerImport, work: LongWork
    ) -> list[Imported | LineProblem]:  # fmt: skip
        """As far as it was not stopped."""
        work.total = len(listed)
        outcomes: list[Imported | LineProblem] = []
        with contextlib.suppress(Cancelled):
            for one in listed:
                outcomes.append(importing.bring(one))
                if len(outcomes) % SEAL_EVERY == 0:
                    self.permissions.seal()
                work.step(1)
        return outcomes


def export_action(terminal: str) -> Action:
    return Action(Deed.EXPORT_CUSTOMERS, terminal)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]
