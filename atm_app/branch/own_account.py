"""What everybody does with their own account: a password nobody else has seen, and an authenticator app."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_ports import StaffAccounts
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.staff_sign_in import StaffSignIn, writable
from atm_app.identity.authenticator_app import new_secret, provisioning_uri, step_of
from atm_app.identity.passwords import password_problem
from atm_app.ports import Random, TimeSource
from atm_app.stores import RequestRefused
from atm_app.trust.vault import Vault


@dataclass(frozen=True)
class OwnAccount:
    """``bank``: what the app lists the account under. Raises NotAllowed and StoreUnavailable throughout."""

    staff: StaffAccounts
    sign_in: StaffSignIn
    permissions: Permissions
    vault: Vault
    clock: TimeSource
    random: Random
    bank: str

    def look_again(self, session: StaffSession) -> None:
        """The session's member as the account is now."""
        member = self.staff.get(session.member.staff_id)
        if member is not None:
            session.member = member

    def change_password(self, session: StaffSession, old: str, new: str) -> None:
        """Raises RequestRefused: password_wrong, password_same, password_too_short, password_too_easy."""
        with self.permissions.deed(session, Deed.CHANGE_OWN_PASSWORD) as record:
            member, old, new = session.member, writable(old), writable(new)
            record.subject = member.pseudonym
            known = self.staff.credentials(member.user_name)
            right = self.sign_in.password_is_theirs("staff_password", session.token, known, member.user_name, old)
            if known is None or not right:
                raise RequestRefused("password_wrong")
            problem = "password_same" if old == new else password_problem(new, (member.user_name, self.bank))
            if problem:
                raise RequestRefused(problem)
            new_hash = self.vault.pin_hash(new, member.pseudonym)
            if not self.staff.change_password(member.staff_id, known.password_hash, new_hash, session.token):
                raise RequestRefused("password_wrong")

    def offer_authenticator(self, session: StaffSession) -> str:
        """A fresh secret as an otpauth URI, to be shown this once; an earlier one is worth nothing any more."""
        with self.permissions.deed(session, Deed.SET_UP_AUTHENTICATOR) as record:
            record.subject = session.member.pseudonym
            self._refuse_before_its_time(session)
            session.offered = new_secret(self.random)
            return provisioning_uri(session.member.user_name, self.bank, session.offered)

    def confirm_authenticator(self, session: StaffSession, code: str) -> None:
        """Keep the offered secret once the app has shown that it holds it too. Raises RequestRefused: code_wrong,
        nothing_offered."""
        with self.permissions.deed(session, Deed.SET_UP_AUTHENTICATOR) as record:
            record.subject = session.member.pseudonym
            self._refuse_before_its_time(session)
            if not session.offered:
                raise RequestRefused("nothing_offered")
            step = step_of(session.offered, writable(code), self.clock.now())
            if step is None:
                raise RequestRefused("code_wrong")
            if not self.staff.set_authenticator(session.member, session.offered, step, session.token):
                raise RequestRefused("authenticator_there")
            session.offered = ""

    @staticmethod
    def _refuse_before_its_time(session: StaffSession) -> None:
        """An authenticator begins anew by an administrator alone, and never before the password is one's own."""
        if session.member.must_change:
            raise RequestRefused("password_first")
        if session.member.has_authenticator:
            raise RequestRefused("authenticator_there")
