"""Codes by mail: the real library against real servers, good and bad."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from atm_app.config import MailSettings
from atm_app.devices import mail
from atm_app.devices.mail import Inbox, MailChannel, VirtualMailServer
from atm_app.ports import DeliveryFailed, DeviceState, Message

MESSAGE = Message("asha@customer.example", "Your code", "Your one-time code is 482913.\n\nGoodbye")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def channel(inbox: Inbox) -> Iterator[MailChannel]:
    server = VirtualMailServer(inbox)
    yield MailChannel(server.start(), virtual=True)
    server.stop()


def test_a_message_arrives_once_and_as_it_was_written(channel: MailChannel, inbox: Inbox) -> None:
    channel.send(MESSAGE)
    (received,) = inbox.messages(MESSAGE.address)
    assert (received.subject, received.text.splitlines()) == ("Your code", MESSAGE.text.split("\n"))
    assert channel.status().state is DeviceState.ONLINE


def test_a_server_that_is_down_is_said_and_comes_back(channel: MailChannel, inbox: Inbox) -> None:
    inbox.down = True
    with pytest.raises(DeliveryFailed):
        channel.send(MESSAGE)
    assert channel.status().state is DeviceState.OFFLINE
    inbox.down = False
    channel.send(MESSAGE)
    assert channel.status().state is DeviceState.ONLINE


@pytest.mark.parametrize("address", ["", "asha@", "john..doe@x.in", "a b@x", "not an address"])
def test_an_address_that_is_none_is_refused_without_being_repeated(channel: MailChannel, address: str) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        channel.send(Message(address, "s", "t"))
    assert not address or address not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_server_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "SEND_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        channel = MailChannel(MailSettings(host="127.0.0.1", port=silent.getsockname()[1]), virtual=True)
        began = time.monotonic()
        with pytest.raises(DeliveryFailed):
            channel.send(MESSAGE)
        assert time.monotonic() - began < 3


def test_a_server_that_falls_silent_after_taking_the_message_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the code would come three times, and the customer would stand there for a minute."""
    monkeypatch.setattr(mail, "SEND_SECONDS", 0.5)
    connections = []

    class Silent:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
            import asyncio

            connections.append(1)
            await asyncio.sleep(5)
            return "250 late"

    server = mail._Loopback(Silent(), hostname="127.0.0.1", port=0)
    server.start()
    try:
        channel = MailChannel(MailSettings(host="127.0.0.1", port=server.port), virtual=True)
        began = time.monotonic()
        with pytest.raises(DeliveryFailed):
            channel.send(MESSAGE)
        assert time.monotonic() - began < 3
        assert len(connections) == 1
    finally:
        threading.Thread(target=server.stop, kwargs={"no_assert": True}, daemon=True).start()


def test_a_configured_server_that_cannot_prove_itself_gets_no_code(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    inbox = Inbox()

    class Tls(Controller):
        def _trigger_server(self) -> None:
            """Greets the server once, as its library does to see it running, but over TLS."""
            with (
                socket.create_connection((self.hostname, self.port)) as line,
                ssl._create_unverified_context().wrap_socket(line) as greeting,
            ):
                greeting.recv(64)

    server = Tls(inbox, hostname="127.0.0.1", port=_free_port(), ssl_context=context)
    server.start()
    try:
        settings = MailSettings(host="127.0.0.1", port=server.port, user="bank", sender="atm@bank.example")
        with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
            MailChannel(settings, virtual=False).send(MESSAGE)
        assert inbox.messages() == []
    finally:
        server.stop(no_assert=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
