"""The doctor from the console: a kiosk may be running beside it, so that devices are told as the kiosk told of them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from atm_app.branch.care_ports import DEMONSTRATION, CareProblem, Finding
from atm_app.config import Settings
from biometric.face.vision_process import ROLE
from biometric.frames import leftovers, segment_prefix, sweep
from commands import doctor
from commands.demonstration_renewal import DemonstrationRenewal
from db.folder import DataFolder
from db.locks import alone
from db.storage import Storage

FOLDERS, SEGMENTS, TRIAL = "folders", "shared memory", "trial"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class CheckUp:
    storage: Storage
    settings: Settings

    def findings(self) -> tuple[Finding, ...]:
        """Every check of the doctor, and what can be mended from here."""
        folder = self.storage.folder
        mendable = tuple(self._mendable(folder))  # first: the doctor makes folders that are missing
        checks = [
            *doctor.surroundings(folder, self.settings), *doctor.stores(self.storage, self.settings), *self._devices(),
        ]  # fmt: skip
        found = [Finding(check.name, check.state, check.advice) for check in checks]
        return (*found, *mendable)

    def repair(self, name: str) -> str:
        """Makes folders and takes rights away, throws away what dead processes left; nothing else. Raises
        CareProblem."""
        repairs: dict[str, Callable[[DataFolder], str]] = {
            FOLDERS: _mend_folders, SEGMENTS: _sweep_segments, TRIAL: _clear_trial,
        }  # fmt: skip
        if name not in repairs:
            raise CareProblem("There is no such repair.")
        try:
            return repairs[name](self.storage.folder)
        except OSError as error:
            raise CareProblem(f"That could not be mended: {error.strerror or error}.") from error

    def _devices(self) -> Iterator[doctor.Check]:
        heard = self.storage.now.heard()
        if heard is None or heard.silent:
            yield doctor.Check("kiosk", doctor.DEGRADED, "no kiosk is running; main.py doctor tries its devices")
            return
        yield doctor.Check("kiosk", doctor.OK, f"running, version {heard.version}, {heard.doing.replace('_', ' ')}")
        for device in heard.devices:
            yield doctor.check_of(device)

    def _mendable(self, folder: DataFolder) -> Iterator[Finding]:
        wrong = _wrong_folders(folder)
        told = "; ".join(wrong) or "all there, and for their owner alone"
        yield Finding("folders", doctor.DEGRADED if wrong else doctor.OK, told, FOLDERS if wrong else "")
        left = leftovers(segment_prefix(folder.root, ROLE))
        told = f"{len(left)} pieces that a dead process left" if left else "nothing was left behind"
        yield Finding("shared memory", doctor.DEGRADED if left else doctor.OK, told, SEGMENTS if left else "")
        if not DemonstrationRenewal(self.storage, self.settings).refusal:
            yield Finding(
                DEMONSTRATION, "virtual", "its customers and cassettes can be brought back to their beginning"
            )
        if folder.trial.root.exists():
            yield Finding("trial of a backup", doctor.DEGRADED, "one that was cut short lies there", TRIAL)


def _own(folder: DataFolder) -> tuple[Path, ...]:
    return (folder.receipts, folder.virtual, folder.logs)


def _wrong_folders(folder: DataFolder) -> list[str]:
    wrong = []
    for path in _own(folder):
        if not path.is_dir():
            wrong.append(f"{path.name} is missing")
        elif path.stat().st_mode & OTHERS:
            wrong.append(f"{path.name} can be read by others")
    return wrong


def _mend_folders(folder: DataFolder) -> str:
    folder.prepare()
    for path in _own(folder):
        path.chmod(0o700)
    return "The folders are there, and for their owner alone."


def _sweep_segments(folder: DataFolder) -> str:
    return f"{len(sweep(segment_prefix(folder.root, ROLE)))} pieces of shared memory were removed."


def _clear_trial(folder: DataFolder) -> str:
    """Not while a backup is being made: it is tried out there."""
    with alone(folder.backup_lock) as we_are:
        if not we_are:
            raise CareProblem("A backup is being made just now. Try again when it is done.")
        if os.path.islink(folder.trial.root):
            raise CareProblem("The trial's folder is a link: somebody has to look at it.")
        shutil.rmtree(folder.trial.root)
    return "What was left of the trial is gone. The backups themselves are as they were."
