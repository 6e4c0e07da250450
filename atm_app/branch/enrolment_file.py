"""What is gathered about a customer at the branch. It lies in memory alone until all of it is saved at once: an
enrolment that is interrupted leaves nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from atm_app.identity.captures import CapturedTemplate
from atm_app.stores import Factor, NewCustomer


@dataclass
class EnrolmentFile:
    """``pseudonym``: 16 bytes. ``customer_id``: of who is a customer already, else 0. ``templates``: by kind and
    position. ``app_step``: of the code the app has shown. ``document``: a JPEG."""

    customer: NewCustomer
    pseudonym: bytes
    customer_id: int = 0
    agreed: tuple[Factor, ...] = ()
    templates: dict[tuple[Factor, str], CapturedTemplate] = field(default_factory=dict, repr=False)
    pin_hash: bytes = field(default=b"", repr=False)
    app_secret: str = field(default="", repr=False)
    app_step: int = 0
    document: bytes = field(default=b"", repr=False)

    def take(self, captured: CapturedTemplate) -> None:
        """In place of an earlier one of the same finger or hand."""
        self.templates[captured.kind, captured.position] = captured

    def of_kind(self, kind: Factor) -> tuple[CapturedTemplate, ...]:
        return tuple(one for one in self.templates.values() if one.kind is kind)

    def agree(self, kinds: tuple[Factor, ...]) -> None:
        """What is no longer agreed to is forgotten."""
        self.agreed = kinds
        self.templates = {key: one for key, one in self.templates.items() if one.kind in kinds}

    def bare(self) -> EnrolmentFile:
        """The same customer, and nothing that was gathered."""
        return EnrolmentFile(self.customer, self.pseudonym, self.customer_id)

    @property
    def ways_in(self) -> int:
        """What the customer can show that they are known by, a PIN counted."""
        return len(self.templates) + bool(self.pin_hash)
