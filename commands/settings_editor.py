"""The settings file as a form: read with what stands in it, checked as the start checks it, written whole.

Comments and the order of the file stay. What cannot be typed into one line (a bank's own policies, limits of one
policy) and what a machine's books are kept under (its name, its currency) is edited in the file alone.
"""

from __future__ import annotations

import inspect
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import tomlkit
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import SettingsError
from tomlkit.exceptions import TOMLKitError

from atm_app.branch.care_ports import CareProblem, NotSettings, SettingField
from atm_app.config import ConfigurationProblem, Settings
from atm_app.durable_file import write_whole
from atm_app.identity.policy import PolicyProblem, policy_of
from gui.brand import brand_of

FIXED = frozenset({"terminal", "currency"})
YES, NO = "yes", "no"


@dataclass(frozen=True)
class _Leaf:
    """One setting: where it stands, what it is, and what it is without the file. ``required``: not to be left out where
    one of its section is given."""

    path: tuple[str, ...]
    kind: Any
    usual: Any
    required: bool

    @property
    def key(self) -> str:
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """Of the environment."""
        return "ATM_" + "__".join(self.path).upper()

    @property
    def choices(self) -> tuple[str, ...]:
        if self.kind is bool:
            return (YES, NO)
        if get_origin(self.kind) is Literal:
            return tuple(map(str, get_args(self.kind)))
        if inspect.isclass(self.kind) and issubclass(self.kind, Enum):
            return tuple(str(each.value) for each in self.kind)
        return ()

    def value_of(self, text: str) -> Any:
        """As the file has it; what is no number stays text, and the check says so."""
        if self.kind is bool:
            return {YES: True, NO: False}.get(text, text)
        if self.kind in (int, float):
            return _number(text)
        if get_origin(self.kind) is tuple:
            of_numbers = get_args(self.kind)[0] is not str and all(isinstance(each, int) for each in self.usual)
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return [_number(part) for part in parts] if of_numbers else parts
        return text


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value.value) if isinstance(value, Enum) else str(value)


def leaves(model: BaseModel, path: tuple[str, ...] = ()) -> Iterator[_Leaf]:
    """Every setting that one line can hold. ``model``: with what is usual."""
    for name, field in type(model).model_fields.items():
        usual = getattr(model, name)
        if isinstance(usual, BaseModel):
            yield from leaves(usual, (*path, name))
        elif not isinstance(usual, dict | NoneType) and not (not path and name in FIXED):
            yield _Leaf((*path, name), field.annotation, usual, field.is_required())


class SettingsEditor:
    """``path``: of the file, which need not be there yet. ``decided``: by the centre of a fleet, over it."""

    def __init__(self, path: Path, decided: Mapping[str, Any] | None = None) -> None:
        self._path = path
        self._decided = decided or {}

    def fields(self) -> tuple[SettingField, ...]:
        """Raises CareProblem when the file cannot be read."""
        there = self._document().unwrap()
        return tuple(
            _field_of(leaf, _found(there, leaf.path), _found(self._decided, leaf.path)) for leaf in leaves(_usual())
        )  # fmt: skip

    def save(self, changes: Mapping[str, str]) -> str:
        """Raises NotSettings, CareProblem; the file is then as it was."""
        document = self._document()
        known = {leaf.key: leaf for leaf in leaves(_usual())}
        for key, text in changes.items():
            if key not in known:
                raise NotSettings({key: f"{key} is no setting that can be changed here"})
            _put(document, known[key].path, known[key].value_of(text))
            for leaf in known.values():
                # Limits stand whole in the file: for a kind that is left out there others would count than these.
                if leaf.required and leaf.path[0] == known[key].path[0] and _found(document, leaf.path) is None:
                    _put(document, leaf.path, leaf.usual)
        written = tomlkit.dumps(document)
        check(tomllib.loads(written))
        try:
            self._write(written)
        except OSError as error:
            raise CareProblem(f"{self._path} could not be written: {error.strerror}. It is as it was.") from error
        return str(self._path)

    def _document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self._path.read_text()) if self._path.exists() else tomlkit.document()
        except OSError as error:
            raise CareProblem(f"{self._path} cannot be read: {error.strerror}.") from error
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise CareProblem(f"{self._path} is not valid TOML; it is to be mended there: {error}.") from error

    def _write(self, text: str) -> None:
        """The file before is kept beside it, under one name: the last one that worked. Rights stay as they were."""
        mode = None
        if self._path.exists():
            mode = stat.S_IMODE(self._path.stat().st_mode)
            write_whole(self._path.with_suffix(".before.toml"), self._path.read_text())
        write_whole(self._path, text)
        if mode is not None:
            self._path.chmod(mode)


def check(values: Mapping[str, Any]) -> Settings:
    """As the next start reads them. Raises NotSettings."""
    try:
        settings = Settings(**values)
        policy_of(settings)
        brand_of(settings)
    except ValidationError as error:
        raise NotSettings({_key_of(item["loc"]): str(item["msg"]) for item in error.errors()}) from error
    except PolicyProblem as error:
        raise NotSettings({"policy": str(error)}) from error
    except ConfigurationProblem as error:
        raise NotSettings({"brand.logo": str(error)}) from error
    except SettingsError as error:
        raise NotSettings({"": str(error)}) from error
    return settings


def _key_of(location: tuple[int | str, ...]) -> str:
    """Without the place in a list."""
    return ".".join(part for part in location if isinstance(part, str))


def _usual() -> Settings:
    """Whatever the environment says."""
    return Settings.model_construct()


def _field_of(leaf: _Leaf, found: Any, decided: Any) -> SettingField:
    overruled = leaf.variable if leaf.variable in os.environ else ""
    if isinstance(leaf.usual, SecretStr):
        return SettingField(leaf.key, "", "", secret=True, is_set=bool(found), overruled=overruled)
    value = next((each for each in (decided, found) if each is not None), leaf.usual)
    return SettingField(
        leaf.key, _text_of(value), _text_of(leaf.usual), leaf.choices, overruled=overruled, decided=decided is not None
    )  # fmt: skip


def _found(values: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return None
        values = values[name]
    return values


def _put(document: Any, path: tuple[str, ...], value: Any) -> None:
    *tables, name = path
    for table in tables:
        if table not in document:
            document[table] = tomlkit.table(is_super_table=False)
        document = document[table]
    document[name] = value
