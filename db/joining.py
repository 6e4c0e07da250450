"""A new machine takes its place in a fleet up: with a token, once, all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from atm_app.stores import ShutOut
from atm_app.trust.invitation import Bundle, TerminalCredential, Token
from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db.connection import Database
from db.credential_source import CredentialSource, credential_source, own_credential
from db.folder import DataFolder
from db.hosts import Hosts, ServerAddress
from db.key_source import KeySource, source_of
from db.logins import Login

NOT_LET_IN = (
    "the database does not know this token: it is of another fleet, or its invitation ended a while ago; ask for a new "
    "one"
)
REASONS = {
    "unknown": NOT_LET_IN,
    "used": "this token was used already; if it was not by you, tell the bank's security: somebody has the keys",
    "withdrawn": "this invitation was taken back; ask for a new one",
    "expired": "this token has expired; ask for a new one",
    "other_ring": "this machine has the key ring of another database; give the new terminal a data folder of its own",
}


class JoinProblem(Exception):
    """The machine did not join; nothing was written. The message says what to do."""


def take_up(folder: DataFolder, terminal: str, addresses: Sequence[ServerAddress], token: Token) -> TerminalCredential:
    """Key ring and credential are kept where this machine keeps such things. ``terminal``: as the settings say. Raises
    JoinProblem, KeyProblem, StoreUnavailable, OSError; but for the last, nothing was written and, but for a bundle that
    does not open, the token is as it was."""
    source, credentials = source_of(folder.prepare().key_file), credential_source(folder)
    own_credential(folder, terminal)  # raises for a machine that is another terminal
    ring = source.find()
    bundle = token.open(_fetched(terminal, addresses, token, ring), terminal)
    if bundle.credential.terminal != terminal:
        raise JoinProblem(f"the bundle is of {bundle.credential.terminal}, not of {terminal}")
    _keep(bundle, ring, source, credentials)
    return bundle.credential


def _fetched(terminal: str, addresses: Sequence[ServerAddress], token: Token, ring: KeyRing | None) -> bytes:
    """The sealed bundle, which the database has no more afterwards."""
    key_id, proof = (ring.first, Vault(ring).proof(ring.first)) if ring else ("", b"")
    login = Login(token.join_user, token.join_password, "joining", denied=NOT_LET_IN, locked=NOT_LET_IN)
    database = Database(login.connect, Hosts(addresses))
    try:
        answer = database.once("join_terminal", terminal=terminal, key_id=key_id, proof=proof)
    except ShutOut as refused:
        raise JoinProblem(str(refused)) from refused
    finally:
        database.close()
    if answer["reason"] == "other_terminal":
        raise JoinProblem(f"this token is for {answer['terminal']}, but this machine's settings say {terminal}")
    if answer["reason"]:
        raise JoinProblem(REASONS[answer["reason"]])
    return bytes(answer["sealed"])


def _keep(bundle: Bundle, ring: KeyRing | None, source: KeySource, credentials: CredentialSource) -> None:
    """The credential first: a power cut in between leaves a machine that says that its ring is missing."""
    newer, before = _newer_of(ring, bundle.ring), credentials.find()
    try:
        credentials.keep(bundle.credential)
        if newer != ring:
            source.keep(newer)
    except (OSError, KeyProblem):
        # What was written may be there although its disk did not promise to keep it.
        with contextlib.suppress(OSError, KeyProblem):
            credentials.forget() if before is None else credentials.keep(before)
        with contextlib.suppress(OSError, KeyProblem):
            source.forget() if ring is None else source.keep(ring)
        raise


def _newer_of(mine: KeyRing | None, theirs: KeyRing) -> KeyRing:
    """Of two states of one ring the one with more keys. Raises KeyProblem when they are two rings."""
    if mine is None:
        return theirs
    if any(mine.keys[key_id] != theirs.keys[key_id] for key_id in mine.keys.keys() & theirs.keys.keys()):
        raise KeyProblem("this machine's key ring is not the fleet's; nothing was written")
    return theirs if len(theirs.keys) > len(mine.keys) else mine
