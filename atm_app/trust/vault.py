"""Keys and what is done with them: sealing under data keys, blind indexes, PIN hashing, code MACs.

The master key never encrypts data itself: HKDF (RFC 5869) derives one key a purpose from it. A customer's data is
sealed with AES-256-GCM under the customer's own data key, which the database keeps wrapped; whoever destroys the
wrapped key destroys the data. Nothing here reads a file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

import bcrypt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D: 96-bit nonces; random ones are safe far beyond the messages under one data key

# OWASP password storage: bcrypt work factor of 10 or more; 12 costs about 0.2 s here and is paid off the Tk thread.
PIN_ROUNDS = 12


class KeyProblem(Exception):
    """The key is missing, malformed or not the one the data was sealed with. Nothing has been changed."""


@dataclass(frozen=True)
class KeyRing:
    """Master keys by id; ``active`` seals, all open."""

    active: str
    keys: Mapping[str, bytes]

    @classmethod
    def generate(cls) -> KeyRing:
        return cls("k1", {"k1": secrets.token_bytes(KEY_BYTES)})

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """Raises KeyProblem on anything but a complete ring."""
        try:
            data = json.loads(text)
            keys = {name: b64decode(value, validate=True) for name, value in data["keys"].items()}
            ring = cls(data["active"], keys)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyProblem("the key file is not a key ring of this machine") from error
        if ring.active not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeyProblem("the key file is incomplete")
        return ring

    def to_text(self) -> str:
        keys = {name: b64encode(key).decode() for name, key in self.keys.items()}
        return json.dumps({"version": 1, "active": self.active, "keys": keys}, indent=1)

    def __repr__(self) -> str:
        return f"KeyRing(active={self.active!r}, {len(self.keys)} keys)"


def normalised(text: str) -> str:
    """The form in which contacts and names are compared: NFKC, folded case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Vault:
    """All uses of the key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def __repr__(self) -> str:
        return f"Vault({self._ring!r})"

    @property
    def key_id(self) -> str:
        return self._ring.active

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """The 32-byte key of one purpose. Raises KeyProblem for a key id that is not in the ring."""
        master = self._ring.keys.get(key_id or self._ring.active)
        if master is None:
            raise KeyProblem(f"the data was sealed with key {key_id!r}, which is not in the key ring")
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cardless-atm/" + purpose.encode()).derive(master)

    def database_password(self, role: str) -> str:
        return self.derive(f"database/{role}").hex()

    # --- data keys ---------------------------------------------------------------------------------------------------

    def new_data_key(self, owner: bytes) -> tuple[bytes, bytes]:
        """(data key, the same wrapped). ``owner``: the customer's pseudonym, bound into the wrapping."""
        data_key = secrets.token_bytes(KEY_BYTES)
        return data_key, _seal(self.derive("wrap"), data_key, b"data-key|" + owner)

    def unwrap(self, wrapped: bytes, owner: bytes, key_id: str) -> bytes:
        """Raises KeyProblem when the wrapped key is another owner's or another ring's."""
        return _open(self.derive("wrap", key_id), wrapped, b"data-key|" + owner)

    @staticmethod
    def seal(data_key: bytes, plain: bytes, owner: bytes, kind: str) -> bytes:
        """AES-256-GCM; owner and kind are associated data, so that a moved ciphertext does not open."""
        return _seal(data_key, plain, kind.encode() + b"|" + owner)

    @staticmethod
    def open(data_key: bytes, sealed: bytes, owner: bytes, kind: str) -> bytes:
        return _open(data_key, sealed, kind.encode() + b"|" + owner)

    # --- what must be found or compared without being stored -----------------------------------------------------

    def blind_index(self, kind: str, value: str) -> bytes:
        return _mac(self.derive("blind-index"), kind, normalised(value).encode())

    def number_token(self, number: str) -> bytes:
        """Stands for a customer number that nobody has."""
        return self.blind_index("number", number)

    def code_mac(
        self, session: bytes, purpose: str, binding: bytes, code: str, key_id: str | None = None
    ) -> bytes:  # fmt: skip
        """``key_id``: of codes that outlive a rotation of keys."""
        return _mac(self.derive("one-time-code", key_id), purpose, session, binding, code.encode())

    def pin_hash(self, pin: str, owner: bytes) -> bytes:
        """Pepper (HMAC under a key outside the database), then bcrypt; the owner keeps hashes from being moved."""
        return bcrypt.hashpw(self._peppered(pin, owner), bcrypt.gensalt(PIN_ROUNDS))

    def pin_matches(self, pin: str, owner: bytes, pin_hash: bytes | None) -> bool:
        """Takes as long, and answers false, when there is no hash to compare with."""
        known = pin_hash or _HASH_OF_NOTHING
        return bcrypt.checkpw(self._peppered(pin, owner), known) and pin_hash is not None

    def _peppered(self, pin: str, owner: bytes) -> bytes:
        # Base64 of a digest: 44 bytes without NUL, within bcrypt's 72.
        return b64encode(_mac(self.derive("pin-pepper"), "pin", owner, pin.encode()))


_HASH_OF_NOTHING = b"$2b$12$" + b"." * 53


def _mac(key: bytes, *parts: str | bytes) -> bytes:
    """HMAC-SHA-256 over length-prefixed parts, so that no two lists of parts read the same."""
    message = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        message.update(len(data).to_bytes(4, "big") + data)
    return message.digest()


def keyed_digest(key: bytes, *parts: str | bytes) -> bytes:
    """The MAC every chain and index here is made of: HMAC-SHA-256 over length-prefixed parts."""
    return _mac(key, *parts)


def _seal(key: bytes, plain: bytes, associated: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, associated)


def _open(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError) as error:
        raise KeyProblem("sealed data does not open: wrong key, wrong owner or changed") from error
