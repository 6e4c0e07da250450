"""Which factors a customer shows, in which order. A policy is data; one that proves too little is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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

    def check(self) -> Policy:
        """Raises PolicyProblem."""
        if len(set(self.steps)) != len(self.steps):
            raise PolicyProblem(f"policy {self.name}: a factor is named twice")
        if len({CATEGORY[factor] for factor in self.steps}) < 2:
            raise PolicyProblem(
                f"policy {self.name}: two of inherence, possession and knowledge are needed "
                "(face, fingerprint and palm are one category)"
            )
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


def policy_named(name: str) -> Policy:
    """Raises PolicyProblem for a name that does not ship or a policy that proves too little."""
    try:
        return POLICIES[name].check()
    except KeyError:
        raise PolicyProblem(f"there is no policy {name!r}; there are {', '.join(POLICIES)}") from None
