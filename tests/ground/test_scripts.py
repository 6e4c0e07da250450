"""A line in its scripts and directions: what is drawn by which font, and in which order."""

from __future__ import annotations

import pytest

from atm_app.scripts import Run, Script, isolated, runs, visible

LATIN, TAMIL, ARABIC = Script.LATIN, Script.TAMIL, Script.ARABIC
MARHABA, RAQM = "مرحبا", "رقم"  # hello; number


@pytest.mark.parametrize(("line", "expected"), [
    ("", []),
    ("F12 opens", [Run("F12 opens", LATIN)]),
    ("பின் 12", [Run("பின் ", TAMIL), Run("12", LATIN)]),
    ("F12 நோட்டு?", [Run("F12 ", LATIN), Run("நோட்டு", TAMIL), Run("?", LATIN)]),
    ("नोट, నోట్లు", [
        Run("नोट", Script.DEVANAGARI), Run(", ", LATIN), Run("నోట్లు", Script.TELUGU),
    ]),
])  # fmt: skip
def test_each_piece_is_of_one_script_and_a_space_goes_with_what_stands_before_it(
    line: str, expected: list[Run]
) -> None:
    assert runs(line) == expected


def test_arabic_runs_from_the_right_and_a_number_in_it_from_the_left() -> None:
    assert runs(f"{MARHABA} 500") == [Run("500", LATIN), Run(f"{MARHABA} ", ARABIC, True)]
    assert runs(f"{MARHABA} Chen Wu {RAQM}") == [
        Run(RAQM, ARABIC, True), Run(" ", LATIN, True), Run("Chen Wu", LATIN), Run(f"{MARHABA} ", ARABIC, True),
    ]  # fmt: skip


def test_brackets_are_turned_with_what_stands_in_them() -> None:
    """A backwards run is mirrored by whoever draws it: the bracket that opens stands at the right."""
    first, *_, last = runs(f"({RAQM})")
    assert (first, last) == (Run(")", LATIN, True), Run("(", LATIN, True))


def test_a_line_that_begins_in_latin_letters_is_arabic_where_it_holds_arabic() -> None:
    assert [run.text for run in runs(f"SMS {RAQM}")] == [RAQM, " ", "SMS"]


def test_what_is_isolated_keeps_its_own_order() -> None:
    masked = "•••• 0451"
    assert Run(masked, LATIN) in runs(f"{MARHABA} {isolated(masked)}.")
    assert Run(masked, LATIN) not in runs(f"{MARHABA} {masked}.")
    assert runs(isolated(masked)) == [Run(masked, LATIN)], "the marks themselves are not drawn"
    assert visible(isolated(masked)) == masked


def test_nothing_of_a_line_is_lost() -> None:
    line = f"SMS (2) {MARHABA}، ₹2,000 – {RAQM} a@b.example: 17!"
    assert sorted("".join(run.text for run in runs(line))) == sorted(line)
