"""What a customer may move: by the policy they signed in with, by their own wish, by day and by how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from atm_app.banking.money import Money
from atm_app.config import MovementLimit


class LimitKind(StrEnum):
    """Kinds of movement that are limited, each on its own."""

    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    PAYMENT = "payment"
    CASH_DEPOSIT = "cash_deposit"


@dataclass(frozen=True)
class LimitRule:
    """What a policy allows of one kind: ``burst`` movements at once, then one in every ``period / burst`` seconds."""

    per_transaction: Money
    per_day: Money
    burst: int
    period: int

    @classmethod
    def of(cls, limit: MovementLimit, currency: str) -> LimitRule:
        """What was written in whole major units."""
        return cls(
            Money.of_major(limit.per_transaction, currency), Money.of_major(limit.per_day, currency), limit.burst,
            limit.period,
        )  # fmt: skip


@dataclass(frozen=True)
class Allowance:
    """What one customer may still do of one kind. ``ceiling_…``: what the policy allows; ``per_…``: what applies, the
    customer's own wish counted in; ``used``: of today."""

    kind: LimitKind
    per_transaction: Money
    per_day: Money
    used: Money
    ceiling_per_transaction: Money
    ceiling_per_day: Money

    @property
    def left(self) -> Money:
        """The most one movement may be now, the account's balance left aside; never negative."""
        rest = self.per_day - self.used
        smallest = min(rest.minor, self.per_transaction.minor)
        return Money(max(0, smallest), self.per_day.currency)
