"""Which factors a customer shows, in which order. A policy is data: six ship, and atm.toml may name more. One that
proves too little is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from atm_app.config import DURESS, PolicySettings, Settings
from atm_app.identity.consents import BIOMETRICS
from atm_app.stores import Factor


class Category(StrEnum):
    """The kinds of evidence PSD2 (RTS article 4) and NIST SP 800-63B count; two of them are needed."""

    INHERENCE = "inherence"
    POSSESSION = "possession"
    KNOWLEDGE = "knowledge"


CATEGORY = {
    Factor.FACE: Category.INHERENCE,
    Factor.FINGERPRINT: Category.INHERENCE,
    Factor.PALM: Category.INHERENCE,
    Factor.PIN: Category.KNOWLEDGE,
    Factor.ONE_TIME_CODE: Category.POSSESSION,
}


# What is looked for among everybody enrolled; a finger is only compared with its owner's.
SAYS_WHO = frozenset({Factor.FACE, Factor.PALM})
# What can be compared in a picture from a memory stick.
PICTURED = frozenset({Factor.FINGERPRINT, Factor.PALM})
# What one screen can take at the same time: the camera looks while the PIN is typed.
AT_ONCE = frozenset({Factor.FACE, Factor.PIN})


class PolicyProblem(ValueError):
    """The policy proves too little or names what this machine cannot do."""


@dataclass(frozen=True)
class Policy:
    """``claims``: the customer says who they are by number before the first factor; otherwise the face or palm says it.
    ``pictures``: factors for which a picture from a memory stick is taken as well.
    ``at_once``: factors shown at the same time, with one verdict. ``face_before_each``: the face is looked at once more
    before every transaction."""

    name: str
    claims: bool
    steps: tuple[Factor, ...]
    pictures: frozenset[Factor] = frozenset()
    at_once: frozenset[Factor] = frozenset()
    face_before_each: bool = False

    @property
    def biometrics(self) -> tuple[Factor, ...]:
        """What of a body it asks for."""
        return tuple(kind for kind in BIOMETRICS if kind in self.steps)

    def check(self) -> Policy:
        """Raises PolicyProblem."""
        if len(set(self.steps)) != len(self.steps):
            raise PolicyProblem(f"policy {self.name}: a factor is named twice, which would go in a circle")
        if len({CATEGORY[factor] for factor in self.steps}) < 2:
            raise PolicyProblem(
                f"policy {self.name}: two of inherence, possession and knowledge are needed "
                "(face, fingerprint and palm are one category)"
            )
        if self.steps[0] is Factor.ONE_TIME_CODE:
            raise PolicyProblem(f"policy {self.name}: a code is sent to whoever has shown something else before")
        if not self.pictures <= PICTURED & set(self.steps):
            raise PolicyProblem(f"policy {self.name}: a picture is taken only for a finger or palm of the policy")
        if self.pictures and Factor.PIN not in self.steps:
            raise PolicyProblem(f"policy {self.name}: a picture can be copied, so that it needs a PIN beside it")
        if self.at_once and (self.at_once != AT_ONCE or not self.at_once <= set(self.steps) or not self.claims):
            raise PolicyProblem(f"policy {self.name}: only a face and a PIN are shown at once, after a customer number")
        if self.face_before_each and Factor.FACE not in self.steps:
            raise PolicyProblem(f"policy {self.name}: a face that was not shown at the sign-in cannot be shown again")
        if not self.claims and self.steps[0] not in SAYS_WHO:
            raise PolicyProblem(f"policy {self.name}: without a customer number only a face or palm can say who comes")
        return self


POLICIES = {
    policy.name: policy
    for policy in (
        Policy("cardless", False, (Factor.FACE, Factor.FINGERPRINT, Factor.ONE_TIME_CODE)),
        Policy("fingerprint", True, (Factor.PIN, Factor.FINGERPRINT), pictures=frozenset({Factor.FINGERPRINT})),
        Policy("face-pin", True, (Factor.FACE, Factor.PIN), at_once=AT_ONCE),
        Policy("face-otp", False, (Factor.FACE, Factor.ONE_TIME_CODE), face_before_each=True),
        Policy("palm", False, (Factor.PALM, Factor.PIN), pictures=frozenset({Factor.PALM})),
        Policy("accessible", True, (Factor.PIN, Factor.ONE_TIME_CODE)),
    )
}
# EN 301 549, 5.3: a biometric is never the only way in, so this policy is always on offer.
ACCESSIBLE = "accessible"


def policies_of(settings: Settings) -> dict[str, Policy]:
    """Those that ship and the bank's own, by name. Raises PolicyProblem for any that proves too little, for factors
    nobody knows, and for limits of a policy that is not there."""
    own = {name: _policy_of(name, given) for name, given in settings.policies.items()}
    if ships := sorted(set(own) & {*POLICIES, DURESS}):
        raise PolicyProblem(f"policy {ships[0]}: this name is taken")
    policies = {**POLICIES, **own}
    if unknown := sorted(set(settings.policy_limits) - set(policies)):
        raise PolicyProblem(f"policy_limits.{unknown[0]}: there is no such policy")
    return {name: policy.check() for name, policy in policies.items()}


def policy_of(settings: Settings) -> Policy:
    """The one that is configured. Raises PolicyProblem."""
    policies = policies_of(settings)
    if settings.policy not in policies:
        raise PolicyProblem(f"there is no policy {settings.policy!r}; there are {', '.join(policies)}")
    return policies[settings.policy]


def _policy_of(name: str, given: PolicySettings) -> Policy:
    known = {factor.value: factor for factor in Factor}
    if unknown := [step for step in (*given.steps, *given.pictures) if step not in known]:
        raise PolicyProblem(f"policy {name}: there is no factor {unknown[0]!r}; there are {', '.join(known)}")
    steps, pictures = (tuple(known[step] for step in named) for named in (given.steps, given.pictures))
    return Policy(
        name, given.claims, steps, frozenset(pictures), AT_ONCE if given.at_once else frozenset(),
        face_before_each=given.face_before_each,
    )  # fmt: skip
