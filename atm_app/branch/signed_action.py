"""An action of two people: frozen data with one canonical text, and what a second person's signature under it is worth.

A signature is an HMAC over that text and both people, kept in the database, good once and for minutes. Whatever is
changed in the action afterwards has none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from atm_app.branch.roles import RIGHTS, Deed
from atm_app.branch.staff_ports import ApprovalStore, StaffMember
from atm_app.trust.vault import Vault


@dataclass(frozen=True)
class Action:
    """What is to be done, in words and whole numbers; ``parts`` in the order they are shown to the second person."""

    deed: Deed
    terminal: str
    parts: tuple[tuple[str, str | int], ...] = ()

    @property
    def canonical(self) -> bytes:
        """One text for one action: JSON keeps numbers, words and their order apart."""
        return json.dumps([self.deed.value, self.terminal, self.parts], separators=(",", ":")).encode()


@dataclass(frozen=True)
class Approval:
    """``by``: the user name of the second person, for the screen."""

    approval_id: int
    by: str


class Approvals:
    """Raises StoreUnavailable and KeyProblem throughout."""

    def __init__(self, store: ApprovalStore, vault: Vault, seconds: int) -> None:
        self._store = store
        self._vault = vault
        self._seconds = seconds

    def grant(self, action: Action, asker: StaffMember, approver: StaffMember, session: bytes) -> Approval:
        key_id = self._vault.key_id
        binding = self._vault.approval_mac(action.canonical, asker.pseudonym, approver.pseudonym, key_id)
        approval = self._store.grant(
            key_id, binding, asker.staff_id, approver.staff_id, self._seconds, action.deed.value, session
        )
        return Approval(approval, approver.user_name)

    def use(self, action: Action, asker: StaffMember, approval: Approval, request_id: bytes) -> bytes:
        """The pseudonym of who signed this very action for this very person, may still sign it, and whose signature is
        used now for the first time; the same ``request_id`` (16 bytes) again is the same use. Empty: nobody."""
        signed = self._store.signature(approval.approval_id)
        if signed is None or signed.role not in RIGHTS[action.deed].approvers:
            return b""
        binding = self._vault.approval_mac(action.canonical, asker.pseudonym, signed.approver, signed.key_id)
        used = self._store.use(approval.approval_id, binding, asker.staff_id, request_id)
        return signed.approver if used else b""
