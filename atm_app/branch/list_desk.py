"""The teller's lists: customers brought in from a CSV, tried first, and everybody saved as one. Both take two people: a
list may pay money in, and holds what people are told by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.branch.exports import export
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import Permissions
from atm_app.branch.report_ports import ReportFolder
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.customer_export import EXPORTED, ListedCustomers, exported_pages
from atm_app.identity.customer_import import SEAL_EVERY, CustomerImport, Imported, IncomingCustomers
from atm_app.identity.customer_list import CustomerList, LineProblem, ListedCustomer, UnusableList
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import Cancelled, FaceGallery, FaceMatcher, Random
from atm_app.stores import Customers

DIGEST_DIGITS = 16


class ListRefused(ValueError):
    """It is no list; the message says why, for the screen."""


@dataclass(frozen=True)
class ReadList:
    """``listed``: the good lines; ``problems``: the others. ``digest``: of the whole text."""

    name: str
    digest: str
    listed: tuple[ListedCustomer, ...]
    problems: tuple[LineProblem, ...]

    @property
    def opening(self) -> Money:
        """What the list pays in, all together."""
        total = Money(0, self.listed[0].opening.currency) if self.listed else Money(0)
        return sum((one.opening for one in self.listed), total)

    def action(self, terminal: str) -> Action:
        return Action(
            Deed.IMPORT_CUSTOMERS, terminal,
            (("list", self.name), ("digest", self.digest), ("lines", len(self.listed)), ("amount", self.opening.minor),
             ("currency", self.opening.currency)),
        )  # fmt: skip


@dataclass(frozen=True)
class ListOutcome:
    """``done``: lines that are customers now, or would be; ``problems``: the others, in the order of the list.
    ``stopped``: not every line was come to."""

    done: tuple[Imported, ...]
    problems: tuple[LineProblem, ...]
    stopped: bool

    @property
    def new(self) -> int:
        return sum(one.is_new for one in self.done)


@dataclass(frozen=True)
class ListDeskStores:
    """``read_text``: a file's text, raises UnusableList. ``matcher``, ``gallery``: what an import asks for; without
    photographs it compares no face."""

    incoming: IncomingCustomers
    outgoing: ListedCustomers
    matcher: FaceMatcher
    gallery: FaceGallery
    read_text: Callable[[str], str]


@dataclass(frozen=True)
class ListDesk:
    """Photographs and pictures of fingers that a list names are not brought in here: to look at a face holds the thread
    that paints as long as it takes."""

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
            digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]
            return ReadList(path.rpartition("/")[2], digest, listed, tuple(reader.problems))

    def attempt(self, session: StaffSession, read: ReadList, work: LongWork) -> ListOutcome:
        """Every line tried on the database, and nothing kept. Raises StoreUnavailable, KeyProblem."""
        with self.permissions.deed(session, Deed.TRY_LIST, lines=len(read.listed)):
            return self._brought(read, work, dry_run=True)

    def bring_in(self, session: StaffSession, read: ReadList, approval: Approval, work: LongWork) -> ListOutcome:
        """Each line whole or not at all. Stopped half-way, what was done stays, and is not done twice when the list is
        brought in again."""
        with self.permissions.deed_of_two(session, read.action(self.settings.terminal), approval):
            return self._brought(read, work, dry_run=False)

    def save(self, session: StaffSession, where: str, approval: Approval, work: LongWork) -> str:
        """Everybody who is not erased, a line for each account. Raises as ``export`` does."""
        with self.permissions.deed_of_two(session, export_action(self.settings.terminal), approval):
            pages = (lines for _, lines in exported_pages(self.stores.outgoing))
            return export(self.folder, where, "customers.csv", EXPORTED, pages, work)

    def _brought(self, read: ReadList, work: LongWork, *, dry_run: bool) -> ListOutcome:
        stores = self.stores
        importing = CustomerImport(
            stores.incoming, self.customers, _NoPictures(), stores.matcher, stores.gallery, self.settings, self.random,
            dry_run=dry_run,
        )  # fmt: skip
        work.total = len(read.listed)
        outcomes: list[Imported | LineProblem] = []
        stopped = False
        for one in read.listed:
            outcomes.append(importing.bring(one))
            if len(outcomes) % SEAL_EVERY == 0:
                self.permissions.seal()
            try:
                work.step(1)
            except Cancelled:
                stopped = len(outcomes) < len(read.listed)
                break
        problems = [*read.problems, *(each for each in outcomes if isinstance(each, LineProblem))]
        return ListOutcome(
            tuple(each for each in outcomes if isinstance(each, Imported)),
            tuple(sorted(problems, key=lambda problem: problem.line)), stopped,
        )  # fmt: skip


def export_action(terminal: str) -> Action:
    return Action(Deed.EXPORT_CUSTOMERS, terminal)


NOT_HERE = "is brought in by main.py customer import alone"


class _NoPictures:
    """``CustomerPictures``."""

    def face(self, files: Sequence[str]) -> tuple[tuple[bytes, ...], float]:
        raise UnusablePicture(PictureFault.UNREADABLE, NOT_HERE)

    def finger(self, finger: str, file: str) -> CapturedTemplate:
        raise UnusablePicture(PictureFault.UNREADABLE, NOT_HERE)
