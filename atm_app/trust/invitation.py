"""How a new machine comes into a fleet: a token for one use, and the bundle that it opens.

The token is 160 random bits that only whoever carries it and the new machine ever have. HKDF makes of it the database
user and password with which the machine takes the bundle up, and the key the bundle is sealed under; of the password
the database has a hash, of the key nothing.
"""

from __future__ import annotations

import binascii
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atm_app.trust.audit_keys import TERMINAL_KEY_ID, TerminalKey
from atm_app.trust.vault import KEY_BYTES, KeyProblem, KeyRing, Vault

TOKEN_BYTES = 20
# 20 bits of the token's digest: of a million slips of the pen one is not seen before the server is asked.
CHECK_LETTERS = 4
GROUP = 4
# Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O and U, which are read for others.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_FOR = str.maketrans({"I": "1", "L": "1", "O": "0"})
# The two roles of a machine's processes, each with a database user of its own.
LOGIN_ROLES = ("kiosk", "staff")
BUNDLE = "terminal-bundle"


class TokenProblem(Exception):
    """What was typed or read is no token; no server was asked."""


@dataclass(frozen=True)
class Token:
    """``secret``: TOKEN_BYTES bytes."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Token:
        return cls(secrets.token_bytes(TOKEN_BYTES))

    @classmethod
    def from_text(cls, text: str) -> Token:
        """As a person typed it: any case, groups or none. Raises TokenProblem."""
        letters = "".join(text.split()).replace("-", "").upper().translate(READ_FOR)
        if len(letters) != TOKEN_BYTES * 8 // 5 + CHECK_LETTERS or set(letters) - set(ALPHABET):
            raise TokenProblem("this is no token: nine groups of four letters and digits are wanted")
        number = 0
        for letter in letters[:-CHECK_LETTERS]:
            number = number * len(ALPHABET) + ALPHABET.index(letter)
        token = cls(number.to_bytes(TOKEN_BYTES, "big"))
        if not hmac.compare_digest(token._check(), letters[-CHECK_LETTERS:]):
            raise TokenProblem("the token is mistyped: its last group does not go with the others")
        return token

    def to_text(self) -> str:
        """Nine groups of four."""
        letters = _letters(int.from_bytes(self.secret, "big"), TOKEN_BYTES * 8 // 5) + self._check()
        return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))

    @property
    def join_user(self) -> str:
        """21 letters: MySQL's longest user name is 32."""
        return f"join_{self._derive('user')[:8].hex()}"

    @property
    def join_password(self) -> str:
        return self._derive("password").hex()

    def seal(self, bundle: Bundle) -> bytes:
        return Vault.seal(self._derive("bundle"), bundle.to_text().encode(), bundle.credential.owner, BUNDLE)

    def open(self, sealed: bytes, terminal: str) -> Bundle:
        """Raises KeyProblem when it was sealed for another terminal, under another token, or changed."""
        return Bundle.from_text(Vault.open(self._derive("bundle"), sealed, terminal.encode(), BUNDLE).decode())

    def _derive(self, purpose: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cardless-atm/join/" + purpose.encode()).derive(self.secret)

    def _check(self) -> str:
        return _letters(int.from_bytes(sha256(b"cardless-atm/token" + self.secret).digest(), "big"), CHECK_LETTERS)


def _letters(number: int, count: int) -> str:
    """The last ``count`` digits to the base of 32."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


@dataclass(frozen=True)
class TerminalCredential:
    """What makes a machine this terminal and no other. ``passwords``: of its database users, by role."""

    terminal: str
    passwords: Mapping[str, str] = field(repr=False)
    audit_key: TerminalKey

    @classmethod
    def generate(cls, terminal: str, key_id: str) -> TerminalCredential:
        passwords = {role: secrets.token_hex(KEY_BYTES) for role in LOGIN_ROLES}
        return cls(terminal, passwords, TerminalKey(terminal, key_id, secrets.token_bytes(KEY_BYTES)))

    @property
    def owner(self) -> bytes:
        return self.terminal.encode()

    @classmethod
    def from_text(cls, text: str) -> TerminalCredential:
        """Raises KeyProblem on anything but a complete one."""
        try:
            data = json.loads(text)
            terminal, key_id = str(data["terminal"]), str(data["audit_key_id"])
            key = b64decode(data["audit_key"], validate=True)
            passwords = {role: str(data["passwords"][role]) for role in LOGIN_ROLES}
        except (binascii.Error, ValueError, KeyError, TypeError) as error:
            raise KeyProblem("this is no terminal's credential: it is damaged, or something else") from error
        if len(key) != KEY_BYTES or not TERMINAL_KEY_ID.fullmatch(key_id) or not all(passwords.values()):
            raise KeyProblem("the terminal's credential is incomplete")
        return cls(terminal, passwords, TerminalKey(terminal, key_id, key))

    def to_text(self) -> str:
        audit_key = b64encode(self.audit_key.key).decode()
        told = {"version": 1, "terminal": self.terminal, "passwords": dict(self.passwords)}
        return json.dumps({**told, "audit_key_id": self.audit_key.key_id, "audit_key": audit_key}, indent=1)


@dataclass(frozen=True)
class Bundle:
    """What the new machine takes up."""

    ring: KeyRing
    credential: TerminalCredential

    @classmethod
    def from_text(cls, text: str) -> Bundle:
        """Raises KeyProblem."""
        try:
            data = json.loads(text)
            ring, credential = str(data["ring"]), str(data["credential"])
        except (ValueError, KeyError, TypeError) as error:
            raise KeyProblem("the bundle of the invitation is damaged") from error
        return cls(KeyRing.from_text(ring), TerminalCredential.from_text(credential))

    def to_text(self) -> str:
        return json.dumps({"ring": self.ring.to_text(), "credential": self.credential.to_text()})
