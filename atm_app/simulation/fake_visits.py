"""Leases of visits on the simulated bank, and the sign-ins that are noted with them."""

from __future__ import annotations

from datetime import timedelta

from atm_app.identity.sign_ins import SignIn
from atm_app.simulation.fake_bank import FakeBank, LeaseRow


class FakeVisits:
    """``begin_visit``, ``keep_visit``, ``end_visit`` and ``end_visits``. ``chain``: the audit chain they write to."""

    def __init__(self, bank: FakeBank, terminal: str, chain: str) -> None:
        self._bank = bank
        self._terminal = terminal
        self._chain = chain

    def begin(self, customer_id: int, policy: str, session: bytes, seconds: int) -> bool:
        bank, now = self._bank, self._bank.time.now()
        lease = bank.leases.get(customer_id)
        if lease is not None and lease.terminal != self._terminal and lease.expires_at > now:
            bank.note(self._chain, "visit", "served_elsewhere", session, customer_id, policy=policy)
            return False
        bank.leases[customer_id] = LeaseRow(self._terminal, session, seconds, now + timedelta(seconds=seconds))
        if lease is None or lease.session != session:
            bank.sign_ins.setdefault(customer_id, []).append(SignIn(now, self._terminal, policy))
            bank.note(self._chain, "sign_in", "done", session, customer_id, policy=policy)
        return True

    def keep(self, customer_id: int, session: bytes) -> bool:
        return not self._bank.renew_visit(customer_id, self._terminal, session)

    def end(self, customer_id: int, session: bytes) -> None:
        lease = self._bank.live_lease(customer_id, self._terminal, session)
        if lease is not None:
            lease.expires_at = self._bank.time.now()

    def end_all(self) -> int:
        now = self._bank.time.now()
        live = [row for row in self._bank.leases.values() if row.terminal == self._terminal and row.expires_at > now]
        for lease in live:
            lease.expires_at = now
        return len(live)


class FakeSignIns:
    def __init__(self, bank: FakeBank) -> None:
        self._bank = bank

    def latest(self, customer_id: int, count: int) -> tuple[SignIn, ...]:
        return tuple(self._bank.sign_ins.get(customer_id, [])[-count:][::-1])
