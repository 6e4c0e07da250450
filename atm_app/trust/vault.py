"""Keys and what is done with them: sealing under data keys, blind indexes, PIN hashing, code MACs.

The master key never encrypts data itself: HKDF (RFC 5869) derives one key a purpose from it. A customer's data is
sealed with AES-256-GCM under the customer's own data key, which the database keeps wrapped; whoever destroys the
wrapped key destroys the data. What is kept for long says which master key it was made under. Nothing here reads a file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import bcrypt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D: 96-bit nonces; random ones are safe far beyond the messages under one data key

# OWASP password storage: bcrypt work factor of 10 or more; 12 costs about 0.2 s here and is paid off the Tk thread.
PIN_ROUNDS = 12

# Stands before a "$" in a PIN's hash, and in columns of 16.
KEY_ID = re.compile(r"[A-Za-z0-9-]{1,16}")


class KeyProblem(Exception):
    """The key is missing, malformed or not the one the data was sealed with. Nothing has been changed."""


@dataclass(frozen=True)
class KeyRing:
    """Master keys by id, the oldest first; ``active`` seals, all open. No key ever leaves it: old ones open the old
    audit, the hashes of PINs nobody typed since, and every backup."""

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
            raise KeyProblem("this is not a key ring of this machine: it is damaged, or something else") from error
        if ring.active not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeyProblem("the key ring is incomplete")
        if not all(KEY_ID.fullmatch(name) for name in keys):
            raise KeyProblem("a key id is 1 to 16 letters, digits and hyphens")
        return ring

    @property
    def first(self) -> str:
        return next(iter(self.keys))

    @property
    def last(self) -> str:
        return tuple(self.keys)[-1]

    def grown(self) -> KeyRing:
        """With one key more, which is not active yet."""
        key_id = f"k{len(self.keys) + 1}"
        assert key_id not in self.keys, "ids of rings made here count"
        return KeyRing(self.active, {**self.keys, key_id: secrets.token_bytes(KEY_BYTES)})

    def newer(self, one: str, other: str) -> str:
        """Whichever of two ids of the ring came later."""
        order = tuple(self.keys)
        return max(one, other, key=order.index)

    def to_text(self) -> str:
        keys = {name: b64encode(key).decode() for name, key in self.keys.items()}
        return json.dumps({"version": 1, "active": self.active, "keys": keys}, indent=1)

    def __repr__(self) -> str:
        return f"KeyRing(active={self.active!r}, {len(self.keys)} keys)"


def normalised(text: str) -> str:
    """The form in which contacts and names are compared: NFKC, folded case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Vault:
    """All uses of the key ring. ``read_again``: the ring as it is kept now, for keys that were added since."""

    def __init__(self, ring: KeyRing, read_again: Callable[[], KeyRing] | None = None) -> None:
        self._ring = ring
        self._read_again = read_again

    def __repr__(self) -> str:
        return f"Vault({self._ring!r})"

    @property
    def key_id(self) -> str:
        return self._ring.active

    @property
    def key_ids(self) -> tuple[str, ...]:
        """All there are, the oldest first."""
        return tuple(self._ring.keys)

    def newer(self, one: str, other: str) -> str:
        return self._ring.newer(one, other)

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """The 32-byte key of one purpose. Raises KeyProblem for a key id that is not in the ring."""
        ring = self._ring
        if key_id is not None and key_id not in ring.keys:
            ring = self._grown_to(key_id)
        master = ring.keys[ring.active if key_id is None else key_id]
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cardless-atm/" + purpose.encode()).derive(master)

    def follow(self, key_id: str) -> None:
        """Seal with a key that others seal with already, unless ours is newer. Raises KeyProblem when it cannot be
        found."""
        ring = self._ring if key_id in self._ring.keys else self._grown_to(key_id)
        self._ring = replace(ring, active=ring.newer(ring.active, key_id))

    def _grown_to(self, key_id: str) -> KeyRing:
        """The ring with what a rotation elsewhere added to it."""
        mine = self._ring
        ring = self._read_again() if self._read_again else mine
        if key_id not in ring.keys:
            raise KeyProblem(f"the data was sealed with key {key_id!r}, which is not in the key ring")
        if any(ring.keys.get(name) != key for name, key in mine.keys.items()):
            raise KeyProblem("the key ring was exchanged for another one; nothing was taken from it")
        self._ring = replace(ring, active=ring.newer(ring.active, mine.active))
        return self._ring

    def database_password(self, role: str) -> str:
        """Of the first key for good: a rotation shuts no running kiosk out of the database."""
        return self.derive(f"database/{role}", self._ring.first).hex()

    def proof(self, key_id: str) -> bytes:
        """What the database knows a key by without being able to use it."""
        return self.derive("proof", key_id)

    # --- data keys ---------------------------------------------------------------------------------------------------

    def new_data_key(self, owner: bytes, key_id: str | None = None) -> tuple[bytes, bytes]:
        """(data key, the same wrapped). ``owner``: the customer's pseudonym, bound into the wrapping."""
        data_key = secrets.token_bytes(KEY_BYTES)
        return data_key, self.wrap(data_key, owner, key_id)

    def wrap(self, data_key: bytes, owner: bytes, key_id: str | None = None) -> bytes:
        return _seal(self.derive("wrap", key_id), data_key, b"data-key|" + owner)

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

    def blind_index(self, kind: str, value: str, key_id: str | None = None) -> bytes:
        return _mac(self.derive("blind-index", key_id), kind, normalised(value).encode())

    def number_token(self, number: str) -> bytes:
        """Stands for a customer number that nobody has."""
        return self.blind_index("number", number)

    def code_mac(self, session: bytes, purpose: str, binding: bytes, code: str, key_id: str | None = None) -> bytes:
        return _mac(self.derive("one-time-code", key_id), purpose, session, binding, code.encode())

    def approval_mac(self, action: bytes, asker: bytes, approver: bytes, key_id: str | None = None) -> bytes:
        """What a second person signs: this very action of this very colleague."""
        return _mac(self.derive("staff-approval", key_id), asker, approver, action)

    def pin_hash(self, pin: str, owner: bytes) -> bytes:
        """Pepper (HMAC under a key outside the database), then bcrypt; the owner keeps hashes from being moved. The
        pepper's key id stands before bcrypt's own ``$``."""
        key_id = self.key_id
        return key_id.encode() + bcrypt.hashpw(self._peppered(pin, owner, key_id), bcrypt.gensalt(PIN_ROUNDS))

    def pin_matches(self, pin: str, owner: bytes, pin_hash: bytes | None) -> bool:
        """Takes as long, and answers false, when there is no hash to compare with. Raises KeyProblem when the pepper's
        key is not in the ring."""
        key_id, known = self.key_id, _HASH_OF_NOTHING
        if pin_hash is not None:
            key_id, known = _pepper_of(pin_hash), pin_hash[pin_hash.index(b"$") :]
        return bcrypt.checkpw(self._peppered(pin, owner, key_id), known) and pin_hash is not None

    def pin_hash_is_old(self, pin_hash: bytes) -> bool:
        """Made under a key that is no longer the active one: only who knows the PIN can make it anew."""
        return _pepper_of(pin_hash) != self.key_id

    def _peppered(self, pin: str, owner: bytes, key_id: str) -> bytes:
        # Base64 of a digest: 44 bytes without NUL, within bcrypt's 72.
        return b64encode(_mac(self.derive("pin-pepper", key_id), "pin", owner, pin.encode()))


def _pepper_of(pin_hash: bytes) -> str:
    """Raises KeyProblem for what is no hash of ours."""
    key_id, mark, _ = pin_hash.partition(b"$")
    if not mark:
        raise KeyProblem("a PIN's hash does not say which key it was made under")
    return key_id.decode(errors="replace")


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
