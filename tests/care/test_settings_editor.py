"""The settings as a form: what is saved is what the next start reads, and what it would refuse is never saved."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from atm_app.branch.care_ports import CareProblem, NotSettings, SettingField
from atm_app.config import Settings, read_settings
from commands.settings_editor import SettingsEditor

WRITTEN = """# This machine stands in the hall.
terminal = "ATM-0007"
policy = "cardless"  # the branch decided so

[mail]
host = "mail.bank.example"
password = "hunter2-very-secret"

[policies.vault-room]
steps = ["palm", "pin"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "atm.toml"
    path.write_text(WRITTEN)
    path.chmod(0o640)
    return path


@pytest.fixture
def editor(file: Path) -> SettingsEditor:
    return SettingsEditor(file)


def fields(editor: SettingsEditor) -> dict[str, SettingField]:
    return {field.key: field for field in editor.fields()}


def problems(editor: SettingsEditor, **changes: str) -> dict[str, str]:
    with pytest.raises(NotSettings) as refused:
        editor.save({key.replace("__", "."): text for key, text in changes.items()})
    return refused.value.problems


def test_what_is_saved_is_what_the_next_start_reads(editor: SettingsEditor, file: Path) -> None:
    told = editor.save({
        "policy": "fingerprint", "times.idle": "90", "screen.large_text": "yes", "languages": "en, ta",
        "quick_amounts": "100, 200", "limits.withdrawal.per_day": "40000", "log.level": "debug", "face.margin": "0.06",
    })  # fmt: skip
    assert told == str(file)
    settings = read_settings(file.read_text(), {})
    assert (settings.terminal, settings.policy, settings.times.idle) == ("ATM-0007", "fingerprint", 90.0)
    assert (settings.screen.large_text, settings.languages, settings.quick_amounts) == (True, ("en", "ta"), (100, 200))
    assert settings.limits.withdrawal.per_day == 40_000
    assert settings.limits.withdrawal.burst == Settings().limits.withdrawal.burst
    assert settings.limits.transfer == Settings().limits.transfer
    assert (settings.log.level, settings.face.margin) == ("debug", 0.06)
    assert "vault-room" in settings.policies, "what the form does not show stays"


def test_one_limit_under_duress_leaves_the_others_small(editor: SettingsEditor, file: Path) -> None:
    """Given alone in the file, the kinds beside it would be those of any visit."""
    editor.save({"duress_limits.transfer.per_day": "1500"})
    limits = read_settings(file.read_text(), {}).duress_limits
    assert limits.transfer.per_day == 1500
    assert limits.withdrawal == Settings().duress_limits.withdrawal


def test_comments_and_the_file_before_are_kept(editor: SettingsEditor, file: Path) -> None:
    editor.save({"times.idle": "90"})
    text = file.read_text()
    assert "# This machine stands in the hall." in text
    assert "# the branch decided so" in text
    assert file.with_suffix(".before.toml").read_text() == WRITTEN
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert stat.S_IMODE(file.with_suffix(".before.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize(("key", "text"), [
    ("times.more_time", "5"), ("face.verify_distance", "0.9"), ("times.idle", "soon"), ("languages", "en, klingon"),
    ("policy", "face"), ("screen.look", "purple"), ("screen.large_text", "perhaps"), ("watch.port", "99999"),
    ("limits.withdrawal.burst", "0"), ("alerts.refused_count", "-1"), ("quick_amounts", "500, many"),
    ("printer.port", "nowhere:0"), ("brand.primary", "blue"), ("times.idle", ""), ("brand.logo", "/nowhere.svg"),
])  # fmt: skip
def test_what_a_start_would_refuse_is_said_beside_its_field(
    editor: SettingsEditor, file: Path, key: str, text: str
) -> None:
    told = problems(editor, **{key.replace(".", "__"): text, "times__farewell": "6"})
    assert key in told or key.split(".")[0] in told or key == "languages", told
    assert all(told.values())
    assert file.read_text() == WRITTEN
    assert not file.with_suffix(".before.toml").exists()


def test_a_secret_is_not_told_and_can_be_changed(editor: SettingsEditor, file: Path) -> None:
    password = fields(editor)["mail.password"]
    assert (password.value, password.secret, password.is_set) == ("", True, True)
    assert "hunter2" not in repr(editor.fields())
    editor.save({"mail.password": "another one"})
    assert read_settings(file.read_text(), {}).mail.password.get_secret_value() == "another one"


def test_the_machines_name_and_currency_are_not_changed_here(editor: SettingsEditor) -> None:
    assert not {"terminal", "currency"} & set(fields(editor))
    assert problems(editor, terminal="ATM-9") == {"terminal": "terminal is no setting that can be changed here"}


def test_what_the_environment_says_is_told(editor: SettingsEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATM_TIMES__IDLE", "30")
    assert fields(editor)["times.idle"].overruled == "ATM_TIMES__IDLE"
    assert fields(editor)["times.farewell"].overruled == ""


def test_what_the_centre_decides_is_told_with_its_value(file: Path) -> None:
    found = fields(SettingsEditor(file, {"times": {"idle": 75.0}, "screen": {"motion": False}}))
    assert (found["times.idle"].value, found["times.idle"].decided) == ("75.0", True)
    assert (found["screen.motion"].value, found["screen.motion"].decided) == ("no", True)
    assert not found["times.farewell"].decided


def test_a_machine_without_a_file_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "atm.toml"
    SettingsEditor(path).save({"bank": "Konkan Bank"})
    assert read_settings(path.read_text(), {}).bank == "Konkan Bank"


def test_a_file_that_is_none_is_left_alone(file: Path, editor: SettingsEditor) -> None:
    file.write_text("terminal = ")
    with pytest.raises(CareProblem, match="TOML"):
        editor.fields()
    with pytest.raises(CareProblem, match="TOML"):
        editor.save({"times.idle": "90"})
    assert file.read_text() == "terminal = "


def test_a_disk_that_takes_nothing_leaves_the_file(
    editor: SettingsEditor, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commands.settings_editor.write_whole", full)
    with pytest.raises(CareProblem, match="No space left"):
        editor.save({"times.idle": "90"})
    assert file.read_text() == WRITTEN


def test_every_setting_is_in_the_form_or_named_as_one_of_the_file_alone(editor: SettingsEditor) -> None:
    shown = {key.split(".")[0] for key in fields(editor)}
    assert set(Settings.model_fields) - shown == {"terminal", "currency", "policies", "policy_limits"}
