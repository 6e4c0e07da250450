"""The ttk theme of the house: buttons and panels from pictures drawn at start-up, so that edges stay smooth."""

from __future__ import annotations

import tkinter
from tkinter import font, ttk

from PIL import Image, ImageDraw, ImageTk

from gui import tokens
from gui.fonts import FAMILY
from gui.tokens import Scale

# Centres this wide are stretched by Tk in one piece; a small centre would be tiled, which measured 24 ms a screen
# instead of 10 ms.
CENTRE = 420
OVERSAMPLING = 4


class Theme:
    """Fonts, styles and the pictures they are made of; keeps the pictures alive."""

    def __init__(self, root: tkinter.Tk, scale: Scale) -> None:
        self.root = root
        self.scale = scale
        self._pictures: list[ImageTk.PhotoImage] = []
        self.fonts = {
            (name, bold): font.Font(root, family=FAMILY, size=-scale(size), weight="bold" if bold else "normal")
            for name, size in tokens.TEXT.items()
            for bold in (False, True)
        }
        self.style = ttk.Style(root)
        self.style.theme_use("default")
        root.configure(background=tokens.PAPER)
        self._plain()
        self._button("Primary", tokens.BLUE, tokens.BLUE_DEEP, tokens.BLUE, tokens.WHITE)
        self._button("Secondary", tokens.WHITE, tokens.BLUE_WASH, tokens.LINE, tokens.INK)
        self._button("Quiet", tokens.PAPER, tokens.LINE, tokens.PAPER, tokens.MUTED)
        self._button("Danger", tokens.WHITE, tokens.RED_WASH, tokens.RED, tokens.RED)
        self._button("Chosen", tokens.BLUE_WASH, tokens.BLUE_WASH, tokens.BLUE, tokens.BLUE_DEEP)
        self._panel("Card", tokens.WHITE, tokens.LINE)
        self._panel("Note", tokens.AMBER_WASH, tokens.AMBER)
        self._panel("Field", tokens.WHITE, tokens.BLUE)
        self._progress()

    def ink(self, style: str) -> str:
        """The colour of text and icon on a button."""
        return str(self.style.lookup(f"{style}.TButton", "foreground"))

    def _plain(self) -> None:
        self.style.configure("TFrame", background=tokens.PAPER)
        self.style.configure("TLabel", background=tokens.PAPER, foreground=tokens.INK, font=self.fonts["body", False])
        self.style.configure("Header.TFrame", background=tokens.NAVY)
        self.style.configure("Header.TLabel", background=tokens.NAVY, foreground=tokens.WHITE)

    def _button(self, name: str, fill: str, pressed: str, edge: str, ink: str) -> None:
        up, down = self._plate(fill, edge), self._plate(pressed, edge if fill != tokens.BLUE else pressed)
        off = self._plate(tokens.PAPER, tokens.LINE)
        focus = self._plate(fill, tokens.AMBER, width=5)
        border = self.scale(tokens.RADIUS) + 2
        self.style.element_create(
            f"{name}.plate", "image", up, ("disabled", off), ("pressed", down), ("focus", focus),
            border=border, sticky="nswe", padding=0,
        )  # fmt: skip
        self.style.layout(
            f"{name}.TButton",
            [(f"{name}.plate", {"sticky": "nswe", "children": [("Button.label", {"sticky": ""})]})],
        )
        self.style.configure(
            f"{name}.TButton", font=self.fonts["body", True], foreground=ink, background=tokens.PAPER, anchor="center",
            justify="center", borderwidth=0,
        )  # fmt: skip
        self.style.map(f"{name}.TButton", foreground=[("disabled", tokens.NAVY_SOFT)])

    def _panel(self, name: str, fill: str, edge: str) -> None:
        border = self.scale(tokens.RADIUS) + 2
        self.style.element_create(f"{name}.panel", "image", self._plate(fill, edge), border=border, sticky="nswe")
        self.style.layout(f"{name}.TFrame", [(f"{name}.panel", {"sticky": "nswe"})])
        self.style.configure(f"{name}.TFrame", background=tokens.PAPER)
        self.style.configure(f"{name}.TLabel", background=fill, foreground=tokens.INK)

    def _progress(self) -> None:
        self.style.configure(
            "Horizontal.TProgressbar", troughcolor=tokens.LINE, background=tokens.BLUE, bordercolor=tokens.LINE,
            lightcolor=tokens.BLUE, darkcolor=tokens.BLUE, thickness=self.scale(14), borderwidth=0,
        )  # fmt: skip

    def _plate(self, fill: str, edge: str, width: int = 2) -> ImageTk.PhotoImage:
        """A rounded rectangle, drawn large and scaled down so that its corners are smooth."""
        radius = self.scale(tokens.RADIUS)
        side_x, side_y = CENTRE + 2 * radius, max(64, CENTRE // 4) + 2 * radius
        large = Image.new("RGB", (side_x * OVERSAMPLING // 2, side_y * OVERSAMPLING // 2), tokens.PAPER)
        factor = OVERSAMPLING // 2
        ImageDraw.Draw(large).rounded_rectangle(
            (factor, factor, large.width - factor - 1, large.height - factor - 1), radius * factor, fill=fill,
            outline=edge, width=max(1, round(self.scale(width) * factor)),
        )  # fmt: skip
        picture = ImageTk.PhotoImage(large.resize((side_x, side_y), Image.Resampling.LANCZOS), master=self.root)
        self._pictures.append(picture)
        return picture
