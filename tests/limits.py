"""Limits that no test of anything else meets."""

from __future__ import annotations

from atm_app.config import LimitSettings, MovementLimit

WIDE = MovementLimit(per_transaction=10**9, per_day=10**10, burst=1000, period=1)
GENEROUS = LimitSettings(withdrawal=WIDE, transfer=WIDE, payment=WIDE, cash_deposit=WIDE)
