"""The languages the machine speaks, each with the locale its numbers, dates and amounts are written in.

Arabic is that of the United Arab Emirates, whose digits CLDR has as Latin ones: the keys of the machine are Latin too.
"""

from __future__ import annotations

LOCALE = {
    "en": "en_IN", "hi": "hi_IN", "mr": "mr_IN", "ta": "ta_IN", "te": "te_IN", "ar": "ar_AE", "es": "es_ES",
    "fr": "fr_FR",
}  # fmt: skip
LANGUAGES = tuple(LOCALE)
RIGHT_TO_LEFT = frozenset({"ar"})
