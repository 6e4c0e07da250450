"""``/metrics`` and the status page over HTTP, from the kiosk's own process: read from memory, on threads of its own."""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

from atm_app.config import Settings
from commands.figures import Figures
from commands.status_page import STYLE_HASH, page_of

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5
# Whoever holds more connections open than this is not answered.
MOST_AT_ONCE = 16
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    timeout = ANSWER_SECONDS
    server: _Server

    def do_GET(self) -> None:
        source = self.server
        if source.names is not None and self._host not in source.names:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, source.figures.exposition())
        elif self.path == "/":
            page = page_of(source.terminal, source.figures.latest, time.monotonic(), source.figures.fleet())
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", page)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def refuse(self) -> None:
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = refuse

    @property
    def _host(self) -> str:
        """Without its port."""
        host = self.headers.get("Host", "")
        name, _, port = host.rpartition(":")
        return (name if name and port.isdecimal() else host).lower()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Nothing of the request comes back in the answer."""
        self._answer(code, "text/plain", b"")

    def _answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """The standard one tells which Python this is."""
        return "atm"

    def log_message(self, *_: Any) -> None:
        """The standard handler writes every request to standard error."""


class _Server(ThreadingHTTPServer):
    """``names``: under which it may be asked for; None for all."""

    daemon_threads = True
    request_queue_size = MOST_AT_ONCE

    def __init__(self, address: str, port: int, terminal: str, figures: Figures) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.terminal, self.figures, self.names = terminal, figures, _names_of(address)
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__((address, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


class FiguresServer:
    """Where it cannot listen there is a line in the log: that nobody can watch the machine is no reason to serve
    nobody."""

    def __init__(self, settings: Settings, figures: Figures) -> None:
        self._settings = settings
        self._figures = figures
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """0 while it does not listen."""
        return int(self._server.server_address[1]) if self._server else 0

    def start(self, port: int | None = None) -> None:
        """``port``: else the configured one; 0 is any that is free."""
        watch = self._settings.watch
        port = watch.port if port is None else port
        try:
            self._server = _Server(watch.address, port, self._settings.terminal, self._figures)
        except OSError as error:
            log.error("no figures on %s port %d: %s", watch.address, port, error.strerror)
            return
        threading.Thread(target=self._server.serve_forever, name="figures", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _names_of(address: str) -> frozenset[str] | None:
    """A page of somebody else's that has its own name resolve to loopback (DNS rebinding) could else read what is here
    in a browser of this machine."""
    try:
        local = ipaddress.ip_address(address).is_loopback
    except ValueError:
        return LOCAL_NAMES
    return LOCAL_NAMES | {address} if local else None
