"""The checks of each factor. Every decision is counted against the lockout first and written to the audit after.

All methods block on the database and run on ``Work.LEDGER``. They say accepted, refused or locked, never why.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from atm_app.config import FaceSettings
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import SIGN_IN_USE, Challenge, CodeUse, OneTimeCodes
from atm_app.palm_ports import PalmCapture
from atm_app.ports import FaceCandidate, FaceMatcher, FingerMatch, FingerTemplate
from atm_app.stores import (
    AuditEvent,
    AuditLog,
    CodeVerdict,
    Customer,
    Customers,
    Factor,
    StoreUnavailable,
    Templates,
)
from atm_app.trust.vault import Vault


class Verdict(StrEnum):
    """``UNSURE``: a face near nobody or near two; the customer is asked for their number, never guessed."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"
    UNSURE = "unsure"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Decision:
    """``left``: tries before the lock. ``score``: the factor's own scale, for audit and demo."""

    verdict: Verdict
    customer: Customer | None = None
    left: int = 0
    score: float = 0.0


def margin_of(candidates: Sequence[FaceCandidate]) -> float:
    """How much farther than the best the second one is; 1 when there is no second one. ``candidates``: best first."""
    return candidates[1].distance - candidates[0].distance if len(candidates) > 1 else 1.0


def identified(candidates: Sequence[FaceCandidate], face: FaceSettings) -> FaceCandidate | None:
    """The 1:N rule: the best candidate, when within the threshold and well before the second; else nobody."""
    sure = candidates and candidates[0].distance <= face.identify_distance and margin_of(candidates) >= face.margin
    return candidates[0] if sure else None


