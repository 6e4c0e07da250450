"""Text messages: the real library against the virtual gateway and against what a gateway can do wrong."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest

from atm_app.config import SmsSettings
from atm_app.devices.mail import Inbox
from atm_app.devices.sms import SmsChannel, VirtualSmsGateway, international
from atm_app.message_ports import DeliveryFailed, Message
from atm_app.ports import DeviceState

MESSAGE = Message("+91 98200 11111", "never sent", "Your one-time code is 482913, to send ₹5,000 to Asha & <sons>?")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def channel(inbox: Inbox) -> Iterator[SmsChannel]:
    gateway = VirtualSmsGateway(inbox)
    yield SmsChannel(gateway.start(), "91", virtual=True)
    gateway.stop()


def over(url: str) -> SmsChannel:
    return SmsChannel(SmsSettings.model_validate({"url": url}), "91", virtual=False)


def test_a_message_arrives_once_as_it_was_written(channel: SmsChannel, inbox: Inbox) -> None:
    channel.send(MESSAGE)
    (received,) = inbox.messages()
    assert (received.address, received.text) == ("+919820011111", MESSAGE.text)
    assert channel.status().state is DeviceState.ONLINE


def test_a_gateway_that_is_down_is_told_at_once_and_works_again(channel: SmsChannel, inbox: Inbox) -> None:
    inbox.sms_down = True
    with pytest.raises(DeliveryFailed):
        channel.send(MESSAGE)
    assert channel.status().state is DeviceState.OFFLINE
    inbox.sms_down = False
    channel.send(MESSAGE)
    assert channel.status().state is DeviceState.ONLINE
    assert len(inbox.messages()) == 1, "a failed one is not sent again behind the customer's back"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryFailed):
        over(f"json://127.0.0.1:{port}/?:to={{phone}}").send(MESSAGE)


def test_a_silent_gateway_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atm_app.devices.sms.ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeliveryFailed):
        over(f"json://127.0.0.1:{silent.getsockname()[1]}/?:to={{phone}}").send(MESSAGE)


@pytest.mark.parametrize("url", ["bogus://secret-token@gateway/{phone}", "twilio://nothing/{phone}", "{phone}"])
def test_a_url_of_no_gateway_is_said_without_its_secret(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    logging.getLogger("apprise").disabled = False
    with pytest.raises(DeliveryFailed, match=r"sms\.url is of no gateway"):
        over(url).send(MESSAGE)
    assert not [record for record in caplog.records if record.name.startswith("apprise")]


def test_neither_code_nor_number_is_logged(channel: SmsChannel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    channel.send(MESSAGE)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "482913" not in logged
    assert "9820011111" not in logged


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("+91 98200 11111", "+919820011111"), ("98200-11111", "+919820011111"), ("098200 11111", "+919820011111"),
        ("+44 (20) 7946 0958", "+442079460958"),
    ],
)  # fmt: skip
def test_a_number_is_called_internationally(written: str, called: str) -> None:
    assert international(written, "91") == called


@pytest.mark.parametrize("written", ["", "12", "+0123456789", "call me", "+91 98200 11111 22222", "+९१९८२००११११"])
def test_what_is_no_number_is_not_called(written: str) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        international(written, "91")
    assert not written or written not in str(refused.value)


def test_a_url_must_say_where_the_number_goes() -> None:
    with pytest.raises(ValueError, match="phone"):
        SmsSettings.model_validate({"url": "json://gateway.example/"})
