"""What can be wrong with a painted screen: clipped or faded text, overlaps, things outside, targets too small."""

from __future__ import annotations

import functools
import tkinter
from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations
from tkinter import ttk

from atm_app.scripts import ISOLATE, ISOLATED, script_of
from gui.fonts import pillow_font
from gui.keyboard import SIGNS
from gui.palette import Palette, contrast
from gui.tokens import SHADOW_DEPTH, Scale

PANELS = ("Card.TFrame", "Note.TFrame", "Field.TFrame", "Cell.TFrame", "Advice.TFrame")
SMALLEST_TARGET = 44  # pixels on any screen
TARGET_GAP = 8  # design pixels between two targets, so that a finger does not press both
ROUNDING = 1  # pixels
# In a drawn light, a colour that is nobody's ground, the one line is large: WCAG 2.2, 1.4.3.
LARGE_TEXT = 3.0
GLYPH_SIZE = 40  # pixels
PICTURED = frozenset(SIGNS.values())  # what keys with a picture say

Rectangle = tuple[int, int, int, int]


def visible(widget: tkinter.Misc) -> Iterator[tkinter.Misc]:
    """All widgets below, that can be seen."""
    for child in widget.winfo_children():
        if child.winfo_ismapped() and not isinstance(child, tkinter.Toplevel):
            yield child
            yield from visible(child)


def buttons(root: tkinter.Misc) -> list[ttk.Button]:
    return [widget for widget in visible(root) if isinstance(widget, ttk.Button)]


def rectangle(widget: tkinter.Misc) -> Rectangle:
    x, y = widget.winfo_rootx(), widget.winfo_rooty()
    return x, y, x + widget.winfo_width(), y + widget.winfo_height()


def named(widget: tkinter.Misc) -> str:
    text = getattr(widget, "shown_text", ("",))[0] or (str(widget["text"]) if "text" in widget.keys() else "")  # noqa: SIM118
    return f"{type(widget).__name__} {text!r} {rectangle(widget)}"


def problems(root: tkinter.Misc, scale: Scale) -> list[str]:
    seen = list(visible(root))
    return [
        *clipped(seen), *outside(seen, root), *over_edges(seen, root, scale), *overlaps(seen),
        *small_targets(root, scale), *boxes(seen),
    ]  # fmt: skip


def clipped(seen: list[tkinter.Misc]) -> Iterator[str]:
    for widget in seen:
        if isinstance(widget, ttk.Label | ttk.Button) or is_panel(widget):
            asked, given = (
                (widget.winfo_reqwidth(), widget.winfo_reqheight()), (widget.winfo_width(), widget.winfo_height())
            )  # fmt: skip
            if asked[0] > given[0] or asked[1] > given[1]:
                yield f"clipped: {named(widget)} asks for {asked} and is given {given}"


def outside(seen: list[tkinter.Misc], root: tkinter.Misc) -> Iterator[str]:
    """A widget shows only what lies within its parent."""
    for widget in seen:
        left, top, right, bottom = rectangle(widget)
        parent = root.nametowidget(widget.winfo_parent())
        if isinstance(parent, tkinter.Frame) and not isinstance(parent, ttk.Frame):
            continue  # the piece of a bar
        edges = rectangle(parent)
        if left < edges[0] or top < edges[1] or right > edges[2] or bottom > edges[3]:
            yield f"outside: {named(widget)} reaches out of {edges}"


def over_edges(seen: list[tkinter.Misc], root: tkinter.Misc, scale: Scale) -> Iterator[str]:
    """A text has a ground of its own, which hides the edge of the card it reaches, and the shadow below that."""
    for widget in seen:
        parent = root.nametowidget(widget.winfo_parent())
        if isinstance(widget, ttk.Label) and said(widget) and is_panel(parent):
            left, top, right, bottom = rectangle(widget)
            edges = rectangle(parent)
            shadow = scale(SHADOW_DEPTH) if str(parent["style"]) == "Card.TFrame" else 0
            if left <= edges[0] or top <= edges[1] or right >= edges[2] or bottom >= edges[3] - shadow:
                yield f"over the edge: {named(widget)} of {edges}"


