"""What the customer agreed to, and how it is taken back: asked once more, then done at once."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.identity.consents import Consent, in_force
from atm_app.ports import Work
from atm_app.steps.own_account import tell_of_change
from atm_app.stores import Factor
from atm_app.views import Action, OwnConsents

TOLD = {
    Factor.FACE: "You withdrew your consent to the use of your face, and what we kept of it was destroyed.",
    Factor.FINGERPRINT: "You withdrew your consent to the use of your fingerprints, and what we kept was destroyed.",
    Factor.PALM: "You withdrew your consent to the use of your palms, and what we kept of them was destroyed.",
}


class ConsentsStep(Step):
    def enter(self, *, again: bool) -> None:
        customer, consents = self.session.customer, self.machine.consents
        assert customer is not None
        self._given: tuple[Consent, ...] = ()
        if not again:
            self.session.order.part = ""
        self._paint()
        self.desk.work(Work.LEDGER, lambda: in_force(consents.of(customer.customer_id)), self._loaded)

    def touch(self, action: Action) -> None:
        order, kinds = self.session.order, {consent.kind.value for consent in self._given}
        if action.name == "revoke" and action.value in kinds:
            order.part = action.value
            self._paint()
        elif action.name == "destroy" and order.part in kinds:
            self._revoke(Factor(order.part))
        elif action.name == "back" and order.part:
            order.part = ""
            self._paint()
        elif action.name == "back":
            self.desk.send("back_to_account")

    def _loaded(self, given: tuple[Consent, ...]) -> None:
        self._given = tuple(consent for consent in given if consent.kind not in self.session.pretended)
        self._paint()

    def _revoke(self, kind: Factor) -> None:
        session, consents, customer = self.session, self.machine.consents, self.session.customer
        assert customer is not None
        if session.duress:  # whoever forces the customer sees it done, and the customer signs in as ever
            session.pretended.add(kind)
        self.desk.work(
            Work.LEDGER,
            lambda: session.duress or consents.revoke(customer.customer_id, kind, session.token),
            lambda _: self._revoked(kind),
        )

    def _revoked(self, kind: Factor) -> None:
        session = self.session
        if not session.duress:
            tell_of_change(self, TOLD[kind])
        # A visit in which the face is looked at before each transaction has come to its end with the face.
        ends = kind is Factor.FACE and session.policy.face_before_each
        self.desk.send("refuse" if ends else "finished", "consent_withdrawn")

    def _paint(self) -> None:
        part = self.session.order.part
        self.desk.paint(OwnConsents(given=self._given, asked=Factor(part) if part else None))


STEPS: dict[str, type[Step]] = {"consents": ConsentsStep}
