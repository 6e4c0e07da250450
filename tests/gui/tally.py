"""What the tests of the screens looked at, told at the end of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

Record = Callable[[str, object], None]

PAINTED, READ = "painted", "read"


def painted(record: Record, count: int, language: str, look: str, size: tuple[int, int], *, large: bool) -> None:
    """So many screens were painted and looked at. ``record``: pytest's own, which reaches the summary from a worker as
    well."""
    record(PAINTED, [count, language, look, list(size), large])


def read(record: Record, labels: int) -> None:
    """So many labels of a screen were read off the glass."""
    record(READ, labels)


def told(passed: Sequence[pytest.TestReport]) -> Iterator[str]:
    """Lines for the summary; none where no screen was looked at."""
    paintings, labels = _of(passed, PAINTED), _of(passed, READ)
    for wanted, letters in ((False, "usual"), (True, "large")):
        some = [painting for painting in paintings if painting[-1] is wanted]
        if some:
            screens = " or ".join(sorted({str(count) for count, *_ in some}))
            languages, looks, sizes = ({str(painting[place]) for painting in some} for place in (1, 2, 3))
            yield (
                f"screens in {letters} text: {sum(count for count, *_ in some):,} paintings held to fit, glyphs and "
                f"contrast: {screens} screens, {len(languages)} languages, {len(looks)} looks, {len(sizes)} sizes"
            )
    if labels:
        yield f"screens read off the glass: {sum(labels):,} labels of {len(labels)} screens"


def _of(passed: Sequence[pytest.TestReport], name: str) -> list:  # type: ignore[type-arg]
    return [value for report in passed for key, value in report.user_properties if key == name]
