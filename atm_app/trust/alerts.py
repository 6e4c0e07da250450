"""What staff have to know at once: told by e-mail, silently, and told again until it was taken."""

from __future__ import annotations

from collections import deque
from enum import StrEnum

from atm_app.message_ports import DeliveryFailed, Message, MessageChannel

# Of alerts that could not be sent the oldest go first; all of them are in the audit as well.
MOST_OWED = 100


class Alert(StrEnum):
    """``DURESS``: somebody forces a customer. ``STRANGERS``: many different faces were turned away. ``AUDIT_HEADS``:
    how far the audit has come, to be kept where this machine's administrator cannot reach it. ``LOW_CASH``: a cassette
    wants notes. ``DEVICE_DOWN``, ``DEVICE_BACK``: a device is not there for long, and is again. ``REFUSALS``: many were
    refused within minutes. ``TAMPER``: a device, or the audit itself, was interfered with. ``OUT_OF_SERVICE``,
    ``IN_SERVICE``: the machine serves nobody, and does again. ``TERMINAL_SILENT``, ``TERMINAL_HEARD``, ``CLOCK_OFF``,
    ``CLOCK_RIGHT``, ``OTHER_VERSION``, ``USUAL_VERSION``: of terminals of the fleet, told by one of them for all."""

    DURESS = "duress"
    STRANGERS = "strangers"
    AUDIT_HEADS = "audit_heads"
    LOW_CASH = "low_cash"
    DEVICE_DOWN = "device_down"
    DEVICE_BACK = "device_back"
    REFUSALS = "refusals"
    TAMPER = "tamper"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"
    TERMINAL_SILENT = "terminal_silent"
    TERMINAL_HEARD = "terminal_heard"
    CLOCK_OFF = "clock_off"
    CLOCK_RIGHT = "clock_right"
    OTHER_VERSION = "other_version"
    USUAL_VERSION = "usual_version"


SENTENCES = {
    Alert.DURESS: "SILENT ALARM at {terminal}: customer {detail} has signed in under duress and is at the machine now. "
    "The machine shows nothing of it. Call the police; do not call the machine.",
    Alert.STRANGERS: "{terminal} has turned away {detail} different faces within minutes and works more slowly now. "
    "Please look at who stands there.",
    Alert.AUDIT_HEADS: "{terminal} has written its audit as far as this. Keep it: main.py audit verify compares it.\n\n"
    "{detail}",
    Alert.LOW_CASH: "{terminal}: {detail}. Please bring notes.",
    Alert.DEVICE_DOWN: "{terminal}: a device does not work. {detail}.",
    Alert.DEVICE_BACK: "{terminal}: the {detail} works again.",
    Alert.REFUSALS: "{terminal} has refused many sign-ins: {detail}. Please look at who stands there.",
    Alert.TAMPER: "{terminal} may have been tampered with: {detail}. Look at it, and run main.py audit verify.",
    Alert.OUT_OF_SERVICE: "{terminal} is out of service and serves nobody. The reason it gives: {detail}.",
    Alert.IN_SERVICE: "{terminal} is in service again.",
    Alert.TERMINAL_SILENT: "Told by {terminal} for the fleet. Not heard of: {detail}. Look at power, network "
    "and screen.",
    Alert.TERMINAL_HEARD: "Told by {terminal} for the fleet. Heard of again: {detail}.",
    Alert.CLOCK_OFF: "Told by {terminal} for the fleet. A clock is wrong: {detail}. Look at its time synchronisation; "
    "codes of authenticator apps are refused there.",
    Alert.CLOCK_RIGHT: "Told by {terminal} for the fleet. The clock is right again: {detail}.",
    Alert.OTHER_VERSION: "Told by {terminal} for the fleet. Another version than most: {detail}.",
    Alert.USUAL_VERSION: "Told by {terminal} for the fleet. The same version as most now: {detail}.",
}


class Alerts:
    """Runs on ``Work.MESSAGES``. ``channel``: of e-mail, None where there is none; ``address``: of staff, empty for
    nobody."""

    def __init__(self, channel: MessageChannel | None, address: str, terminal: str) -> None:
        self._channel = channel
        self._address = address
        self._terminal = terminal
        self._owed: deque[Message] = deque(maxlen=MOST_OWED)

    @property
    def reaches_somebody(self) -> bool:
        return self._channel is not None and bool(self._address)

    def tell(self, alert: Alert, detail: str) -> None:
        """Now, or when ``send_owed`` is next called."""
        if not self.reaches_somebody:
            return
        text = SENTENCES[alert].format(terminal=self._terminal, detail=detail)
        self._owed.append(Message(self._address, f"{self._terminal}: {alert.value.replace('_', ' ')}", text))
        self.send_owed()

    def send_owed(self) -> int:
        """How many were sent."""
        sent = 0
        while self._owed and self._channel is not None:
            try:
                self._channel.send(self._owed[0])
            except DeliveryFailed:
                break
            self._owed.popleft()
            sent += 1
        return sent
