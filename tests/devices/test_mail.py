"""Codes by mail: the real library against real servers, good and bad."""

from __future__ import annotations

import email
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from atm_app.config import MailSettings
from atm_app.devices import mail
from atm_app.devices.mail import Inbox, MailChannel
from atm_app.message_ports import Attachment, DeliveryFailed, Message
from atm_app.ports import DeviceState
from tests.mailbox import channel as channel
from tests.mailbox import inbox as inbox

MESSAGE = Message("asha@customer.example", "Your code", "Your one-time code is 482913.\n\nGoodbye")


def test_a_message_arrives_once_and_as_it_was_written(channel: MailChannel, inbox: Inbox) -> None:
    channel.send(MESSAGE)
    (received,) = inbox.messages(MESSAGE.address)
    assert (received.subject, received.text.splitlines()) == ("Your code", MESSAGE.text.split("\n"))
    assert channel.status().state is DeviceState.ONLINE


STATEMENT = Attachment("statement.pdf", "application/pdf", bytes(range(256)) * 400 + b"\r\n.\r\n.\n\x00")
FIGURES = Attachment("उतारा नोव्हेंबर.csv", "text/csv", "दिनांक,रक्कम\n21,500".encode())


def test_attachments_arrive_byte_for_byte_with_name_and_media_type(channel: MailChannel, inbox: Inbox) -> None:
    channel.send(Message(MESSAGE.address, "खाते उतारा", "नमस्कार\n.\nउतारा सोबत आहे.", (STATEMENT, FIGURES)))
    (received,) = inbox.messages()
    assert received.subject == "खाते उतारा"
    assert received.text.splitlines() == ["नमस्कार", ".", "उतारा सोबत आहे."]
    assert received.attachments == (STATEMENT, FIGURES)


def test_a_text_that_names_a_file_stays_a_text(channel: MailChannel, inbox: Inbox, tmp_path: Path) -> None:
    """yagmail would attach the file: anybody who chooses a word of the text could have any file sent to them."""
    secret = tmp_path / "atm.key"
    secret.write_text("a secret")
    channel.send(Message(MESSAGE.address, str(secret), f"{secret}\n/etc/passwd\n<b>bold</b>"))
    (received,) = inbox.messages()
    assert received.text.splitlines() == [str(secret), "/etc/passwd", "<b>bold</b>"]
    assert received.attachments == ()


@pytest.mark.parametrize("message", [
    Message(MESSAGE.address, "Receipt\nBcc: eve@x.in", "t"),
    Message(MESSAGE.address, "Receipt\r\n\r\nanother text", "t"),
    Message(MESSAGE.address, "s", "t", (Attachment("a.pdf\nBcc: eve@x.in", "application/pdf", b""),)),
    Message(MESSAGE.address, "s", "t", (Attachment("../a.pdf", "application/pdf", b""),)),
    Message(MESSAGE.address, "s", "t", (Attachment("", "application/pdf", b""),)),
    Message(MESSAGE.address, "s", "t", (Attachment("a.pdf", "application/pdf\nBcc: eve@x.in", b""),)),
    Message(MESSAGE.address, "s", "t", (Attachment("a.pdf", "pdf", b""),)),
])  # fmt: skip
def test_nothing_of_a_message_becomes_another_header(channel: MailChannel, inbox: Inbox, message: Message) -> None:
    with pytest.raises(DeliveryFailed):
        channel.send(message)
    assert inbox.messages() == []
    assert channel.status().state is DeviceState.ONLINE, "it is the message that is wrong, not the server"


def test_two_messages_of_one_subject_are_two_to_a_mailbox() -> None:
    """One Message-ID for both, and a mailbox may throw the second code away."""
    seen: list[str] = []

    class Mailbox:
        async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
            seen.append(str(email.message_from_bytes(envelope.content)["Message-ID"]))
            return "250 taken"

    server = mail._Loopback(Mailbox(), hostname="127.0.0.1", port=0)
    server.start()
    try:
        channel = MailChannel(MailSettings(host="127.0.0.1", port=server.port), virtual=True)
        channel.send(MESSAGE)
        channel.send(MESSAGE)
    finally:
        server.stop(no_assert=True)
    assert len(set(seen)) == 2


def test_a_sender_that_is_none_is_said_to_staff() -> None:
    channel = MailChannel(MailSettings(host="127.0.0.1", port=1, user="the bank@x"), virtual=True)
    with pytest.raises(DeliveryFailed, match="sender"):
        channel.send(MESSAGE)
    assert "sender" in channel.status().advice


def test_a_server_that_is_down_is_said_and_comes_back(channel: MailChannel, inbox: Inbox) -> None:
    inbox.down = True
    with pytest.raises(DeliveryFailed):
        channel.send(MESSAGE)
    assert channel.status().state is DeviceState.OFFLINE
    inbox.down = False
    channel.send(MESSAGE)
    assert channel.status().state is DeviceState.ONLINE


@pytest.mark.parametrize(
    "address",
    ["", "asha@", "john..doe@x.in", "a b@x", "not an address", "asha@x.in\n", "asha@x.in\nBcc: eve@x.in",
     "asha@x.in\r\n eve@x.in", "asha@x.in, eve@x.in"],
)  # fmt: skip
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
