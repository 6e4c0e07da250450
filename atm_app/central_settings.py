"""What the centre of a fleet may decide for its machines' settings, and what stays the machine's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from atm_app.config import ConfigurationProblem, Settings
from atm_app.identity.policy import PolicyProblem, policy_of
from atm_app.settings_layers import lines_of

# What the column holds, less some room.
LONGEST_BYTES = 60_000

# By section or by key. Everything else is the bank's to decide.
OF_THE_MACHINE: Mapping[str, str] = {
    "terminal": "it is the machine's name",
    "currency": "a machine's books are kept in it",
    "database": "it is how a machine reaches the centre at all",
    "camera": "it is the machine's device",
    "fingerprint.port": "it is the machine's device",
    "fingerprint.threshold": "it was measured for the machine's own sensor",
    "fingerprint.stick": "it is a folder of the machine",
    "printer": "it is the machine's device",
    "speaker": "it is the machine's device",
    "sound.device": "it is the machine's device",
    "screen.pointer": "it goes with the machine's screen",
    "screen.keypad_letters": "it goes with the machine's keypad",
    "screen.diagonal": "it goes with the machine's screen",
    "brand.logo": "it is a file of the machine",
    "staff.supervisor_key": "it is a key or a switch of the machine",
    "watch": "it is an address of the machine",
    # Another server from here would be sent the password that stands at the machine, and every customer's codes.
    "mail": "where codes go stays beside its password, at the machine",
    "sms": "where codes go stays beside its password, at the machine",
}


class _Alone(Settings):
    """Whatever the environment says."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def decided_in(content: str) -> dict[str, Any]:
    """The keys and values of a publication. Raises ConfigurationProblem, a line for each that is not the centre's."""
    values = _parsed(content)
    if refused := dict(_not_the_centres(values, Settings)):
        raise ConfigurationProblem("\n".join(_told(refused)))
    return values


def check_decided(content: str) -> dict[str, Any]:
    """As ``decided_in``, and usable by a machine whose own file says nothing. Raises ConfigurationProblem with every
    line that is wrong."""
    values = _parsed(content)
    refused = dict(_not_the_centres(values, Settings))
    said = tuple(f"{key}{sign}" for key in refused for sign in ".:")
    lines = _told(refused) + [line for line in _unusable(values) if not line.startswith(said)]
    if lines:
        raise ConfigurationProblem("\n".join(lines))
    return values


def _parsed(content: str) -> dict[str, Any]:
    if len(content.encode()) > LONGEST_BYTES:
        raise ConfigurationProblem(f"that is more than {LONGEST_BYTES} bytes")
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationProblem(f"that is not valid TOML: {error}") from error


def _unusable(values: Mapping[str, Any]) -> list[str]:
    try:
        policy_of(_Alone(**values))
    except ValidationError as error:
        return lines_of(error)
    except PolicyProblem as error:
        return [str(error)]
    return []


def _told(refused: Mapping[str, str]) -> list[str]:
    return [f"{key}: not the centre's to decide: {why}" for key, why in refused.items()]


def _not_the_centres(
    values: Mapping[str, Any], model: type[BaseModel], section: str = ""
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """(key, why)."""
    for name, value in values.items():
        key = section + name
        field = model.model_fields.get(name)
        kind = field.annotation if field else None
        if key in OF_THE_MACHINE:
            yield key, OF_THE_MACHINE[key]
        elif kind is SecretStr:
            yield key, "a secret does not lie in the database"
        elif isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _not_the_centres(value, kind, f"{key}.")
