"""``main.py doctor``: every device, service, key and setting: its state and what to do about it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from atm_app.banking.cash import CashUnit, ReplenishmentStatus
from atm_app.banking.money import Money
from atm_app.config import ScreenSettings, Settings
from atm_app.identity.policy import policy_of
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.sound_ports import Sound
from atm_app.speech_ports import SOFTEST
from atm_app.stores import StoreUnavailable
from atm_app.trust.vault import KeyProblem
from commands.display import NoDisplay, ensure_display
from commands.wiring import Plant, SecondKiosk
from db.audit import verify as verify_chains
from db.folder import DataFolder, FolderProblem
from db.published_settings import ToldSettings
from db.storage import Storage
from gui.brand import brand_of
from gui.fonts import FAMILIES
from gui.screen_size import ScreenSize
from gui.touch_sizes import LEAST_BUTTON, LEAST_KEY, needs_large_text, touch_sizes

OK, VIRTUAL, DEGRADED, BROKEN = "ok", "virtual", "degraded", "broken"
COLOURS = {OK: "green", VIRTUAL: "cyan", DEGRADED: "yellow", BROKEN: "red"}

# Below this the database and the terminal's journal could fail in the middle of a day.
LEAST_FREE_BYTES = 500_000_000
DEVICE_SECONDS = 12.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Check:
    """``state``: ok, virtual, degraded or broken; only broken makes the doctor fail."""

    name: str
    state: str
    advice: str = ""


def examine(folder: DataFolder, settings: Settings) -> Iterator[Check]:
    """One check after another; each says what to do when it is not well."""
    yield from surroundings(folder, settings)
    try:
        plant = Plant(folder, settings)
    except SecondKiosk:
        yield Check("kiosk", DEGRADED, "a kiosk is running on this data folder; stop it to examine its devices")
        return
    except (KeyProblem, FolderProblem, StoreUnavailable) as problem:
        yield Check("data folder", BROKEN, str(problem))
        return
    try:
        plant.start_devices()
        yield from stores(plant.storage, settings)
        yield from _devices(plant)
    finally:
        plant.close()


def surroundings(folder: DataFolder, settings: Settings) -> Iterator[Check]:
    """What the machine stands on, whether a kiosk is running or not."""
    yield _python()
    told = f"terminal {settings.terminal}, policy {policy_of(settings).name}, {brand_of(settings).name}"
    yield Check("settings", OK, told)
    yield _disk(folder)
    yield _display()
    if settings.screen.diagonal:
        yield from _panel(settings.screen)
    yield _fonts()


def _python() -> Check:
    supported = sys.version_info >= (3, 11) and platform.system() == "Linux"
    advice = f"Python {platform.python_version()} on {platform.system()}"
    return Check(
        "python", OK if supported else DEGRADED, advice if supported else f"{advice}; Linux and 3.11 are tested"
    )


def _disk(folder: DataFolder) -> Check:
    folder.prepare()
    free = shutil.disk_usage(folder.root).free
    if free < LEAST_FREE_BYTES:
        return Check("disk", BROKEN, f"{free // 1_000_000} MB are free at {folder.root}; make room")
    return Check("disk", OK, f"{free // 1_000_000_000} GB free at {folder.root}")


def _display() -> Check:
    try:
        virtual = ensure_display()
    except NoDisplay as problem:
        return Check("display", BROKEN, str(problem))
    return Check("display", VIRTUAL if virtual else OK, "no display here: a virtual one is used" if virtual else "")


def _panel(screen: ScreenSettings) -> Iterator[Check]:
    """Whether fingers hit what is to be touched, on the display as it is now."""
    display = ScreenSize(os.environ.get("DISPLAY", ""))
    size = display.now()
    display.close()
    if size is None:
        return
    large = screen.large_text or needs_large_text(size, screen.diagonal)
    sizes = touch_sizes(size, screen.diagonal, large=large)
    told = f"buttons {sizes.button:.0f} mm, letters {sizes.key:.0f} mm{', with large text' if large else ''}"
    advice = f"{told}; a larger panel is wanted: {LEAST_BUTTON:.0f} and {LEAST_KEY:.0f} mm"
    yield Check("panel", OK if sizes.enough else DEGRADED, told if sizes.enough else advice)


def _fonts() -> Check:
    missing = [family for family in FAMILIES.values() if not _has_font(family)]
    if missing:
        return Check("fonts", DEGRADED, f"install {', '.join(missing)} (apt-get install fonts-inter fonts-noto-core)")
    return Check("fonts", OK)


def _has_font(family: str) -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", "-q", family], check=False)
    return found.returncode == 0


def stores(storage: Storage, settings: Settings) -> Iterator[Check]:
    """Keys, database, books, audit, cassettes and what is left open."""
    yield Check("key file", OK, f"key {storage.vault.key_id} of {storage.key_source}")
    try:
        storage.open()
        yield Check("database", OK, settings.database.told or "private server")
        trial = storage.ledger.trial_balance()
        audit = verify_chains(storage.kiosk, storage.sealer, storage.folder.checkpoints)
        told = storage.published_settings.told() if settings.database.hosts else None
    except Exception as problem:  # whatever ails the stores, the doctor names it and goes on
        yield Check("database", BROKEN, f"{type(problem).__name__}: {problem}".splitlines()[0])
        return
    if told is not None:
        yield _from_the_centre(told)
    yield Check("books", OK if trial.balanced else BROKEN, "every difference is zero" if trial.balanced else str(trial))
    yield Check("audit", OK if audit.ok else BROKEN, "; ".join(audit.problems[:3]) or f"{audit.rows} rows, all whole")
    yield _cassettes(storage.ledger.cash_units())
    disputed = len(storage.intents.disputed())
    if disputed:
        yield Check("disputes", DEGRADED, f"{disputed} withdrawals where notes and books disagree; see the audit")
    open_intents = storage.intents.open()
    advice = f"{len(open_intents)} to settle at the next start" if open_intents else "nothing is left open"
    yield Check("intent journal", DEGRADED if open_intents else OK, advice)


def _from_the_centre(told: ToldSettings) -> Check:
    """What the kiosk said when it last looked."""
    if told.reason:
        return Check("centre's settings", DEGRADED, f"{told.reason}; the kiosk goes on with {told.runs}")
    if told.runs != told.in_force:
        return Check(
            "centre's settings", DEGRADED, f"{told.in_force}: taken at the kiosk's next start; now {told.runs}"
        )
    return Check("centre's settings", OK, str(told.runs))


def _cassettes(units: Sequence[CashUnit]) -> Check:
    wanting = [unit for unit in units if unit.replenishment_status is not ReplenishmentStatus.OK]
    if not wanting:
        return Check("cassettes", OK, f"{len(units)} cassettes, none low" if units else "none are loaded yet")
    named = ", ".join(
        f"{Money(unit.denomination, unit.currency).text()} is {unit.replenishment_status}" for unit in wanting
    )
    return Check("cassettes", DEGRADED, f"{named}; replenish them")


def _devices(plant: Plant) -> Iterator[Check]:
    devices = (
        plant.camera,
        plant.sensor,
        plant.dispenser,
        plant.acceptor,
        plant.printer,
        plant.speaker,
        *plant.messages.channels,
    )
    for device in devices:
        yield check_of(_settled(device.status))
    if plant.settings.sound.enabled:
        yield _loudspeaker(plant)


def _loudspeaker(plant: Plant) -> Check:
    """Heard once, softly: nothing else tells whether there is a sound card. A machine without sounds works."""
    plant.loudspeaker.play(Sound.TOUCH, SOFTEST)
    plant.loudspeaker.wait(DEVICE_SECONDS)
    check = check_of(plant.loudspeaker.status())
    if check.state != BROKEN:
        return check
    return Check(check.name, DEGRADED, f"{check.advice}; the screen says all that sounds say")


def _settled(ask: Callable[[], DeviceStatus]) -> DeviceStatus:
    """A device's state once it has stopped starting; it is given some seconds."""
    deadline = time.monotonic() + DEVICE_SECONDS
    while (status := ask()).state in (DeviceState.STARTING, DeviceState.NO_DEVICE) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)  # between two questions: a device that starts tells nobody when it is done
    return status


def check_of(status: DeviceStatus) -> Check:
    """What a device says of itself."""
    if status.state is DeviceState.ONLINE:
        return Check(
            status.name, VIRTUAL if status.virtual else OK, "a virtual device stands in" if status.virtual else ""
        )
    if status.state is DeviceState.USER_ERROR:
        return Check(status.name, DEGRADED, status.advice)
    return Check(status.name, BROKEN, status.advice or status.state.value)


def run(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 unless something is broken."""
    checks = list(examine(folder, settings))
    ok = all(check.state != BROKEN for check in checks)
    if json_output:
        print(json.dumps({"ok": ok, "checks": [vars(check) for check in checks]}, indent=1))
        return 0 if ok else 1
    table = Table(box=None, pad_edge=False)
    for column in ("what", "state", "advice"):
        table.add_column(column)
    for check in checks:
        table.add_row(check.name, f"[{COLOURS[check.state]}]{check.state}", check.advice)
    Console().print(table)
    return 0 if ok else 1
