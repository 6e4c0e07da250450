"""When staff are told: once when something begins, once when it has ended, again only when it comes again."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.trust.alerts import Alert
from atm_app.watch.heartbeat import Doing, Sighting
from atm_app.watch_settings import AlertSettings

# What ends has to stay so for a while: a loose cable comes and goes.
BACK_SECONDS = 10.0
# A cassette was filled when it holds so much more than what made it low.
FILLED = 1.5
REFUSED = frozenset({"refused", "locked", "unsure"})
Told = tuple[Alert, str]


@dataclass
class Lasting:
    """A trouble that is told once it has lasted for ``after`` seconds, and its end once that has for ``calm``."""

    after: float
    calm: float = BACK_SECONDS
    told: bool = False
    _since: float | None = None

    def turned(self, troubled: bool, now: float) -> bool:
        """Whether ``told`` has just become what is seen."""
        if troubled == self.told:
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        if now - self._since < (self.after if troubled else self.calm):
            return False
        self.told, self._since = troubled, None
        return True


class Alarms:
    """Judges one sighting after another; holds no more than the machine has parts and ``refused_count`` moments."""

    def __init__(self, settings: AlertSettings) -> None:
        self._settings = settings
        self._out_of_service = Lasting(settings.out_of_service_after)
        self._down: dict[str, Lasting] = {}
        self._fraud: dict[str, Lasting] = {}
        self._low: set[int] = set()
        self._refused: deque[float] = deque(maxlen=settings.refused_count)
        self._many_refused = Lasting(0.0, settings.refused_window / 2)
        self._heads: dict[str, tuple[int, str]] = {}

    def judge(self, sighting: Sighting) -> tuple[Told, ...]:
        """What staff are to be told now."""
        return (
            *self._of_service(sighting), *self._of_devices(sighting), *self._of_cash(sighting),
            *self._of_refusals(sighting), *self._of_heads(sighting),
        )  # fmt: skip

    def _of_service(self, sighting: Sighting) -> Iterator[Told]:
        heartbeat = sighting.heartbeat
        out = heartbeat.doing is Doing.OUT_OF_SERVICE
        if self._out_of_service.turned(out, sighting.at):
            yield (Alert.OUT_OF_SERVICE, heartbeat.reason or "unknown") if out else (Alert.IN_SERVICE, "")

    def _of_devices(self, sighting: Sighting) -> Iterator[Told]:
        for device in sighting.heartbeat.devices:
            fraud = device.state is DeviceState.FRAUD_ATTEMPT
            tampered = self._fraud.setdefault(device.name, Lasting(0.0))
            if tampered.turned(fraud, sighting.at) and fraud:
                yield Alert.TAMPER, f"the {device.name} reports an attempt of fraud"
            down = device.state is not DeviceState.ONLINE
            lasting = self._down.setdefault(device.name, Lasting(self._settings.device_down_after))
            if lasting.turned(down, sighting.at):
                yield (Alert.DEVICE_DOWN, _told_of(device)) if down else (Alert.DEVICE_BACK, device.name)

    def _of_cash(self, sighting: Sighting) -> Iterator[Told]:
        for unit in sighting.cash_units or ():
            least = self._least(unit)
            if unit.initial and unit.count <= least and unit.position not in self._low:
                self._low.add(unit.position)
                note = Money(unit.denomination, unit.currency).text("en")
                left = f"{unit.count} of {unit.initial} notes are left"
                yield Alert.LOW_CASH, f"cassette {unit.position} ({note}): {left}"
            elif unit.count > least * FILLED:
                self._low.discard(unit.position)

    def _least(self, unit: CashUnit) -> int:
        return max(self._settings.low_cash_notes, int(unit.initial * self._settings.low_cash_share))

    def _of_refusals(self, sighting: Sighting) -> Iterator[Told]:
        settings = self._settings
        refused = [
            decision for decision in sighting.decisions
            if decision.outcome in REFUSED and decision.event.endswith(("_verify", "_identify"))
        ]  # fmt: skip
        self._refused.extend([sighting.at] * len(refused))
        while self._refused and self._refused[0] <= sighting.at - settings.refused_window:
            self._refused.popleft()
        many = len(self._refused) == settings.refused_count
        if self._many_refused.turned(many, sighting.at) and many:
            yield Alert.REFUSALS, f"{settings.refused_count} within {settings.refused_window / 60:.0f} minutes"

    def _of_heads(self, sighting: Sighting) -> Iterator[Told]:
        """Between two looks a chain only grows; what a machine itself has seen cannot be taken back unseen."""
        for line in sighting.heads.splitlines():
            head = json.loads(line)
            chain, now = str(head["chain"]), (int(head["sequence"]), str(head["seal"]))
            before = self._heads.get(chain, (0, now[1]))
            if now[0] < before[0] or (now[0] == before[0] and now[1] != before[1] and before[0]):
                yield Alert.TAMPER, f"the audit chain {chain} was changed at its end, place {before[0]}"
            self._heads[chain] = now


def _told_of(device: DeviceStatus) -> str:
    advice = f" – {device.advice}" if device.advice else ""
    return f"{device.name}: {device.state.value.replace('_', ' ')}{advice}"
