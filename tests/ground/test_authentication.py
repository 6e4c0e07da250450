"""The checks of each factor, on the real database and the real matcher."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from atm_app.identity.authentication import Verdict
from atm_app.identity.one_time_code import Challenge
from atm_app.ports import FingerMatch
from atm_app.stores import Customer, Factor
from db.folder import DataFolder
from tests.scripted import FAMILY, ScriptedPictures
from tests.world import PICTURE_THRESHOLD, PIN, THRESHOLD, World

SESSION = b"s" * 16


@pytest.fixture
def world(folder: DataFolder, tmp_path: Path) -> Iterator[World]:
    made = World(folder, tmp_path)
    yield made
    made.check_books()
    made.close()


def at_distance(face: bytes, distance: float) -> tuple[bytes, ...]:
    """Samples that lie this far from a template, away from everybody else."""
    vector = np.frombuffer(face, dtype="<f4").copy()
    vector[127] += distance
    return (vector.tobytes(),) * 3


def gallery_of(world: World, *others: float) -> None:
    """The customer at their place and others ``distance`` away from it, off to one side."""
    vector = np.frombuffer(world.face, dtype="<f4")
    entries = [(world.customer_id, world.face)]
    for number, distance in enumerate(others, 1):
        other = vector.copy()
        other[126] += distance
        entries.append((10**6 + number, other.tobytes()))
    world.gallery.replace(entries)


# --- 1:N -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distance", "verdict"), [
    (0.0, Verdict.ACCEPTED), (0.47, Verdict.ACCEPTED), (0.49, Verdict.UNSURE), (0.6, Verdict.UNSURE),
])  # fmt: skip
def test_a_face_is_known_within_the_threshold_only(world: World, distance: float, verdict: Verdict) -> None:
    gallery_of(world, 2.0)
    decision = world.authentication.identify_face(SESSION, at_distance(world.face, distance))
    assert decision.verdict is verdict
    assert (decision.customer is not None) is (verdict is Verdict.ACCEPTED)
    assert decision.score == pytest.approx(distance, abs=0.001)


@pytest.mark.parametrize(
    ("second", "verdict"), [(0.06, Verdict.ACCEPTED), (0.04, Verdict.UNSURE), (0.0, Verdict.UNSURE)]
)
def test_a_face_near_two_people_is_never_guessed(world: World, second: float, verdict: Verdict) -> None:
    gallery_of(world, second)
    decision = world.authentication.identify_face(SESSION, at_distance(world.face, 0.0))
    assert decision.verdict is verdict
    if verdict is Verdict.UNSURE:
        assert decision.customer is None


def test_an_empty_gallery_knows_nobody(world: World) -> None:
    world.gallery.replace([])
    assert world.authentication.identify_face(SESSION, at_distance(world.face, 0.0)).verdict is Verdict.UNSURE


def test_somebody_in_the_gallery_who_is_gone_or_locked_is_not_let_in(world: World) -> None:
    world.gallery.replace([(10**6, world.face)])
    assert world.authentication.identify_face(SESSION, at_distance(world.face, 0.0)).verdict is Verdict.LOCKED
    gallery_of(world)
    for _ in range(3):
        world.authentication.verify_pin(SESSION, world.customer, world.number, "0000")
    assert world.authentication.identify_face(SESSION, at_distance(world.face, 0.0)).verdict is Verdict.LOCKED


def test_a_gallery_beyond_its_limit_is_only_asked_about_a_claim(folder: DataFolder, tmp_path: Path) -> None:
    world = World(folder, tmp_path, face={"gallery_limit": 1})
    try:
        other = World(folder, tmp_path)
        other.close()
        world.authentication.faces.load()
        assert not world.authentication.faces.may_identify
        assert len(world.gallery) == 0
    finally:
        world.close()


# --- 1:1 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distance", "verdict"), [(0.48, Verdict.ACCEPTED), (0.50, Verdict.REFUSED)])
def test_a_claimed_face_is_compared_with_its_own_template(world: World, distance: float, verdict: Verdict) -> None:
    samples = at_distance(world.face, distance)
    assert world.authentication.verify_face(SESSION, world.customer, world.number, samples).verdict is verdict


@pytest.mark.parametrize(
    "match",
    [
        FingerMatch(1, 10 * PICTURE_THRESHOLD, FAMILY, vetoed=True),
        FingerMatch(1, 10 * PICTURE_THRESHOLD, "a family nobody has measured"),
        FingerMatch(1, PICTURE_THRESHOLD - 1, ScriptedPictures.family),
    ],
    ids=["vetoed", "unknown family", "below its own family's threshold"],
)
def test_no_score_makes_up_for_a_veto_or_an_unknown_scale(world: World, match: FingerMatch) -> None:
    assert match.score >= THRESHOLD
    decision = world.authentication.decide_fingerprint(SESSION, world.customer, match)
    assert decision.verdict is Verdict.REFUSED
    assert (("fingerprint_presentation", "vetoed") in world.events()) is match.vetoed


@pytest.mark.parametrize(("score", "verdict"), [(THRESHOLD, Verdict.ACCEPTED), (THRESHOLD - 1, Verdict.REFUSED)])
def test_a_finger_counts_from_the_threshold_on(world: World, score: int, verdict: Verdict) -> None:
    decision = world.authentication.decide_fingerprint(SESSION, world.customer, FingerMatch(1, score, FAMILY))
    assert decision.verdict is verdict
    assert decision.left == 2


def test_three_failures_lock_and_then_not_even_the_right_pin_opens(world: World) -> None:
    verify = world.authentication.verify_pin
    seen = [verify(SESSION, world.customer, world.number, "0000").verdict for _ in range(3)]
    assert seen == [Verdict.REFUSED, Verdict.REFUSED, Verdict.LOCKED]
    assert verify(SESSION, world.customer, world.number, PIN).verdict is Verdict.LOCKED
    assert world.authentication.issue_code(SESSION, world.customer) is None


def test_a_pin_is_counted_before_it_is_compared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever pulls the plug in between has spent the try, of a customer and of nobody alike."""
    called: list[str] = []

    def told(of: object, name: str) -> None:
        method = getattr(of, name)
        monkeypatch.setattr(of, name, lambda *given: (called.append(name), method(*given))[1])

    for of, name in (
        (world.storage.lockouts, "begin"), (world.storage.lockouts, "begin_invented"),
        (world.storage.vault, "pin_matches"),
    ):  # fmt: skip
        told(of, name)
    world.authentication.verify_pin(SESSION, world.customer, world.number, PIN)
    world.authentication.verify_pin(SESSION, None, world.nobodys_number, PIN)
    compared = ["pin_matches", "pin_matches"]
    assert called == ["begin", *compared, "begin_invented", *compared]


