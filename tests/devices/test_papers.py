"""Receipts and statements as a customer gets them: on thermal paper and as PDF, in every language."""

from __future__ import annotations

import io
import re
import time
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw
from pypdf import PdfReader

from atm_app.banking.money import Money
from atm_app.banking.receipts import Receipt, ReceiptKind, receipt_for, statement_for
from atm_app.devices import documents, receipt_paper
from atm_app.devices.documents import ReceiptDocument
from atm_app.devices.lettering import LINE_HEIGHT, Lettering, letters
from atm_app.devices.pages import DOTS_PER_INCH
from atm_app.devices.receipt_paper import MARGIN, WIDTH, ReceiptPaper
from atm_app.devices.receipt_words import ReceiptWords
from atm_app.languages import LANGUAGES, LOCALE, RIGHT_TO_LEFT
from atm_app.scripts import visible
from atm_app.stores import Account, StatementLine
from gui.fonts import pillow_font
from gui.words import words_of

INDIAN = [language for language, locale in LOCALE.items() if locale.endswith("_IN")]
AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
ACCOUNT = Account(1, "Konkan Bank", "300100001234", "savings", Money(480_000), Money(450_000))
LONG_BANK = Account(1, "कोंकण ग्रामीण सहकारी Bank " * 4, "300100001234", "savings", Money(1), Money(1))
LONG_TEXT = "नवंबर महीने का बिजली का बिल और पिछले महीने का बकाया " * 3 + "क्षत्रिय" * 40
KINDS = [kind for kind in ReceiptKind if kind is not ReceiptKind.STATEMENT]
LARGEST, FEE = Money(10**15), Money(1_180)

paper = ReceiptPaper(pillow_font, words_of)
document = ReceiptDocument(pillow_font, words_of)


def receipt_of(kind: ReceiptKind, language: str, account: Account = ACCOUNT, text: str = "Rent") -> Receipt:
    return receipt_for(
        "Sahyadri Bank", "ATM-0001", AT, account, LARGEST, LARGEST, 42, language, kind=kind,
        counterparty="Konkan Bank 700100005678", description=text, fee=FEE,
    )  # fmt: skip


def statement(count: int, language: str = "en") -> Receipt:
    lines, balance = [], Money(5_000_050)
    kinds = ("withdrawal", "cash_deposit", "transfer", "payment", "top_up", "interest")
    for number in range(count):
        amount = Money((number * 12_345 + 1) * (1 if number % 6 in (1, 5) else -1))
        balance += amount
        lines.append(StatementLine(100 + number, AT + timedelta(hours=number), kinds[number % 6], amount, balance))
    return statement_for("Sahyadri Bank", "ATM-0001", AT, ACCOUNT, lines, language)


def drawn(receipt: Receipt) -> Image.Image:
    return Image.open(io.BytesIO(paper(receipt)))


def text_of(pdf: bytes) -> str:
    """As a reader program finds and copies it."""
    return spaced("\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)))


def holds(text: str, wanted: str, language: str) -> bool:
    """Whether a text is found. Programs put the pieces of an Arabic line in orders of their own: there each counts."""
    pieces = re.findall(r"[\w.,:@]+|•+", spaced(wanted)) if language in RIGHT_TO_LEFT else [spaced(wanted)]
    return all(piece in text for piece in pieces)


def spaced(text: str) -> str:
    """With plain spaces only: programs copy those that hold a number together as others. Without what is not seen."""
    return visible(re.sub("[\u00a0\u202f]", " ", text))


# --- words and figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minor", "text"), [
    (200_000, "₹2,000.00"), (12_345_678_950, "₹12,34,56,789.50"), (5, "₹0.05"), (-150, "-₹1.50"),
])  # fmt: skip
@pytest.mark.parametrize("language", INDIAN)
def test_amounts_are_grouped_as_in_india_and_exact(language: str, minor: int, text: str) -> None:
    assert ReceiptWords(receipt_of(ReceiptKind.PAYMENT, language), words_of).money(Money(minor)) == text


