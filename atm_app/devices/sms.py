"""Text messages over any gateway that apprise knows, and the virtual one that takes them where none is configured."""

from __future__ import annotations

import json
import logging
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from atm_app.config import PHONE_IN_URL, SmsSettings
from atm_app.devices.mail import Inbox, Received
from atm_app.message_ports import Contact, DeliveryFailed, Message
from atm_app.ports import DeviceState, DeviceStatus

# A customer stands and waits for the code: seconds to reach the gateway, and to hear from it.
CONNECT_SECONDS, ANSWER_SECONDS = 3, 5
# E.164: a plus, the country code and at most 15 digits together.
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
LARGEST_REQUEST = 100_000


class SmsChannel:
    """``virtual``: the gateway at the other end is the machine's own, on loopback."""

    name = "SMS"
    contact = Contact.PHONE

    def __init__(self, settings: SmsSettings, country_code: str, *, virtual: bool) -> None:
        self._url = settings.url.get_secret_value()
        self._country_code = country_code
        self._virtual = virtual
        self._failed = ""

    def status(self) -> DeviceStatus:
        state = DeviceState.OFFLINE if self._failed else DeviceState.ONLINE
        return DeviceStatus(self.name, state, self._virtual, self._failed)

    def send(self, message: Message) -> None:
        """Raises DeliveryFailed, without the number in it."""
        phone = international(message.address, self._country_code)
        gateway = self._gateway(phone)
        if not gateway.notify(body=message.text, title=""):
            self._failed = "the SMS gateway does not take messages"
            raise DeliveryFailed(self._failed)
        self._failed = ""

    def _gateway(self, phone: str) -> Any:
        # Here, not above: it reads all its 180 gateways, a third of a second that the start of a kiosk need not take.
        import apprise

        # It tells its log addresses, texts and, of a wrong URL, the gateway's password.
        logging.getLogger("apprise").disabled = True
        url = self._url.replace(PHONE_IN_URL, quote(phone, safe=""))
        seconds = f"cto={CONNECT_SECONDS}&rto={ANSWER_SECONDS}"
        gateway = apprise.Apprise.instantiate(f"{url}{'&' if '?' in url else '?'}{seconds}", suppress_exceptions=True)
        if gateway is None:
            self._failed = "sms.url is of no gateway that apprise knows"
            raise DeliveryFailed(self._failed)
        return gateway


def international(phone: str, country_code: str) -> str:
    """As E.164 writes it: ``+919820011111``. A number without a plus is one of the machine's own country. Raises
    DeliveryFailed."""
    digits = "".join(letter for letter in phone if letter.isascii() and letter.isdecimal())
    number = f"+{digits}" if phone.strip().startswith("+") else f"+{country_code}{digits.lstrip('0')}"
    if not _INTERNATIONAL.fullmatch(number):
        raise DeliveryFailed("the customer's mobile number is not one")
    return number


class VirtualSmsGateway:
    """Takes what apprise posts to a ``json://`` gateway, on loopback, and lays it into the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        class Handler(BaseHTTPRequestHandler):
            timeout = ANSWER_SECONDS

            def do_POST(self) -> None:
                self.send_response(503 if inbox.sms_down or not self._taken() else 200)
                self.end_headers()

            def _taken(self) -> bool:
                try:
                    length = int(self.headers.get("Content-Length", "0"))
                    posted = json.loads(self.rfile.read(min(length, LARGEST_REQUEST)))
                    inbox.take(Received(str(posted["to"]), "", str(posted["message"])))
                except (ValueError, KeyError, TypeError):
                    return False
                return True

            def log_message(self, *_: Any) -> None:
                """The standard handler writes every request to standard error."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="sms-gateway", daemon=True)

    def start(self) -> SmsSettings:
        """Settings of a channel that sends here."""
        self._thread.start()
        return SmsSettings.model_validate(
            {"url": f"json://127.0.0.1:{self._server.server_port}/?:to={PHONE_IN_URL}"}
        )  # fmt: skip

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
