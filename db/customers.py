"""Customers and their templates: rows are sealed under each customer's data key before they leave this process."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.enrolment import NoConsent
from atm_app.palm_ports import HandSide
from atm_app.ports import FingerTemplate
from atm_app.stores import Customer, FaceCount, Factor, KnownFace, NewCustomer, NumberOfErased
from atm_app.trust.vault import KeyProblem, Vault
from db.connection import Database, Row, hexadecimal

log = logging.getLogger(__name__)

PSEUDONYM_BYTES = 16
DETAILS = ("name", "phone", "email", "address", "gender")
# What staff look a customer up by.
INDEXED = ("phone", "email", "name", "user_name")
FACE_FAMILY = "dlib-resnet-128"
PALM_FAMILY = "line-codes-1"
FAMILIES = {Factor.FACE: FACE_FAMILY, Factor.PALM: PALM_FAMILY}
FACE_POSITION = "face"
# Learned versions of a face that can still be opened; one a day, so about a working week.
STEPS_KEPT = 5
PIN, PASSWORD, EMERGENCY_PIN = "pin", "password", "emergency_pin"


def comparable(kind: str, value: str) -> str:
    """Two ways to write one telephone number are the same: only its digits count."""
    return "".join(letter for letter in value if letter.isdecimal()) if kind == "phone" else value


def index_words(kind: str, value: str) -> list[str]:
    """What of a detail is indexed: names by their words; nothing where there is nothing."""
    return value.split() if kind == "name" else [comparable(kind, value)] if value else []


class Keys:
    """Opens data keys of rows that carry them."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def keep_up(self, database: Database) -> None:
        """Know the key in force: what a rotation elsewhere indexed anew is found under it alone."""
        row = database.row("key_in_force")
        if row is not None:
            self.vault.follow(row["key_id"])

    def of(self, row: Row) -> tuple[bytes, bytes]:
        """(data key, pseudonym)."""
        pseudonym = bytes(row["pseudonym"])
        return self.vault.unwrap(bytes(row["wrapped"]), pseudonym, row["key_id"]), pseudonym

    def open(self, row: Row, kind: str, sealed: bytes) -> bytes:
        data_key, pseudonym = self.of(row)
        return self.vault.open(data_key, bytes(sealed), pseudonym, kind)


@dataclass(frozen=True)
class SealedCustomer:
    """A new customer as the database gets them: details under a data key of their own, and blind indexes."""

    number: str
    pseudonym: bytes
    key_id: str
    wrapped: bytes
    details: tuple[tuple[str, bytes], ...]
    tokens: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, vault: Vault, customer: NewCustomer, pseudonym: bytes, **more: str) -> SealedCustomer:
        """``more``: details that not everybody has, by kind."""
        key_id = vault.key_id
        data_key, wrapped = vault.new_data_key(pseudonym, key_id)
        plain = {kind: getattr(customer, kind) for kind in DETAILS} | more
        details = tuple((kind, vault.seal(data_key, text.encode(), pseudonym, kind)) for kind, text in plain.items())
        tokens = tuple(
            (kind, vault.blind_index(kind, word, key_id))
            for kind in INDEXED
            if kind in plain
            for word in index_words(kind, plain[kind])
        )
        return cls(customer.number, pseudonym, key_id, wrapped, details, tokens)

    def parameters(self) -> dict[str, object]:
        return {
            "number": self.number, "pseudonym": self.pseudonym, "key_id": self.key_id, "wrapped": self.wrapped,
            "details": json.dumps(hexadecimal(self.details, "sealed")),
            "tokens": json.dumps(hexadecimal(self.tokens, "token")),
        }  # fmt: skip


def sealed_templates(
    vault: Vault, data_key: bytes, pseudonym: bytes, captured: Sequence[CapturedTemplate]
) -> list[dict[str, str | float]]:
    """As the JSON procedures read them."""
    return [
        {
            "kind": one.kind.value, "position": (position := one.position or FACE_POSITION), "quality": one.quality,
            "sealed": vault.seal(data_key, one.template, pseudonym, f"{one.kind.value}/{position}").hex(),
            "family": one.family or FAMILIES[one.kind],
        }
        for one in captured
    ]  # fmt: skip


