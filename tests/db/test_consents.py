"""Consents on the database: without one no template is stored, and taking it back destroys what there is."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION, in_force
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolment import NoConsent
from atm_app.palm_ports import HandSide
from atm_app.stores import Customer, Factor
from atm_app.trust.vault import Vault
from biometric.face.gallery import InMemoryFaceGallery
from db import migrations
from db.connection import SQL
from db.folder import DataFolder
from db.key_file import read
from db.migrations import Migrator
from tests.db.bank import Bank, InThread, administrator, ask, connection_id_of, wait_at_a_lock

FACE = bytes(range(128)) * 4


@pytest.fixture
def customer(own_bank: Bank) -> Customer:
    """Enrolled with everything, the face twice and learned from once."""
    templates = own_bank.storage.templates
    customer = own_bank.customer()
    for face in (FACE, bytes(512)):
        templates.store_face(customer, face, 0.9)
    known = templates.known_face(customer)
    assert known is not None
    assert templates.learn_face(customer, known.template_id, FACE, bytes(16), 0)
    templates.store_finger(customer, "right_index", "test-1", b"finger")
    templates.store_palm(customer, HandSide.LEFT, b"palm", 0.9)
    found = own_bank.storage.customers.get(customer)
    assert found is not None
    return found


def rows_of(admin: Any, customer: Customer, kind: Factor) -> list[tuple[set[int], int]]:
    """The bytes each template is made of, and whether it is in force."""
    sql = "SELECT sealed, active FROM template WHERE customer_id = %s AND kind = %s"
    return [(set(bytes(sealed)), active) for sealed, active in ask(admin, sql, (customer.customer_id, kind.value))]


@pytest.mark.parametrize(("kind", "versions"), [(Factor.FACE, 3), (Factor.FINGERPRINT, 1), (Factor.PALM, 1)])
def test_every_version_of_that_kind_is_noise_and_no_other(
    own_bank: Bank, customer: Customer, admin: Any, kind: Factor, versions: int
) -> None:
    assert own_bank.storage.consents.revoke(customer.customer_id, kind, b"s" * 16)
    assert rows_of(admin, customer, kind) == [({0}, 0)] * versions
    for other in set(BIOMETRICS) - {kind}:
        assert any(active and content != {0} for content, active in rows_of(admin, customer, other))
    assert own_bank.storage.templates.known_face(customer.customer_id) is None or kind is not Factor.FACE
    assert not own_bank.storage.consents.revoke(customer.customer_id, kind)


def test_it_is_on_record_who_did_it_and_for_what(own_bank: Bank, customer: Customer, admin: Any) -> None:
    storage = own_bank.storage
    storage.consents.revoke(customer.customer_id, Factor.FACE, b"s" * 16)
    storage.staff_consents.revoke(customer.customer_id, Factor.FACE)
    sql = "SELECT chain, event, outcome, session, details FROM audit WHERE subject = %s AND event LIKE 'consent%%'"
    rows = ask(admin, sql + " ORDER BY id", (customer.pseudonym,))
    staff, kiosk = f"{own_bank.terminal}/staff", f"{own_bank.terminal}/kiosk"
    assert [row[:3] for row in rows] == [
        *[(staff, "consent_given", "done")] * len(BIOMETRICS), (kiosk, "consent_revoked", "done"),
        (staff, "consent_revoked", "not_given"),
    ]  # fmt: skip
    assert bytes(rows[-2][3]) == b"s" * 16
    assert rows[-2][4] == '{"kind": "face"}'


def test_what_was_agreed_to_and_when_stays_readable(own_bank: Bank, customer: Customer) -> None:
    consents, now = own_bank.storage.consents, datetime.now(UTC)
    consents.revoke(customer.customer_id, Factor.PALM)
    face, finger, palm = consents.of(customer.customer_id)
    assert (face.kind, finger.kind, palm.kind) == BIOMETRICS
    assert face.version == CONSENT_VERSION
    assert abs(face.given_at - now) < timedelta(minutes=5)
    assert palm.revoked_at is not None
    assert palm.given_at <= palm.revoked_at
    assert in_force((face, finger, palm)) == (face, finger)


def test_agreeing_again_to_the_same_text_is_no_second_consent_and_a_new_text_is(own_bank: Bank, admin: Any) -> None:
    customer, consents = own_bank.customer(), own_bank.storage.staff_consents
    for version in (CONSENT_VERSION, CONSENT_VERSION + 1):
        consents.give(customer, Factor.FACE, version)
    assert consents.of(customer)[0].version == CONSENT_VERSION + 1
    consents.revoke(customer, Factor.FACE)
    assert not consents.of(customer)[0].in_force
    sql = "SELECT COUNT(*), SUM(revoked_at IS NULL) FROM consent WHERE customer_id = %s AND kind = 'face'"
    assert ask(admin, sql, (customer,)) == [(2, 0)]


def test_no_template_is_stored_without_one(own_bank: Bank, customer: Customer, admin: Any) -> None:
    storage = own_bank.storage
    storage.consents.revoke(customer.customer_id, Factor.FINGERPRINT)
    with pytest.raises(NoConsent, match="fingerprint"):
        storage.templates.store_finger(customer.customer_id, "left_index", "test-1", b"finger")
    assert storage.templates.fingers(customer.customer_id) == ()
    rows = ask(admin, "SELECT outcome FROM audit WHERE subject = %s AND event = 'template_store' ORDER BY id",
               (customer.pseudonym,))  # fmt: skip
    assert rows[-1] == ("no_consent",)
    storage.staff_consents.give(customer.customer_id, Factor.FINGERPRINT, CONSENT_VERSION)
    storage.templates.store_finger(customer.customer_id, "left_index", "test-1", b"finger")
    assert len(storage.templates.fingers(customer.customer_id)) == 1


def test_a_template_that_is_being_stored_meanwhile_is_destroyed_too(own_bank: Bank, customer: Customer) -> None:
    """The withdrawal waits for the enrolment that has read the consent, and finds what it wrote."""
    storage, holder = own_bank.storage, administrator(own_bank.folder)
    watcher = administrator(own_bank.folder)
    ask(holder, "START TRANSACTION")
    ask(holder, "SELECT id FROM consent WHERE customer_id = %s LOCK IN SHARE MODE", (customer.customer_id,))
    waiting = connection_id_of(storage.kiosk)
    revoking = InThread(lambda: storage.consents.revoke(customer.customer_id, Factor.FACE))
    try:
        wait_at_a_lock(watcher, waiting, "the withdrawal stands at the consent")
        ask(holder, "INSERT INTO template (customer_id, kind, position, family, version, quality, sealed)"
                    " VALUES (%s, 'face', 'face', 'test-1', 99, 1, 'late')", (customer.customer_id,))  # fmt: skip
    finally:
        ask(holder, "COMMIT")
    assert revoking.result()
    assert all(content == {0} and not active for content, active in rows_of(watcher, customer, Factor.FACE))
    holder.close()
    watcher.close()


def test_a_template_that_comes_while_the_consent_is_being_withdrawn_is_refused(
    own_bank: Bank, customer: Customer, admin: Any
) -> None:  # fmt: skip
    """The enrolment waits for the withdrawal that is under way, and sees what came of it."""
    storage, holder = own_bank.storage, administrator(own_bank.folder)
    ask(holder, "START TRANSACTION")
    ask(holder, "UPDATE consent SET revoked_at = CURRENT_TIMESTAMP(6) WHERE customer_id = %s", (customer.customer_id,))
    waiting = connection_id_of(storage.staff)
    storing = InThread(lambda: storage.templates.store_face(customer.customer_id, bytes(512), 0.9))
    try:
        wait_at_a_lock(admin, waiting, "the enrolment stands at the consent")
    finally:
        ask(holder, "COMMIT")
    with pytest.raises(NoConsent):
        storing.result()
    holder.close()


def test_a_running_kiosk_forgets_the_face_though_another_template_does_not_open(
    own_bank: Bank, customer: Customer, admin: Any
) -> None:
    """Counted, the gallery is one short of the database before the withdrawal and as many after it."""
    templates, spoiled = own_bank.storage.templates, own_bank.customer()
    templates.store_face(spoiled, FACE, 0.9)
    ask(admin, "UPDATE template SET sealed = REPEAT('x', LENGTH(sealed)) WHERE customer_id = %s", (spoiled,))
    gallery = InMemoryFaceGallery()
    faces = EnrolledFaces(templates, gallery, 10_000)
    faces.load()
    assert customer.customer_id in gallery.customers()
    own_bank.storage.consents.revoke(customer.customer_id, Factor.FACE)
    faces.refresh()
    assert customer.customer_id not in gallery.customers()
    own_bank.storage.consents.revoke(spoiled, Factor.FACE)


def test_an_erased_customer_agrees_to_nothing_any_more(own_bank: Bank, admin: Any) -> None:
    customer = own_bank.customer()
    number = own_bank.storage.customers.get(customer).number  # type: ignore[union-attr]
    assert own_bank.storage.customers.erase(number) == ""
    own_bank.storage.staff_consents.give(customer, Factor.FACE, CONSENT_VERSION)
    assert own_bank.storage.consents.of(customer) == ()
    open_ones = "SELECT COUNT(*) FROM consent WHERE customer_id = %s AND revoked_at IS NULL"
    assert ask(admin, open_ones, (customer,)) == [(0,)]


def test_whoever_was_enrolled_before_is_taken_to_have_agreed_at_the_branch(
    emptied_folder: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    earlier = tmp_path / "sql"
    for folder in ("views", "procedures"):
        (earlier / folder).mkdir(parents=True)
    shutil.copytree(SQL / "migrations", earlier / "migrations")
    consents = earlier / "migrations" / "0008_consents.sql"
    text = consents.read_text()
    consents.unlink()
    monkeypatch.setattr(migrations, "SQL", earlier)
    vault = Vault(read(emptied_folder.key_file))
    admin = administrator(emptied_folder, None)
    Migrator(admin, vault.database_password).run()
    ask(admin, "USE atm")
    for number, status in ((1, "active"), (2, "erased"), (3, "active")):
        ask(admin, "INSERT INTO customer (id, number, pseudonym, status) VALUES (%s, %s, %s, %s)",
            (number, str(number), bytes([number]) * 16, status))  # fmt: skip
    for row, (customer, kind, active) in enumerate(
        [(1, "face", 0), (1, "face", 1), (1, "palm", 1), (2, "face", 1), (3, "fingerprint", 0)]
    ):
        ask(admin, "INSERT INTO template (customer_id, kind, position, family, version, quality, sealed, active)"
                   " VALUES (%s, %s, 'p', 'f', %s, 1, 'x', %s)", (customer, kind, row + 1, active))  # fmt: skip
    consents.write_text(text)
    Migrator(admin, vault.database_password).run()
    rows = ask(admin, "SELECT customer_id, kind, version, revoked_at FROM consent ORDER BY customer_id, kind")
    assert rows == [(1, "face", 0, None), (1, "palm", 0, None)]
    admin.close()
