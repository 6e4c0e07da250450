"""Audit rows for somebody who may read what happened but not to whom."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from atm_app.trust.audit import AuditRow

COLUMNS = ("id", "at", "chain", "event", "outcome", "session", "subject", "details")
PSEUDONYM_BYTES = 8


def exported(row: AuditRow, key: bytes) -> dict[str, Any]:
    """By COLUMNS; ``at`` in UTC (ISO 8601). Sessions and customers have names of this export's own, which ``key`` is
    drawn for: the same within it, worth nothing beside another one or beside the database."""
    return {
        "id": row.audit_id, "at": f"{row.at.replace(' ', 'T')}Z", "chain": row.chain, "event": row.event,
        "outcome": row.outcome, "session": _renamed(row.session, key), "subject": _renamed(row.subject, key),
        "details": json.loads(row.details),
    }  # fmt: skip


def _renamed(name: bytes, key: bytes) -> str:
    return hmac.new(key, bytes(name), hashlib.sha256).hexdigest()[: 2 * PSEUDONYM_BYTES] if name.strip(b"\0") else ""
