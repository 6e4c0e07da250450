"""Whose palm it is, among a few: the nearest hand of each customer counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from atm_app.config import PalmSettings
from atm_app.identity.authentication import identified
from atm_app.identity.consents import CONSENT_VERSION, Consent
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.palm_ports import HandSide
from atm_app.simulation.fake_bank import CustomerRow, FakeBank
from atm_app.simulation.fake_stores import FakeTemplates
from atm_app.stores import Factor

SETTINGS = PalmSettings()
NEAR, MARGIN = SETTINGS.distance, SETTINGS.margin


class TenThousandths:
    """Matcher: a template is its own distance from whatever is shown, in ten thousandths."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        raise NotImplementedError

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        return int(template) / 10_000


def palms_of(*customers: tuple[float, ...], limit: int = 50) -> EnrolledPalms:
    """Customers 1, 2 and so on, each with hands so far from what will be shown."""
    bank = FakeBank.__new__(FakeBank)
    bank.customers = {}
    templates = FakeTemplates(bank)
    for customer_id, distances in enumerate(customers, 1):
        agreed = [Consent(Factor.PALM, CONSENT_VERSION, datetime.now(UTC))]
        bank.customers[customer_id] = CustomerRow(None, consents=agreed)  # type: ignore[arg-type]
        for side, distance in zip((HandSide.RIGHT, HandSide.LEFT), distances, strict=False):
            templates.store_palm(customer_id, side, f"{round(distance * 10_000)}".encode(), 1.0)
    return EnrolledPalms(templates, TenThousandths(), SETTINGS.model_copy(update={"gallery_limit": limit}))


@pytest.mark.parametrize(
    ("customers", "whose"),
    [
        ((), None),
        (((NEAR,),), 1),
        (((NEAR + 0.001,),), None),
        (((0.4, 0.4), (0.41, 0.2), (0.4,)), 2),
        (((0.2, 0.2), (0.4, 0.4)), 1),
        (((0.2, 0.2), (0.4, 0.2 + MARGIN - 0.001)), None),
        (((0.4, 0.2 + MARGIN + 0.001), (0.2, 0.4)), 2),
        (((0.2, 0.4), (0.2, 0.4)), None),
        (((), (0.2,)), 2),
    ],
    ids=[
        "nobody enrolled", "as far as may be", "too far", "the second hand", "both hands near", "too near the second",
        "before the second", "two alike", "somebody without a palm",
    ],
)  # fmt: skip
def test_one_of_a_few_is_found_when_near_and_well_before_the_next_customer(
    customers: tuple[tuple[float, ...], ...], whose: int | None
) -> None:
    found = identified(palms_of(*customers).nearest((b"shown",)), NEAR, MARGIN)
    assert (found.customer_id if found else None) == whose


def test_each_customer_is_one_candidate_the_nearest_first() -> None:
    nearest = palms_of((0.4, 0.3), (0.35, 0.2), (0.45,)).nearest((b"shown",))
    assert [(one.customer_id, one.distance) for one in nearest] == [(2, 0.2), (1, 0.3), (3, 0.45)]


@pytest.mark.parametrize(("limit", "found"), [(2, 2), (1, 0)])
def test_above_the_limit_nobody_is_found(limit: int, found: int) -> None:
    """Customers are counted, not hands."""
    assert len(palms_of((0.2, 0.3), (0.4, 0.4), (), limit=limit).nearest((b"shown",))) == found
