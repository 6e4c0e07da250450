"""Signing in at the console: user name, password and authenticator code, all at once and with one answer.

Whoever is told no learns nothing else: an unknown name, a wrong password, a wrong code, a shut and a locked account are
answered alike, and after the same time. Which it was is in the audit. All methods block.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from atm_app.branch.staff_ports import StaffAccounts, StaffCredentials, StaffMember
from atm_app.branch.staff_session import StaffSession
from atm_app.identity.authenticator_app import step_of
from atm_app.identity.lockout import LockoutRule
from atm_app.ports import Random, TimeSource
from atm_app.stores import AuditEvent, AuditLog, Factor, StoreUnavailable
from atm_app.trust.vault import Vault, normalised

TOKEN_BYTES = 16
# Compared where there is no authenticator, so that it takes as long; its codes count for nothing.
NOBODYS_SECRET = "A" * 32


def writable(text: str) -> str:
    """What a keyboard cannot have written (a lone surrogate) must not stop a check half-way."""
    return text.encode(errors="replace").decode()


class StaffSignIn:
    """Raises StoreUnavailable and KeyProblem throughout. Password and code are one attempt of the lockout."""

    def __init__(
        self,
        staff: StaffAccounts,
        lockout: LockoutRule,
        vault: Vault,
        clock: TimeSource,
        random: Random,
        audit: AuditLog,
    ) -> None:
        self._staff = staff
        self._lockout = lockout
        self._vault = vault
        self._clock = clock
        self._random = random
        self._audit = audit

    def sign_in(self, user_name: str, password: str, code: str) -> StaffSession | None:
        """None whatever was wrong. Who has no authenticator yet needs no ``code``, and may do nothing but set
        themselves up."""
        token = self._random.token_bytes(TOKEN_BYTES)
        member = self.prove("staff_sign_in", token, user_name, password, code)
        return StaffSession(token, member, self._clock.monotonic()) if member else None

    def sign_out(self, session: StaffSession) -> None:
        if not session.ended:
            session.end()
            self._note("staff_sign_out", "done", session.token, session.member)

    def unlock(self, session: StaffSession, password: str) -> bool:
        """After too long a pause the same person goes on by their password. An account that locks ends the session."""
        if session.ended:
            return False
        name = session.member.user_name
        known = self._staff.credentials(name)
        if not self.password_is_theirs("staff_unlock", session.token, known, name, writable(password)):
            if known is None or known.member.disabled or self._lockout.locked(known.member):
                session.end()
            return False
        session.unlocked(self._clock.monotonic())
        return True

    # --- what others check as well -----------------------------------------------------------------------------------

    def prove(self, event: str, token: bytes, user_name: str, password: str, code: str) -> StaffMember | None:
        """Whose password and code these are; ``event``: what the audit calls the attempt. A time step of the app is
        used up only where the password is right."""
        name, password, code = normalised(writable(user_name)), writable(password), writable(code)
        known = self._staff.credentials(name)

        def matches() -> bool:
            right = self._fits(known, password)
            step = step_of(known.secret if known and known.secret else NOBODYS_SECRET, code, self._clock.now())
            if not right or known is None:
                return False
            if not known.secret:
                return True
            return step is not None and self._staff.use_step(known.member.staff_id, step)

        return known.member if self._attempt(event, token, known, name, password, matches) and known else None

    def password_is_theirs(
        self, event: str, token: bytes, known: StaffCredentials | None, name: str, password: str
    ) -> bool:
        """Counted like a sign-in."""
        return self._attempt(event, token, known, name, password, lambda: self._fits(known, password))

    def _fits(self, known: StaffCredentials | None, password: str) -> bool:
        owner = known.member.pseudonym if known else b""
        right = self._vault.pin_matches(password, owner, known.password_hash if known else None)
        return right and known is not None and not known.member.disabled

    def _attempt(
        self,
        event: str,
        token: bytes,
        known: StaffCredentials | None,
        name: str,
        password: str,
        matches: Callable[[], bool],
    ) -> bool:
        member = known.member if known else None
        matched, verdict = self._lockout.attempt(member, name, Factor.PIN, matches)
        refusal = "locked" if not verdict.allowed or verdict.left == 0 else "refused"
        self._note(event, "accepted" if matched else refusal, token, member)
        if matched and known is not None and known.old:
            # A rotation of keys cannot do it. What fails is done at the next sign-in.
            with contextlib.suppress(StoreUnavailable):
                self._staff.renew(known, self._vault.pin_hash(password, known.member.pseudonym), token)
        return matched

    def _note(self, event: str, outcome: str, token: bytes, member: StaffMember | None) -> None:
        self._audit.write(AuditEvent(event, outcome, token, member.pseudonym if member else b""))
        with contextlib.suppress(StoreUnavailable):
            self._audit.seal()
