"""Caring for a machine from its console, as a Protocol and frozen values: check-up, settings, backups, support."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

# The finding of a machine that demonstrates itself and holds nothing of a bank's.
DEMONSTRATION = "demonstration"


class CareProblem(ValueError):
    """It was not done, nothing was changed; the message is a sentence for who asked."""


@dataclass(frozen=True)
class Finding:
    """``state``: ok, virtual, degraded or broken. ``repair``: what may be asked for to mend it; empty where a person
    has to."""

    name: str
    state: str
    advice: str = ""
    repair: str = ""


@dataclass(frozen=True)
class BackupMade:
    """``made_at``: UTC, ISO 8601; ``place``: the folder of backups it lies in."""

    place: str
    name: str
    made_at: str
    customers: int
    rows: int
    megabytes: float


@dataclass(frozen=True)
class SettingField:
    """One setting: ``key`` as ``section.name``. ``value``: as it is typed; of a secret never shown, ``is_set`` says
    whether there is one. ``choices``: all there are, where they are few. ``overruled``: the variable of the environment
    that outranks the file. ``decided``: the centre of the fleet outranks it, and ``value`` is the centre's."""

    key: str
    value: str
    usual: str
    choices: tuple[str, ...] = ()
    secret: bool = False
    is_set: bool = False
    overruled: str = ""
    decided: bool = False

    @property
    def section(self) -> str:
        return self.key.rpartition(".")[0]


class NotSettings(CareProblem):
    """``problems``: what is wrong, by the setting's key; of what belongs to none under the empty one."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("Nothing was saved. " + "; ".join(problems.values()))
        self.problems = dict(problems)


class MachineCare(Protocol):
    """All calls block, some for minutes, and raise CareProblem and StoreUnavailable."""

    def check_up(self) -> tuple[Finding, ...]: ...
    def repair(self, name: str) -> str:
        """What was done, as a sentence."""
        ...

    def backups(self) -> tuple[BackupMade, ...]:
        """In every folder that backups of this machine were made in; the newest first."""
        ...

    def back_up(self, place: str, report: Callable[[str], None]) -> BackupMade:
        """``report`` hears each step, on the thread that does it."""
        ...

    def export_for_support(self) -> str:
        """The path of a file that tells how the machine is, and of nobody."""
        ...

    def settings(self) -> tuple[SettingField, ...]: ...
    def save_settings(self, changes: Mapping[str, str]) -> str:
        """Where they lie now; the file before is kept beside it. Raises NotSettings."""
        ...
