"""The letters of the on-screen keyboard, as data: one table a language, and what stands in the lowest row.

A layout has four pages of one shape: letters and marks, each with what shift makes of it. Devanagari is InScript, the
layout of IS 13194 and IS 16350, its keys where xkeyboard-config 2.35.1 has them: ``symbols/in``, "deva" for Hindi and
"marathi" for Marathi. Its three rows of letters are here as they are there (AD, AC, AB). Of its row of digits (AE),
which is the page of marks here, ृ ऋ stand at the end of the second row, and ॅ ऍ and - ः beside the space bar; ॊ ऒ
and what the standard keeps for a third level are on the second page of marks. Letters
with a nukta that Unicode composes of two (क़) are typed as two. Tamil ("tam") and Telugu ("tel") are InScript as well,
without the keys Tamil has no letters for; what they need of the first row (TLDE, AE) stands in the others. Arabic is
``symbols/ara``, "basic", with its ذ (TLDE) at the end of the second row. Spanish is QWERTY and French AZERTY, each with
keys of its own for its accented letters; the rare ones of French are beside the marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What is asked for. ``TEXT``: names and addresses, in the language's letters or in Latin ones; ``LATIN``: user
    names and passwords; ``EMAIL``: addresses of e-mail; ``FORM``: any of the fields of the branch's console."""

    TEXT = "text"
    LATIN = "latin"
    EMAIL = "email"
    FORM = "form"


