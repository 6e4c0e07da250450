"""What a scripted customer sees on the kiosk's window, and their fingers on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from atm_app.views import OneTimeCode, Shown
from commands.kiosk import Kiosk
from commands.people import Person
from commands.script import Performance, Script
from commands.touching import NothingToTouch, buttons, find, touch


class ScriptedCustomer:
    """Watches every picture of the machine; ``person`` stands before it."""

    def __init__(self, kiosk: Kiosk, person: Person) -> None:
        self.kiosk = kiosk
        self.person = person
        self.shown: Shown | None = None
        kiosk.watchers.append(self.watch)
        self._performance = Performance(kiosk.root, self.script(), lambda: self.state, self.dead_end)

    def script(self) -> Script:
        """What they wait for and do."""
        raise NotImplementedError  # a demonstration's or a bench's

    def dead_end(self) -> None:
        """Raises ScriptFailed where the machine stands and the script cannot go on."""

    def start(self) -> None:
        self._performance.start()

    @property
    def failure(self) -> str:
        """Why the script did not come to its end; empty when it did."""
        return self._performance.failure

    def watch(self, shown: Shown) -> None:
        self.shown = shown

    @property
    def state(self) -> str:
        return self.shown.state if self.shown else ""

    @property
    def busy(self) -> bool:
        return bool(self.shown and self.shown.busy)

    @property
    def view(self) -> Any:
        return self.shown.view if self.shown else None

    @property
    def note(self) -> str:
        return self.shown.view.note if self.shown else ""

    def may_start(self) -> bool:
        """The welcome screen takes its large button."""
        return self.state == "welcome" and bool(getattr(self.view, "biometric", False))

    def sees(self, text: str) -> bool:
        return any(str(button["text"]).strip() == text for button in buttons(self.kiosk.root))

    def may_touch(self, text: str) -> bool:
        try:
            return not find(self.kiosk.root, text).instate(["disabled"])
        except NothingToTouch:
            return False

    def ready_for(self, text: str) -> bool:
        """The machine waits for this touch. Entering a state it may show the screen before for as long as it reads what
        the next one needs."""
        return not self.busy and self.may_touch(text)

    def ready(self, state: str, text: str) -> Callable[[], bool]:
        """In this state, and ready for this touch."""
        return lambda: self.state == state and self.ready_for(text)

    def code_sent(self) -> bool:
        return isinstance(self.view, OneTimeCode) and self.view.sent and not self.busy

    def code(self) -> str:
        """Out of the latest message that holds one; confirmations of earlier visits may come in between."""
        inbox = self.kiosk.plant.inbox
        assert inbox is not None, "scripted customers have the virtual mail server"
        texts = [message.text for message in inbox.messages(self.person.customer.email)]
        codes = [found[1] for text in texts if (found := re.search(r"one-time code is (\d{6})", text))]
        return codes[-1]

    def touch(self, text: str) -> None:
        """Raises NothingToTouch."""
        touch(self.kiosk.root, text)
