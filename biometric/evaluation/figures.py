"""Rates and intervals as an answer in JSON and a report tell them."""

from __future__ import annotations

import numpy as np

from biometric.evaluation.rates import Interval


def rounded(rate: float) -> float | None:
    """Six digits; None, which JSON can say, for a rate of nothing."""
    return None if np.isnan(rate) else round(float(rate), 6)


def ends(interval: Interval) -> list[float | None]:
    return [rounded(interval.low), rounded(interval.high)]


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.2f} %"