@pytest.mark.parametrize(("money", "text"), [
    (Money(150), "+1.50"), (Money(-150), "−1.50"), (Money(0), "0.00"), (Money(-7, "JPY"), "−7"),
    (Money(1_234_567, "KWD"), "+1,234.567"),
])  # fmt: skip
def test_a_column_has_signs_and_the_digits_of_its_currency(money: Money, text: str) -> None:
    assert ReceiptWords(receipt_of(ReceiptKind.PAYMENT, "en"), words_of).signed(money) == text


def test_a_kind_of_the_banks_own_is_an_other_entry() -> None:
    texts = ReceiptWords(statement(1), words_of)
    assert (texts.kind("top_up"), texts.kind("interest")) == ("Wallet top-up", "Other entry")


def test_a_letter_is_never_broken_from_its_vowel_sign() -> None:
    assert letters("क्षत्रिय") == ["क्ष", "त्रि", "य"]
    lines = Lettering(pillow_font).wrapped("क्षत्रिय" * 30, 26, 200)
    assert "".join(lines) == "क्षत्रिय" * 30
    assert all(Lettering(pillow_font).width(line, 26) <= 200 for line in lines)


# --- on paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_its_paper_whatever_stands_on_it(kind: ReceiptKind, language: str) -> None:
    picture = drawn(receipt_of(kind, language, LONG_BANK, LONG_TEXT))
    assert (picture.mode, picture.width) == ("1", WIDTH)
    ink = ImageChops.invert(picture.convert("L")).getbbox()
    assert ink is not None
    # A vowel sign may stand out of its letter by a dot or two, never by the margin.
    assert ink[0] >= MARGIN - 4
    assert ink[2] <= WIDTH - MARGIN + 4
    assert ink[1] > 0
    assert ink[3] < picture.height


def test_long_texts_make_the_paper_longer_instead_of_being_cut() -> None:
    short = drawn(receipt_of(ReceiptKind.PAYMENT, "hi")).height
    assert drawn(receipt_of(ReceiptKind.PAYMENT, "hi", text=LONG_TEXT)).height > short + 10 * 26


def test_an_amount_too_wide_for_its_line_stands_below_its_label_and_is_never_broken() -> None:
    small, wide, largest = (
        drawn(receipt_for("Bank", "ATM-1", AT, ACCOUNT, amount, None, 42, "en")).height
        for amount in (Money(100), Money(9_999_999_999_999), LARGEST)
    )
    line = {size: round(size * LINE_HEIGHT) for size in (receipt_paper.MAIN, receipt_paper.TITLE)}
    assert wide == small + line[receipt_paper.MAIN]
    assert largest == small + 2 * line[receipt_paper.TITLE] - line[receipt_paper.MAIN]


def test_what_differs_on_the_receipt_differs_on_the_paper() -> None:
    pictures = {paper(receipt_of(kind, language)) for kind in KINDS for language in LANGUAGES}
    assert len(pictures) == len(KINDS) * len(LANGUAGES)


def test_a_statement_on_paper_has_every_line() -> None:
    heights = [drawn(statement(count)).height for count in (1, 2, 3, 40)]
    row = heights[1] - heights[0]
    assert row > 50
    assert heights[2] - heights[1] == row
    assert heights[3] - heights[0] == 39 * row


# --- as a document ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_receipt_is_one_page_that_can_be_searched(kind: ReceiptKind, language: str) -> None:
    receipt = receipt_of(kind, language)
    pdf = document(receipt)
    reader = PdfReader(io.BytesIO(pdf))
    assert [tuple(round(float(side)) for side in page.mediabox.upper_right) for page in reader.pages] == [(420, 595)]
    text = text_of(pdf)
    texts = ReceiptWords(receipt, words_of)
    for wanted in (
        receipt.bank,
        texts.title,
        receipt.account,
        "00000042",
        texts.money(LARGEST),
        texts.money(FEE),
        "Rent",
    ):
        assert holds(text, wanted, language), wanted
    assert "700100005678" not in text
    content = reader.pages[0].get_contents()
    assert content is not None
    assert content.get_data().count(b" Tr") == content.get_data().count(b"3 Tr") > 0, "the text is seen twice"


