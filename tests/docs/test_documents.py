"""What the documentation says is what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from atm_app.config import Settings
from commands.command_line import parser
from commands.documents import GENERATED, as_generated

PROJECT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 450


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.name)
def test_what_is_generated_in_the_docs_is_what_the_code_says(page: Path) -> None:
    """The statechart, and who may do what at the branch."""
    assert page.read_text() == as_generated(page), "stale: run python -m commands.documents"


def test_every_link_and_picture_of_the_docs_is_there() -> None:
    for page in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points at {target}, which is not there"


def test_every_test_the_docs_name_is_there() -> None:
    named = 0
    for page in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]:
        for path, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?", page.read_text()):
            named += bool(test)
            assert (PROJECT / path).exists(), f"{page.name} names {path}, which is not there"
            assert not test or f"\ndef {test}(" in (PROJECT / path).read_text(), (
                f"{page.name} names {test}, which {path} has not"
            )
    assert named > 60, "docs/security.md names a test for what it says"


def test_every_setting_is_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text()
    for name in Settings.model_fields:
        assert f"`{name}`" in readme, f"the README does not tell of the setting {name}"


def test_every_command_is_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text()
    commands = next(action for action in parser()._actions if action.dest == "command")
    for name in commands.choices or ():
        assert f"main.py {name}" in readme, f"the README does not tell of main.py {name}"


def test_no_file_is_too_long_to_read() -> None:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=PROJECT, capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        path = PROJECT / name
        if path.exists():
            assert len(path.read_text().splitlines()) <= LARGEST_FILE, name


def test_the_vision_process_and_the_door_load_nothing_they_do_not_need() -> None:
    """``main.py`` is imported again by every spawned process: it must stay light."""
    code = "import main, sys; print(sorted({'tkinter', 'mysql', 'cv2', 'dlib', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_requirement_is_pinned_with_its_reason_and_licence(name: str) -> None:
    lines = [line for line in (PROJECT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) > 5
    for line in lines:
        assert re.fullmatch(r"(\./packaging/\S+|[\w.-]+==[\w.]+)\s+# .+ \(.+\)", line), line
