"""What one customer's session knows. Wiped whole at its end; nothing of it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from atm_app.banking.money import Money
from atm_app.identity.policy import Policy
from atm_app.ports import CashFate, FingerTemplate, Mix
from atm_app.stores import Account, Customer, Factor, Movement

WITHDRAW, LOOK = "withdraw", "balance"


@dataclass
class Session:
    """``token``: 16 random bytes; answers of workers that carry another one are dropped."""

    token: bytes
    policy: Policy
    passed: list[Factor] = field(default_factory=list)

    # who
    number: str = ""
    number_given: bool = False
    number_asked: bool = False
    customer: Customer | None = None
    samples: tuple[bytes, ...] = ()
    fingers: tuple[FingerTemplate, ...] = ()
    typed: str = ""
    challenge: int = 0
    codes_sent: int = 0
    tries: dict[Factor, int] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)

    # what
    purpose: str = ""
    accounts: tuple[Account, ...] = ()
    account: Account | None = None
    amount: Money | None = None
    mix: Mix = ()
    request_id: bytes = b""
    fate: CashFate | None = None
    movement: Movement | None = None

    @property
    def claim_needed(self) -> bool:
        """A number is needed before the first factor of a policy that claims, or when a face was not told apart."""
        return (self.policy.claims or self.number_asked) and not self.number_given

    @property
    def next_factor(self) -> Factor | None:
        remaining = [factor for factor in self.policy.steps if factor not in self.passed]
        return remaining[0] if remaining else None

    @property
    def only_looking(self) -> bool:
        return self.purpose == LOOK

    def try_again(self, factor: Factor) -> int:
        """Count one more try of a factor in this session; how many there were."""
        self.tries[factor] = self.tries.get(factor, 0) + 1
        return self.tries[factor]

    def new_transaction(self, purpose: str) -> None:
        self.purpose, self.typed = purpose, ""
        self.account, self.amount, self.mix, self.request_id = None, None, (), b""
        self.fate, self.movement = None, None
