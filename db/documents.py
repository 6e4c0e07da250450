"""Pictures of customers' proofs of identity, sealed under each customer's own data key."""

from __future__ import annotations

from atm_app.trust.vault import Vault
from db.connection import Database
from db.customers import Keys

DOCUMENT = "document"


class DocumentRows:
    """``database``: the staff role, under ``chain``."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._keys = Keys(vault)
        self._chain = chain

    def of(self, customer_id: int) -> bytes:
        row = self._database.row("document_of", customer=customer_id)
        return self._keys.open(row, DOCUMENT, row["sealed"]) if row else b""

    def store(self, customer_id: int, document: bytes) -> None:
        row = self._database.row("customer_by_id", customer=customer_id)
        if row is None:
            raise LookupError("there is no such customer to keep a document of")
        data_key, pseudonym = self._keys.of(row)
        sealed = self._keys.vault.seal(data_key, document, pseudonym, DOCUMENT)
        self._database.rows("store_document", customer=customer_id, sealed=sealed, chain=self._chain)
