"""A key ring sealed under a passphrase, for the safe: AES-256-GCM under a key that scrypt (RFC 7914) makes of it."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from atm_app.trust.vault import KEY_BYTES, NONCE_BYTES, KeyProblem, KeyRing

# OWASP password storage: N = 2^17, r = 8, p = 1; 128 MB and about half a second a try.
COST, BLOCK, LANES = 2**17, 8, 1
SALT_BYTES = 16
LEAST_PASSPHRASE = 12
FORMAT = "cardless-atm key ring, scrypt and AES-256-GCM, 1"


def sealed_ring(ring: KeyRing, passphrase: str) -> str:
    """Raises KeyProblem for a passphrase that is too short."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise KeyProblem(f"a passphrase of at least {LEAST_PASSPHRASE} characters is wanted; several words are best")
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, ring.to_text().encode(), FORMAT.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps({"format": FORMAT, **{name: b64encode(part).decode() for name, part in parts.items()}}, indent=1)


def opened_ring(text: str, passphrase: str) -> KeyRing:
    """Raises KeyProblem when the passphrase is another one or the text is damaged; which of the two nobody can tell."""
    try:
        data = json.loads(text)
        told = data["format"]
        salt, nonce, sealed = (b64decode(data[name], validate=True) for name in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError) as error:
        raise KeyProblem("this is no key ring under a passphrase: it is damaged, or something else") from error
    if told != FORMAT:
        raise KeyProblem("this key ring was sealed by another version; update this machine")
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, FORMAT.encode())
    except (InvalidTag, ValueError) as error:
        raise KeyProblem("the passphrase is another one, or the file is damaged") from error
    return KeyRing.from_text(plain.decode())


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, KEY_BYTES, COST, BLOCK, LANES).derive(passphrase.encode())
