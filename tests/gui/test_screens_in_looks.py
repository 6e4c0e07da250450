"""Every screen in every language and size in the other looks, as ``test_screens`` has it in the usual one."""

from __future__ import annotations

import pytest

from atm_app.config import Look
from atm_app.languages import LANGUAGES
from tests.gui.picture import SIZES
from tests.gui.studio import Studio
from tests.gui.tally import Record
from tests.gui.test_screens import assert_all_are_whole

OTHERS = [look for look in Look if look is not Look.LIGHT]
PAINTED = [
    pytest.param(size, look, language, id=f"{size[0]}x{size[1]}-{look}-{language}")
    for size in SIZES for look in OTHERS for language in LANGUAGES
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("sized", "look", "language"), PAINTED, indirect=["sized"])
def test_nothing_is_clipped_and_nothing_overlaps(
    sized: Studio, look: Look, language: str, record_property: Record
) -> None:  # fmt: skip
    assert_all_are_whole(sized, language, look, record_property)
