"""``main.py fleet-settings``: what the centre of a fleet decides for its machines' settings. All of it is the
database's administrator's."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from atm_app.central_settings import check_decided
from atm_app.config import ConfigurationProblem, Settings
from atm_app.trust.publication import NotSealed, Publication
from atm_app.trust.vault import Vault
from commands.terminals import NAME, Refused, administered, told_in_words
from db.folder import DataFolder
from db.key_source import source_of, vault_of
from db.published_settings import ToldSettings, whom

DIGEST_LETTERS = 12


@told_in_words
def publish(folder: DataFolder, settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 0 when it is in force."""
    if options.terminal and not NAME.fullmatch(options.terminal):
        raise Refused(f"{options.terminal!r} is no terminal's name")
    content = _checked(_text_of(options.file))
    with administered(folder, settings, options.user) as terminals:
        by = f"{options.user} at {settings.terminal}"
        made = terminals.publisher().publish(options.terminal, content, by)
    return _say(made, f"Version {made.version} is in force for {whom(made.terminal)}.", options)


@told_in_words
def rollback(folder: DataFolder, settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 0 when what an earlier version said is in force again."""
    with administered(folder, settings, options.user) as terminals:
        publisher = terminals.publisher()
        earlier = publisher.find(options.version)
        by = f"{options.user} at {settings.terminal}"
        made = publisher.publish(earlier.terminal, _checked(earlier.content), by, earlier.version)
    told = f"Version {made.version} is in force for {whom(made.terminal)}: it says what version {earlier.version} said."
    return _say(made, told, options)


@told_in_words
def show(folder: DataFolder, settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 0 when its seal is good. Its text on standard output."""
    with administered(folder, settings, options.user) as terminals:
        found = terminals.publisher().find(options.version)
    if options.json:
        print(json.dumps({"ok": True, **_facts(found), "content": found.content}, default=datetime.isoformat))
        return 0
    print(
        f"Version {found.version} for {whom(found.terminal)}, {_time(found.published_at)} UTC, by "
        f"{found.published_by}, SHA-256 {found.digest}",
        file=sys.stderr,
    )
    print(found.content, end="" if found.content.endswith("\n") else "\n")
    return 0


@told_in_words
def list_all(folder: DataFolder, settings: Settings, options: argparse.Namespace) -> int:
    """Exit code 0 when every seal is good."""
    with administered(folder, settings, options.user) as terminals:
        publisher = terminals.publisher()
        there, machines = publisher.all(), publisher.machines()
    vault = vault_of(source_of(folder.key_file))
    wrong = {each.version: why for each in there if (why := _why_not(each, vault))}
    if options.json:
        versions = [{**_facts(each), "problem": wrong.get(each.version, "")} for each in there]
        told = {"ok": not wrong, "versions": versions, "machines": [dataclasses.asdict(each) for each in machines]}
        print(json.dumps(told, indent=1, default=datetime.isoformat))
    else:
        _print(there, wrong, machines)
    return 1 if wrong else 0


def _print(there: tuple[Publication, ...], wrong: dict[int, str], machines: tuple[ToldSettings, ...]) -> None:
    console = Console()
    in_force = {each.terminal: each.version for each in there}
    table = Table("version", "for", "published (UTC)", "by", "SHA-256", "", title="Published settings")
    for each in there:
        state = "in force" if in_force[each.terminal] == each.version else ""
        if each.again_of:
            state = f"{state} as {each.again_of} was".strip()
        table.add_row(
            str(each.version), whom(each.terminal), _time(each.published_at), each.published_by,
            each.digest[:DIGEST_LETTERS], "NOT AS PUBLISHED" if each.version in wrong else state,
        )  # fmt: skip
    console.print(table)
    if machines:
        table = Table("terminal", "runs", "", "told (UTC)", title="Machines")
        for machine in machines:
            state = machine.reason or ("" if machine.runs == machine.in_force else f"next: {machine.in_force}")
            table.add_row(machine.terminal, str(machine.runs), state, _time(machine.told_at))
        console.print(table)
    for why in wrong.values():
        print(why, file=sys.stderr)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}") from error


def _checked(content: str) -> str:
    try:
        check_decided(content)
    except ConfigurationProblem as problem:
        raise Refused(f"Nothing was published:\n{problem}") from problem
    return content


def _why_not(publication: Publication, vault: Vault) -> str:
    try:
        publication.check(vault)
    except NotSealed as problem:
        return str(problem)
    return ""


def _say(made: Publication, told: str, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"ok": True, **_facts(made)}))
    else:
        print(f"{told} SHA-256 {made.digest}. Machines take it at their next start; those under a service manager "
              "start anew by themselves, within some minutes.")  # fmt: skip
    return 0


def _facts(publication: Publication) -> dict[str, Any]:
    facts = {
        "version": publication.version, "terminal": publication.terminal, "digest": publication.digest,
        "again_of": publication.again_of, "program": publication.program, "published_by": publication.published_by,
    }  # fmt: skip
    return facts | ({"published_at": publication.published_at} if publication.published_at else {})


def _time(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ", timespec="seconds") if moment else ""
