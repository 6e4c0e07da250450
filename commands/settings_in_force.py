"""The settings a machine works with: its own file, over it what the centre of its fleet published, then variables and
options. What cannot be used is refused, and the last that could be stays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mysql.connector import errors

from atm_app.central_settings import decided_in
from atm_app.config import ConfigurationProblem, Settings
from atm_app.identity.policy import PolicyProblem
from atm_app.settings_layers import laid_over
from atm_app.stores import StoreUnavailable
from atm_app.trust.publication import FOR_ALL, NotSealed, Publication, Versions
from atm_app.trust.vault import KeyProblem, Vault
from commands.opened_storage import server_addresses
from db.folder import DataFolder
from db.key_source import source_of, vault_of
from db.published_settings import KeptSettings
from db.storage import Storage

log = logging.getLogger(__name__)

Published = Mapping[str, Any]
# Reads the machine's own file, with what was published over it. Raises ConfigurationProblem, PolicyProblem.
OwnFile = Callable[[Published], Settings]


class NotUsable(Exception):
    """``version``: the newest of those that were to be used; the message says why not."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(reason)
        self.version = version


@dataclass(frozen=True)
class InForce:
    """``settings``: to work with. ``publications``: those among them. ``is_new``: taken up just now."""

    settings: Settings
    publications: tuple[Publication, ...] = ()
    is_new: bool = False

    @property
    def versions(self) -> Versions:
        return Versions.of(self.publications)


class SettingsInForce:
    """Judges publications for one machine. ``own``: its settings without any. ``running``: what the kiosk of this
    process works with."""

    def __init__(self, folder: DataFolder, own: Settings, read: OwnFile) -> None:
        self._folder = folder
        self._own = own
        self._read = read
        self._kept = KeptSettings(folder.published_settings)
        self.running = InForce(own)

    def at_start(self) -> InForce:
        """Of a kiosk: what the database has, else what was kept, else the machine's own alone. Raises KeyProblem."""
        self.running = self._found_at_start()
        return self.running

    def _found_at_start(self) -> InForce:
        if not self._own.database.hosts:
            return InForce(self._own)
        addresses = server_addresses(self._own)
        storage = Storage(self._folder, self._own.terminal, self._own.currency, addresses)
        try:
            found = storage.published_settings.in_force()
            taken = self.judge(found, storage.vault)
        except (StoreUnavailable, errors.Error) as error:  # of an older schema as well
            log.warning("the centre's settings could not be read (%s); the last ones are used", error)
            return self.kept(storage.vault)
        except NotUsable as problem:
            log.error("the centre's settings are refused, the last ones are used: %s", problem)
            return self.kept(storage.vault)
        finally:
            storage.close()
        return self._keep(taken)

    def kept(self, vault: Vault | None = None) -> InForce:
        """As the machine's kiosk last took it up: for every other command. ``vault``: None to open the ring where there
        is something to compare."""
        try:
            kept = self._kept.read()
            if not kept:
                return InForce(self._own)
            settings = self._judged(kept, vault or vault_of(source_of(self._folder.key_file)))
        except (NotSealed, NotUsable, KeyProblem) as problem:
            log.error("the kept settings of the centre are not used, the machine's own are: %s", problem)
            return InForce(self._own)
        return InForce(settings, kept)

    def judge(self, found: tuple[Publication, ...], vault: Vault) -> InForce:
        """Raises NotUsable; nothing is kept either way."""
        newest = Versions.of(found).newest
        try:
            kept = self._kept.read()
        except NotSealed:
            kept = ()
        before, now = Versions.of(kept), Versions.of(found)
        for publication in found:
            if publication.version > before.newest and not _under_a_key_as_new(publication, kept, vault):
                raise NotUsable(newest, f"version {publication.version} was sealed with an older key than those before")
        if now.general < before.general or now.own < before.own:
            raise NotUsable(
                newest, f"there is {now} in the database, and this machine had {before}: versions only count up"
            )
        return InForce(self._judged(found, vault), found, is_new=_seals(found) != _seals(kept))

    def _judged(self, found: tuple[Publication, ...], vault: Vault) -> Settings:
        """Raises NotUsable."""
        newest = Versions.of(found).newest
        published = _decided(found, vault)
        for publication in found:
            if publication.terminal not in (FOR_ALL, self._own.terminal):
                told = f"version {publication.version} cannot be used here: it is for {publication.terminal}"
                raise NotUsable(newest, told)
        try:
            return self._read(published)
        except (ConfigurationProblem, PolicyProblem) as problem:
            told = f"version {newest} cannot be used here: {_line(problem)}{_of_program(*found)}"
            raise NotUsable(newest, told) from problem

    def _keep(self, taken: InForce) -> InForce:
        if taken.is_new:
            log.info("the centre's settings are taken up: %s", taken.versions)
            try:
                self._kept.write(taken.publications)
            except OSError as error:
                log.error("the centre's settings cannot be kept for a start without the database: %s", error.strerror)
        return taken


def kept_values(folder: DataFolder, vault: Vault) -> dict[str, Any]:
    """What the centre decides for this machine, as its kiosk last took it up; nothing where that is damaged."""
    try:
        return _decided(KeptSettings(folder.published_settings).read(), vault)
    except (NotSealed, NotUsable):
        return {}


def _decided(publications: tuple[Publication, ...], vault: Vault) -> dict[str, Any]:
    """All of them together, one machine's own over everybody's. Raises NotUsable."""
    decided: dict[str, Any] = {}
    for publication in sorted(publications, key=lambda each: each.terminal != FOR_ALL):
        try:
            publication.check(vault)
            decided = laid_over(decided, decided_in(publication.content))
        except NotSealed as problem:
            raise NotUsable(Versions.of(publications).newest, str(problem)) from problem
        except ConfigurationProblem as problem:
            told = f"version {publication.version} cannot be used here: {_line(problem)}{_of_program(publication)}"
            raise NotUsable(Versions.of(publications).newest, told) from problem
    return decided


def _under_a_key_as_new(publication: Publication, kept: tuple[Publication, ...], vault: Vault) -> bool:
    """So a ring that was stolen before a rotation seals nothing more, once something was sealed with the new key."""
    known = set(vault.key_ids)
    if publication.key_id not in known:
        return True  # of a key that is read with the seal, newer than any here; or of none, which the seal tells
    return all(
        vault.newer(publication.key_id, each.key_id) == publication.key_id for each in kept if each.key_id in known
    )  # fmt: skip


def _seals(publications: tuple[Publication, ...]) -> set[bytes]:
    return {publication.seal for publication in publications}


def _line(problem: Exception) -> str:
    return "; ".join(str(problem).splitlines())


def _of_program(*publications: Publication) -> str:
    """Of another version of the program, where that may be the reason."""
    from atm_app import __version__

    others = sorted({each.program for each in publications} - {__version__})
    return f" (published with {', '.join(others)} of this program; here is {__version__})" if others else ""