def overlaps(seen: list[tkinter.Misc]) -> Iterator[str]:
    solid = [(widget, str(widget), rectangle(widget)) for widget in seen if is_solid(widget)]
    for (first, path, place), (second, other_path, other) in combinations(solid, 2):
        if other_path.startswith(f"{path}.") or path.startswith(f"{other_path}."):
            continue
        if meet(place, other, -ROUNDING):
            yield f"overlap: {named(first)} and {named(second)}"


def said(widget: tkinter.Misc) -> str:
    """What a label or a button says, whether Tk or a picture shows it."""
    if not isinstance(widget, ttk.Label | ttk.Button):
        return ""
    return str(getattr(widget, "shown_text", (str(widget["text"]),))[0])


def boxes(seen: list[tkinter.Misc]) -> Iterator[str]:
    """Letters that their font draws as an empty box."""
    for widget in seen:
        missing = {letter for letter in said(widget) if letter not in PICTURED and not is_drawn(letter)}
        if missing:
            yield f"no glyph: {named(widget)} {sorted(map(ascii, missing))}"


@functools.cache
def is_drawn(letter: str) -> bool:
    font = pillow_font(GLYPH_SIZE, True, script_of(letter))
    empty_box = bytes(font.getmask("\U0010fffe"))
    return not letter.isprintable() or letter in (ISOLATE, ISOLATED) or bytes(font.getmask(letter)) != empty_box


def faded(root: tkinter.Misc, palette: Palette) -> Iterator[str]:
    """What the widgets say of themselves: a colour of another look, or one on a ground it fades in."""
    own = {getattr(palette, each.name) for each in fields(palette)}
    for widget in visible(root):
        if not hasattr(widget, "shown_text") or not widget.shown_text[0]:
            continue
        colour, ground = widget.shown_text[3], str(widget["background"])
        least = palette.least if ground in own else LARGE_TEXT
        if colour not in own or contrast(colour, ground) < least:
            yield f"{colour} on {ground}: {named(widget)}"
    if root["background"] != palette.paper:
        yield f"the window is {root['background']}"


def small_targets(root: tkinter.Misc, scale: Scale) -> Iterator[str]:
    """Keys of letters, which take no focus, may be narrower than others where thirteen stand side by side."""
    targets, stage = buttons(root), scale.stage
    for button in targets:
        is_key = str(button["takefocus"]) == "0"
        least = max(SMALLEST_TARGET, scale(stage.letters.target if is_key else stage.touch_target) - ROUNDING)
        if button.winfo_width() < least or button.winfo_height() < least:
            yield f"too small to touch: {named(button)}"
    places = [(button, rectangle(button)) for button in targets]
    for (first, place), (second, other) in combinations(places, 2):
        if meet(place, other, scale(TARGET_GAP) - ROUNDING):
            yield f"too near: {named(first)} and {named(second)}"


def is_panel(widget: tkinter.Misc) -> bool:
    return isinstance(widget, ttk.Frame) and str(widget["style"]) in PANELS


def is_solid(widget: tkinter.Misc) -> bool:
    """What shows something: panels, buttons, pictures and texts, bars."""
    if isinstance(widget, ttk.Label):
        return bool(str(widget["text"]) or str(widget["image"]))
    if isinstance(widget, tkinter.Frame) and not isinstance(widget, ttk.Frame):
        return widget.winfo_class() == "Frame" and bool(widget.winfo_children())
    return isinstance(widget, ttk.Button | tkinter.Canvas) or is_panel(widget)


def meet(first: Rectangle, second: Rectangle, margin: int) -> bool:
    """Whether two rectangles, the first grown by a margin, share a pixel."""
    return (
        first[0] - margin < second[2]
        and second[0] < first[2] + margin
        and first[1] - margin < second[3]
        and second[1] < first[3] + margin
    )
