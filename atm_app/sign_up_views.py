"""What the states of a sign-up show, as ``views`` has it for all the others."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.stores import Factor
from atm_app.views import View


@dataclass(frozen=True)
class Question(View):
    """One question of ``of``, ``place`` from 1. ``part``: what is asked for, a field of Applicant. ``optional``: it
    may be left empty. ``typed``: of a telephone number without the country's code, which is ``prefix``."""

    part: str = "name"
    typed: str = ""
    place: int = 1
    of: int = 6
    optional: bool = False
    prefix: str = ""

    @property
    def sheet(self) -> str:
        return self.part


@dataclass(frozen=True)
class FirstPassword(View):
    """``again``: the same once more. ``filled``: letters typed."""

    again: bool = False
    filled: int = 0

    @property
    def sheet(self) -> str:
        return "again" if self.again else ""


@dataclass(frozen=True)
class Agreements(View):
    """``kinds``: what this machine knows people by. ``agreed``: to those. ``page``: from 1, of screens that have no
    room for all of them and show one at a time."""

    kinds: tuple[Factor, ...] = ()
    agreed: tuple[Factor, ...] = ()
    page: int = 1

    @property
    def sheet(self) -> str:
        return str(self.page)


@dataclass(frozen=True)
class Joining(View):
    """Everything is being kept."""


@dataclass(frozen=True)
class Joined(View):
    """``number``: the new customer's own."""

    first_name: str = ""
    number: str = ""
    user_name: str = ""
