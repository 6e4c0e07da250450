"""``main.py customer import`` and ``main.py customer export``: customers from and to a list (CSV)."""

from __future__ import annotations

import codecs
import contextlib
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from atm_app.config import Settings
from atm_app.durable_file import write_whole
from atm_app.identity.customer_export import EXPORTED, exported_pages
from atm_app.identity.customer_import import SEAL_EVERY, CustomerImport, Imported
from atm_app.identity.customer_list import CustomerList, LineProblem, ListedCustomer, UnusableList
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.ports import FaceGallery
from atm_app.spreadsheet import as_text
from atm_app.stores import AuditEvent
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.picture_folder import PictureFolder
from commands.opened_storage import customer_lists_of, opened_storage
from commands.system_random import SystemRandom
from db.customer_lists import CustomerListRows
from db.folder import DataFolder
from db.storage import Storage

EXIT_USAGE = 2
# A list of 200,000 customers with long addresses; more is another kind of file.
LARGEST_LIST_BYTES = 100_000_000
# Of what is wrong, so many lines are shown; with --json all of them.
MOST_SHOWN = 50


def text_of(path: Path) -> str:
    """UTF-8, with or without a byte order mark, or UTF-16 with one, as spreadsheets write them. Raises UnusableList."""
    try:
        if path.stat().st_size > LARGEST_LIST_BYTES:
            raise UnusableList(f"{path} has more than {LARGEST_LIST_BYTES // 1_000_000} MB: divide it")
        data = path.read_bytes()
    except OSError as error:
        raise UnusableList(f"{path} cannot be read: {error.strerror}") from error
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableList(f"{path}, line {line}: not UTF-8; save it as CSV in UTF-8") from error


# --- in --------------------------------------------------------------------------------------------------------------


def import_list(
    folder: DataFolder, settings: Settings, path: Path, pictures: Path | None, *, dry_run: bool, json_output: bool
) -> int:
    """``pictures``: the folder photographs and fingerprints lie in. Exit code 0 when every line is a customer's now, 1
    when some are not, 2 when it is no list. Each line is a transaction of its own: an import that was interrupted is
    run again, and what was done is told and not done twice."""
    reader = CustomerList(settings.bank, settings.currency, settings.country_code)
    try:
        listed = reader.read(text_of(path))
    except UnusableList as problem:
        print(problem, file=sys.stderr)
        return EXIT_USAGE
    with opened_storage(folder, settings) as storage:
        storage.branch.prepare_books(settings)
        outcomes = _bring_all(storage, settings, listed, PictureFolder(pictures), dry_run=dry_run)
        storage.staff_audit.seal()
    if len(outcomes) < len(listed):
        print(f"Interrupted after {len(outcomes)} of {len(listed)} customers; run it again.", file=sys.stderr)
        return 1
    found = [outcome for outcome in outcomes if isinstance(outcome, LineProblem)]
    problems = sorted([*reader.problems, *found], key=lambda problem: problem.line)
    done = [outcome for outcome in outcomes if isinstance(outcome, Imported)]
    new = [one for one in done if one.is_new]
    if json_output:
        answer = {
            "ok": not problems, "dry_run": dry_run, "imported": len(new), "known": len(done) - len(new),
            "customers": [] if dry_run else [{"line": one.line, "number": one.number} for one in new],
            "problems": [asdict(problem) for problem in problems],
        }  # fmt: skip
        print(json.dumps(answer, indent=1))
    else:
        _print(problems, f"{len(new)} customers {'would be' if dry_run else 'were'} imported, "
               f"{len(done) - len(new)} were there already, {len(problems)} lines were refused.")  # fmt: skip
    return 1 if problems else 0


def faces_for(storage: Storage, settings: Settings, listed: Sequence[ListedCustomer]) -> FaceGallery:
    """Everybody's, where the list brings photographs to be compared with them; else none."""
    gallery = InMemoryFaceGallery()
    if any(one.photographs for one in listed):
        EnrolledFaces(storage.templates, gallery, settings.face.gallery_limit).load()
    return gallery


def _bring_all(
    storage: Storage, settings: Settings, listed: Sequence[ListedCustomer], pictures: PictureFolder, *, dry_run: bool
) -> list[Imported | LineProblem]:
    importing = CustomerImport(
        customer_lists_of(storage, settings), storage.customers, pictures, EuclideanFaceMatcher(),
        faces_for(storage, settings, listed), settings, SystemRandom(), dry_run=dry_run,
    )  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    outcomes: list[Imported | LineProblem] = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("trying customers" if dry_run else "importing customers", total=len(listed))
        with contextlib.suppress(KeyboardInterrupt):
            for one in listed:
                outcomes.append(importing.bring(one))
                progress.advance(task)
                if len(outcomes) % SEAL_EVERY == 0:
                    storage.staff_audit.seal()
    return outcomes


def _print(problems: Sequence[LineProblem], told: str) -> None:
    console = Console()
    if problems:
        table = Table("line", "column", "what is wrong", title="Refused lines")
        for problem in problems[:MOST_SHOWN]:
            table.add_row(f"{problem.line}", problem.column, problem.problem)
        console.print(table)
        if len(problems) > MOST_SHOWN:
            console.print(f"… and {len(problems) - MOST_SHOWN} more; --json has them all")
    console.print(told)


# --- out -------------------------------------------------------------------------------------------------------------


def export_list(folder: DataFolder, settings: Settings, path: Path | None, *, json_output: bool) -> int:
    """Everybody who is not erased, a line for each account, on standard output or into a new file that its owner alone
    can read. A spreadsheet finds no formula in it, and ``import`` reads it again."""
    if json_output and path is None:
        print("--json wants a FILE to export to", file=sys.stderr)
        return EXIT_USAGE
    if path is not None and path.exists():
        print(f"{path} is there already; nothing was written", file=sys.stderr)
        return 1
    with opened_storage(folder, settings) as storage:
        target = sys.stdout if path is None else StringIO()
        count = _write(customer_lists_of(storage, settings), target)
        if path is not None and isinstance(target, StringIO):
            try:
                write_whole(path, target.getvalue())
            except OSError as error:
                print(f"{path} could not be written: {error.strerror}", file=sys.stderr)
                return 1
        storage.staff_audit.write(AuditEvent("customer_export", "done", details={"customers": count}))
        storage.staff_audit.seal()
    if json_output:
        print(json.dumps({"ok": True, "customers": count, "file": str(path)}))
    else:
        print(f"{count} customers were exported.", file=sys.stderr)
    return 0


def _write(rows: CustomerListRows, target: TextIO) -> int:
    table, count = csv.writer(target, lineterminator="\n"), 0
    table.writerow(EXPORTED)
    for customers, lines in exported_pages(rows):
        count += customers
        table.writerows(as_text(line) for line in lines)
    return count