Row = tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Three rows from top to bottom; ``sides``: the keys left and right of the space bar."""

    rows: tuple[Row, Row, Row]
    sides: tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """``letters`` and ``marks``: without and with shift. ``letters_sign``, ``marks_signs``: what the keys say that lead
    there. ``columns``: keys of the widest row. ``latin``: shift makes capitals, which begin a name, and no key is
    needed that leads to Latin letters."""

    letters: tuple[Page, Page]
    marks: tuple[Page, Page]
    letters_sign: str
    marks_signs: tuple[str, str]
    columns: int
    latin: bool

    @property
    def count(self) -> int:
        """Keys that change with the page."""
        return sum(len(row) for row in self.letters[0].rows)

    def page(self, *, marks: bool, shifted: bool) -> Page:
        return (self.marks if marks else self.letters)[shifted]


def _page(top: str, middle: str, bottom: str, sides: str) -> Page:
    """Rows as they are read, a space between two keys."""
    left, right = sides.split()
    return Page((tuple(top.split()), tuple(middle.split()), tuple(bottom.split())), (left, right))


DIGITS = "1 2 3 4 5 6 7 8 9 0"
LATIN_MARKS = (
    _page(DIGITS, "@ # & _ - + ( ) /", ", . ? ! ' \" :", ", ."),
    _page(DIGITS, "[ ] { } < > \\ | ^", "~ ` ; $ % * =", ", ."),
)
LATIN = Layout(
    (
        _page("q w e r t y u i o p", "a s d f g h j k l", "z x c v b n m", ", ."),
        _page("Q W E R T Y U I O P", "A S D F G H J K L", "Z X C V B N M", ", ."),
    ),
    LATIN_MARKS, "ABC", ("123", "#+="), 10, True,
)  # fmt: skip

DEVANAGARI_MARKS = (
    _page(
        f"{DIGITS} ( ) /",
        "१ २ ३ ४ ५ ६ ७ ८ ९ ० # @",
        ", . ? ! ' \" : ; - &",
        ", ।",
    ),
    _page(
        f"{DIGITS} [ ] \\",
        "ॐ ऽ ॰ ॥ ॠ ॄ ऌ ॢ ॡ ॣ ॊ ऒ",
        "₹ % + = * _ < > “ ”",
        ", ।",
    ),
)
DEVANAGARI_TOP = ("ौ ै ा ी ू ब ह ग द ज ड ़ ॉ", "औ ऐ आ ई ऊ भ ङ घ ध झ ढ ञ ऑ")
DEVANAGARI_MIDDLE = ("ो े ् ि ु प र क त च ट ृ", "ओ ए अ इ उ फ ऱ ख थ छ ठ ऋ")
DEVANAGARI_SIDES = ("ॅ -", "ऍ ः")
HINDI = Layout(
    (
        _page(DEVANAGARI_TOP[0], DEVANAGARI_MIDDLE[0], "ॆ ं म न व ल स , . य", DEVANAGARI_SIDES[0]),
        _page(DEVANAGARI_TOP[1], DEVANAGARI_MIDDLE[1], "ऎ ँ ण ऩ ऴ ळ श ष । य़", DEVANAGARI_SIDES[1]),
    ),
    DEVANAGARI_MARKS, "कखग", ("१२३", "ॐ+="), 13, False,
)  # fmt: skip
# Marathi's own: ' ॲ instead of the short e, and the marks that shift makes of न and य.
MARATHI = Layout(
    (
        _page(DEVANAGARI_TOP[0], DEVANAGARI_MIDDLE[0], "' ं म न व ल स , . य", DEVANAGARI_SIDES[0]),
        _page(DEVANAGARI_TOP[1], DEVANAGARI_MIDDLE[1], "ॲ ँ ण \" ऴ ळ श ष । ?", DEVANAGARI_SIDES[1]),
    ),
    DEVANAGARI_MARKS, "कखग", ("१२३", "ॐ+="), 13, False,
)  # fmt: skip

TAMIL = Layout(
    (
        _page("ொ ௌ ை ா ீ ூ ஹ ஜ ஞ க்ஷ", "ோ ே ் ி ு ப ர க த ச ட ஃ", "ெ ஂ ம ந வ ல ஸ , . ய", "- '"),
        _page("ஒ ஔ ஐ ஆ ஈ ஊ ங ஜ ஞ க்ஷ", "ஓ ஏ அ இ உ ப ற க த ச ட ஃ", "எ ஂ ண ன ழ ள ஶ ஷ । ?", "( )"),
    ),
    (
        _page(DIGITS, "௧ ௨ ௩ ௪ ௫ ௬ ௭ ௮ ௯ ௦ # @", ", . ? ! ' \" : ; - &", ", /"),
        _page("( ) [ ] { } < > \\ |", "௰ ௱ ௲ ௐ ௹ ₹ % + = * _ ~", "$ € £ ^ ` “ ” ‘ ’ °", ", /"),
    ),
    "அஆஇ", ("123", "#+="), 12, False,
)  # fmt: skip
TELUGU = Layout(
    (
        _page("ౌ ై ా ీ ూ బ హ గ ద జ డ ఞ ొ", "ో ే ్ ి ు ప ర క త చ ట ృ", "ె ం మ న వ ల స , . య", "- ః"),
        _page("ఔ ఐ ఆ ఈ ఊ భ ఙ ఘ ధ ఝ ఢ ఞ ఒ", "ఓ ఏ అ ఇ ఉ ఫ ఱ ఖ థ ఛ ఠ ఋ", "ఎ ఁ ణ న వ ళ శ ష . @", "' _"),
    ),
    (
        _page(f"{DIGITS} ( ) /", "౧ ౨ ౩ ౪ ౫ ౬ ౭ ౮ ౯ ౦ # @", ", . ? ! ' \" : ; - &", ", ."),
        _page(f"{DIGITS} [ ] \\", "ఽ ౠ ౄ ఌ ౡ ౢ ౣ ౘ ౙ | ~ ^", "₹ % + = * _ < > “ ”", ", ."),
    ),
    "అఆఇ", ("123", "#+="), 13, False,
)  # fmt: skip
ARABIC = Layout(
    (
        _page("ض ص ث ق ف غ ع ه خ ح ج د", "ش س ي ب ل ا ت ن م ك ط ذ", "ئ ء ؤ ر لا ى ة و ز ظ", "- ."),
        _page("َ ً ُ ٌ لإ إ ` ÷ × ؛ < >", "ِ ٍ ] [ لأ أ ـ ، / : \" ّ", "~ ْ } { لآ آ ' , . ؟", "( )"),
    ),
    (
        _page(f"{DIGITS} ( )", "١ ٢ ٣ ٤ ٥ ٦ ٧ ٨ ٩ ٠ # @", "، . ؟ ! ' \" : ؛ - &", ", ."),
        _page(f"{DIGITS} [ ]", "٪ % + = * _ « » “ ” \\ |", "₹ $ € £ ^ < > / ~ ;", ", ."),
    ),
    "ابت", ("123", "#+="), 12, False,
)  # fmt: skip
SPANISH = Layout(
    (
        _page("q w e r t y u i o p á é", "a s d f g h j k l ñ í ó", "z x c v b n m ú ü", ", ."),
        _page("Q W E R T Y U I O P Á É", "A S D F G H J K L Ñ Í Ó", "Z X C V B N M Ú Ü", ", ."),
    ),
    (
        _page(f"{DIGITS} ¿ ¡", "@ # & _ - + ( ) / * ª º", ", . ? ! ' \" : ; ç", ", ."),
        _page("[ ] { } < > \\ | ^ ~ ` ´", "$ % = € £ ₹ « » “ ” ‘ ’", "· … – ° § ¢ ¥ ¬ Ç", ", ."),
    ),
    "ABC", ("123", "#+="), 12, True,
)  # fmt: skip
FRENCH = Layout(
    (
        _page("a z e r t y u i o p é è ê", "q s d f g h j k l m à ù ç", "w x c v b n â î ô û œ", ", ."),
        _page("A Z E R T Y U I O P É È Ê", "Q S D F G H J K L M À Ù Ç", "W X C V B N Â Î Ô Û Œ", ", ."),
    ),
    (
        _page(f"{DIGITS} ( ) /", "@ # & _ - + * = % € « » æ", ", . ? ! ' \" : ; ë ï ü", ", ."),
        _page("[ ] { } < > \\ | ^ ~ ` $ £", "₹ ° § … – — “ ” ‘ ’ ÿ Ÿ Æ", ", . ? ! ' \" : ; Ë Ï Ü", ", ."),
    ),
    "ABC", ("123", "#+="), 13, True,
)  # fmt: skip

# The layouts of the languages that are not written as English is.
LAYOUTS = {"hi": HINDI, "mr": MARATHI, "ta": TAMIL, "te": TELUGU, "ar": ARABIC, "es": SPANISH, "fr": FRENCH}

# The lowest row: what each key is or types, and its share of ten columns; the space bar takes what is left.
FOOT_COLUMNS = 10
FEET: dict[Kind, tuple[tuple[str, float], ...]] = {
    Kind.TEXT: (("marks", 1.5), ("language", 1.5), ("left", 1), ("space", 0), ("right", 1), ("enter", 2)),
    Kind.LATIN: (("marks", 1.5), ("_", 1), ("space", 0), (".", 1), ("enter", 2)),
    Kind.EMAIL: (("marks", 1.5), ("@", 1.5), ("-", 1), ("_", 1), (".", 1), (".com", 2), ("enter", 2)),
    Kind.FORM: (
        ("marks", 1.3), ("@", 0.8), ("-", 0.8), ("space", 0), (".", 0.8), ("Next field", 1.6), ("Hide", 1),
        ("enter", 1.5),
    ),
}  # fmt: skip
# What these keys do; the console, which alone has them, speaks English.
FORM_DEEDS = {"Next field": "next", "Hide": "hide"}


def layout_of(language: str) -> Layout:
    """The letters a language is written in."""
    return LAYOUTS.get(language, LATIN)


def foot_of(kind: Kind, language: str) -> tuple[tuple[str, float], ...]:
    """The lowest row with its widths; the key to change the letters is there where there are others."""
    changes = not layout_of(language).latin
    keys = [key for key in FEET[kind] if changes or key[0] != "language"]
    rest = FOOT_COLUMNS - sum(width for _, width in keys)
    return tuple((name, width or rest) for name, width in keys)
