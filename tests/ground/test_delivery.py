"""Words to a customer: the first channel that takes them, the next one the next time, and no code in a subject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atm_app.identity.delivery import Delivery, masked_address, masked_phone
from atm_app.identity.one_time_code import Challenge
from atm_app.message_ports import Attachment, Contact, DeliveryFailed, Letter, Message
from atm_app.stores import Customer

ASHA = Customer(7, "100007", b"p" * 16, "Asha Rao", "+91 98200 11111", "asha@customer.example")
CODE = Challenge(1, "123456")
PAPER = Attachment("receipt.pdf", "application/pdf", b"%PDF")


class Channel:
    def __init__(self, name: str, contact: Contact = Contact.EMAIL, *, works: bool = True) -> None:
        self.name, self.contact, self.works = name, contact, works
        self.sent: list[Message] = []

    def status(self) -> Any:
        raise NotImplementedError

    def send(self, message: Message) -> None:
        if not self.works:
            raise DeliveryFailed(self.name)
        self.sent.append(message)


@pytest.fixture
def mail() -> Channel:
    return Channel("e-mail")


@pytest.fixture
def sms() -> Channel:
    return Channel("SMS", Contact.PHONE)


def test_the_first_channel_takes_the_code_and_its_subject_does_not_hold_it(mail: Channel, sms: Channel) -> None:
    sent = Delivery((mail, sms), "Bank").send_code(ASHA, CODE, 5)
    assert (sent.channel, sent.contact, sent.address) == ("e-mail", Contact.EMAIL, "a•••@customer.example")
    assert not sms.sent
    (message,) = mail.sent
    assert message.address == ASHA.email
    assert "123456" in message.text
    assert "123456" not in message.subject, "a subject is shown on locked screens"


def test_the_next_channel_takes_what_the_first_does_not(mail: Channel, sms: Channel) -> None:
    mail.works = False
    assert Delivery((mail, sms), "Bank").send_code(ASHA, CODE, 5).address == "•••• 1111"
    assert sms.sent[0].address == ASHA.phone
    assert "123456" in sms.sent[0].text
    assert len(sms.sent[0].text) <= 160, "one SMS"


def test_the_second_code_begins_with_the_next_channel_and_the_third_with_the_first_again(
    mail: Channel, sms: Channel
) -> None:
    delivery = Delivery((mail, sms), "Bank")
    assert [delivery.send_code(ASHA, CODE, 5, turn=turn).channel for turn in range(3)] == ["e-mail", "SMS", "e-mail"]
    assert [way.channel for way in delivery.destinations(ASHA, 1)] == ["SMS", "e-mail"]


def test_whoever_has_one_contact_is_written_to_there(mail: Channel, sms: Channel) -> None:
    delivery = Delivery((mail, sms), "Bank")
    silent, called = replace(ASHA, phone=""), replace(ASHA, email="")
    assert {delivery.send_code(silent, CODE, 5, turn=turn).channel for turn in range(3)} == {"e-mail"}
    assert {delivery.send_code(called, CODE, 5, turn=turn).channel for turn in range(3)} == {"SMS"}
    nobody = replace(ASHA, email="", phone="")
    assert delivery.destinations(nobody) == ()
    with pytest.raises(DeliveryFailed):
        delivery.send_code(nobody, CODE, 5)


def test_when_none_takes_it_the_code_is_not_in_the_error(mail: Channel) -> None:
    mail.works = False
    with pytest.raises(DeliveryFailed) as failure:
        Delivery((mail,), "Bank").send_code(ASHA, CODE, 5)
    assert "123456" not in str(failure.value)


def test_a_telephone_takes_no_attachments(mail: Channel, sms: Channel) -> None:
    letter = Letter("Your receipt", "Attached.", attachments=(PAPER,))
    assert Delivery((sms, mail), "Bank").send(ASHA, letter).channel == "e-mail"
    mail.works = False
    with pytest.raises(DeliveryFailed):
        Delivery((sms, mail), "Bank").send(ASHA, letter)


@pytest.mark.parametrize(("address", "shown"), [
    ("asha@customer.example", "a•••@customer.example"), ("", "•••"), ("nobody", "•••"),
])  # fmt: skip
def test_an_address_is_shown_to_its_owner_only(address: str, shown: str) -> None:
    assert masked_address(address) == shown


@pytest.mark.parametrize(("phone", "shown"), [
    ("+91 98200 14821", "•••• 4821"), ("", "••••"), ("4821", "••••"),
])  # fmt: skip
def test_a_number_is_shown_to_its_owner_only(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown
