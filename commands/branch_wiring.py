"""The console of the branch on the real database."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from atm_app.branch.console import Console, ConsoleStores
from atm_app.branch.enrolment_desk import EnrolmentDesk, EnrolmentStores, Recognition
from atm_app.branch.list_desk import ListDeskStores
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import Permissions
from atm_app.branch.reports import Report
from atm_app.config import Settings
from atm_app.ports import TimeSource
from atm_app.supervisor_ports import LentMachine
from biometric.document_picture import DocumentReader
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.palm.palm_matcher import LineCodePalmMatcher
from biometric.picture_process import PictureProcess
from commands.care import Care
from commands.console_restore import ConsoleRestore
from commands.console_storage import ConsoleStorage
from commands.customer_lists import faces_for, text_of
from commands.demonstration_renewal import DemonstrationRenewal
from commands.finger_thresholds import sensor_threshold
from commands.lent_machine import LineToMachine
from commands.opened_storage import customer_lists_of
from commands.report_folder import Reports
from commands.system_random import SystemRandom
from db.storage import Storage
from gui.fonts import pillow_font

if TYPE_CHECKING:
    from atm_app.devices.report_document import ReportDocument


class SystemTime:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@functools.cache
def _document() -> ReportDocument:
    """Loaded with the first report that is saved: most sign-ins save none."""
    from atm_app.devices.report_document import ReportDocument

    return ReportDocument(pillow_font)


def draw_report(report: Report) -> bytes:
    """As PDF."""
    return _document()(report)


def console_of(
    storage: Storage, settings: Settings, clock: TimeSource, machine: LentMachine | None = None,
    config: Path = Path("atm.toml"), kept: ConsoleStorage | None = None,
) -> Console:  # fmt: skip
    """``storage``: opened. ``machine``: the one of its folder where none is named. ``config``: where the settings are
    kept. ``kept``: who gives the storage up for a restore, None where none is done."""
    stores = ConsoleStores(
        staff=storage.staff_accounts, staff_lockouts=storage.staff_lockouts, approvals=storage.approvals,
        audit=kept or storage.staff_audit, customers=storage.customers, files=storage.customer_files,
        finder=customer_lists_of(storage, settings), books=storage.branch,
        counters=storage.ledger, documents=storage.documents, consents=storage.staff_consents,
        lockouts=storage.lockouts, code_lists=storage.code_lists, records=storage.records, periods=storage.periods,
        lost_holds=storage.lost_holds, stories=storage.stories, verifier=storage.verifier,
        lists=_list_stores(storage, settings),
        machine=storage.now, fleet=storage.fleet, care=Care(storage, settings, config),
        restorer=ConsoleRestore(storage, settings, kept), demonstration=DemonstrationRenewal(storage, settings),
        report_folder=Reports(storage.folder.reports), draw_report=draw_report,
    )  # fmt: skip
    line = machine or LineToMachine(storage.folder.supervisor_socket)

    def enrolment(permissions: Permissions) -> EnrolmentDesk:
        return EnrolmentDesk(
            permissions, _enrolment_stores(storage, settings), line, _recognition(settings), DocumentReader(), clock,
            SystemRandom(), settings,
        )  # fmt: skip

    return Console(stores, storage.vault, clock, SystemRandom(), settings, enrolment)


def _list_stores(storage: Storage, settings: Settings) -> ListDeskStores:
    lists = customer_lists_of(storage, settings)
    return ListDeskStores(
        lists, lists, EuclideanFaceMatcher(), partial(faces_for, storage, settings), _pictures_of,
        lambda path: text_of(Path(path)),
    )  # fmt: skip


def _pictures_of(folder: str, tried: Mapping[str, str] | None, work: LongWork) -> PictureProcess:
    return PictureProcess(Path(folder) if folder else None, tried, lambda: work.cancelled)


def _enrolment_stores(storage: Storage, settings: Settings) -> EnrolmentStores:
    lists = customer_lists_of(storage, settings)
    return EnrolmentStores(
        storage.customers, storage.templates, storage.staff_consents, lists, lists, storage.authenticators,
        storage.documents,
    )  # fmt: skip


def _recognition(settings: Settings) -> Recognition:
    return Recognition(
        EuclideanFaceMatcher(), InMemoryFaceGallery(), LineCodePalmMatcher(),
        partial(sensor_threshold, settings.fingerprint),
    )  # fmt: skip
