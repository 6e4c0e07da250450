"""Authenticator apps and code lists: rows whose use is decided inside the database, so that it happens once."""

from __future__ import annotations

import json
from collections.abc import Sequence

from atm_app.trust.vault import Vault
from db.connection import Database
from db.customers import Keys

AUTHENTICATOR = "authenticator"


class AuthenticatorRows:
    """Customers change it themselves, under ``chain``. The secret is sealed under the customer's own data key."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._keys = Keys(vault)
        self._chain = chain

    def secret(self, customer_id: int) -> bytes | None:
        row = self._database.row("authenticator_of", customer=customer_id)
        return self._keys.open(row, AUTHENTICATOR, row["sealed"]) if row else None

    def store(self, customer_id: int, secret: bytes, step: int, session: bytes) -> None:
        row = self._database.row("customer_by_id", customer=customer_id)
        if row is None:
            raise LookupError("there is no such customer to keep a secret for")
        data_key, pseudonym = self._keys.of(row)
        sealed = self._keys.vault.seal(data_key, secret, pseudonym, AUTHENTICATOR)
        self._database.rows(
            "set_authenticator", customer=customer_id, sealed=sealed, step=step, chain=self._chain, session=session
        )

    def remove(self, customer_id: int, session: bytes) -> bool:
        row = self._database.once("remove_authenticator", customer=customer_id, chain=self._chain, session=session)
        return bool(row["done"])

    def use_step(self, customer_id: int, step: int) -> bool:
        """Not repeated after a lost answer: the step may have been used by the lost call, which the safe side counts as
        a wrong code."""
        return bool(self._database.once("use_authenticator_step", customer=customer_id, step=step)["done"])


class CodeListRows:
    """``writer``: the staff role, under ``chain``; ``reader`` uses codes up."""

    def __init__(self, reader: Database, writer: Database, chain: str) -> None:
        self._reader = reader
        self._writer = writer
        self._chain = chain

    def replace(self, customer_id: int, key_id: str, macs: Sequence[bytes], tries: int) -> None:
        self._writer.rows(
            "replace_code_list",
            customer=customer_id, key_id=key_id, macs=json.dumps([mac.hex() for mac in macs]), tries=tries,
            chain=self._chain,
        )  # fmt: skip

    def next(self, customer_id: int) -> tuple[int, str] | None:
        row = self._reader.row("next_listed_code", customer=customer_id)
        return (int(row["position"]), str(row["key_id"])) if row else None

    def use(self, customer_id: int, position: int, mac: bytes) -> bool:
        return bool(self._reader.once("use_listed_code", customer=customer_id, position=position, mac=mac)["done"])
