"""Policies: two categories of evidence, or the machine does not start."""

from __future__ import annotations

import itertools

import pytest

from atm_app.config import ConfigurationProblem, Settings, read_settings
from atm_app.identity.policy import (
    ACCESSIBLE,
    CATEGORY,
    POLICIES,
    Category,
    Policy,
    PolicyProblem,
    policies_of,
    policy_of,
)
from atm_app.stores import Factor

ORDERS = [steps for count in range(len(Factor) + 1) for steps in itertools.permutations(Factor, count)]
ONE_CATEGORY = [steps for steps in ORDERS if len({CATEGORY[factor] for factor in steps}) < 2]


@pytest.mark.parametrize("claims", [True, False])
@pytest.mark.parametrize("steps", ONE_CATEGORY, ids=lambda steps: "-".join(steps) or "nothing")
def test_a_policy_of_one_category_is_refused(steps: tuple[Factor, ...], claims: bool) -> None:
    with pytest.raises(PolicyProblem, match="two of inherence, possession and knowledge"):
        Policy("x", claims, steps).check()


def test_every_policy_of_two_categories_is_taken_when_somebody_says_who_comes() -> None:
    for steps in ORDERS:
        if steps not in ONE_CATEGORY and steps[0] is not Factor.ONE_TIME_CODE:
            assert Policy("x", True, steps).check().steps == steps
            unclaimed = Policy("x", False, steps)
            if steps[0] in (Factor.FACE, Factor.PALM):
                assert unclaimed.check() is unclaimed
            else:
                with pytest.raises(PolicyProblem, match="only a face or palm"):
                    unclaimed.check()


def test_a_factor_counts_once() -> None:
    with pytest.raises(PolicyProblem, match="twice"):
        Policy("x", True, (Factor.PIN, Factor.FACE, Factor.PIN)).check()


@pytest.mark.parametrize(
    ("steps", "pictures", "why"),
    [
        ((Factor.PALM, Factor.PIN), {Factor.FINGERPRINT}, "only for a finger or palm of the policy"),
        ((Factor.FACE, Factor.PIN), {Factor.FACE}, "only for a finger or palm of the policy"),
        ((Factor.FINGERPRINT, Factor.ONE_TIME_CODE), {Factor.FINGERPRINT}, "can be copied"),
        ((Factor.PALM, Factor.ONE_TIME_CODE), {Factor.PALM}, "can be copied"),
    ],
    ids=["no finger", "a face", "a finger and no PIN", "a palm and no PIN"],
)
def test_a_picture_that_can_be_copied_needs_a_pin_beside_it(
    steps: tuple[Factor, ...], pictures: set[Factor], why: str
) -> None:
    with pytest.raises(PolicyProblem, match=why):
        Policy("x", True, steps, pictures=frozenset(pictures)).check()


@pytest.mark.parametrize(
    ("claims", "steps", "at_once"),
    [
        (False, (Factor.FACE, Factor.PIN), {Factor.FACE, Factor.PIN}),
        (True, (Factor.FACE, Factor.ONE_TIME_CODE), {Factor.FACE, Factor.PIN}),
        (True, (Factor.PALM, Factor.PIN), {Factor.PALM, Factor.PIN}),
        (True, (Factor.FACE, Factor.PIN), {Factor.PIN}),
    ],
    ids=["nobody claimed", "not in the policy", "two cameras", "one alone"],
)
def test_only_what_one_screen_can_take_is_shown_at_once(
    claims: bool, steps: tuple[Factor, ...], at_once: set[Factor]
) -> None:
    with pytest.raises(PolicyProblem, match="at once"):
        Policy("x", claims, steps, at_once=frozenset(at_once)).check()


def test_a_face_is_looked_at_again_only_where_it_was_looked_at_before() -> None:
    with pytest.raises(PolicyProblem, match="cannot be shown again"):
        Policy("x", True, (Factor.PIN, Factor.ONE_TIME_CODE), face_before_each=True).check()


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_that_ships_passes_its_own_check(name: str) -> None:
    assert policy_of(Settings(policy=name)) is POLICIES[name]


def test_one_way_in_needs_no_biometric() -> None:
    assert Category.INHERENCE not in {CATEGORY[factor] for factor in POLICIES[ACCESSIBLE].steps}


def test_every_factor_has_a_category_and_an_unknown_policy_is_named_with_the_known_ones() -> None:
    assert set(CATEGORY) == set(Factor)
    with pytest.raises(
        PolicyProblem,
        match="no policy 'nonsense'; there are cardless, fingerprint, face-pin, face-otp, palm, accessible",
    ):
        policy_of(Settings(policy="nonsense"))


# --- the bank's own ---------------------------------------------------------------------------------------------------

OWN = """
policy = "two-fingers-and-more"
[policies.two-fingers-and-more]
steps = ["palm", "pin", "one_time_code"]
claims = false
pictures = ["palm"]
[policy_limits.two-fingers-and-more.withdrawal]
per_transaction = 500
per_day = 500
burst = 1
period = 60
"""


def test_a_policy_of_the_banks_own_stands_in_the_settings() -> None:
    policy = policy_of(read_settings(OWN, {}))
    assert policy.steps == (Factor.PALM, Factor.PIN, Factor.ONE_TIME_CODE)
    assert (policy.claims, policy.pictures) == (False, {Factor.PALM})


@pytest.mark.parametrize(("text", "why"), [
    ('[policies.x]\nsteps = ["face", "iris"]', "there is no factor 'iris'"),
    ('[policies.x]\nsteps = ["face", "palm"]', "two of inherence, possession and knowledge"),
    ('[policies.x]\nsteps = ["pin", "face", "pin"]', "in a circle"),
    ('[policies.x]\nsteps = ["one_time_code", "face"]', "shown something else before"),
    ('[policies.x]\nsteps = ["pin", "face"]\nclaims = false', "only a face or palm"),
    ('[policies.palm]\nsteps = ["pin", "face"]', "this name is taken"),
    ('[policies.duress]\nsteps = ["pin", "face"]', "this name is taken"),
    ('[policy_limits.y.withdrawal]\nper_transaction=1\nper_day=1\nburst=1\nperiod=1', "there is no such policy"),
    ('policy = "y"\n[policies.x]\nsteps = ["pin", "face"]', "there is no policy 'y'; there are .*accessible, x"),
])  # fmt: skip
def test_one_that_cannot_be_is_refused_though_another_is_chosen(text: str, why: str) -> None:
    with pytest.raises(PolicyProblem, match=why):
        policy_of(read_settings(text, {}))


@pytest.mark.parametrize("text", [
    "[policies.x]\nsteps = []", '[policies.x]\nsteps = ["pin", "face"]\nsurprise = 1',
    '[policies.X-Y]\nsteps = ["pin", "face"]', '[policies."a b"]\nsteps = ["pin", "face"]',
])  # fmt: skip
def test_a_setting_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationProblem, match="policies"):
        read_settings(text, {})


def test_the_six_are_always_there() -> None:
    assert list(policies_of(read_settings(OWN, {}))) == [*POLICIES, "two-fingers-and-more"]
