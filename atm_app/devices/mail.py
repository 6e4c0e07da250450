"""E-mail by yagmail, and the virtual SMTP server that takes it where no server is configured."""

from __future__ import annotations

import email
import smtplib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message as MailMessage
from typing import Any

import yagmail
from aiosmtpd.controller import Controller as SmtpController
from aiosmtpd.smtp import SMTP, Envelope, Session
from yagmail.error import YagAddressError, YagInvalidEmailAddress

from atm_app.config import MailSettings
from atm_app.ports import DeliveryFailed, DeviceState, DeviceStatus, Message

# A customer stands and waits for the code: what takes longer is said to have failed.
SEND_SECONDS = 8.0


class MailChannel:
    """``virtual``: the server at the other end is the machine's own, on loopback, without TLS or sign-in."""

    name = "e-mail"

    def __init__(self, settings: MailSettings, *, virtual: bool) -> None:
        self._settings = settings
        self._virtual = virtual
        self._failed = ""

    def status(self) -> DeviceStatus:
        if self._failed:
            return DeviceStatus(self.name, DeviceState.OFFLINE, self._virtual, self._failed)
        return DeviceStatus(self.name, DeviceState.ONLINE, self._virtual)

    def send(self, message: Message) -> None:
        """Raises DeliveryFailed."""
        if not message.address:
            raise DeliveryFailed("the customer has no e-mail address")
        try:
            refused = self._send_once(message)
        except (OSError, smtplib.SMTPException) as error:
            self._failed = f"the mail server does not take messages: {type(error).__name__}"
            raise DeliveryFailed(self._failed) from error
        except (YagAddressError, YagInvalidEmailAddress, ValueError):
            # Without its cause: the message of the error holds the address.
            raise DeliveryFailed("the customer's e-mail address is not one") from None
        if refused:
            raise DeliveryFailed("the mail server refused the address")
        self._failed = ""

    def _send_once(self, message: Message) -> Any:
        """yagmail's own ``send`` tries three times and waits in between: too long for somebody who stands there, and
        the code would come three times."""
        client = self._client()
        try:
            client.login()
            # A list of lines: a single text would have its line ends turned into <br>.
            recipients, text = client.prepare_send(
                message.address, message.subject, message.text.split("\n"), prettify_html=False
            )
            return client.smtp.sendmail(client.user, recipients, text)
        finally:
            client.close()

    def _client(self) -> Any:
        settings = self._settings
        # smtplib's own default verifies no certificate.
        secure = {} if self._virtual else {"context": ssl.create_default_context()}
        return yagmail.SMTP(
            user=settings.user or settings.sender, password=settings.password.get_secret_value() or "none",
            host=settings.host, port=settings.port, smtp_ssl=not self._virtual, smtp_starttls=False,
            smtp_skip_login=self._virtual, timeout=SEND_SECONDS, **secure,
        )  # fmt: skip


@dataclass(frozen=True)
class Received:
    """One message as it arrived."""

    address: str
    subject: str
    text: str


class Inbox:
    """What the virtual server took, newest last. ``arrived`` is called on the server's thread."""

    def __init__(self) -> None:
        self._messages: list[Received] = []
        self._condition = threading.Condition()
        self.arrived: Callable[[Received], None] = lambda _: None
        self.down = False

    def messages(self, address: str = "") -> list[Received]:
        with self._condition:
            return [message for message in self._messages if not address or message.address == address]

    def wait_for(self, address: str, number: int, seconds: float) -> Received | None:
        """The ``number``-th message to an address, waiting for it at most so long."""
        with self._condition:
            self._condition.wait_for(lambda: len(self.messages(address)) >= number, timeout=seconds)
            found = self.messages(address)
            return found[number - 1] if len(found) >= number else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.down:
            return "451 the mail server is down"
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = email.message_from_bytes(content)
        subject = str(email.header.make_header(email.header.decode_header(mail["subject"] or "")))
        for address in envelope.rcpt_tos:
            self._take(Received(address, subject, _text_of(mail)))
        return "250 taken"

    def _take(self, message: Received) -> None:
        with self._condition:
            self._messages.append(message)
            self._condition.notify_all()
        self.arrived(message)


def _text_of(mail: MailMessage) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    return ""


class _Loopback(SmtpController):
    """Port 0: the system chooses. aiosmtpd would connect to port 0 to see whether it runs; it listens when asked."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class VirtualMailServer:
    """aiosmtpd on loopback."""

    def __init__(self, inbox: Inbox) -> None:
        self._controller = _Loopback(inbox, hostname="127.0.0.1", port=0)

    def start(self) -> MailSettings:
        """Settings of a channel that sends here."""
        self._controller.start()
        return MailSettings(host="127.0.0.1", port=self._controller.port)

    def stop(self) -> None:
        self._controller.stop(no_assert=True)
