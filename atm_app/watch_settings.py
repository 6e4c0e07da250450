"""Settings of what watches the machine: whom it tells, what it shows others, how much it writes into its log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LongSeconds = Annotated[float, Field(ge=1, le=86_400)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AlertSettings(_Section):
    """``email``: where staff are told of alarms, over the machine's own mail server. ``heads_every``: seconds between
    two messages of how far the audit has come. A cassette is low with ``low_cash_notes`` notes or this share of its
    load, whichever are more. ``device_down_after``, ``out_of_service_after``: seconds it lasts before staff hear of it.
    ``refused_count`` decisions against whoever tried, within ``refused_window`` seconds, are told once."""

    email: str = ""
    heads_every: int = Field(3600, ge=60, le=86_400)
    low_cash_share: float = Field(0.1, ge=0.0, le=0.9)
    low_cash_notes: int = Field(0, ge=0, le=10_000)
    device_down_after: LongSeconds = 60.0
    out_of_service_after: LongSeconds = 60.0
    refused_count: int = Field(10, ge=2, le=10_000)
    refused_window: LongSeconds = 600.0


class FleetAlertSettings(_Section):
    """Of a fleet, the same at all its machines. A terminal is not heard of for ``silent_after`` seconds, its clock is
    off by more than ``clock_off`` seconds, it runs another version than most for ``other_version_after`` seconds."""

    silent_after: int = Field(300, ge=30, le=86_400)
    clock_off: int = Field(5, ge=1, le=86_400)
    other_version_after: int = Field(86_400, ge=0, le=2_592_000)


class WatchSettings(_Section):
    """Figures for Prometheus and a page for people, told to who asks at ``address`` and ``port``; port 0: to nobody.
    ``address``: of this machine; with another than loopback everybody on that network can read them."""

    port: int = Field(0, ge=0, le=65_535)
    address: str = Field("127.0.0.1", pattern=r"^[0-9a-fA-F.:]{2,45}$")


class LogSettings(_Section):
    """``level``: the least that is written into the machine's own log."""

    level: Literal["debug", "info", "warning", "error"] = "info"
