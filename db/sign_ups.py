"""Sign-ups at the machine: sealed as every customer's rows are, written by the kiosk's own procedures."""

from __future__ import annotations

import json
from collections.abc import Sequence

from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.consents import CONSENT_VERSION
from atm_app.identity.self_sign_up import NewAccount, Registration, SignUpReason, SignUpRefused
from atm_app.trust.vault import KeyProblem, Vault
from db.connection import Database, Row, hexadecimal
from db.customers import PASSWORD, PIN, Keys, SealedCustomer, sealed_templates


class SignUpRows:
    """``database``: the kiosk role; ``chain``: its own."""

    def __init__(self, database: Database, vault: Vault, chain: str) -> None:
        self._database = database
        self._keys = Keys(vault)
        self._chain = chain

    def codes_sent_to(self, binding: bytes) -> int:
        row = self._database.row("codes_proving", binding=binding)
        return int(row["sent"]) if row else 0

    def begin(self, registration: Registration, session: bytes) -> int:
        row = self._begin(registration, session)
        if row["customer_id"] is None and not row["reason"] and row["key_in_force"] is not None:
            # A rotation elsewhere: sealed anew, under the key that is in force now.
            self._keys.vault.follow(row["key_in_force"])
            row = self._begin(registration, session)
        if row["reason"]:
            raise SignUpRefused(SignUpReason(row["reason"]))
        if row["customer_id"] is None:
            raise KeyProblem("the key ring is not the one in force in this database")
        return int(row["customer_id"])

    def _begin(self, registration: Registration, session: bytes) -> Row:
        customer = SealedCustomer.of(
            self._keys.vault, registration.customer, registration.pseudonym, user_name=registration.user_name
        )
        credentials = [(PIN, registration.pin_hash), (PASSWORD, registration.password_hash)]
        row = self._database.row(
            "begin_sign_up",
            **customer.parameters(), credentials=json.dumps(hexadecimal(credentials, "hash")),
            consents=json.dumps([kind.value for kind in registration.agreed]), version=CONSENT_VERSION,
            chain=self._chain, session=session,
        )  # fmt: skip
        assert row is not None, "begin_sign_up always answers"
        return row

    def finish(
        self, customer_id: int, templates: Sequence[CapturedTemplate], account: NewAccount, session: bytes
    ) -> None:
        owner = self._database.row("customer_by_id", customer=customer_id)
        if owner is None:
            raise SignUpRefused(SignUpReason.ENDED)
        row = self._database.row(
            "finish_sign_up",
            customer=customer_id, session=session,
            templates=json.dumps(sealed_templates(self._keys.vault, *self._keys.of(owner), templates)),
            bank=account.bank, account=account.number, kind=account.kind, currency=account.currency,
            chain=self._chain,
        )  # fmt: skip
        assert row is not None, "finish_sign_up always answers"
        if row["reason"]:
            raise SignUpRefused(SignUpReason(row["reason"]))

    def give_up(self, session: bytes = b"") -> int:
        row = self._database.row("give_up_sign_ups", session=session, chain=self._chain)
        assert row is not None, "give_up_sign_ups always answers"
        return int(row["given_up"])
