"""The contract of ``test_contract``, of the stores beside the ledger: codes, apps, lists, palms, locks, intents."""

from __future__ import annotations

from atm_app.banking.money import Money
from atm_app.intent_ports import Intent, IntentKind, IntentState
from atm_app.palm_ports import HandSide
from atm_app.stores import AttemptVerdict, CodeVerdict, Factor
from tests.db.bank import fresh_id
from tests.simulation.books import Books


def test_codes_are_used_once_and_three_times_tried(books: Books) -> None:
    customer, codes = books.customer(), books.storage.codes
    session, right, wrong = fresh_id(), b"r" * 32, b"w" * 32

    def issue() -> int:
        return int(codes.issue(customer, session, "sign_in", bytes(32), right, "k1", 300, 3))

    def check(challenge: int, mac: bytes) -> CodeVerdict:
        return CodeVerdict(codes.check(challenge, session, "sign_in", bytes(32), mac))

    first, second = issue(), issue()
    assert check(first, right) is CodeVerdict.USED_UP
    assert [check(second, mac) for mac in (wrong, right, right)] == ["wrong", "accepted", "used_up"]
    third = issue()
    assert [check(third, wrong) for _ in range(4)] == ["wrong", "wrong", "used_up", "used_up"]
    assert codes.check(issue(), fresh_id(), "sign_in", bytes(32), right) == "used_up"


def test_a_time_step_of_an_app_is_used_once(books: Books) -> None:
    customer, apps = books.customer(), books.storage.authenticators
    assert apps.secret(customer) is None
    assert not apps.use_step(customer, 5), "there is no app"
    apps.store(customer, b"SECRET", 5, fresh_id())
    assert apps.secret(customer) == b"SECRET"
    assert [apps.use_step(customer, step) for step in (4, 5, 6, 6, 8, 7)] == [False, False, True, False, True, False]
    apps.store(customer, b"ANOTHER", 3, fresh_id())
    assert (apps.secret(customer), apps.use_step(customer, 4)) == (b"ANOTHER", True)
    assert [apps.remove(customer, fresh_id()) for _ in range(2)] == [True, False]
    assert apps.secret(customer) is None


def test_a_listed_code_is_used_once_and_tried_three_times(books: Books) -> None:
    customer, lists = books.customer(), books.storage.code_lists
    first, second, third, wrong = (letter * 32 for letter in (b"a", b"b", b"c", b"w"))
    assert lists.next(customer) is None
    lists.replace(customer, "k1", [first, second, third], 3)
    assert lists.next(customer) == (1, "k1")
    assert [lists.use(customer, 1, mac) for mac in (wrong, first, first)] == [False, True, False]
    assert [lists.use(customer, 2, mac) for mac in (wrong, wrong, wrong, second)] == [False] * 4
    assert lists.next(customer) == (3, "k1")
    assert [lists.use(customer, number, third) for number in (0, 9)] == [False, False]
    lists.replace(customer, "k2", [second], 3)
    assert lists.next(customer) == (1, "k2")
    assert not lists.use(customer, 3, third)


def test_a_number_nobody_has_is_counted_as_a_customer_is(books: Books) -> None:
    lockouts, customer = books.storage.lockouts, books.customer()
    # Of two numbers on one slot of the database the second takes over; these are on two.
    first, second = b"\x10" + fresh_id() + bytes(15), b"\x20" + fresh_id() + bytes(15)
    for factor in (Factor.PIN, Factor.PIN, Factor.FACE, Factor.PIN, Factor.PIN, Factor.FACE):
        known = lockouts.begin(customer, factor, 3, (60, 300))
        assert lockouts.begin_invented(first, factor, 3, (60, 300)) == known
    assert not known.allowed
    assert lockouts.begin_invented(second, Factor.PIN, 3, (60, 300)) == AttemptVerdict(True, 2, 0)


def test_palms_are_read_where_few_customers_have_one(books: Books) -> None:
    """The real books hold other tests' customers too: a count that is far above them, and one below any."""
    templates = books.storage.templates
    first, second = books.customer(), books.customer("Dele Siddi")
    for customer, side in ((first, HandSide.LEFT), (first, HandSide.RIGHT), (second, HandSide.RIGHT)):
        templates.store_palm(customer, side, f"{side} of {customer}, before".encode(), 1.0)
        templates.store_palm(customer, side, f"{side} of {customer}".encode(), 1.0)
    assert set(templates.palms(first)) == {f"{side} of {first}".encode() for side in ("left", "right")}
    everybodys = templates.palms_of_few(10_000)
    own = sorted((customer, palm) for customer, palm in everybodys if customer in (first, second))
    assert own == sorted(
        [(first, palm) for palm in templates.palms(first)] + [(second, palm) for palm in templates.palms(second)]
    )
    owners = {customer for customer, _ in everybodys}
    assert len(templates.palms_of_few(len(owners))) == len(everybodys)
    assert templates.palms_of_few(len(owners) - 1) == ()


def test_failures_in_a_row_lock_all_factors(books: Books) -> None:
    customer, lockouts = books.customer(), books.storage.lockouts

    def attempt(factor: Factor) -> tuple[bool, int]:
        verdict = lockouts.begin(customer, factor, 3, (60, 300))
        return verdict.allowed, verdict.left

    assert [attempt(Factor.PIN) for _ in range(2)] == [(True, 2), (True, 1)]
    lockouts.succeeded(customer, Factor.PIN)
    assert [attempt(Factor.PIN) for _ in range(4)] == [(True, 2), (True, 1), (True, 0), (False, 3)]
    assert attempt(Factor.FACE) == (False, 3)
    assert 0 < lockouts.locked_seconds(customer) <= 60
    lockouts.succeeded(customer, Factor.PIN)
    assert lockouts.locked_seconds(customer) == 0


def test_intents_stay_open_until_they_end(books: Books) -> None:
    intents = books.storage.intents
    requests = [fresh_id() for _ in range(3)]
    for request, kind in zip(requests, IntentKind, strict=True):
        intents.record(Intent(request, IntentState.CREATED, Money.of_major(1), kind))
    intents.advance(requests[0], IntentState.SETTLED)
    intents.advance(requests[1], IntentState.DISPUTED)
    mine = [intent for intent in intents.open() if intent.request_id in requests]
    assert mine == [Intent(requests[2], IntentState.CREATED, Money.of_major(1), IntentKind.TRANSFER)]
    assert requests[1] in [intent.request_id for intent in intents.disputed()]
    intents.advance(requests[2], IntentState.SETTLED)