@pytest.mark.slow
def test_an_invented_number_is_answered_as_a_real_one(world: World) -> None:
    def decide(customer: Customer | None, number: str) -> list[tuple[Verdict, int]]:
        decisions = [world.authentication.verify_pin(SESSION, customer, number, "0000") for _ in range(4)]
        decisions.append(world.authentication.verify_face(SESSION, customer, number, at_distance(world.face, 1.0)))
        assert all(decision.customer is None for decision in decisions)
        return [(decision.verdict, decision.left) for decision in decisions]

    assert world.authentication.claim(world.nobodys_number) is None
    assert decide(world.customer, world.number) == decide(None, world.nobodys_number)


def test_a_frozen_customer_is_refused_with_the_right_pin_as_with_a_wrong_one(world: World) -> None:
    frozen = Customer(**{**vars(world.customer), "frozen": True})
    verdicts = [world.authentication.verify_pin(SESSION, frozen, world.number, PIN).verdict for _ in range(3)]
    assert verdicts == [Verdict.REFUSED, Verdict.REFUSED, Verdict.LOCKED]


# Rounds of one try of each kind; how far medians may lie apart; how rarely chance may part them so.
ROUNDS, TOLERANCE, CHANCE = 7, 1.25, 0.01
KINDS = ("wrong", "unknown", "locked")


def by_chance(first: Sequence[float], second: Sequence[float]) -> float:
    """The exact permutation test: of all ways to divide the same times, the share that parts the means as far."""

    def apart(chosen: Sequence[float], others: Sequence[float]) -> float:
        return abs(statistics.fmean(chosen) - statistics.fmean(others))

    times, seen = [*first, *second], apart(first, second)
    ways = [set(way) for way in itertools.combinations(range(len(times)), len(first))]
    divided = [[[times[i] for i in range(len(times)) if (i in way) is side] for side in (True, False)] for way in ways]
    return sum(apart(*two) >= seen for two in divided) / len(divided)


