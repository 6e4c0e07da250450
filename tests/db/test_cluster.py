"""A real three-member cluster: whoever asks goes on when a member dies, and no movement is lost or done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from mysql.connector import errors

from atm_app.stores import Factor, Outcome, StoreUnavailable
from atm_app.watch.heartbeat import Doing, Heartbeat
from atm_app.watch_settings import FleetAlertSettings
from db.certificates import Authority
from db.connection import SERVER_GONE, open_raw
from db.hosts import ServerAddress
from db.storage import Storage
from tests.db.bank import InThread, ask, fresh_id, together
from tests.db.cluster_bank import ClusterBank, cluster_bank, order
from tests.waiting import wait_until

# Of the issue: nobody waits longer for a movement because a member failed.
LONGEST_SECONDS = 5.0

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def bank() -> Iterator[ClusterBank]:
    yield from cluster_bank()


@pytest.fixture
def whole(bank: ClusterBank) -> Iterator[ClusterBank]:
    """All members serve, before the test and after it."""
    yield bank
    for node in bank.cluster.nodes:
        if not node.alive:
            bank.cluster.restart(node)
    for node in bank.cluster.nodes:
        node.thaw()
        bank.cluster.mend(node)
        node.await_ready()


def at(storage: Storage) -> str:
    storage.ledger.trial_balance()
    return storage.kiosk.host


def test_the_first_writes_and_the_others_have_it_at_once(bank: ClusterBank) -> None:
    customer, _ = bank.customer(100)
    assert at(bank.storage) == str(bank.cluster.addresses[0])
    for address in bank.cluster.addresses[1:]:
        other = bank.terminal([address])
        assert other.ledger.accounts(customer)[0].balance.minor == 100_00, "a read waits for what was committed before"


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "how", ["killed", pytest.param("cut off", marks=SLOW), pytest.param("cut off from the others", marks=SLOW)]
)
def test_the_next_one_serves_while_the_first_is_away_and_the_first_when_it_is_back(
    whole: ClusterBank, how: str
) -> None:
    cluster = whole.cluster
    first, *others = cluster.nodes
    giver, account = whole.customer(1000)
    _, to = whole.customer(1000)
    terminal = whole.terminal()
    whole.serve(terminal, giver)
    assert at(terminal) == str(first.address)
    {"killed": lambda: first.kill(), "cut off": lambda: cluster.cut(first),
     "cut off from the others": lambda: cluster.part(first)}[how]()  # fmt: skip
    began, asked = time.monotonic(), order(giver, account, to, 10)
    assert terminal.ledger.transfer(asked).outcome is Outcome.POSTED
    assert time.monotonic() - began < LONGEST_SECONDS
    assert terminal.kiosk.host in [str(node.address) for node in others]
    assert terminal.ledger.transfer(asked).outcome is Outcome.POSTED, "the same request again"
    assert whole.balance(giver) == 990_00, "was done once"
    if how == "killed":
        cluster.restart(first)
    else:
        cluster.mend(first)
    first.await_ready()
    wait_until(lambda: at(terminal) == str(first.address), "the first is asked again", seconds=30.0, every=0.1)
    assert whole.balance(giver) == 990_00


@pytest.mark.slow
def test_what_may_not_be_done_twice_is_asked_of_the_next_one(whole: ClusterBank) -> None:
    """Such a call makes sure first that somebody is there."""
    customer, _ = whole.customer(1)
    terminal = whole.terminal()
    assert at(terminal) == str(whole.cluster.addresses[0])
    whole.cluster.nodes[0].freeze()
    began = time.monotonic()
    terminal.lockouts.begin(customer, Factor.PIN, 3, (60,))
    assert time.monotonic() - began < LONGEST_SECONDS
    assert terminal.kiosk.host != str(whole.cluster.addresses[0])
    whole.cluster.nodes[0].thaw()


@pytest.mark.slow
def test_without_a_majority_nobody_is_served_and_with_one_again(whole: ClusterBank) -> None:
    cluster = whole.cluster
    giver, account = whole.customer(50)
    _, to = whole.customer(0 + 1)
    terminal = whole.terminal()
    whole.serve(terminal, giver)
    first, second, third = cluster.nodes
    second.kill()
    third.kill()
    waiting = InThread(lambda: terminal.ledger.transfer(order(giver, account, to, 10)))
    with pytest.raises(StoreUnavailable):
        waiting.result(60.0)
    # What two thirds of the members did not agree on has not happened; the last one alone is told to go on.
    administrator = first.administrator()
    cursor = administrator.cursor()
    cursor.execute("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'")
    administrator.close()
    first.await_ready()
    wait_until(lambda: _serves(terminal), "it serves", seconds=30.0, every=0.1)
    assert whole.balance(giver) in (40_00, 50_00)


def _serves(storage: Storage) -> bool:
    try:
        storage.ledger.trial_balance()
    except StoreUnavailable:
        return False
    return True


def test_a_server_of_another_authority_is_refused(bank: ClusterBank) -> None:
    stranger = bank.folder.root / "stranger.crt"
    Authority("somebody else").write(stranger)
    known = bank.cluster.addresses[0]
    password = bank.storage.vault.database_password("kiosk")
    with pytest.raises(errors.Error, match=r"(?i)certificate") as refused:
        open_raw("atm_kiosk", password, ServerAddress(known.host, known.port, str(stranger)))
    assert refused.value.errno in SERVER_GONE, "the next host is asked"


def test_a_customer_at_two_machines_at_different_members_is_served_at_one(bank: ClusterBank) -> None:
    """The same instant, fifty times; the thousand are among the slow ones."""
    _race(bank, 50)


@pytest.mark.slow
def test_a_thousand_times(bank: ClusterBank) -> None:
    _race(bank, 1000)


def test_of_three_kiosks_at_different_members_one_tells_staff(bank: ClusterBank) -> None:
    """No member sees the others' locks: whose turn it is the cluster decides when they commit."""
    watchers = [bank.terminal([address]) for address in bank.cluster.addresses]
    bank.storage.watch.beat(Heartbeat(Doing.FREE, "", ()))
    admin = bank.cluster.nodes[0].administrator("atm")
    for _ in range(10):
        ask(admin, "UPDATE fleet_alert SET state = 'over'")
        ask(admin, "UPDATE heartbeat SET beaten_at = UTC_TIMESTAMP(6) - INTERVAL 400 SECOND")
        ask(
            admin, "UPDATE fleet_watch SET watched_at = UTC_TIMESTAMP(6) - INTERVAL 20 SECOND,"
            " watching_since = UTC_TIMESTAMP(6) - INTERVAL 1 DAY",
        )  # fmt: skip
        told = together([partial(each.fleet_watch.look, fresh_id(), FleetAlertSettings()) for each in watchers])
        assert [(news.terminal, news.over) for each in told for news in each] == [("CENTRE", False)]
    admin.close()


