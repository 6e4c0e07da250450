"""What the centre of a fleet may decide, what it may not, and the seal over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import BaseModel, SecretStr

from atm_app.central_settings import LONGEST_BYTES, OF_THE_MACHINE, check_decided, decided_in
from atm_app.config import ConfigurationProblem, Settings, read_settings
from atm_app.trust.publication import NotSealed, Publication, Versions
from atm_app.trust.vault import KeyRing, Vault

GOOD = """
bank = "Konkan Bank"
[face]
margin = 0.06
[limits]
withdrawal = {per_transaction = 5000, per_day = 9000, burst = 3, period = 900}
"""


def leaves(model: type[BaseModel], section: str = "") -> Iterator[tuple[str, object]]:
    """(key, kind) of every setting outside lists and dictionaries."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from leaves(kind, f"{section}{name}.")
        else:
            yield section + name, kind


def as_toml(key: str) -> str:
    section, _, name = key.rpartition(".")
    return (f"[{section}]\n" if section else "") + f"{name} = 1\n"


def test_what_a_bank_decides_is_taken() -> None:
    assert check_decided(GOOD)["face"] == {"margin": 0.06}
    assert check_decided("") == {}, "nothing more is decided"


@pytest.mark.parametrize(("content", "line"), [
    ("face = [", "that is not valid TOML"),
    ("#" * LONGEST_BYTES + "\n", f"more than {LONGEST_BYTES} bytes"),
    ("[face]\nmargni = 0.06", "face.margni: there is no such setting"),
    ("nonsense = 1", "nonsense: there is no such setting"),
    ("[face]\nmargin = 0.001", "face.margin: Input should be greater than or equal to 0.02"),
    ('policy = "two-fingers"', "there is no policy 'two-fingers'"),
    ('policy = "mine"\n[policies.mine]\nsteps = ["pin"]', "mine"),
    ("[limits.withdrawal]\nper_day = 10", "limits.withdrawal.per_transaction: Field required"),
    ('terminal = "ATM-7"', "terminal: not the centre's to decide: it is the machine's name"),
    ('[database]\nhosts = ["10.0.0.1"]', "database: not the centre's to decide"),
    ('[mail]\npassword = "secret word"', "mail: not the centre's to decide: where codes go"),
    ('[brand]\nlogo = "/etc/shadow"', "brand.logo: not the centre's to decide: it is a file of the machine"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words(content: str, line: str) -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        check_decided(content)
    assert line in str(problem.value)
    assert "secret word" not in str(problem.value)


def test_every_line_that_is_not_the_centres_is_named() -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        decided_in('camera = "0"\n[fingerprint]\nport = "auto"\npatience = 30\n[sms]\nurl = "x"')
    assert [line.split(":")[0] for line in str(problem.value).splitlines()] == ["camera", "fingerprint.port", "sms"]


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ConfigurationProblem) as problem:
        check_decided('camera = 0\n[face]\nmargni = 1\nchallenges = "two"')
    assert [line.split(":")[0] for line in str(problem.value).splitlines()] == [
        "camera", "face.challenges", "face.margni",
    ]  # fmt: skip


def test_no_secret_no_device_and_no_path_is_the_centres() -> None:
    """By type and by name: a setting that is added is looked at too."""
    of_machines = ("port", "device", "stick", "path", "hosts", "url", "password", "certificate_authority", "logo")
    looked_at = 0
    for key, kind in leaves(Settings):
        if kind is SecretStr or key.rpartition(".")[2] in of_machines:
            looked_at += 1
            with pytest.raises(ConfigurationProblem, match="not the centre's to decide"):
                decided_in(as_toml(key))
    assert looked_at > 8


def test_each_that_is_the_machines_is_a_setting() -> None:
    there = {key for key, _ in leaves(Settings)}
    for key in OF_THE_MACHINE:
        assert any(name == key or name.startswith(f"{key}.") for name in there), key


def test_the_environment_does_not_hide_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATM_FACE__MARGIN", "0.05")
    with pytest.raises(ConfigurationProblem, match=r"face\.margin"):
        check_decided("[face]\nmargin = 0.001")


def test_the_centre_lies_over_the_file_and_under_variables_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    own = 'bank = "Own"\npolicy = "palm"\n[face]\nmargin = 0.03\npatience = 20\n[times]\nidle = 30'
    published = {"bank": "Centre", "policy": "cardless", "face": {"margin": 0.06}, "times": {"idle": 90}}
    monkeypatch.setenv("ATM_TIMES__IDLE", "45")
    found = read_settings(own, {"ATM_TIMES__IDLE": "45"}, published, policy="face-pin")
    assert (found.bank, found.face.margin, found.face.patience) == ("Centre", 0.06, 20)
    assert (found.times.idle, found.policy) == (45, "face-pin")


@pytest.fixture
def vault() -> Vault:
    return Vault(KeyRing.generate())


def test_a_seal_holds_every_part_of_a_publication_together(vault: Vault) -> None:
    made = Publication(4, "", GOOD, None, "0.1.0", "root at CENTRE").sealed(vault)
    made.check(vault)
    for changed in (
        {"version": 5}, {"terminal": "ATM-7"}, {"content": GOOD + " "}, {"again_of": 3}, {"program": "0.2.0"},
        {"published_by": "somebody"}, {"seal": bytes(32)}, {"seal": b""},
    ):  # fmt: skip
        with pytest.raises(NotSealed, match="changed since it was published, or somebody else"):
            replace(made, **changed).check(vault)
    with pytest.raises(NotSealed, match="changed"):
        made.check(Vault(KeyRing.generate()))
    with pytest.raises(NotSealed, match="has not the key"):
        replace(made, key_id="k9").check(vault)


def test_a_publication_comes_back_from_the_kept_copy(vault: Vault) -> None:
    made = Publication(4, "ATM-7", GOOD, 2, "0.1.0", "root at CENTRE").sealed(vault)
    assert Publication.from_json(made.to_json()) == made
    for damaged in ({}, made.to_json() | {"version": "4"}, made.to_json() | {"seal": "zz"}):
        with pytest.raises(NotSealed, match="damaged"):
            Publication.from_json(damaged)


def test_versions_are_told_in_words() -> None:
    assert [str(Versions(*pair)) for pair in ((0, 0), (3, 0), (0, 4), (3, 4))] == [
        "none", "version 3", "version 4 of its own", "version 4 of its own over version 3",
    ]  # fmt: skip
