"""Consents of the simulated bank and of the database: one contract, as in ``test_contract``."""

from __future__ import annotations

import pytest

from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION
from atm_app.identity.enrolment import NoConsent
from atm_app.stores import Factor
from tests.simulation.books import SESSION, Books


def test_a_consent_is_given_and_taken_back_with_its_templates(books: Books) -> None:
    customer, consents, templates = books.customer(), books.storage.consents, books.storage.templates
    noted = len(books.audit_rows())

    def agreed() -> list[tuple[Factor, int, bool]]:
        return [(consent.kind, consent.version, consent.in_force) for consent in consents.of(customer)]

    everything = [(kind, CONSENT_VERSION, True) for kind in BIOMETRICS]
    assert agreed() == everything
    consents.give(customer, Factor.FACE, CONSENT_VERSION)
    templates.store_face(customer, bytes(512), 1.0)
    before = templates.face_count()
    assert [consents.revoke(customer, Factor.FACE, SESSION) for _ in range(2)] == [True, False]
    assert agreed() == [(Factor.FACE, CONSENT_VERSION, False), *everything[1:]]
    assert templates.face(customer) is None
    assert customer not in templates.customers_with_face()
    assert templates.face_count().faces == before.faces - 1
    with pytest.raises(NoConsent):
        templates.store_face(customer, bytes(512), 1.0)
    consents.give(customer, Factor.FACE, CONSENT_VERSION + 1)
    templates.store_face(customer, bytes(512), 1.0)
    assert templates.face_count().newest > before.newest, "the same face again is a change"
    assert agreed() == [(Factor.FACE, CONSENT_VERSION + 1, True), *everything[1:]]
    consents_only = [row for row in books.audit_rows()[noted:] if row[0].startswith("consent")]
    assert consents_only == [("consent_revoked", "done"), ("consent_revoked", "not_given"), ("consent_given", "done")]