class Authentication:
    """``finger_thresholds``: by family, the smallest score that counts as a match."""

    def __init__(
        self,
        customers: Customers,
        templates: Templates,
        faces: EnrolledFaces,
        matcher: FaceMatcher,
        palms: EnrolledPalms,
        codes: OneTimeCodes,
        lockout: LockoutRule,
        audit: AuditLog,
        vault: Vault,
        face: FaceSettings,
        finger_thresholds: Mapping[str, int],
    ) -> None:
        self._customers = customers
        self._templates = templates
        self.faces = faces
        self._matcher = matcher
        self._palms = palms
        self._codes = codes
        self._lockout = lockout
        self._audit = audit
        self._vault = vault
        self._face = face
        self._finger_thresholds = dict(finger_thresholds)

    def claim(self, number: str) -> Customer | None:
        """Who has this number; nobody is told that nobody has it."""
        return self._customers.find(number)

    # --- face --------------------------------------------------------------------------------------------------------

    def identify_face(self, session: bytes, samples: Sequence[bytes]) -> Decision:
        """1:N. Accepts only the nearest within the threshold and well before the second."""
        candidates = self.faces.nearest(samples, 2)
        best = identified(candidates, self._face)
        margin = margin_of(candidates)
        if best is None:
            distance = candidates[0].distance if candidates else 9.0
            self._note(session, None, "face_identify", "unsure", distance=round(distance, 3), margin=round(margin, 3))
            return Decision(Verdict.UNSURE, score=distance)
        customer = self._customers.get(best.customer_id)
        if customer is None or customer.frozen or self._lockout.locked(customer):
            self._note(session, customer, "face_identify", "locked")
            return Decision(Verdict.LOCKED)
        self._note(
            session, customer, "face_identify", "accepted", distance=round(best.distance, 3), margin=round(margin, 3)
        )
        return Decision(Verdict.ACCEPTED, customer, score=best.distance)

    def verify_face(
        self, session: bytes, customer: Customer | None, number: str, samples: Sequence[bytes]
    ) -> Decision:  # fmt: skip
        """1:1 against the claimed customer's template."""
        template = self._templates.face(customer.customer_id) if customer else None
        distance = self._matcher.distance(template, samples) if template else 9.0
        return self._decide(
            session, customer, number, Factor.FACE, lambda: distance <= self._face.verify_distance, distance
        )

    # --- fingerprint -------------------------------------------------------------------------------------------------

    def fingers(self, customer: Customer, family: str) -> tuple[FingerTemplate, ...]:
        """Those a sensor, or a matcher, of this family understands."""
        fingers = self._templates.fingers(customer.customer_id)
        return tuple(finger for finger in fingers if finger.family == family)

    def decide_fingerprint(self, session: bytes, customer: Customer, match: FingerMatch) -> Decision:
        if match.vetoed:
            self._note(session, customer, "fingerprint_presentation", "vetoed")
        return self._decide(
            session, customer, customer.number, Factor.FINGERPRINT, lambda: self._is_same_finger(match), match.score
        )

    def _is_same_finger(self, match: FingerMatch) -> bool:
        """Never by a family whose scores nobody has measured."""
        threshold = self._finger_thresholds.get(match.family)
        return threshold is not None and not match.vetoed and match.score >= threshold

    # --- palm --------------------------------------------------------------------------------------------------------

    def verify_palm(
        self, session: bytes, customer: Customer | None, number: str, capture: PalmCapture
    ) -> Decision:  # fmt: skip
        """1:1 against the claimed customer's hands."""
        if capture.vetoed:
            self._note(session, customer, "palm_presentation", "vetoed")
        distance = self._palms.distance(customer, capture.samples)
        return self._decide(
            session, customer, number, Factor.PALM,
            lambda: not capture.vetoed and self._palms.is_same(distance), distance,
        )  # fmt: skip

    # --- PIN and code ------------------------------------------------------------------------------------------------

    def verify_pin(self, session: bytes, customer: Customer | None, number: str, pin: str) -> Decision:
        known = self._customers.pin_hash(customer.customer_id) if customer else None
        owner = customer.pseudonym if customer else b""
        decision = self._decide(
            session, customer, number, Factor.PIN, lambda: self._vault.pin_matches(pin, owner, known), 0.0
        )
        if decision.verdict is Verdict.ACCEPTED and customer and known and self._vault.pin_hash_is_old(known):
            # A rotation cannot do it: the PIN is known now and never again. What fails is done at the next sign-in.
            with contextlib.suppress(StoreUnavailable):
                self._customers.renew_pin_hash(customer.customer_id, known, self._vault.pin_hash(pin, owner), session)
        return decision

    def change_pin(self, session: bytes, customer: Customer, old: str, new: str) -> bool:
        """Replace a PIN that ``verify_pin`` has just accepted. False when it was changed elsewhere meanwhile."""
        known = self._customers.pin_hash(customer.customer_id)
        if known is None or not self._vault.pin_matches(old, customer.pseudonym, known):
            return False
        new_hash = self._vault.pin_hash(new, customer.pseudonym)
        return self._customers.change_pin_hash(customer.customer_id, known, new_hash, session)

    def issue_code(self, session: bytes, customer: Customer, use: CodeUse = SIGN_IN_USE) -> Challenge | None:
        """None when the customer is locked meanwhile."""
        if self._lockout.locked(customer):
            self._note(session, customer, "code_issue", "locked")
            return None
        challenge = self._codes.issue(customer, session, use.purpose, use.binding)
        self._note(session, customer, "code_issue", "issued")
        return challenge

    def note_delivery(self, session: bytes, customer: Customer, outcome: str) -> None:
        self._note(session, customer, "code_delivery", outcome)

    def check_code(
        self, session: bytes, customer: Customer, challenge: int, code: str, use: CodeUse = SIGN_IN_USE
    ) -> Decision:
        verdict = CodeVerdict.USED_UP

        def matches() -> bool:
            nonlocal verdict
            verdict = self._codes.check(challenge, session, code, use.purpose, use.binding)
            return verdict is CodeVerdict.ACCEPTED

        decision = self._decide(session, customer, customer.number, Factor.ONE_TIME_CODE, matches, 0.0)
        if decision.verdict is Verdict.REFUSED and verdict in (CodeVerdict.EXPIRED, CodeVerdict.USED_UP):
            return Decision(Verdict.EXPIRED, customer, decision.left)
        return decision

    # --- shared ------------------------------------------------------------------------------------------------------

    def note(self, session: bytes, customer: Customer | None, event: str, outcome: str, **details: float) -> None:
        """An audit row for what happened outside a decision: a refusal to be live, a cancel, a device that failed."""
        self._note(session, customer, event, outcome, **details)

    def _decide(
        self,
        session: bytes,
        customer: Customer | None,
        number: str,
        factor: Factor,
        matches: Callable[[], bool],
        score: float,
    ) -> Decision:
        # A frozen customer's evidence is looked at and never right, so that nobody learns of them either.
        frozen = customer is not None and customer.frozen
        matched, verdict = self._lockout.attempt(customer, number, factor, lambda: matches() and not frozen)
        if matched:
            outcome = Verdict.ACCEPTED
        elif not verdict.allowed or verdict.left == 0:
            outcome = Verdict.LOCKED
        else:
            outcome = Verdict.REFUSED
        self._note(session, customer, f"{factor.value}_verify", outcome.value, score=round(float(score), 3))
        return Decision(outcome, customer if matched else None, verdict.left, float(score))

    def _note(self, session: bytes, customer: Customer | None, event: str, outcome: str, **details: float) -> None:
        subject = customer.pseudonym if customer else b""
        self._audit.write(AuditEvent(event, outcome, session, subject, details))
