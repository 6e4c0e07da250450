"""What only staff see and do: customers' files, sign-ups to look at, and the auditor's records. Staff role only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import (
    AccountStatus,
    AuditQuery,
    BranchAccount,
    JournalLine,
    JournalQuery,
    TemplateLabel,
    WaitingSignUp,
)
from atm_app.branch.story import CustomerMovement
from atm_app.stores import Factor, RequestRefused
from atm_app.trust.audit import AuditRow
from db.audit import audit_row
from db.connection import Database
from db.ledger import as_stored


class CustomerFileRows:
    """``chain``: of the audit."""

    def __init__(self, database: Database, chain: str) -> None:
        self._database = database
        self._chain = chain

    def accounts(self, customer_id: int) -> tuple[BranchAccount, ...]:
        return tuple(
            BranchAccount(
                row["bank"], row["number"], row["kind"], Money(int(row["balance"]), row["currency"]),
                Money(int(row["available"]), row["currency"]), AccountStatus(row["status"]),
            )
            for row in self._database.rows("accounts_at_branch", customer=customer_id)
        )  # fmt: skip

    def templates(self, customer_id: int) -> tuple[TemplateLabel, ...]:
        return tuple(
            TemplateLabel(Factor(row["kind"]), row["position"])
            for row in self._database.rows("templates_in_force", customer=customer_id)
        )

    def set_account_status(self, number: str, status: AccountStatus, session: bytes) -> None:
        row = self._database.row(
            "set_account_status", number=number, status=status.value, chain=self._chain, session=session
        )
        assert row is not None, "set_account_status always answers"
        if row["reason"]:
            raise RequestRefused(row["reason"])

    def set_customer_limit(
        self, customer_id: int, kind: LimitKind, per_transaction: Money, per_day: Money, session: bytes
    ) -> None:
        self._database.rows(
            "set_own_limit",
            customer=customer_id, kind=kind.value, currency=per_day.currency, transaction=per_transaction.minor,
            day=per_day.minor, chain=self._chain, session=session,
        )  # fmt: skip

    def remove_emergency_pin(self, customer_id: int, session: bytes) -> bool:
        return self._done("remove_emergency_pin", customer=customer_id, session=session)

    def revoke_template(self, customer_id: int, label: TemplateLabel, session: bytes) -> bool:
        return self._done(
            "revoke_template", customer=customer_id, kind=label.kind.value, position=label.position, session=session
        )

    def waiting_sign_ups(self, count: int) -> tuple[WaitingSignUp, ...]:
        return tuple(
            WaitingSignUp(row["number"], row["chain"].partition("/")[0], row["ended_at"].replace(tzinfo=UTC))
            for row in self._database.rows("sign_ups_to_review", count=count)
        )

    def review_sign_up(self, number: str, session: bytes) -> bool:
        return self._done("review_sign_up", number=number, session=session)

    def _done(self, procedure: str, **parameters: object) -> bool:
        """A repeat after a lost answer finds nothing left to do."""
        row = self._database.row(procedure, **parameters, chain=self._chain)
        return row is not None and bool(row["done"])


class RecordRows:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def audit(self, query: AuditQuery) -> tuple[AuditRow, ...]:
        rows = self._database.rows(
            "audit_matching",
            event=query.event, outcome=query.outcome, chain=query.chain, subject=query.subject, session=query.session,
            since=as_stored(query.since), until=as_stored(query.until), before=query.before, count=query.count,
        )  # fmt: skip
        return tuple(map(audit_row, rows))

    def journal(self, query: JournalQuery) -> tuple[JournalLine, ...]:
        rows = self._database.rows(
            "journal_matching",
            kind=query.kind, terminal=query.terminal, least=query.least, most=query.most, since=as_stored(query.since),
            until=as_stored(query.until), before=query.before, count=query.count,
        )  # fmt: skip
        return tuple(
            JournalLine(
                row["journal_id"], row["created_at"].replace(tzinfo=UTC), row["kind"], row["terminal"],
                int(row["period"]), Money(int(row["amount"]), row["currency"]) if row["currency"] else None,
                int(row["reverses"]),
            )
            for row in rows
        )  # fmt: skip


class StoryRows:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def about(
        self, pseudonym: bytes, events: Sequence[str], hidden: Sequence[str], before: int, count: int, *, inside: bool
    ) -> tuple[AuditRow, ...]:
        rows = self._database.rows(
            "audit_about",
            subject=pseudonym, events=",".join(events), inside=int(inside), hidden=",".join(hidden), before=before,
            count=count,
        )  # fmt: skip
        return tuple(map(audit_row, rows))

    def movements(self, pseudonym: bytes, before: int, count: int) -> tuple[CustomerMovement, ...]:
        rows = self._database.rows("movements_of", subject=pseudonym, before=before, count=count)
        return tuple(
            CustomerMovement(
                int(row["journal_id"]), row["created_at"].replace(tzinfo=UTC), row["kind"], row["terminal"],
                Money(int(row["amount"]), row["currency"]), row["account_end"],
            )
            for row in rows
        )  # fmt: skip
