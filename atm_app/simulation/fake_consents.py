"""Consents of the simulated bank: ``give_consent`` and ``revoke_consent``."""

from __future__ import annotations

from dataclasses import replace

from atm_app.identity.consents import Consent, latest
from atm_app.simulation.fake_bank import FakeBank
from atm_app.stores import Factor


class FakeConsents:
    def __init__(self, bank: FakeBank, chain: str) -> None:
        self._bank = bank
        self._chain = chain

    def of(self, customer_id: int) -> tuple[Consent, ...]:
        return latest(tuple(self._bank.customers[customer_id].consents))

    def give(self, customer_id: int, kind: Factor, version: int, session: bytes = b"") -> None:
        given = self._bank.customers[customer_id].consents
        if not any(each.kind is kind and each.in_force and each.version >= version for each in given):
            given.append(Consent(kind, version, self._bank.time.now()))
            self._bank.note(self._chain, "consent_given", "done", session, customer_id, kind=kind.value)

    def revoke(self, customer_id: int, kind: Factor, session: bytes = b"") -> bool:
        row, now = self._bank.customers[customer_id], self._bank.time.now()
        done = row.agreed_to(kind)
        row.consents = [
            replace(each, revoked_at=now) if each.kind is kind and each.in_force else each for each in row.consents
        ]
        row.destroy_templates(kind)
        outcome = "done" if done else "not_given"
        self._bank.note(self._chain, "consent_revoked", outcome, session, customer_id, kind=kind.value)
        return done
