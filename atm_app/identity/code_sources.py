"""Where a customer's one-time code comes from: a message, an authenticator app, a list on paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from atm_app.identity.authenticator_app import AuthenticatorApps
from atm_app.identity.code_lists import CodeLists
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.stores import Customer


class CodeSource(StrEnum):
    MESSAGE = "message"
    APP = "app"
    LIST = "list"


@dataclass(frozen=True)
class CodeWays:
    """What a customer can use beside messages. ``number``: of the code that is next on the list, 0 for none."""

    app: bool
    number: int


@dataclass(frozen=True)
class CodeSources:
    messages: OneTimeCodes
    apps: AuthenticatorApps
    lists: CodeLists

    def ways(self, customer: Customer) -> CodeWays:
        """Raises StoreUnavailable, KeyProblem."""
        return CodeWays(self.apps.has(customer), self.lists.next_number(customer))
