"""The ttk themes of the house, one for each look: buttons and panels from pictures, so that edges stay smooth. The
pictures of a look are drawn when it is first worn."""

from __future__ import annotations

import tkinter
from collections.abc import Mapping
from dataclasses import dataclass
from tkinter import font, ttk

from PIL import Image, ImageDraw

from atm_app.config import Look
from gui import tokens
from gui.fonts import FAMILY
from gui.palette import PALETTES, Palette
from gui.photos import Photo, Photos
from gui.tokens import Scale

# Centres this wide are stretched by Tk in one piece; a small centre would be tiled, which measured 24 ms a screen
# instead of 10 ms.
CENTRE_WIDTH, CENTRE_HEIGHT = 420, 110
OVERSAMPLING = 4
Fonts = dict[tuple[str, bool], font.Font]  # by the name of the size, and whether bold
PLAIN_EDGE = 2  # of the looks without thick edges, design pixels


@dataclass(frozen=True)
class Plate:
    """A rounded rectangle; ``shadow``: empty without one. ``edge_width``: design pixels."""

    fill: str
    edge: str
    ground: str
    shadow: str
    edge_width: float


class Theme:
    """Fonts, styles and the pictures they are made of; keeps the pictures alive. ``palette``: of the look that is
    worn, ``scale``: of the size."""

    def __init__(
        self, root: tkinter.Tk, scale: Scale, palettes: Mapping[Look, Palette] = PALETTES, look: Look = Look.LIGHT
    ) -> None:
        self.root = root
        self._palettes = palettes
        self.photos = Photos(root)
        self._plates: dict[tuple[Scale, Plate], Photo] = {}
        self._fonts: dict[Scale, Fonts] = {}
        self.style = ttk.Style(root)
        self.wear(look, scale)

    def wear(self, look: Look, scale: Scale) -> None:
        """Widgets made from now on have this look and this size; those there are keep their own and are to be made
        anew."""
        self.look, self.scale = look, scale
        self.palette = self._palettes[look]
        if scale not in self._fonts:
            self._fonts[scale] = self._made_fonts()
        self.fonts = self._fonts[scale]
        self.root.configure(background=self.palette.paper)
        name = f"{look.value} {scale.stage.name} {scale.width}x{scale.height}"
        if name in self.style.theme_names():
            self.style.theme_use(name)
            return
        self.style.theme_create(name, "default")
        self.style.theme_use(name)
        self._draw()

    def _made_fonts(self) -> Fonts:
        fonts = {
            (name, bold): font.Font(
                self.root, family=FAMILY, size=-self.scale.letters(name), weight="bold" if bold else "normal"
            )
            for name in self.scale.stage.text
            for bold in (False, True)
        }
        for each in fonts.values():
            # They live as long as the window; deleting them one by one would call Tk from whichever thread collects.
            each.delete_font = False
        return fonts

    def _draw(self) -> None:
        palette = self.palette
        self._plain()
        self._button("Primary", palette.accent_fill, palette.accent_pressed, palette.accent_fill, palette.on_fill)
        self._button("Secondary", palette.surface, palette.accent_wash, palette.line, palette.ink)
        self._button("Quiet", palette.paper, palette.muted_wash, palette.line, palette.muted)
        self._button("Inset", palette.paper, palette.muted_wash, palette.line, palette.muted, ground=palette.surface)
        self._button("Danger", palette.surface, palette.bad_wash, palette.line, palette.bad)
        self._button("Chosen", palette.accent_wash, palette.accent_wash, palette.accent, palette.accent_deep)
        self._button(
            "InsetChosen", palette.accent_wash, palette.accent_wash, palette.accent, palette.accent_deep,
            ground=palette.surface,
        )  # fmt: skip
        self._panel("Card", palette.surface, palette.line, shadow=True)
        self._panel("Note", palette.warning_wash, palette.warning)
        self._panel("Advice", palette.accent_wash, palette.accent_wash)
        self._panel("Field", palette.surface, palette.accent, edge_width=palette.edge * 2)
        self._panel("Cell", palette.surface, palette.line)

    def ink(self, style: str) -> str:
        """The colour of text and icon on a button."""
        return str(self.style.lookup(f"{style}.TButton", "foreground"))

    def _plain(self) -> None:
        palette = self.palette
        # A theme takes layouts from its parent and no settings: this is the room around Tk's own labels.
        self.style.configure(".", borderwidth=1)
        self.style.configure("TFrame", background=palette.paper)
        self.style.configure("TLabel", background=palette.paper, foreground=palette.ink, font=self.fonts["body", False])
        # Tk's own theme asks for eleven letters' room at least.
        self.style.configure("TButton", width=0, padding=0)
        self.style.configure("Header.TFrame", background=palette.header)
        self.style.configure("Header.TLabel", background=palette.header, foreground=palette.header_ink)

    def _button(self, name: str, fill: str, pressed: str, edge: str, ink: str, *, ground: str = "") -> None:
        """Four pictures: at rest, pressed (darker, no shadow, edge in the accent), disabled, and with the keyboard's
        ring. ``ground``: what it lies on, else the page.

        A plate asks for no room of its own (``width=1``), so that what a button asks for is what its words need.
        """
        palette = self.palette
        raised = name in ("Primary", "Secondary", "Danger")
        up = self._plate(fill, edge, ground, shadow=raised)
        down = self._plate(pressed, {"Primary": pressed, "Danger": ink}.get(name, palette.accent), ground)
        off = self._plate(palette.paper, palette.line_off, ground)
        ring = self._plate(fill, palette.ring, ground, edge_width=tokens.RING + palette.edge - PLAIN_EDGE)
        self.style.element_create(
            f"{name}.plate", "image", up, ("disabled", off), ("pressed", down), ("focus", ring),
            border=self._border, sticky="nswe", width=1, height=1,
            padding=(0, 0, 0, self.scale(tokens.SHADOW_DEPTH)),
        )  # fmt: skip
        self.style.layout(
            f"{name}.TButton",
            [(f"{name}.plate", {"sticky": "nswe", "children": [("Button.label", {"sticky": ""})]})],
        )
        self.style.configure(
            f"{name}.TButton", font=self.fonts["body", True], foreground=ink, background=palette.paper, anchor="center",
            justify="center", borderwidth=0,
        )  # fmt: skip
        for size in self.scale.stage.text:
            self.style.configure(f"{size}.{name}.TButton", font=self.fonts[size, True])
        self.style.map(f"{name}.TButton", foreground=[("disabled", palette.pale)])

    def _panel(self, name: str, fill: str, edge: str, *, edge_width: float = 0, shadow: bool = False) -> None:
        plate = self._plate(fill, edge, edge_width=edge_width, shadow=shadow)
        self.style.element_create(
            f"{name}.panel", "image", plate, border=self._border, sticky="nswe", width=1, height=1
        )
        self.style.layout(f"{name}.TFrame", [(f"{name}.panel", {"sticky": "nswe"})])
        self.style.configure(f"{name}.TFrame", background=self.palette.paper)
        self.style.configure(f"{name}.TLabel", background=fill, foreground=self.palette.ink)

    @property
    def _border(self) -> int:
        return self.scale(tokens.RADIUS) + self.scale(tokens.SHADOW_DEPTH) + 2

    def _plate(self, fill: str, edge: str, ground: str = "", *, edge_width: float = 0, shadow: bool = False) -> Photo:
        """Each is drawn once, however many buttons have it. ``edge_width``: else the look's own."""
        plate = Plate(fill, edge, ground or self.palette.paper, self.palette.shadow if shadow else "",
                      edge_width or self.palette.edge)  # fmt: skip
        if (self.scale, plate) not in self._plates:
            self._plates[self.scale, plate] = self.photos.make(self._drawn(plate))
        return self._plates[self.scale, plate]

    def _drawn(self, plate: Plate) -> Image.Image:
        """Its corners are drawn large and scaled down, so that they are smooth; its sides and its centre are stretched
        from one line of pixels, which is quick."""
        border, small = self._border, self._small(plate)
        width, height = CENTRE_WIDTH + 2 * border, CENTRE_HEIGHT + 2 * border
        picture = Image.new("RGB", (width, height), plate.fill)
        columns = ((0, 0, border), (border, border, CENTRE_WIDTH), (width - border, border + 2, border))
        rows = ((0, 0, border), (border, border, CENTRE_HEIGHT), (height - border, border + 2, border))
        for x, from_x, wide in columns:
            for y, from_y, high in rows:
                taken = small.crop((from_x, from_y, from_x + min(wide, border), from_y + min(high, border)))
                if wide == CENTRE_WIDTH:
                    taken = taken.crop((0, 0, 1, taken.height))
                if high == CENTRE_HEIGHT:
                    taken = taken.crop((0, 0, taken.width, 1))
                picture.paste(taken.resize((wide, high), Image.Resampling.NEAREST), (x, y))
        return picture

    def _small(self, plate: Plate) -> Image.Image:
        """The room for a shadow is kept where there is none, so that all plates of a row end on one line."""
        side = 2 * self._border + 2
        factor = OVERSAMPLING
        large = Image.new("RGB", (side * factor, side * factor), plate.ground)
        draw = ImageDraw.Draw(large)
        radius, depth = self.scale(tokens.RADIUS) * factor, self.scale(tokens.SHADOW_DEPTH) * factor
        right, bottom = large.width - 1, large.height - 1
        if plate.shadow:
            draw.rounded_rectangle((0, depth, right, bottom), radius, fill=plate.shadow)
        draw.rounded_rectangle(
            (0, 0, right, bottom - depth), radius, fill=plate.fill, outline=plate.edge,
            width=max(factor, round(plate.edge_width * self.scale.factor * factor)),
        )  # fmt: skip
        return large.resize((side, side), Image.Resampling.LANCZOS)
