"""The channels a machine writes to customers over: those that are configured, else virtual ones."""

from __future__ import annotations

from atm_app.config import Settings
from atm_app.devices.mail import Inbox, MailChannel, VirtualMailServer
from atm_app.devices.sms import SmsChannel, VirtualSmsGateway
from atm_app.message_ports import MessageChannel


class Messages:
    """``channels``: in the order of ``code.channels``. ``inbox``: what the virtual ones took; None where either
    channel is configured, because a code must not lie on a bench while its customer waits for it."""

    def __init__(self, settings: Settings) -> None:
        mail, sms = settings.mail, settings.sms
        virtual = not mail.host and not sms.url.get_secret_value()
        self.inbox = Inbox() if virtual else None
        self._servers: list[VirtualMailServer | VirtualSmsGateway] = []
        if self.inbox is not None:
            mail_server, gateway = VirtualMailServer(self.inbox), VirtualSmsGateway(self.inbox)
            self._servers = [mail_server, gateway]
            mail, sms = mail_server.start(), gateway.start()
        found: dict[str, MessageChannel] = {}
        if mail.host:
            found["email"] = MailChannel(mail, virtual=virtual)
        if sms.url.get_secret_value():
            found["sms"] = SmsChannel(sms, settings.country_code, virtual=virtual)
        self.mail = found.get("email")
        # Without a mail server of its own the machine has no staff either: the bench shows what they would be told.
        self.staff_address = settings.alerts.email or ("staff@bank.example" if virtual else "")
        self.channels = tuple(found[name] for name in settings.code.channels if name in found)

    def close(self) -> None:
        for server in self._servers:
            server.stop()
