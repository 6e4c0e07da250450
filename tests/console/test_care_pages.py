"""The administrator's pages for the machine itself, through the real window: check-up, settings, backup."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.branch.care_ports import DEMONSTRATION, BackupMade, CareProblem, Finding
from atm_app.branch.demonstration_desk import DemonstrationStep
from atm_app.branch.roles import Role
from atm_app.config import Settings, read_settings
from gui.console.care import BackupPage, CheckUpPage
from gui.console.settings import GENERAL, SettingsPage, section_of
from tests.console.conftest import Clerk
from tests.gui.layout import clipped, visible


@pytest.fixture
def config(clerk: Clerk) -> Iterator[Path]:
    path = clerk.branch.storage.folder.root / "atm.toml"
    path.unlink(missing_ok=True)
    yield path
    for left in (path, path.with_suffix(".before.toml")):
        left.unlink(missing_ok=True)


def settings_page(clerk: Clerk) -> SettingsPage:
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Settings")
    assert isinstance(clerk.shell.page, SettingsPage)
    return clerk.shell.page


def type_into(page: SettingsPage, key: str, text: str) -> None:
    page.fields[key].delete(0, "end")
    page.fields[key].insert(0, text)


def test_a_check_up_shows_each_part_and_mends_what_it_may(clerk: Clerk) -> None:
    logs = clerk.branch.storage.folder.logs
    logs.chmod(0o755)
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Check-up")
    page = clerk.shell.page
    assert isinstance(page, CheckUpPage)
    shown = {line.cells[0]: line for lines in page.lines for line in lines.shown}
    assert shown["Books"].sign == "check"
    assert (shown["Folders"].sign, shown["Folders"].cells[1]) == ("warning", "look at it: logs can be read by others")
    clerk.press("Mend the folders")
    assert clerk.told == "The folders are there, and for their owner alone."
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700
    assert "Mend the folders" not in clerk.buttons
    assert not list(clipped(list(visible(clerk.top.frame))))


def test_a_demonstration_is_offered_where_it_is_found_and_told_before_it_is_done(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done tests/care/test_demonstration_renewal.py shows."""
    console = clerk.shell.console
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Check-up")
    assert "Demonstration …" not in clerk.buttons, "there are customers of a bank's"
    with pytest.raises(CareProblem, match="not of the demonstration"):
        console.demonstration.look_at(clerk.shell.signed_in)
    found = (Finding(DEMONSTRATION, "virtual"),)
    step, done = DemonstrationStep("Dele Siddi", "is unlocked"), DemonstrationStep("Dele Siddi", "done: is unlocked")
    monkeypatch.setattr(type(console.care), "check_up", lambda *_: found)
    monkeypatch.setattr(type(console.demonstration), "look_at", lambda *_: (step,))
    monkeypatch.setattr(type(console.demonstration), "renew", lambda *_: (done,))
    clerk.press("Look again")
    clerk.press("Demonstration …")
    assert clerk.cells("0") == ("Dele Siddi", "is unlocked")
    clerk.press("Bring up to date")
    assert clerk.cells("0") == ("Dele Siddi", "done: is unlocked")
    assert "Bring up to date" not in clerk.buttons
    monkeypatch.setattr(type(console.demonstration), "look_at", lambda *_: ())
    clerk.press("Look again")
    assert clerk.told == "Everybody and everything is as it began."
    clerk.press("Back")
    assert isinstance(clerk.shell.page, CheckUpPage)


def test_a_file_for_support_is_written_and_named(clerk: Clerk) -> None:
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Check-up")
    clerk.press("Export for support")
    path = Path(clerk.told.removeprefix("Written: ").partition(". It")[0])
    with zipfile.ZipFile(path) as made:
        assert "check_up.json" in made.namelist()


def test_settings_are_saved_for_the_next_start(clerk: Clerk, config: Path) -> None:
    page = settings_page(clerk)
    type_into(page, "bank", "Konkan Bank")
    page.open_section("Log")
    clerk.fill(**{"log.level": "debug"})
    page.open_section("Times")
    clerk.press("Check and save")
    assert clerk.told == f"Saved in {config}: bank, log.level. The kiosk has them at its next start."
    saved = read_settings(config.read_text(), {})
    assert (saved.bank, saved.log.level) == ("Konkan Bank", "debug")
    page.open_section(GENERAL)
    assert page.fields["bank"].get() == "Konkan Bank"
    clerk.press("Check and save")
    assert clerk.told == "Nothing was changed."


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(clerk: Clerk, config: Path) -> None:
    page = settings_page(clerk)
    page.open_section("Times")
    type_into(page, "times.more_time", "5")
    page.open_section("Screen")
    clerk.press("Check and save")
    assert page.sections.get() == "Times", "the section with the mistake is opened"
    assert any("20" in text for text in clerk.texts if text.startswith("Input should"))
    assert clerk.told == "Nothing was saved. What is wrong stands beside its field."
    assert page.fields["times.more_time"].get() == "5"
    assert not config.exists()


def test_a_password_is_typed_unseen_and_never_shown(clerk: Clerk, config: Path) -> None:
    page = settings_page(clerk)
    page.open_section("Mail")
    assert str(page.fields["mail.password"].cget("show"))
    type_into(page, "mail.password", "a long secret")
    clerk.press("Check and save")
    page.open_section("Mail")
    assert page.fields["mail.password"].get() == ""
    assert read_settings(config.read_text(), {}).mail.password.get_secret_value() == "a long secret"
    assert not any("a long secret" in text for text in clerk.texts)


def test_every_section_of_the_settings_fits(clerk: Clerk) -> None:
    page = settings_page(clerk)
    for field in {section_of(field): field for field in page._all.values()}.values():
        page.open_section(section_of(field))
        clerk.root.update()
        assert not list(clipped(list(visible(clerk.top.frame)))), section_of(field)
        foot = max(widget.winfo_rooty() + widget.winfo_height() for widget in page.fields.values())
        assert foot < clerk.root.winfo_rooty() + 700, f"{section_of(field)} is cut off below"


def test_a_backup_says_its_steps_and_is_listed(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """How one is made tests/care/test_care.py shows."""
    made = BackupMade("/mnt/kept", "20261120T020000Z", "2026-11-20T02:00:00+00:00", 7, 900, 1.5)

    def back_up(session: object, place: str, report: object) -> BackupMade:
        report("The backup is tried out")  # type: ignore[operator]
        assert place == "/mnt/kept"
        return made

    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Backup")
    page = clerk.shell.page
    assert isinstance(page, BackupPage)
    desk = clerk.shell.console.care
    monkeypatch.setattr(type(desk), "back_up", lambda _, *given: back_up(*given))
    monkeypatch.setattr(type(desk), "backups", lambda *_: (made,))
    clerk.fill(place="/mnt/kept")
    clerk.press("Back up now")
    clerk.press("Back up")
    assert clerk.told == "20261120T020000Z is whole: 7 customers, 900 rows."
    assert clerk.cells("/mnt/kept/20261120T020000Z")[:2] == ("2026-11-20 02:00:00", "7")


def test_why_no_backup_was_made_is_told(clerk: Clerk) -> None:
    clerk.as_(Role.ADMINISTRATOR)
    clerk.go_to("Backup")
    clerk.press("Back up now")
    clerk.press("Back up")
    assert clerk.told.startswith("Name the folder of backups by its whole path")
    assert issubclass(CareProblem, ValueError), "the window tells it as a sentence"


def test_the_sections_are_those_of_the_settings() -> None:
    assert {"alerts", "watch", "log"} <= set(Settings.model_fields)
