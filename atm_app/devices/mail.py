"""E-mail by yagmail, and the virtual SMTP server that takes it where no server is configured."""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
import smtplib
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import yagmail
from aiosmtpd.controller import Controller as SmtpController
from aiosmtpd.smtp import SMTP, Envelope, Session
from yagmail.error import YagAddressError, YagInvalidEmailAddress
from yagmail.validate import validate_email_with_regex

from atm_app.config import MailSettings
from atm_app.message_ports import Attachment, Contact, DeliveryFailed, Message
from atm_app.ports import DeviceState, DeviceStatus

# A customer stands and waits for the code: what takes longer is said to have failed.
SEND_SECONDS = 8.0
_MEDIA_TYPE = re.compile(r"(application|text|image)/[a-z0-9.+-]+")


class MailChannel:
    """``virtual``: the server at the other end is the machine's own, on loopback, without TLS or sign-in."""

    name = "e-mail"
    contact = Contact.EMAIL

    def __init__(self, settings: MailSettings, *, virtual: bool) -> None:
        self._settings = settings
        self._virtual = virtual
        self._failed = ""
        # Many servers take mail from the address alone that signed in.
        self._sender = settings.user if "@" in settings.user else settings.sender

    def status(self) -> DeviceStatus:
        if self._failed:
            return DeviceStatus(self.name, DeviceState.OFFLINE, self._virtual, self._failed)
        return DeviceStatus(self.name, DeviceState.ONLINE, self._virtual)

    def send(self, message: Message) -> None:
        """Raises DeliveryFailed."""
        mail = _mail_of(message, self._sender)
        try:
            refused = self._send_once(message.address, mail)
        except (OSError, smtplib.SMTPException) as error:
            self._failed = f"the mail server does not take messages: {type(error).__name__}"
            raise DeliveryFailed(self._failed) from error
        except (YagAddressError, YagInvalidEmailAddress) as error:
            self._failed = "the sender's address in the settings is not one"
            raise DeliveryFailed(self._failed) from error
        if refused:
            raise DeliveryFailed("the mail server refused the address")
        self._failed = ""

    def _send_once(self, address: str, mail: EmailMessage) -> Any:
        """yagmail's own ``send`` tries three times and waits in between: too long for somebody who stands there, and
        the code would come three times."""
        client = self._client()
        try:
            client.login()
            return client.smtp.sendmail(self._sender, [address], mail.as_bytes())
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


def _mail_of(message: Message, sender: str) -> EmailMessage:
    """The message as it is sent. Raises DeliveryFailed, without the address in it.

    Not by yagmail's ``prepare_send``: it attaches the file that a line of the text happens to name, puts the text as
    it is into HTML, tells the media type by the name only, and gives two messages of one subject the same Message-ID,
    of which a mailbox may throw the second away. Nothing here is written to a file.
    """
    if not message.address:
        raise DeliveryFailed("the customer has no e-mail address")
    mail = EmailMessage(email.policy.SMTP)
    try:
        validate_email_with_regex(message.address)
        mail["To"] = message.address
        if not message.address.isprintable():  # a line end at the end passes both
            raise ValueError
    except (YagInvalidEmailAddress, ValueError):
        # Without its cause: the message of the error holds the address.
        raise DeliveryFailed("the customer's e-mail address is not one") from None
    try:
        mail["Subject"] = message.subject
        mail["From"] = sender
        mail["Date"] = email.utils.localtime()
        mail["Message-ID"] = email.utils.make_msgid(domain=sender.rpartition("@")[2])
        mail.set_content(message.text)
        for attachment in message.attachments:
            _attach(mail, attachment)
    except ValueError as error:
        raise DeliveryFailed(f"the message cannot be sent: {error}") from error
    return mail


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    """Raises ValueError."""
    if not attachment.name.isprintable() or set(attachment.name) & set("/\\") or attachment.name in ("", ".", ".."):
        raise ValueError("the name of an attachment is not that of a file")
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise ValueError("an attachment has no media type")
    main, _, sub = attachment.media_type.partition("/")
    mail.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)


@dataclass(frozen=True)
class Received:
    """One message as it arrived."""

    address: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


# Messages a virtual server keeps: more than the test bench shows, and than any journey waits for.
MOST_KEPT = 50


class Inbox:
    """The latest messages the virtual servers took, newest last. ``arrived`` is called on a server's thread.
    ``down``, ``sms_down``: the mail server, the SMS gateway takes nothing."""

    def __init__(self) -> None:
        self._messages: deque[Received] = deque(maxlen=MOST_KEPT)
        self._condition = threading.Condition()
        self.arrived: Callable[[Received], None] = lambda _: None
        self.down = False
        self.sms_down = False

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
        mail = email.message_from_bytes(content, policy=email.policy.default)
        for address in envelope.rcpt_tos:
            self.take(Received(address, str(mail["subject"] or ""), _text_of(mail), _attachments_of(mail)))
        return "250 taken"

    def take(self, message: Received) -> None:
        with self._condition:
            self._messages.append(message)
            self._condition.notify_all()
        self.arrived(message)


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _attachments_of(mail: EmailMessage) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(part.get_filename() or "", part.get_content_type(), payload)
        for part in mail.iter_attachments()
        if isinstance(payload := part.get_payload(decode=True), bytes)
    )


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
