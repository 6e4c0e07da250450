"""The second person at the console: another account, another role's right, the very action that is shown."""

from __future__ import annotations

from atm_app.branch.permissions import Permissions, Refusal
from atm_app.branch.roles import RIGHTS
from atm_app.branch.signed_action import Action, Approval, Approvals
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.staff_sign_in import StaffSignIn


class SecondPerson:
    def __init__(self, sign_in: StaffSignIn, permissions: Permissions, approvals: Approvals) -> None:
        self._sign_in = sign_in
        self._permissions = permissions
        self._approvals = approvals

    def sign(
        self, session: StaffSession, action: Action, user_name: str, password: str, code: str
    ) -> Approval | None:  # fmt: skip
        """``session``: of the first person, who asks. None for a wrong name, password or code, counted like any
        sign-in. Raises NotAllowed: where the first person may not do it, where the second may not sign it, and for one
        person twice."""
        self._permissions.check(session, action.deed)
        second = self._sign_in.prove("staff_second_person", session.token, user_name, password, code)
        if second is None:
            return None
        if second.staff_id == session.member.staff_id:
            raise self._permissions.refused(session, action.deed, Refusal.SAME_PERSON)
        if not second.ready:
            raise self._permissions.refused(session, action.deed, Refusal.NOT_SET_UP)
        if second.role not in RIGHTS[action.deed].approvers:
            raise self._permissions.refused(session, action.deed, Refusal.ROLE)
        approval = self._approvals.grant(action, session.member, second, session.token)
        self._permissions.seal()
        return approval
