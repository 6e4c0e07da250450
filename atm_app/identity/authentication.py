"""The checks of each factor. Every decision is counted against the lockout first and written to the audit after.

All methods block on the database and run on ``Work.LEDGER``. They say accepted, refused or locked, never why.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from atm_app.config import FaceSettings
from atm_app.identity.code_sources import CodeSources, CodeWays
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import SIGN_IN_USE, Challenge, CodeUse
from atm_app.palm_ports import PalmCapture
from atm_app.ports import Candidate, FaceMatcher, FingerMatch, FingerTemplate
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

# The position of a finger that a customer lays on the sensor when they are forced.
DURESS_FINGER = "duress"
Renew = Callable[[int, bytes, bytes, bytes], bool]
# Where nobody is enrolled: farther than any two can be.
NOBODYS_DISTANCE = 9.0


class Verdict(StrEnum):
    """``UNSURE``: a face or palm near nobody or near two; the customer is asked for their number, never guessed."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"
    UNSURE = "unsure"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Decision:
    """``left``: tries before the lock. ``score``: the factor's own scale, for audit and demo. ``duress``: accepted by
    what the customer keeps for when they are forced."""

    verdict: Verdict
    customer: Customer | None = None
    left: int = 0
    score: float = 0.0
    duress: bool = False


def margin_of(candidates: Sequence[Candidate]) -> float:
    """How much farther than the best the second one is; 1 when there is no second one. ``candidates``: best first."""
    return candidates[1].distance - candidates[0].distance if len(candidates) > 1 else 1.0


