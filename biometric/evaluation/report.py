"""An evaluation as a folder to read: report.md with the DET curve, the distances and the worst pairs as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometric.evaluation.rates import Comparisons, Distances, operating_points

Picture = NDArray[np.uint8]

# Error rates the axes of a DET curve are marked at.
DET_MARKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
SMALLEST_RATE = 5e-4
HISTOGRAM_BARS = 60


@dataclass(frozen=True)
class Pair:
    """Two pictures, RGB, that a comparison got wrong or nearly so."""

    caption: str
    left: Picture
    right: Picture


@dataclass(frozen=True)
class Report:
    """``remarks``: paragraphs above the figures, how they were made. ``figures``: name and value, in order.
    ``lists``: bullet points under a heading each."""

    title: str
    remarks: Sequence[str]
    figures: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    comparisons: Comparisons
    threshold: float
    pairs: Sequence[Pair]


def write(report: Report, folder: Path) -> Path:
    """Make ``folder`` and fill it; the path of report.md. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    _det_curve(report, folder / "det.png")
    _histogram(report, folder / "distances.png")
    lines = [f"# {report.title}", "", *(f"{remark}\n" for remark in report.remarks), "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in report.figures.items()]
    lines += ["", "![Detection error trade-off](det.png)", "", "![Distances](distances.png)", ""]
    if report.pairs:
        _worst_pairs(report.pairs, folder / "worst_pairs.png")
        lines += ["![Worst pairs](worst_pairs.png)", ""]
    for heading, points in report.lists.items():
        lines += [f"## {heading}", "", *(f"- {point}" for point in points), ""]
    page = folder / "report.md"
    page.write_text("\n".join(lines), encoding="utf-8")
    return page


def _det_curve(report: Report, path: Path) -> None:
    """Both axes in normal deviates (ISO/IEC 19795-1): normal distributions give a straight line."""
    from scipy.stats import norm

    def deviate(rate: float | Distances) -> Any:
        return norm.ppf(np.clip(rate, SMALLEST_RATE, 1 - SMALLEST_RATE))

    points = operating_points(report.comparisons)
    figure, axes = _canvas(6, 6)
    axes.plot(deviate(points.far), deviate(points.frr), color="#1f4e79", drawstyle="steps-post")
    far, frr = report.comparisons.far(report.threshold), report.comparisons.frr(report.threshold)
    axes.plot(deviate(far), deviate(frr), "o", color="#c0392b", label=f"at {report.threshold:g}")
    axes.plot(deviate(np.array(DET_MARKS)), deviate(np.array(DET_MARKS)), ":", color="grey", label="FAR = FRR")
    marks, names = deviate(np.array(DET_MARKS)), [f"{100 * rate:g} %" for rate in DET_MARKS]
    axes.set_xticks(marks, names, rotation=45)
    axes.set_yticks(marks, names)
    axes.set(xlabel="false acceptances (FAR)", ylabel="false rejections (FRR)", title="Detection error trade-off",
             xlim=deviate(np.array([SMALLEST_RATE, 0.5])), ylim=deviate(np.array([SMALLEST_RATE, 0.5])))  # fmt: skip
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=110)


def _histogram(report: Report, path: Path) -> None:
    genuine = report.comparisons.genuine[np.isfinite(report.comparisons.genuine)]
    figure, axes = _canvas(8, 4.5)
    edges = np.histogram_bin_edges(np.concatenate([genuine, report.comparisons.impostor]), HISTOGRAM_BARS)
    for distances, label, colour in (
        (genuine, "genuine", "#2e8b57"), (report.comparisons.impostor, "impostor", "#c0392b"),
    ):  # fmt: skip
        axes.hist(
            distances, edges, density=len(distances) > 0, alpha=0.6, label=f"{label} ({len(distances)})", color=colour
        )
    axes.axvline(report.threshold, color="black", linestyle="--", label=f"threshold {report.threshold:g}")
    axes.set(xlabel="distance", ylabel="density", title="Distances of the comparisons")
    axes.legend()
    figure.savefig(path, dpi=110)


def _worst_pairs(pairs: Sequence[Pair], path: Path) -> None:
    figure, cells = _canvas(7, 2.6 * len(pairs), rows=len(pairs), columns=2)
    for pair, (left, right) in zip(pairs, cells, strict=True):
        left.imshow(pair.left)
        right.imshow(pair.right)
        left.set_title(pair.caption, loc="left", fontsize=9)
        left.axis("off")
        right.axis("off")
    figure.savefig(path, dpi=90)


def _canvas(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Any, Any]:
    """A figure of its own, without a window and without pyplot's global list; inches. A grid of axes when asked."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    if rows == columns == 1:
        return figure, figure.subplots()
    return figure, figure.subplots(rows, columns, squeeze=False)
