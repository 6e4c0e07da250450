"""Consents, given and taken back; the templates go in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from atm_app.identity.consents import Consent, latest
from atm_app.stores import Factor
from db.connection import Database


class ConsentRows:
    """One role's: the customer at the kiosk, or staff; ``chain``: of that role."""

    def __init__(self, database: Database, chain: str) -> None:
        self._database = database
        self._chain = chain

    def of(self, customer_id: int) -> tuple[Consent, ...]:
        return latest(
            tuple(
                Consent(Factor(row["kind"]), int(row["version"]), _moment(row["given_at"]),
                        _moment(row["revoked_at"]) if row["revoked_at"] else None)
                for row in self._database.rows("consents_of", customer=customer_id)
            )
        )  # fmt: skip

    def give(self, customer_id: int, kind: Factor, version: int, session: bytes = b"") -> None:
        self._database.rows(
            "give_consent",
            customer=customer_id, kind=kind.value, version=version, chain=self._chain, session=session,
        )  # fmt: skip

    def revoke(self, customer_id: int, kind: Factor, session: bytes = b"") -> bool:
        """A repeat after a lost answer finds nothing left to take back."""
        row = self._database.row(
            "revoke_consent", customer=customer_id, kind=kind.value, chain=self._chain, session=session
        )
        return row is not None and bool(row["done"])


def _moment(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
