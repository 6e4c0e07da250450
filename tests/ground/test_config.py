"""Settings: the command line outranks the environment, that the file, that the defaults; anything odd is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from atm_app.config import ConfigurationProblem, Settings, read_settings, settings_file


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ATM_"):
            monkeypatch.delenv(name)


def read(text: str = "", **command_line: Any) -> Settings:
    return read_settings(text, dict(os.environ), **command_line)


def test_without_any_setting_the_defaults_hold() -> None:
    settings = read()
    assert (settings.policy, settings.currency, settings.face.verify_distance) == ("cardless", "INR", 0.49)


@pytest.mark.parametrize(("text", "line"), [
    ("nonsense = 1", "nonsense: "),
    ("[face]\nnonsense = 1", "face.nonsense: "),
    ("[nonsense]\na = 1", "nonsense: "),
])  # fmt: skip
def test_an_unknown_key_of_the_file_is_named(text: str, line: str) -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        read(text)
    assert str(problem.value).startswith(line)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(("name", "line"), [
    ("ATM_NONSENSE", "ATM_NONSENSE: there is no such setting"),
    ("ATM_FACES__MARGIN", "ATM_FACES__MARGIN: there is no such setting"),
    ("ATM_FACE__NONSENSE", "face.nonsense: "),
])  # fmt: skip
def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, line: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigurationProblem) as problem:
        read()
    assert str(problem.value).startswith(line)


def test_the_projects_other_variables_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ATM_DATA", "ATM_BIOMETRIC_DATA", "ATM_KEY_RING", "ATM_KEY_PASSPHRASE", "ATM_SERVER_HOME"):
        monkeypatch.setenv(name, "x")
    assert read() == Settings()


@pytest.mark.parametrize(("text", "key"), [
    ('terminal = "a terminal"', "terminal"),
    ('terminal = "ATM-FLEET-000000019"', "terminal"),  # its accounts' numbers would be longer than numbers may be
    ('currency = "XXX"', "currency"),
    ('languages = ["xx"]', ""),
    ("languages = []", ""),
    ("limits.payment = {per_transaction = 0, per_day = 1, burst = 1, period = 1}", "limits.payment.per_transaction"),
    ("limits.payment = {per_transaction = 1, per_day = 1.5, burst = 1, period = 1}", "limits.payment.per_day"),
    ("utc_offset = 900", "utc_offset"),
    ("[face]\nverify_distance = 0.7", "face.verify_distance"),
    ("[face]\nmargin = 0.0", "face.margin"),
    ('[printer]\nport = "ttyUSB0"', "printer.port"),
    ('[printer]\nport = "printer.example"', "printer.port"),
    ('[printer]\nport = "printer.example:0"', "printer.port"),
    ('[printer]\nport = "printer.example:65536"', "printer.port"),
    ("[printer]\nbaud_rate = 0", "printer.baud_rate"),
    ('[speaker]\ndevice = "-w/tmp/said.wav"', "speaker.device"),
    ("[code]\nseconds = 601", "code.seconds"),
    ("[code]\ntries = 6", "code.tries"),
    ("[lockout]\nfailures = 0", "lockout.failures"),
    ("[times]\nmore_time = 19", "times.more_time"),
    ("[times]\nidle = 0", "times.idle"),
    ('[screen]\nlook = "pink"', "screen.look"),
    ('[brand]\nprimary = "navy"', "brand.primary"),
    ('[brand]\naccent = "#12345"', "brand.accent"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_its_key(text: str, key: str) -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        read(text)
    assert str(problem.value).startswith(f"{key}: ")


@pytest.mark.parametrize("port", [
    "auto", "virtual", "/dev/usb/lp0", "/dev/ttyUSB0", "192.0.2.7:9100", "printer.example:65535", "[2001:db8::1]:9100",
])  # fmt: skip
def test_a_printer_is_a_device_file_or_a_network_address(port: str) -> None:
    assert read(f'[printer]\nport = "{port}"').printer.port == port


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        read('currency = "XXX"\n[code]\ntries = 9\nseconds = 1\n')
    assert len(str(problem.value).splitlines()) == 3


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(ConfigurationProblem, match=r"atm.toml is not valid TOML"):
        read("this is = = no toml")


def test_the_command_line_outranks_the_environment_and_that_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'bank = "File"\npolicy = "file"\nterminal = "FILE"\n[face]\nmargin = 0.06\npatience = 7.0\n'
    monkeypatch.setenv("ATM_BANK", "Environment")
    monkeypatch.setenv("ATM_POLICY", "environment")
    monkeypatch.setenv("ATM_FACE__MARGIN", "0.08")
    settings = read(text, policy="line")
    assert (settings.policy, settings.bank, settings.terminal) == ("line", "Environment", "FILE")
    assert (settings.face.margin, settings.face.patience) == (0.08, 7.0)
    assert read(text, policy=None).policy == "environment"


def test_a_variable_that_is_no_list_is_refused_like_any_other_bad_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATM_LANGUAGES", "en")
    with pytest.raises(ConfigurationProblem):
        read()


def test_a_lockout_without_delays_is_refused() -> None:
    with pytest.raises(ConfigurationProblem):
        read("[lockout]\ndelays = []")


def test_a_lockout_that_lasts_no_time_is_refused() -> None:
    with pytest.raises(ConfigurationProblem):
        read("[lockout]\ndelays = [0]")


def test_what_is_not_said_of_a_customer_under_duress_stays_as_little() -> None:
    limits = read(
        "[duress_limits.transfer]\nper_transaction = 100\nper_day = 100\nburst = 1\nperiod = 60"
    ).duress_limits
    assert limits.transfer.per_day == 100
    assert limits.withdrawal == Settings().duress_limits.withdrawal
    assert limits.withdrawal.per_day < Settings().limits.withdrawal.per_day


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    assert "hunter2" not in repr(read('[mail]\nhost = "mail.example"\npassword = "hunter2"'))


def test_a_wrong_value_of_a_secret_is_not_repeated_in_the_message() -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        read("[mail]\npassword = 77231")
    assert "77231" not in str(problem.value)


def test_the_settings_file_is_the_chosen_one_or_the_one_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_file(None) is None
    (tmp_path / "atm.toml").write_text("")
    assert settings_file(None) == Path("atm.toml")
    assert settings_file(Path("/other.toml")) == Path("/other.toml")
