"""Every text of the screens and the receipt is translated, completely, and nothing else is."""

from __future__ import annotations

import string

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.languages import LOCALE
from atm_app.scripts import ISOLATE, ISOLATED, Script, script_of
from atm_app.session import Purpose
from atm_app.steps import own_settings, receipt, transfer
from gui.screens.money import TILES
from gui.words import DESCRIPTIONS, EMERGENCY_PARTS, LIMITS, NAMES, PERIODS, PIN_PARTS, words_of
from tests.gui.catalogues import LANGUAGES, SAME, TEMPLATE, catalogue_of, read_po, texts

# What a text of a language is written in; Spanish and French in the letters of English.
SCRIPTS = {
    "hi": Script.DEVANAGARI, "mr": Script.DEVANAGARI, "ta": Script.TAMIL, "te": Script.TELUGU, "ar": Script.ARABIC,
}  # fmt: skip


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_the_scan_finds_the_texts() -> None:
    assert len(texts()) > 100
    assert "Touch to start" in texts()


def test_the_template_is_up_to_date() -> None:
    with TEMPLATE.open("rb") as file:
        kept = {str(message.id) for message in read_po(file) if message.id}
    assert kept == set(texts()), "python -m tests.gui.catalogues writes it anew"


def test_every_language_has_a_name_and_a_locale() -> None:
    assert set(NAMES) == set(LOCALE) == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_nothing_else(language: str) -> None:
    catalogue, english = catalogue_of(language), set(texts())
    assert {str(message.id) for message in catalogue if message.id} == english
    assert not catalogue.obsolete
    for message in catalogue:
        if not message.id:
            continue
        translation = str(message.string)
        assert not message.fuzzy, message.id
        assert is_written(translation, language, english) or message.id in SAME.get(language, ()), message.id
        assert placeholders(translation) == placeholders(str(message.id)), message.id
        assert translation == translation.strip() or str(message.id) != str(message.id).strip(), message.id
        if language in SCRIPTS:
            assert not any(letter.isascii() and letter.isalpha() for letter in _without(translation)), message.id


def is_written(translation: str, language: str, english: set[str]) -> bool:
    """Whether a text is in the letters of its language, or at least not the English one."""
    if language in SCRIPTS:
        return any(script_of(letter) is SCRIPTS[language] for letter in translation)
    return translation not in english


def _without(text: str) -> str:
    """The text without its placeholders and without the name of the key that opens the test bench."""
    return "".join(literal for literal, *_ in string.Formatter().parse(text)).replace("F12", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_reads_the_catalogue(language: str) -> None:
    assert words_of(language)("Cancel") == str(catalogue_of(language)["Cancel"].string)


def test_what_is_put_into_arabic_keeps_its_own_direction() -> None:
    assert f"{ISOLATE}{{address}}{ISOLATED}" in words_of("ar")("We sent a code to {address}.")
    assert ISOLATE not in words_of("fr")("We sent a code to {address}.")


def test_english_is_the_source() -> None:
    assert words_of("en")("Touch to start") == "Touch to start"


def test_the_words_of_the_screens_are_for_what_the_machine_offers() -> None:
    assert tuple(DESCRIPTIONS) == transfer.DESCRIPTIONS
    assert tuple(PERIODS) == receipt.PERIODS
    assert set(LIMITS) == {kind.value for kind in LimitKind}
    assert tuple(PIN_PARTS) == tuple(EMERGENCY_PARTS) == own_settings.PARTS
    assert {purpose for purpose, _, _ in TILES} == set(Purpose) - {Purpose.OWN_ACCOUNT}