def identified(candidates: Sequence[Candidate], within: float, margin: float) -> Candidate | None:
    """The 1:N rule: the best candidate, when ``within`` a distance and well before the second; else nobody."""
    sure = candidates and candidates[0].distance <= within and margin_of(candidates) >= margin
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
        codes: CodeSources,
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
        self.codes = codes
        self._lockout = lockout
        self._audit = audit
        self._vault = vault
        self._face = face
        self._finger_thresholds = dict(finger_thresholds)

    def claim(self, number: str) -> Customer | None:
        """Who has this number; nobody is told that nobody has it."""
        return self._customers.find(number)

    def claim_user_name(self, user_name: str) -> Customer | None:
        """As ``claim``."""
        return self._customers.find_by_user_name(user_name)

    # --- face --------------------------------------------------------------------------------------------------------

    def identify_face(self, session: bytes, samples: Sequence[bytes]) -> Decision:
        """1:N. Accepts only the nearest within the threshold and well before the second."""
        candidates, face = self.faces.nearest(samples, 2), self._face
        return self._identify(session, Factor.FACE, candidates, face.identify_distance, face.margin)

    def verify_face(
        self, session: bytes, customer: Customer | None, number: str, samples: Sequence[bytes]
    ) -> Decision:  # fmt: skip
        """1:1 against the claimed customer's template."""
        template = self._templates.face(customer.customer_id) if customer else None
        distance = self._matcher.distance(template, samples) if template else NOBODYS_DISTANCE
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
        decision = self._decide(
            session, customer, customer.number, Factor.FINGERPRINT, lambda: self._is_same_finger(match), match.score
        )
        return self._under_duress(session, decision, lambda: self._is_duress_finger(customer, match))

    def _is_duress_finger(self, customer: Customer, match: FingerMatch) -> bool:
        fingers = self._templates.fingers(customer.customer_id)
        return any(finger.template_id == match.template_id and finger.finger == DURESS_FINGER for finger in fingers)

    def _is_same_finger(self, match: FingerMatch) -> bool:
        """Never by a family whose scores nobody has measured."""
        threshold = self._finger_thresholds.get(match.family)
        return threshold is not None and not match.vetoed and match.score >= threshold

    # --- palm --------------------------------------------------------------------------------------------------------

    def identify_palm(self, session: bytes, capture: PalmCapture) -> Decision:
        """1:N among a few, by the rule of faces. What an attack detection vetoed is nobody's."""
        self._note_veto(session, None, capture)
        candidates = () if capture.vetoed else self._palms.nearest(capture.samples)
        settings = self._palms.settings
        return self._identify(session, Factor.PALM, candidates, settings.distance, settings.margin)

    def verify_palm(
        self, session: bytes, customer: Customer | None, number: str, capture: PalmCapture
    ) -> Decision:  # fmt: skip
        """1:1 against the claimed customer's hands."""
        self._note_veto(session, customer, capture)
        distance = self._palms.distance(customer, capture.samples)
        return self._decide(
            session, customer, number, Factor.PALM,
            lambda: not capture.vetoed and self._palms.is_same(distance), distance,
        )  # fmt: skip

    def _note_veto(self, session: bytes, customer: Customer | None, capture: PalmCapture) -> None:
        if capture.vetoed:
            self._note(session, customer, "palm_presentation", "vetoed")

    # --- PIN and code ------------------------------------------------------------------------------------------------

    def verify_pin(self, session: bytes, customer: Customer | None, number: str, pin: str) -> Decision:
        """The emergency PIN is as right as the PIN. Both are always compared, so that neither the time nor the screen
        tells them apart, nor that there is one."""
        known = self._customers.pin_hash(customer.customer_id) if customer else None
        emergency = self._customers.emergency_pin_hash(customer.customer_id) if customer else None
        owner = customer.pseudonym if customer else b""
        right: list[bool] = []

        def matches() -> bool:
            right.extend([self._vault.pin_matches(pin, owner, pin_hash) for pin_hash in (known, emergency)])
            return any(right)

        decision = self._decide(session, customer, number, Factor.PIN, matches, 0.0)
        if right[0] and known and customer and decision.verdict is Verdict.ACCEPTED:
            self._renew_hash(self._customers.renew_pin_hash, session, customer, known, pin)
        return self._under_duress(session, decision, lambda: not right[0])

    def verify_password(self, session: bytes, customer: Customer | None, user_name: str, password: str) -> Decision:
        """As ``verify_pin``, and counted with it: it is the same customer's knowledge."""
        known = self._customers.password_hash(customer.customer_id) if customer else None
        owner = customer.pseudonym if customer else b""
        decision = self._decide(
            session, customer, user_name, Factor.PIN, lambda: self._vault.pin_matches(password, owner, known), 0.0
        )
        if known and customer and decision.verdict is Verdict.ACCEPTED:
            self._renew_hash(self._customers.renew_password_hash, session, customer, known, password)
        return decision

    def _renew_hash(self, renew: Renew, session: bytes, customer: Customer, known: bytes, secret: str) -> None:
        """A rotation of keys cannot do it: the secret is known now and never again. What fails is done at the next
        sign-in."""
        if self._vault.pin_hash_is_old(known):
            new = self._vault.pin_hash(secret, customer.pseudonym)
            with contextlib.suppress(StoreUnavailable):
                renew(customer.customer_id, known, new, session)

    def _under_duress(self, session: bytes, decision: Decision, forced: Callable[[], bool]) -> Decision:
        if decision.verdict is not Verdict.ACCEPTED or not forced():
            return decision
        self._note(session, decision.customer, "duress", "alarm")
        return replace(decision, duress=True)

    def hashed_pin(self, pin: str, pseudonym: bytes) -> bytes:
        """A first PIN, as it is kept."""
        return self._vault.pin_hash(pin, pseudonym)

    def change_pin(self, session: bytes, customer: Customer, old: str, new: str) -> bool:
        """Replace a PIN that ``verify_pin`` has just accepted. False when it was changed elsewhere meanwhile, was the
        emergency PIN, or is to become the same as that."""
        known, emergency = (
            hash_of(customer.customer_id) for hash_of in (self._customers.pin_hash, self._customers.emergency_pin_hash)
        )
        if known is None or not self._vault.pin_matches(old, customer.pseudonym, known):
            return False
        if self._vault.pin_matches(new, customer.pseudonym, emergency):
            return False
        new_hash = self._vault.pin_hash(new, customer.pseudonym)
        return self._customers.change_pin_hash(customer.customer_id, known, new_hash, session)

    def set_emergency_pin(self, session: bytes, customer: Customer, pin: str, emergency: str) -> bool:
        """Set what is typed under duress, in place of an earlier one; ``pin`` is the PIN itself. False when it is not,
        or the same."""
        known = self._customers.pin_hash(customer.customer_id)
        if known is None or pin == emergency or not self._vault.pin_matches(pin, customer.pseudonym, known):
            return False
        emergency_hash = self._vault.pin_hash(emergency, customer.pseudonym)
        return self._customers.set_emergency_pin_hash(customer.customer_id, known, emergency_hash, session)

    def issue_code(self, session: bytes, customer: Customer, use: CodeUse = SIGN_IN_USE) -> Challenge | None:
        """None when the customer is locked meanwhile."""
        if self._lockout.locked(customer):
            self._note(session, customer, "code_issue", "locked")
            return None
        challenge = self.codes.messages.issue(customer, session, use.purpose, use.binding)
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
            verdict = self.codes.messages.check(challenge, session, code, use.purpose, use.binding)
            return verdict is CodeVerdict.ACCEPTED

        decision = self._decide(session, customer, customer.number, Factor.ONE_TIME_CODE, matches, 0.0)
        if decision.verdict is Verdict.REFUSED and verdict in (CodeVerdict.EXPIRED, CodeVerdict.USED_UP):
            return Decision(Verdict.EXPIRED, customer, decision.left)
        return decision

    def code_ways(self, customer: Customer) -> CodeWays:
        return self.codes.ways(customer)

    def check_app_code(self, session: bytes, customer: Customer, code: str) -> Decision:
        return self._decide(
            session, customer, customer.number, Factor.ONE_TIME_CODE, lambda: self.codes.apps.check(customer, code), 0.0
        )

    def check_listed_code(self, session: bytes, customer: Customer, number: int, code: str) -> Decision:
        """``number``: the one on the list that was asked for."""
        return self._decide(
            session, customer, customer.number, Factor.ONE_TIME_CODE,
            lambda: self.codes.lists.check(customer, number, code), 0.0,
        )  # fmt: skip

    # --- shared ------------------------------------------------------------------------------------------------------

    def note(self, session: bytes, customer: Customer | None, event: str, outcome: str, **details: float) -> None:
        """An audit row for what happened outside a decision: a refusal to be live, a cancel, a device that failed."""
        self._note(session, customer, event, outcome, **details)

    def _identify(
        self, session: bytes, factor: Factor, candidates: Sequence[Candidate], within: float, margin: float
    ) -> Decision:
        event, best = f"{factor.value}_identify", identified(candidates, within, margin)
        distance = candidates[0].distance if candidates else NOBODYS_DISTANCE
        apart = {"distance": round(distance, 3), "margin": round(margin_of(candidates), 3)}
        if best is None:
            self._note(session, None, event, "unsure", **apart)
            return Decision(Verdict.UNSURE, score=distance)
        customer = self._customers.get(best.customer_id)
        if customer is None or customer.frozen or self._lockout.locked(customer):
            self._note(session, customer, event, "locked")
            return Decision(Verdict.LOCKED)
        self._note(session, customer, event, "accepted", **apart)
        return Decision(Verdict.ACCEPTED, customer, score=distance)

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
