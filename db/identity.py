"""One-time codes and lockouts, decided inside the database so that all terminals see the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from atm_app.identity.sign_ins import SignIn
from atm_app.stores import AttemptVerdict, CodeVerdict, Factor
from db.connection import Database, Row


class CodeRows:
    """``issue`` and ``check`` are never repeated after a lost answer: a second one would not be the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(
        self, customer_id: int | None, session: bytes, purpose: str, binding: bytes, code_mac: bytes, key_id: str,
        seconds: int, tries: int,
    ) -> int:  # fmt: skip
        row = self._database.once(
            "issue_code",
            customer=customer_id, session=session, purpose=purpose, binding=binding, mac=code_mac, key_id=key_id,
            seconds=seconds, tries=tries,
        )  # fmt: skip
        return int(row["challenge"])

    def key_of(self, challenge: int) -> str | None:
        row = self._database.row("key_of_code", challenge=challenge)
        return str(row["key_id"]) if row else None

    def check(self, challenge: int, session: bytes, purpose: str, binding: bytes, code_mac: bytes) -> CodeVerdict:
        row = self._database.once(
            "check_code", challenge=challenge, session=session, purpose=purpose, binding=binding, mac=code_mac
        )
        return CodeVerdict(row["verdict"])


class SignInRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, customer_id: int, count: int) -> tuple[SignIn, ...]:
        rows = self._database.rows("sign_ins_of", customer=customer_id, count=count)
        return tuple(SignIn(row["at"].replace(tzinfo=UTC), row["terminal"], row["policy"]) for row in rows)


class LockoutRows:
    """A lost answer of ``begin`` leaves the attempt counted: the safe side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, customer_id: int, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        return self._begin("begin_attempt", factor, limit, delays, customer=customer_id)

    def begin_invented(self, token: bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        return self._begin("begin_invented_attempt", factor, limit, delays, token=token)

    def _begin(self, call: str, factor: Factor, limit: int, delays: Sequence[int], **whose: Any) -> AttemptVerdict:
        row = self._database.once(
            call, **whose, factor=factor.value, limit_=limit, delays=json.dumps(list(delays))
        )  # fmt: skip
        return verdict_of(row)

    def succeeded(self, customer_id: int, factor: Factor) -> None:
        self._database.rows("attempt_succeeded", customer=customer_id, factor=factor.value)

    def locked_seconds(self, customer_id: int) -> int:
        row = self._database.row("locked_seconds", customer=customer_id)
        return int(row["locked_seconds"]) if row else 0


def verdict_of(row: Row) -> AttemptVerdict:
    return AttemptVerdict(bool(row["allowed"]), int(row["tries_left"]), int(row["locked_seconds"]))