def _race(bank: ClusterBank, times: int) -> None:
    """In each round both machines claim the customer and, whatever they were told, pay. There is enough for all of it,
    and the limit allows half of the rounds."""
    giver, account = bank.customer(2 * times)
    _, to = bank.customer(1)
    policy = f"race-{times}"
    bank.limit_transfers(policy, times // 2)
    terminals = [bank.terminal([bank.cluster.addresses[number]]) for number in (0, 1)]
    rounds = threading.Barrier(2)
    told: list[list[tuple[bool, Outcome]]] = [[], []]

    def visit(number: int) -> None:
        try:
            visit_each_round(number)
        except threading.BrokenBarrierError:
            return  # the other side ended the race, and tells why
        except BaseException:
            rounds.abort()
            raise

    def visit_each_round(number: int) -> None:
        storage = terminals[number]
        for _ in range(times):
            session = fresh_id()
            rounds.wait(60)
            is_let_in = storage.visits.begin(giver, policy, session, 60)
            paid = storage.ledger.transfer(replace(order(giver, account, to, 1, policy), session=session))
            told[number].append((is_let_in, paid.outcome))
            rounds.wait(60)
            storage.visits.end(giver, session)

    together([lambda number=number: visit(number) for number in (0, 1)], seconds=200.0)  # type: ignore[misc]
    assert all(one + other == 1 for (one, _), (other, _) in zip(*told, strict=True)), "one session only, and always one"
    paid = [is_let_in for side in told for is_let_in, outcome in side if outcome is Outcome.POSTED]
    assert len(paid) == times // 2, "the limit held, and nothing was refused below it"
    assert all(paid), "nobody paid who was not let in"
    assert all(any(let_in for let_in, _ in side) for side in told), "each of the two was let in sometimes"
    assert bank.balance(giver) == (2 * times - times // 2) * 100
    assert all(bank.terminal([address]).ledger.trial_balance().balanced for address in bank.cluster.addresses)
