"""The virtual mail server on loopback, and the real channel to it: fixtures for whoever imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atm_app.devices.mail import Inbox, MailChannel, VirtualMailServer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def channel(inbox: Inbox) -> Iterator[MailChannel]:
    server = VirtualMailServer(inbox)
    yield MailChannel(server.start(), virtual=True)
    server.stop()