@pytest.mark.timeout(300)
def test_the_answer_takes_as_long_for_a_wrong_pin_an_unknown_number_and_a_locked_customer(
    folder: DataFolder, tmp_path: Path
) -> None:
    """By the wall clock, from the number to the verdict. The kinds take turns, so that other work on the machine is on
    all of them; it fails when medians are both over a quarter and beyond chance apart. bcrypt is most of the time."""
    world = World(folder, tmp_path, lockout={"delays": (86_400,)})
    vault, customers = world.storage.vault, world.storage.customers
    locked = customers.get(world.friend)
    assert locked is not None
    customers.set_pin_hash(locked.customer_id, vault.pin_hash(PIN, locked.pseudonym))
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}

    def answer(number: str) -> tuple[float, Verdict]:
        began = time.perf_counter()
        verdict = world.authentication.verify_pin(SESSION, world.authentication.claim(number), number, "0000").verdict
        return time.perf_counter() - began, verdict

    try:
        for _ in range(3):
            world.storage.lockouts.begin(locked.customer_id, Factor.PIN, 3, (86_400,))
        answer(world.number)
        for turn in range(ROUNDS):
            numbers = {"wrong": world.number, "unknown": f"9{turn:05d}", "locked": locked.number}
            for place in range(len(KINDS)):
                kind = KINDS[(turn + place) % len(KINDS)]
                seconds, verdict = answer(numbers[kind])
                times[kind].append(seconds)
                assert verdict is (Verdict.LOCKED if kind == "locked" else Verdict.REFUSED)
            world.storage.lockouts.succeeded(world.customer_id, Factor.PIN)
        medians = {kind: round(statistics.median(each), 4) for kind, each in times.items()}
        for one, other in itertools.combinations(KINDS, 2):
            ratio = max(medians[one], medians[other]) / min(medians[one], medians[other])
            assert ratio < TOLERANCE or by_chance(times[one], times[other]) > CHANCE, medians
    finally:
        world.close()


# --- codes -----------------------------------------------------------------------------------------------------------


def test_a_code_opens_once_and_what_cannot_open_any_more_is_expired(world: World) -> None:
    authentication = world.authentication
    challenge = authentication.issue_code(SESSION, world.customer)
    assert isinstance(challenge, Challenge)

    def check(code: str, session: bytes = SESSION) -> Verdict:
        return authentication.check_code(session, world.customer, challenge.challenge_id, code).verdict

    assert check("x" * 6) is Verdict.REFUSED
    assert check(challenge.code, b"t" * 16) is Verdict.EXPIRED
    assert check(challenge.code) is Verdict.ACCEPTED
    assert check(challenge.code) is Verdict.EXPIRED


# --- the audit -------------------------------------------------------------------------------------------------------


def test_every_decision_is_audited_and_no_detail_holds_anything_personal(world: World) -> None:
    authentication = world.authentication
    gallery_of(world, 2.0)
    authentication.identify_face(SESSION, at_distance(world.face, 0.1))
    authentication.identify_face(SESSION, at_distance(world.face, 0.9))
    authentication.verify_face(SESSION, world.customer, world.number, at_distance(world.face, 0.1))
    authentication.decide_fingerprint(SESSION, world.customer, FingerMatch(1, 80, FAMILY))
    authentication.verify_pin(SESSION, world.customer, world.number, PIN)
    authentication.verify_pin(SESSION, None, "987321", "4477")
    challenge = authentication.issue_code(SESSION, world.customer)
    assert challenge is not None
    authentication.note_delivery(SESSION, world.customer, "sent")
    authentication.check_code(SESSION, world.customer, challenge.challenge_id, challenge.code)
    rows: list[dict[str, Any]] = [
        row for row in world.storage.kiosk.rows("all_rows") if row["chain"] == f"{world.terminal}/kiosk"
    ]
    decisions = [(row["event"], row["outcome"]) for row in rows if bytes(row["session"]) == SESSION]
    assert decisions == [
        ("face_identify", "accepted"), ("face_identify", "unsure"), ("face_verify", "accepted"),
        ("fingerprint_verify", "accepted"), ("pin_verify", "accepted"), ("pin_verify", "refused"),
        ("code_issue", "issued"), ("code_delivery", "sent"), ("one_time_code_verify", "accepted"),
    ]  # fmt: skip
    personal = [*world.customer.name.split(), world.customer.email, world.customer.phone, world.number,
                "987321", challenge.code, f'"{PIN}"', "4477"]  # fmt: skip
    for row in rows:
        assert not [word for word in personal if word in row["details"] or word in row["event"] + row["outcome"]]
        assert bytes(row["subject"]) in (world.customer.pseudonym, b"")
