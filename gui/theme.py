"""The ttk theme of the house: buttons and panels from pictures drawn at start-up, so that edges stay smooth."""

from __future__ import annotations

import tkinter
from tkinter import font, ttk

from PIL import Image, ImageDraw

from gui import tokens
from gui.fonts import FAMILY
from gui.photos import Photo, Photos
from gui.tokens import Scale

# Centres this wide are stretched by Tk in one piece; a small centre would be tiled, which measured 24 ms a screen
# instead of 10 ms.
CENTRE_WIDTH, CENTRE_HEIGHT = 420, 110
OVERSAMPLING = 4
SHADOW_DEPTH = 4  # design pixels
RING = 6  # the focus ring, design pixels


class Theme:
    """Fonts, styles and the pictures they are made of; keeps the pictures alive."""

    def __init__(self, root: tkinter.Tk, scale: Scale) -> None:
        self.root = root
        self.scale = scale
        self.photos = Photos(root)
        self._pictures: list[Photo] = []
        self.fonts = {
            (name, bold): font.Font(root, family=FAMILY, size=-scale(size), weight="bold" if bold else "normal")
            for name, size in tokens.TEXT.items()
            for bold in (False, True)
        }
        for each in self.fonts.values():
            # They live as long as the window; deleting them one by one would call Tk from whichever thread collects.
            each.delete_font = False
        self.style = ttk.Style(root)
        self.style.theme_use("default")
        root.configure(background=tokens.PAPER)
        self._plain()
        self._button("Primary", tokens.BLUE, tokens.BLUE_DEEP, tokens.BLUE, tokens.WHITE)
        self._button("Secondary", tokens.WHITE, tokens.BLUE_WASH, tokens.LINE, tokens.INK)
        self._button("Quiet", tokens.PAPER, tokens.MUTED_WASH, tokens.LINE, tokens.MUTED)
        self._button("Danger", tokens.WHITE, tokens.RED_WASH, tokens.LINE, tokens.RED)
        self._button("Chosen", tokens.BLUE_WASH, tokens.BLUE_WASH, tokens.BLUE, tokens.BLUE_DEEP)
        self._panel("Card", tokens.WHITE, tokens.LINE, shadow=True)
        self._panel("Note", tokens.AMBER_WASH, tokens.AMBER)
        self._panel("Advice", tokens.BLUE_WASH, tokens.BLUE_WASH)
        self._panel("Field", tokens.WHITE, tokens.BLUE, edge_width=4)
        self._panel("Cell", tokens.WHITE, tokens.LINE)

    def ink(self, style: str) -> str:
        """The colour of text and icon on a button."""
        return str(self.style.lookup(f"{style}.TButton", "foreground"))

    def _plain(self) -> None:
        self.style.configure("TFrame", background=tokens.PAPER)
        self.style.configure("TLabel", background=tokens.PAPER, foreground=tokens.INK, font=self.fonts["body", False])
        # Tk's own theme asks for eleven letters' room at least.
        self.style.configure("TButton", width=0, padding=0)
        self.style.configure("Header.TFrame", background=tokens.NAVY)
        self.style.configure("Header.TLabel", background=tokens.NAVY, foreground=tokens.WHITE)

    def _button(self, name: str, fill: str, pressed: str, edge: str, ink: str) -> None:
        """Four pictures: at rest, pressed (darker, no shadow, edge in blue), disabled, and with the keyboard's ring.

        A plate asks for no room of its own (``width=1``), so that what a button asks for is what its words need.
        """
        raised = name in ("Primary", "Secondary", "Danger")
        up = self._plate(fill, edge, shadow=raised)
        down = self._plate(pressed, pressed if fill == tokens.BLUE else ink if name == "Danger" else tokens.BLUE)
        off = self._plate(tokens.PAPER, tokens.LINE)
        ring = self._plate(fill, tokens.INK, edge_width=RING)
        self.style.element_create(
            f"{name}.plate", "image", up, ("disabled", off), ("pressed", down), ("focus", ring),
            border=self._border, sticky="nswe", width=1, height=1,
            padding=(0, 0, 0, self.scale(SHADOW_DEPTH)),
        )  # fmt: skip
        self.style.layout(
            f"{name}.TButton",
            [(f"{name}.plate", {"sticky": "nswe", "children": [("Button.label", {"sticky": ""})]})],
        )
        self.style.configure(
            f"{name}.TButton", font=self.fonts["body", True], foreground=ink, background=tokens.PAPER, anchor="center",
            justify="center", borderwidth=0,
        )  # fmt: skip
        self.style.map(f"{name}.TButton", foreground=[("disabled", tokens.PALE)])

    def _panel(self, name: str, fill: str, edge: str, *, edge_width: float = 2, shadow: bool = False) -> None:
        plate = self._plate(fill, edge, edge_width=edge_width, shadow=shadow)
        self.style.element_create(
            f"{name}.panel", "image", plate, border=self._border, sticky="nswe", width=1, height=1
        )
        self.style.layout(f"{name}.TFrame", [(f"{name}.panel", {"sticky": "nswe"})])
        self.style.configure(f"{name}.TFrame", background=tokens.PAPER)
        self.style.configure(f"{name}.TLabel", background=fill, foreground=tokens.INK)

    @property
    def _border(self) -> int:
        return self.scale(tokens.RADIUS) + self.scale(SHADOW_DEPTH) + 2

    def _plate(self, fill: str, edge: str, *, edge_width: float = 2, shadow: bool = False) -> Photo:
        """A rounded rectangle. Its corners are drawn large and scaled down, so that they are smooth; its sides and
        its centre are stretched from one line of pixels, which is quick."""
        border = self._border
        small = self._small_plate(fill, edge, edge_width, shadow=shadow)
        width, height = CENTRE_WIDTH + 2 * border, CENTRE_HEIGHT + 2 * border
        plate = Image.new("RGB", (width, height), fill)
        columns = ((0, 0, border), (border, border, CENTRE_WIDTH), (width - border, border + 2, border))
        rows = ((0, 0, border), (border, border, CENTRE_HEIGHT), (height - border, border + 2, border))
        for x, from_x, wide in columns:
            for y, from_y, high in rows:
                taken = small.crop((from_x, from_y, from_x + min(wide, border), from_y + min(high, border)))
                if wide == CENTRE_WIDTH:
                    taken = taken.crop((0, 0, 1, taken.height))
                if high == CENTRE_HEIGHT:
                    taken = taken.crop((0, 0, taken.width, 1))
                plate.paste(taken.resize((wide, high), Image.Resampling.NEAREST), (x, y))
        picture = self.photos.make(plate)
        self._pictures.append(picture)
        return picture

    def _small_plate(self, fill: str, edge: str, edge_width: float, *, shadow: bool) -> Image.Image:
        """The room for a shadow is kept where there is none, so that all plates of a row end on one line."""
        side = 2 * self._border + 2
        factor = OVERSAMPLING
        large = Image.new("RGB", (side * factor, side * factor), tokens.PAPER)
        draw = ImageDraw.Draw(large)
        radius, depth = self.scale(tokens.RADIUS) * factor, self.scale(SHADOW_DEPTH) * factor
        right, bottom = large.width - 1, large.height - 1
        if shadow:
            draw.rounded_rectangle((0, depth, right, bottom), radius, fill=tokens.SHADOW)
        draw.rounded_rectangle(
            (0, 0, right, bottom - depth), radius, fill=fill, outline=edge,
            width=max(factor, round(edge_width * self.scale.factor * factor)),
        )  # fmt: skip
        return large.resize((side, side), Image.Resampling.LANCZOS)
