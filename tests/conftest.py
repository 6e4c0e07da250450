"""What all tests share: a private database of their own, and the rule about real biometric data."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.folder import DataFolder, fresh_folder
from db.storage import Storage
from tests.at_rest import await_rest, copy_of
from tests.gui.tally import told

REAL_DATA = "ATM_BIOMETRIC_DATA"


def pytest_collection_finish() -> None:
    """What is imported by now stays: collecting it again and again took half a second each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def folder() -> Iterator[DataFolder]:
    """A data folder with a database server, for the whole run."""
    made = fresh_folder("test")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture
def own_folder() -> Iterator[DataFolder]:
    """An empty data folder for one test alone."""
    made = fresh_folder("test")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="session")
def first_start() -> Iterator[DataFolder]:
    """What a machine's first start leaves, at rest: key ring, database, schema. It takes seconds, a copy does not."""
    made = fresh_folder("test")
    storage = Storage(made, "FIRST", "INR")
    storage.open()
    storage.close()
    await_rest(made)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture
def started_folder(first_start: DataFolder) -> Iterator[DataFolder]:
    """A data folder for one test alone in which the machine was started before: for tests that kill things."""
    made = copy_of(first_start)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real faces, fingerprints and palms; tests that want it skip without, and fail where it is named
    but not there."""
    named = os.environ.get(REAL_DATA)
    if not named:
        pytest.skip(f"no real biometric data: {REAL_DATA} is not set")
    path = Path(named)
    assert path.is_dir(), f"{REAL_DATA} names {named}, which is not a folder"
    return path


# Minutes each: begun first, so that no worker is left with one at the end. The first enrols the customers that the
# journeys want as well, and the second its own; beside them goes what waits for disks more than for a processor.
LONGEST = (
    "tests/faults/test_kiosk_killed.py", "tests/commands/test_demonstration.py", "tests/db/", "tests/journeys/",
    "tests/commands/test_fleet.py", "tests/biometric/test_face_camera.py", "tests/faults/",
    "tests/biometric/test_sensor_faults.py", "tests/simulation/",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests on real data ran, and fail where they skipped although the data is there; and how many screens
    were looked at."""
    ended_well = terminalreporter.stats.get("passed", [])
    for line in told(ended_well):
        terminalreporter.write_line(line)
    passed = [report for report in ended_well if "real" in report.keywords]
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "real" in report.keywords]
    terminalreporter.write_line(f"real-data tests: {len(passed)} ran, {len(skipped)} skipped")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get(REAL_DATA) and any("real" in report.keywords for report in skipped):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
