"""Which of several servers is asked: order, failure, return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from atm_app.config import ConfigurationProblem, Settings, read_settings
from atm_app.database_settings import DatabaseSettings
from commands.opened_storage import server_addresses
from db.hosts import STEADY, Address, Hosts, ServerAddress
from tests.waiting import wait_until

FIRST, SECOND, THIRD = (ServerAddress("127.0.0.1", 3306 + number) for number in range(3))


class Servers:
    """``up``: those that serve. ``looked_at``: each look, in order."""

    def __init__(self) -> None:
        self.up: set[Address] = set()
        self.looked_at: list[Address] = []

    def serves(self, address: Address) -> bool:
        self.looked_at.append(address)
        return address in self.up


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def hosts(servers: Servers) -> Iterator[Hosts]:
    made = Hosts([FIRST, SECOND, THIRD], servers.serves, look_seconds=0.001)
    yield made
    made.close()


def test_the_first_is_asked_and_after_it_the_next(hosts: Hosts) -> None:
    assert hosts.chosen == FIRST
    hosts.failed(FIRST, "gone")
    assert hosts.chosen == SECOND
    hosts.failed(SECOND, "gone")
    assert hosts.chosen == THIRD


def test_where_none_serves_they_are_asked_in_turns(hosts: Hosts) -> None:
    for address in (FIRST, SECOND, THIRD, FIRST):
        assert hosts.chosen == address
        hosts.failed(address, "gone")
    assert hosts.chosen == SECOND


def test_the_first_is_asked_again_once_it_serves_steadily(hosts: Hosts, servers: Servers) -> None:
    hosts.failed(FIRST, "gone")
    wait_until(lambda: FIRST in servers.looked_at, "somebody looks")
    assert hosts.chosen == SECOND, "it does not serve yet"
    servers.looked_at.clear()
    servers.up.add(FIRST)
    wait_until(lambda: hosts.chosen == FIRST, "it is the first again")
    assert servers.looked_at.count(FIRST) >= STEADY


def test_one_that_comes_and_goes_stays_out(hosts: Hosts, servers: Servers) -> None:
    """Good answers count in a row, and only since the last failure."""
    hosts.close()
    answers = iter([True] * (STEADY - 1) + [False] + [True] * (STEADY - 1))
    seen: list[bool] = []

    def serves(_: Address) -> bool:
        seen.append(next(answers, False))
        return seen[-1]

    flapping = Hosts([FIRST, SECOND], serves, look_seconds=0.001)
    flapping.failed(FIRST, "gone")
    wait_until(lambda: len(seen) > 2 * STEADY, "it was looked at")
    assert flapping.chosen == SECOND
    flapping.close()


def test_nobody_looks_at_servers_that_serve(hosts: Hosts, servers: Servers) -> None:
    servers.up.add(FIRST)
    hosts.failed(FIRST, "gone")
    wait_until(lambda: hosts.chosen == FIRST)
    wait_until(lambda: hosts._looker is None, "the looking ends")


def test_a_single_server_is_never_given_up() -> None:
    alone = Hosts([FIRST])
    alone.failed(FIRST, "gone")
    assert alone.chosen == FIRST
    assert alone._looker is None


# --- settings --------------------------------------------------------------------------------------------------------


def test_hosts_are_read_in_their_order() -> None:
    settings = Settings(
        database=DatabaseSettings(hosts=("db1.bank.example", "db2.bank.example:3307", "[::1]:3308"),
                                  certificate_authority="/etc/bank.pem")
    )  # fmt: skip
    assert [str(each) for each in server_addresses(settings)] == [
        "db1.bank.example:3306", "db2.bank.example:3307", "::1:3308",
    ]  # fmt: skip
    assert {each.certificate_authority for each in server_addresses(settings)} == {"/etc/bank.pem"}


@pytest.mark.parametrize(
    "hosts", ['["db1:99999"]', '["a b"]', '["db1:port"]', '["db1", "db1"]', '["mysql://db1"]', '[""]', '["db1/atm"]']
)
def test_what_is_no_host_is_refused(hosts: str) -> None:
    with pytest.raises(ConfigurationProblem, match="hosts"):
        read_settings(f"[database]\nhosts = {hosts}\n", {})


def test_another_host_without_tls_is_refused() -> None:
    with pytest.raises(ConfigurationProblem, match="certificate_authority"):
        read_settings('[database]\nhosts = ["database.bank.example"]\n', {})
    assert read_settings('[database]\nhosts = ["127.0.0.1", "[::1]:3307"]\n', {}).database.hosts
    with pytest.raises(ValueError, match="TLS"):
        ServerAddress("database.bank.example").options()


def test_verified_tls_is_asked_for_where_an_authority_is_named() -> None:
    options: dict[str, Any] = ServerAddress("db1.bank.example", 3306, "/etc/bank.pem").options()
    assert options["ssl_verify_cert"]
    assert options["ssl_verify_identity"]
