"""What a machine takes from its centre and what it refuses, without a database."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from atm_app.config import Settings
from atm_app.trust.publication import Publication
from atm_app.trust.vault import KeyRing, Vault
from commands.command_line import load_settings
from commands.settings_in_force import NotUsable, SettingsInForce, kept_values
from commands.settings_watch import _plain
from db.folder import DataFolder
from db.key_file import write
from db.published_settings import KeptSettings

OLD = KeyRing.generate()
GROWN = OLD.grown()
ROTATED = KeyRing("k2", GROWN.keys)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path).prepare()
    write(made.key_file, ROTATED)
    return made


@pytest.fixture
def judge(folder: DataFolder) -> SettingsInForce:
    config = folder.root / "atm.toml"
    config.write_text('terminal = "ATM-7"\n')
    read = partial(load_settings, config, None, None)
    return SettingsInForce(folder, Settings(terminal="ATM-7"), read)


def publication(version: int, idle: int, ring: KeyRing = ROTATED, terminal: str = "") -> Publication:
    content = f"[times]\nidle = {idle}\n"
    return Publication(version, terminal, content, None, "0.1.0", "root at CENTRE").sealed(Vault(ring))


def keep(folder: DataFolder, *publications: Publication) -> None:
    KeptSettings(folder.published_settings).write(publications)


def test_a_ring_from_before_a_rotation_seals_nothing_more(folder: DataFolder, judge: SettingsInForce) -> None:
    vault = Vault(ROTATED)
    stolen = publication(5, 99, OLD)
    keep(folder, publication(3, 40, OLD))
    assert judge.judge((stolen,), vault).settings.times.idle == 99, "nothing was sealed with the new key yet"
    keep(folder, publication(4, 41))
    with pytest.raises(NotUsable, match="version 5 was sealed with an older key"):
        judge.judge((stolen,), vault)
    own = publication(2, 42, OLD, "ATM-7")
    keep(folder, publication(4, 41), own)
    taken = judge.judge((publication(6, 43), own), vault)
    assert taken.settings.times.idle == 42, "an older override of the machine's own stays good"


def test_another_publication_of_the_same_number_is_new(folder: DataFolder, judge: SettingsInForce) -> None:
    """After an older database was restored a number is given twice."""
    kept = publication(3, 40)
    keep(folder, kept)
    assert not judge.judge((kept,), Vault(ROTATED)).is_new
    assert judge.judge((publication(3, 50),), Vault(ROTATED)).is_new


def test_what_is_another_terminals_is_refused(judge: SettingsInForce) -> None:
    with pytest.raises(NotUsable, match="it is for ATM-8"):
        judge.judge((publication(3, 40, terminal="ATM-8"),), Vault(ROTATED))


@pytest.mark.parametrize("damage", ["{", "{}", "[1]", "[{}]", ""], ids=["cut", "object", "numbers", "empty", "none"])
def test_a_damaged_copy_is_not_used_and_stops_nothing(
    folder: DataFolder, judge: SettingsInForce, damage: str
) -> None:  # fmt: skip
    folder.published_settings.write_text(damage)
    assert judge.kept().settings.times.idle == 60
    assert kept_values(folder, Vault(ROTATED)) == {}
    assert judge.judge((publication(3, 40),), Vault(ROTATED)).settings.times.idle == 40


def test_the_machines_own_publication_lies_over_that_for_all(folder: DataFolder, judge: SettingsInForce) -> None:
    keep(folder, publication(4, 41), publication(2, 42, terminal="ATM-7"))
    assert judge.kept().settings.times.idle == 42
    assert kept_values(folder, Vault(ROTATED)) == {"times": {"idle": 42}}


def test_a_copy_without_the_ring_is_not_used(folder: DataFolder, judge: SettingsInForce) -> None:
    keep(folder, publication(4, 41))
    folder.key_file.unlink()
    assert judge.kept().settings.times.idle == 60


def test_a_reason_fits_an_audit_row_whatever_it_names() -> None:
    assert _plain("नमस्ते " * 3).isascii()
