"""Text on widgets: by Tk where it can, as a Pillow picture where the script must be shaped."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any

from PIL import Image, ImageDraw, ImageTk

from gui import tokens
from gui.fonts import needs_shaping, pillow_font
from gui.icons import icon
from gui.theme import Theme


class Lettering:
    """Labels and buttons in one language."""

    def __init__(self, theme: Theme, language: str) -> None:
        self.theme = theme
        self.language = language

    def label(
        self, parent: tkinter.Misc, text: str, size: str = "body", *, bold: bool = False, colour: str = tokens.INK,
        ground: str = tokens.PAPER, wrap: int = 0, justify: str = "center",
    ) -> ttk.Label:  # fmt: skip
        """``wrap``: design pixels at which lines break."""
        label = ttk.Label(parent, background=ground, foreground=colour)
        self.set(label, text, size, bold=bold, colour=colour, wrap=wrap, justify=justify)
        return label

    def set(
        self, label: ttk.Label, text: str, size: str = "body", *, bold: bool = False, colour: str = tokens.INK,
        wrap: int = 0, justify: str = "center",
    ) -> None:  # fmt: skip
        """Change a label's text."""
        if getattr(label, "shown_text", None) == (text, size, bold, colour):
            return
        label.shown_text = (text, size, bold, colour)  # type: ignore[attr-defined]
        wrap_pixels = self.theme.scale(wrap) if wrap else 0
        if needs_shaping(text):
            picture = self._photo(self._drawn(text, size, bold=bold, colour=colour, wrap=wrap_pixels, justify=justify))
            label.configure(image=picture, text="")
            label.picture = picture  # type: ignore[attr-defined]
        else:
            label.configure(
                image="", text=text, font=self.theme.fonts[size, bold], foreground=colour, wraplength=wrap_pixels,
                justify=justify, anchor="center" if justify == "center" else "w",
            )  # type: ignore[call-overload]  # fmt: skip

    def button(
        self, parent: tkinter.Misc, text: str, command: Any, style: str = "Secondary", *, icon_name: str = "",
        size: str = "body", above: bool = False, icon_colour: str = "",
    ) -> ttk.Button:  # fmt: skip
        """``above``: the icon stands over the text instead of before it. ``icon_colour``: else that of the text."""
        button = ttk.Button(parent, style=f"{style}.TButton", command=command, takefocus=True)
        ink = self.theme.ink(style)
        options: dict[str, Any] = {}
        picture: Image.Image | None = None
        if icon_name:
            picture = icon(
                icon_name, self.theme.scale(tokens.TEXT[size] * (2.6 if above else 1.35)), icon_colour or ink
            )
        if needs_shaping(text):
            drawn = self._drawn(text, size, bold=True, colour=ink, wrap=0, justify="center")
            picture = _beside(picture, drawn, self.theme.scale(16), above=above) if picture else drawn
        else:
            options["text"] = text if above or not picture else f"  {text}"
            self.theme.style.configure(f"{size}.{style}.TButton", font=self.theme.fonts[size, True])
            button.configure(style=f"{size}.{style}.TButton")
        if picture is not None:
            photo = self._photo(picture)
            # Tk stipples the picture of a disabled button; a pale one of our own takes its place.
            pale = self._photo(_pale(picture))
            button.picture = (photo, pale)  # type: ignore[attr-defined]
            compound = ("top" if above else "left") if options else "image"
            options |= {"image": (photo, "disabled", pale), "compound": compound}
        button.configure(**options)
        return button

    def photo(self, picture: Image.Image) -> ImageTk.PhotoImage:
        return self._photo(picture)

    def _photo(self, picture: Image.Image) -> ImageTk.PhotoImage:
        return ImageTk.PhotoImage(picture, master=self.theme.root)

    def _drawn(self, text: str, size: str, *, bold: bool, colour: str, wrap: int, justify: str) -> Image.Image:
        # A label may hold a language's own name in another script than the screen's, as on the language buttons.
        language = self.language if self.language != "en" else "hi"
        face = pillow_font(self.theme.scale(tokens.TEXT[size]), bold, language)
        lines = _wrapped(text, face, wrap) if wrap else text.split("\n")
        line_height = round(face.size * 1.45)
        width = max(round(face.getlength(line)) for line in lines) + 4
        picture = Image.new("RGBA", (width, line_height * len(lines)), (0, 0, 0, 0))
        draw = ImageDraw.Draw(picture)
        for number, line in enumerate(lines):
            x = width / 2 if justify == "center" else 2
            draw.text((x, line_height * (number + 0.5)), line, font=face, fill=colour,
                      anchor="mm" if justify == "center" else "lm")  # fmt: skip
        return picture


def _pale(picture: Image.Image) -> Image.Image:
    """The same shape in the colour of disabled text."""
    flat = Image.new("RGBA", picture.size, tokens.NAVY_SOFT)
    flat.putalpha(picture.getchannel("A"))
    return flat


def _wrapped(text: str, face: Any, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _beside(first: Image.Image, second: Image.Image, gap: int, *, above: bool) -> Image.Image:
    if above:
        size = (max(first.width, second.width), first.height + gap + second.height)
        places = (((size[0] - first.width) // 2, 0), ((size[0] - second.width) // 2, first.height + gap))
    else:
        size = (first.width + gap + second.width, max(first.height, second.height))
        places = ((0, (size[1] - first.height) // 2), (first.width + gap, (size[1] - second.height) // 2))
    joined = Image.new("RGBA", size, (0, 0, 0, 0))
    joined.paste(first, places[0])
    joined.paste(second, places[1])
    return joined