class CustomerRows:
    """``reader`` may read and change what customers change themselves, under ``own_chain``; ``writer`` (the staff
    role) may enrol, under ``chain``."""

    def __init__(self, reader: Database, writer: Database, vault: Vault, chain: str, own_chain: str) -> None:
        self._reader = reader
        self._writer = writer
        self._keys = Keys(vault)
        self._chain = chain
        self._own_chain = own_chain

    def find(self, number: str) -> Customer | None:
        return self._customer(self._reader.row("customer_by_number", number=number))

    def find_by_user_name(self, user_name: str) -> Customer | None:
        self._keys.keep_up(self._reader)
        token = self._keys.vault.blind_index("user_name", user_name)
        return self._customer(self._reader.row("customer_by_user_name", token=token))

    def get(self, customer_id: int) -> Customer | None:
        return self._customer(self._reader.row("customer_by_id", customer=customer_id))

    def enrol(self, customer: NewCustomer) -> int:
        row = self._enrol(customer)
        if row["customer_id"] is None and row["key_in_force"] is not None:
            # A rotation elsewhere: sealed anew, under the key that is in force now.
            self._keys.vault.follow(row["key_in_force"])
            row = self._enrol(customer)
        if row["status"] == "erased":
            raise NumberOfErased(f"number {customer.number} was an erased customer's and is not given again")
        if row["customer_id"] is None:
            raise KeyProblem("the key ring is not the one in force in this database")
        return int(row["customer_id"])

    def _enrol(self, customer: NewCustomer) -> Row:
        sealed = SealedCustomer.of(self._keys.vault, customer, secrets.token_bytes(PSEUDONYM_BYTES))
        row = self._writer.row("enrol_customer", **sealed.parameters(), chain=self._chain)
        assert row is not None, "enrol_customer always answers"
        return row

    def erase(self, number: str) -> str:
        """Destroy name, contacts, templates and credentials for good. Empty when it was done, else a word of the
        refusal: no_such_customer, erased_already, open_holds, balance."""
        row = self._writer.row("erase_customer", number=number, chain=self._chain)
        assert row is not None, "erase_customer always answers"
        return str(row["reason"])

    def pin_hash(self, customer_id: int) -> bytes | None:
        return self._hash(customer_id, PIN)

    def password_hash(self, customer_id: int) -> bytes | None:
        return self._hash(customer_id, PASSWORD)

    def emergency_pin_hash(self, customer_id: int) -> bytes | None:
        return self._hash(customer_id, EMERGENCY_PIN)

    def _hash(self, customer_id: int, kind: str) -> bytes | None:
        row = self._reader.row("credential_of", customer=customer_id, kind=kind)
        return bytes(row["hash"]) if row else None

    def set_emergency_pin_hash(self, customer_id: int, pin_hash: bytes, emergency: bytes, session: bytes) -> bool:
        row = self._reader.row(
            "set_emergency_pin", customer=customer_id, pin=pin_hash, emergency=emergency, chain=self._own_chain,
            session=session,
        )  # fmt: skip
        return row is not None and bool(row["done"])

    def set_pin_hash(self, customer_id: int, pin_hash: bytes) -> None:
        self._writer.rows("set_credential", customer=customer_id, kind=PIN, hash=pin_hash, chain=self._chain)

    def change_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return self._replace_hash("change_credential", PIN, customer_id, old, new, session)

    def renew_pin_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return self._replace_hash("renew_credential", PIN, customer_id, old, new, session)

    def renew_password_hash(self, customer_id: int, old: bytes, new: bytes, session: bytes) -> bool:
        return self._replace_hash("renew_credential", PASSWORD, customer_id, old, new, session)

    def _replace_hash(
        self, call: str, kind: str, customer_id: int, old: bytes, new: bytes, session: bytes
    ) -> bool:  # fmt: skip
        row = self._reader.row(
            call, customer=customer_id, kind=kind, old=old, new=new, chain=self._own_chain, session=session
        )
        return row is not None and bool(row["done"])

    def _customer(self, row: Row | None) -> Customer | None:
        if row is None:
            return None
        details = {
            detail["kind"]: self._keys.open(row, detail["kind"], detail["sealed"]).decode()
            for detail in self._reader.rows("details_of", customer=row["id"])
        }
        return Customer(
            row["id"], row["number"], bytes(row["pseudonym"]), details["name"], details["phone"], details["email"],
            frozen=row["status"] != "active",
        )  # fmt: skip


