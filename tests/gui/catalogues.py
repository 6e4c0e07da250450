"""The texts of the screens and the papers, found in the code, and the catalogues that translate them.

``python -m tests.gui.catalogues`` writes ``atm.pot`` anew and brings new texts into every catalogue, untranslated.
"""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from atm_app.languages import LANGUAGES as SPOKEN

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [ROOT / "atm_app" / "devices" / f"{name}.py" for name in ("receipt_words", "receipt_paper", "documents")]
SOURCES = (*sorted((ROOT / "gui").rglob("*.py")), *PAPERS)
LANGUAGES = tuple(language for language in SPOKEN if language != "en")  # English is the source
# Texts that are the same in English.
SAME = {"es": ("PIN",), "fr": ("PIN", "E-mail", "Code", "Date", "Machine")}
LOCALE_FOLDER = ROOT / "assets" / "locale"
TEMPLATE = LOCALE_FOLDER / "atm.pot"
TRANSLATORS = frozenset({"words", "_", "untranslated"})
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


def texts() -> dict[str, list[str]]:
    """Every text given to a translator, with the files it stands in."""
    found: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            text = node.args[0]
            if name in TRANSLATORS and isinstance(text, ast.Constant) and isinstance(text.value, str):
                files = found.setdefault(text.value, [])
                file = str(path.relative_to(ROOT))
                if file not in files:
                    files.append(file)
    return found


def template() -> Catalog:
    """All texts, untranslated, in the order of the code."""
    catalogue = Catalog(project="cardless-atm", charset="utf-8", creation_date=MOMENT, revision_date=MOMENT)
    for text, files in texts().items():
        catalogue.add(text, locations=[(file, 0) for file in files])
    return catalogue


def path_of(language: str) -> Path:
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "atm.po"


def catalogue_of(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = "# Texts of the kiosk's screens and receipts; python -m tests.gui.catalogues keeps them."
    catalogue.version, catalogue.msgid_bugs_address, catalogue.fuzzy = "1", "", False
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=110,
            include_lineno=False,
        )


def main() -> None:
    fresh = template()
    write(fresh, TEMPLATE)
    for language in LANGUAGES:
        catalogue = catalogue_of(language)
        catalogue.update(fresh, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(catalogue, path_of(language))


if __name__ == "__main__":
    main()