@pytest.mark.parametrize(
    "language", [pytest.param(each, marks=() if each in ("en", "hi", "ar") else pytest.mark.slow) for each in LANGUAGES]
)
def test_a_long_statement_has_every_line_once_and_numbered_pages(language: str) -> None:
    receipt = statement(250, language)
    began = time.monotonic()
    pdf = document(receipt)
    print(f"{language}: {len(pdf) // 1024} KiB in {time.monotonic() - began:.1f} s")
    pages = [spaced(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 5
    texts = ReceiptWords(receipt, words_of)
    for number, page in enumerate(pages, 1):
        page_words = texts.words("Page {number} of {count}").format(number=number, count=len(pages))
        assert holds(page, page_words, language), page_words
        assert receipt.bank in page
        assert texts.words("Reference") in page
    everything = "\n".join(pages)
    for line in receipt.lines:
        assert everything.count(f"{line.journal_id:08d}") == 1
        assert spaced(texts.figure(line.balance_after)) in everything
    assert receipt.opening is not None
    assert receipt.closing is not None
    assert holds(pages[0], texts.money(receipt.opening), language)
    assert pages[-1].count(spaced(texts.figure(receipt.closing))) >= 2, "the last line and the closing balance"


def test_money_in_and_out_stand_in_their_columns() -> None:
    """Left edges of the text below the picture against the right edges of the columns, in points."""
    edges: dict[str, float] = {}
    page = PdfReader(io.BytesIO(document(statement(2)))).pages[0]
    page.extract_text(visitor_text=lambda text, _, place, *__: edges.setdefault(text.strip(), place[4]))
    paid_out, paid_in = (right * 72 / DOTS_PER_INCH for right in (documents.PAID_OUT, documents.PAID_IN))
    assert edges["0.01"] < paid_out < edges["123.46"] < paid_in < edges["50,000.49"]


def test_a_row_is_read_aloud_in_its_order() -> None:
    assert "21 Nov 2026 Cash withdrawal 00000100 0.01 50,000.49" in text_of(document(statement(2)))


@pytest.mark.parametrize("count", [0, 1, 28, 29, 30, 31, 32, 33])
def test_no_row_stands_on_the_footer_and_no_page_is_empty(count: int) -> None:
    pdf = document(statement(count))
    pages = PdfReader(io.BytesIO(pdf)).pages
    shown = sum(page.extract_text().count("000001") for page in pages)
    assert shown == count
    for number in range(len(pages)):
        image = page_image(pdf, number)
        bottom = image.height - documents.MARGIN - 60
        strip = image.crop((0, bottom, image.width, bottom + 16))
        assert ImageChops.invert(strip).getbbox() is None, "a row reaches into the footer"


def page_image(pdf: bytes, number: int = 0) -> Image.Image:
    """The page as a reader program draws it, in the dots it was made of."""
    return pypdfium2.PdfDocument(pdf)[number].render(scale=DOTS_PER_INCH / 72).to_pil().convert("L")


def test_what_a_reader_sees_is_shaped_devanagari() -> None:
    """The title as the reader program draws it is the title as raqm shapes it, dot for dot but for its greys."""
    receipt = receipt_of(ReceiptKind.CASH_DEPOSIT, "hi")
    seen = page_image(document(receipt))
    wanted = Image.new("L", seen.size, 255)
    Lettering(pillow_font).write(ImageDraw.Draw(wanted), 130, 130 + 75 + 36 * 1.08, "नकद जमा", 36, fill=110)
    box = ImageChops.invert(wanted).getbbox()
    assert box is not None
    difference = ImageChops.difference(seen.crop(box), wanted.crop(box))
    assert max(difference.getextrema()) <= 60


def test_the_same_receipt_is_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [document(receipt_of(ReceiptKind.PAYMENT, "mr")), document(statement(60, "hi"))]
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    again = ReceiptDocument(pillow_font, words_of)
    assert [again(receipt_of(ReceiptKind.PAYMENT, "mr")), again(statement(60, "hi"))] == first


def test_a_document_is_titled_in_its_language() -> None:
    reader = PdfReader(io.BytesIO(document(statement(1, "mr"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Sahyadri Bank – खाते उतारा"
    assert reader.root_object["/Lang"] == "mr"