class TemplateRows:
    """Biometric templates; the associated data binds each to its customer, kind and position. Chains as of
    ``CustomerRows``."""

    def __init__(self, reader: Database, writer: Database, vault: Vault, chain: str, own_chain: str) -> None:
        self._reader = reader
        self._writer = writer
        self._keys = Keys(vault)
        self._chain = chain
        self._own_chain = own_chain

    def faces(self) -> Sequence[tuple[int, bytes]]:
        """One that does not open is left out and told to staff: it must not keep everybody else from signing in.

        Raises KeyProblem when not a single one opens: then the key ring is the wrong one.
        """
        return self._opened(self._reader.rows("face_templates"), "face")

    def face_count(self) -> FaceCount:
        row = self._reader.row("face_count")
        assert row is not None, "face_count_view always answers"
        return FaceCount(int(row["faces"]), int(row["newest"]), int(row["sum_of_ids"]))

    def faces_after(self, newest: int) -> Sequence[tuple[int, bytes]]:
        return self._opened(self._reader.rows("faces_after", newest=newest), "face", some_open=False)

    def customers_with_face(self) -> frozenset[int]:
        return frozenset(row["customer_id"] for row in self._reader.rows("customers_with_face"))

    def _opened(self, rows: Sequence[Row], kind: str, *, some_open: bool = True) -> Sequence[tuple[int, bytes]]:
        opened, unreadable = [], 0
        for row in rows:
            try:
                opened.append((row["customer_id"], self._open(row, kind)))
            except KeyProblem:
                unreadable += 1
        if unreadable:
            log.error("%d of %d %s templates do not open", unreadable, len(rows), kind)
            if some_open and not opened:
                raise KeyProblem(f"no {kind} template opens with this key ring")
        return opened

    def face(self, customer_id: int) -> bytes | None:
        rows = self._reader.rows("templates_of", customer=customer_id, kind="face")
        return self._open(rows[-1], "face") if rows else None

    def known_face(self, customer_id: int) -> KnownFace | None:
        rows = self._reader.rows("templates_of", customer=customer_id, kind="face")
        enrolled = self._reader.row("enrolled_face", customer=customer_id)
        if not rows or enrolled is None:
            return None
        return KnownFace(rows[-1]["id"], self._open(rows[-1], "face"), self._open(enrolled, "face"))

    def learn_face(self, customer_id: int, base: int, template: bytes, session: bytes, pause: int) -> bool:
        row = self._reader.row(
            "learn_face",
            customer=customer_id, base=base, sealed=self._sealed(customer_id, f"face/{FACE_POSITION}", template),
            seconds=pause, kept=STEPS_KEPT, chain=self._own_chain, session=session,
        )  # fmt: skip
        return row is not None and bool(row["done"])

    def forget_learned_face(self, customer_id: int) -> bool:
        row = self._writer.row("forget_learned_face", customer=customer_id, chain=self._chain)
        return row is not None and bool(row["done"])

    def store_face(self, customer_id: int, template: bytes, quality: float) -> None:
        self._store(customer_id, "face", FACE_POSITION, FACE_FAMILY, quality, template)

    def fingers(self, customer_id: int) -> tuple[FingerTemplate, ...]:
        return tuple(
            FingerTemplate(row["id"], row["position"], row["family"], self._open(row, "fingerprint"))
            for row in self._reader.rows("templates_of", customer=customer_id, kind="fingerprint")
        )

    def store_finger(self, customer_id: int, finger: str, family: str, template: bytes) -> None:
        self._store(customer_id, "fingerprint", finger, family, 1.0, template)

    def palms(self, customer_id: int) -> tuple[bytes, ...]:
        return tuple(
            self._open(row, "palm")
            for row in self._reader.rows("templates_of", customer=customer_id, kind="palm")
            if row["family"] == PALM_FAMILY
        )

    def palms_of_few(self, most: int) -> Sequence[tuple[int, bytes]]:
        """Left out, told or raised as in ``faces``."""
        owners = self._reader.rows("customers_with_palm", family=PALM_FAMILY, count=most + 1)
        if len(owners) > most:
            return ()
        return self._opened(self._reader.rows("palm_templates", family=PALM_FAMILY), "palm")

    def store_palm(self, customer_id: int, side: HandSide, template: bytes, quality: float) -> None:
        self._store(customer_id, "palm", side.value, PALM_FAMILY, quality, template)

    def _open(self, row: Row, kind: str) -> bytes:
        return self._keys.open(row, f"{kind}/{row['position']}", row["sealed"])

    def _store(
        self, customer_id: int, kind: str, position: str, family: str, quality: float, template: bytes
    ) -> None:  # fmt: skip
        sealed = self._sealed(customer_id, f"{kind}/{position}", template)
        row = self._writer.row(
            "store_template",
            customer=customer_id, kind=kind, position=position, family=family, quality=quality, sealed=sealed,
            chain=self._chain,
        )  # fmt: skip
        if row is None or not row["done"]:
            raise NoConsent(Factor(kind))

    def _sealed(self, customer_id: int, kind: str, template: bytes) -> bytes:
        row = self._reader.row("customer_by_id", customer=customer_id)
        if row is None:
            raise LookupError("there is no such customer to keep a template for")
        data_key, pseudonym = self._keys.of(row)
        return self._keys.vault.seal(data_key, template, pseudonym, kind)
