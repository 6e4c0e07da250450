"""What screens are composed on. There are three stages, each with the places that all screens share, and one rule that
chooses between them; a screen's own places stand in a small table beside the screen, one entry a stage.

Lengths are pixels of the stage's own design; ``gui.tokens.Scale`` fits it to the window. Places are those of a language
that is read from left to right, and lie below the header: (0, 0) is the upper left corner of the body.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gui.direction import Anchor

# A panel of fewer rows than this is ten inches at most (800 × 480, 1024 × 600): the landscape's letters would be 10 to
# 17 px high on it.
COMPACT_BELOW = 640
ROW_PADDING, ROW_EDGE = 96, 6
SHRINKING = ("title", "large", "body", "label", "small")


@dataclass(frozen=True)
class Place:
    """A middle, and the width at which lines break."""

    x: float
    y: float
    wrap: float


@dataclass(frozen=True)
class NoteBox:
    """What stands around a note, the height of its sign, and what is free at its beginning, after it and at the end."""

    padding: float
    sign: float
    gaps: tuple[float, float, float]


@dataclass(frozen=True)
class Card:
    """``beside``, ``above``: what stands free within its edges; ``name``, ``value``, ``large``: what stands free above
    and below those in its rows. ``wrap``: where the lines of a value break; ``fits``: how long it may be,
    ``fits_two``: on two lines."""

    width: float
    beside: float
    above: float
    name: float
    value: float
    large: float
    wrap: float
    fits: float
    fits_two: float


@dataclass(frozen=True)
class Column:
    """What is typed and what is said about it, beside or above the keypad."""

    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


@dataclass(frozen=True)
class Keypad:
    """``left``, ``top``: of its first key."""

    left: float
    top: float
    key_width: float
    key_height: float
    gap: float

    @property
    def width(self) -> float:
        return 3 * self.key_width + 2 * self.gap


@dataclass(frozen=True)
class Letters:
    """The keyboard, its rows and the line for what is typed. ``bottom``: of its lowest row;
    ``target``: the least width and height of a key."""

    width: float
    key_height: float
    gap: float
    line_height: float
    line_gap: float
    bottom: float
    note: Place
    target: float
    rows: int = 4

    @property
    def height(self) -> float:
        return self.rows * self.key_height + (self.rows - 1) * self.gap

    @property
    def line_bottom(self) -> float:
        return self.bottom - self.height - self.line_gap


FOOT_GAP = 24


@dataclass(frozen=True)
class FootPlace:
    """A button of the foot. ``share`` of the window's width and ``x`` from there; ``above`` the body's end."""

    share: float
    x: float
    above: float
    width: float
    anchor: Anchor


@dataclass(frozen=True)
class Choices:
    """A few large buttons that share ``width``, none wider than ``widest``; where ``stacked`` each has all of it, and
    the last one stands at ``y``."""

    y: float
    width: float
    height: float
    gap: float
    stacked: bool = False
    widest: float = math.inf

    def places(self, count: int) -> list[tuple[float, float, float]]:
        """Of each: how far its middle is from the stage's, the height of its middle, its width."""
        if self.stacked:
            pitch = self.height + self.gap
            return [(0, self.y - (count - 1 - number) * pitch, self.width) for number in range(count)]
        width = min(self.widest, (self.width - (count - 1) * self.gap) / count)
        return [((number - (count - 1) / 2) * (width + self.gap), self.y, width) for number in range(count)]


@dataclass(frozen=True)
class Message:
    """A sign over a title over a text; ``line_y``: a quiet line under the title. ``told_y``: the text, its lines
    broken at ``wrap``; ``anchor``: what of it stands there."""

    sign_y: float
    sign: float
    title_y: float
    line_y: float
    told_y: float
    wrap: float
    anchor: Anchor = "center"


@dataclass(frozen=True)
class Countdown:
    """The bar, and where the seconds beside it begin."""

    x: float
    y: float
    width: float
    height: float
    number_x: float


@dataclass(frozen=True)
class Rows:
    """Rows to choose from: as high as ``fewest`` of them fill the room, or lower where there are more."""

    width: float
    top: float
    bottom: float
    gap: float
    fewest: int

    def height(self, count: int) -> float:
        return (self.bottom - self.top + self.gap) / max(self.fewest, count) - self.gap

    def room(self, count: int) -> tuple[float, float]:
        """Width and height of what is drawn on one."""
        return self.width - ROW_PADDING, self.height(count) - ROW_EDGE

    def first(self, count: int) -> float:
        """The top of the first one, so that all stand in the middle of the room."""
        taken = count * (self.height(count) + self.gap) - self.gap
        return (self.top + self.bottom - taken) / 2


@dataclass(frozen=True, eq=False)
class Stage:
    """``header_share``: of the bank's sign in a lower header. ``steps``: height of a line of their own for the steps
    under the header, 0 where they stand in it; ``names_steps``: each is named, not the present one alone;
    ``tells_date``: in the header. ``footer_middle``: of what stands in the footer, a share of it. ``text``: sizes of
    letters; ``bench`` is for the test bench (``gui/bench_places.py``). ``title_lines``: of a title, and of the
    line below it, at most. ``shrinks``: a text without room takes smaller letters. Screens' tables are keyed by stage:
    one is equal to itself alone."""

    name: str
    width: int
    height: int
    header: float
    header_share: float
    steps: float
    footer: float
    footer_middle: float
    margin: float
    touch_target: float
    text: Mapping[str, float]
    names_steps: bool
    tells_date: bool
    bank_width: float
    title_y: float
    title_width: float
    title_lines: int
    note: Place
    note_box: NoteBox
    card: Card
    shrinks: bool
    wrap: float
    one_line: float
    top: float
    bottom: float
    column: Column
    field_height: float
    cell_gap: float
    keypad: Keypad
    letters: Letters
    rows: Rows
    foot: Mapping[str, FootPlace]
    foot_height: float

    def sizes(self, size: str) -> tuple[str, ...]:
        """A size of letters, and the smaller ones a text without enough room may take."""
        return SHRINKING[SHRINKING.index(size) :] if self.shrinks and size in SHRINKING else (size,)

    @property
    def middle(self) -> float:
        return self.width / 2

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin

    @property
    def body_top(self) -> float:
        """From the window's upper edge."""
        return self.header + self.steps

    @property
    def body_height(self) -> float:
        return self.height - self.body_top - self.footer

    @property
    def foot_room(self) -> float:
        """Of a text in the middle of the foot: between the buttons beside it, or the width of the row above them."""
        left, middle = self.foot["left"], self.foot["middle"]
        beside = self.width - 2 * (left.x + left.width + FOOT_GAP)
        return beside if middle.above == left.above else middle.width

    @property
    def body_middle(self) -> float:
        """Of what stands between title and foot."""
        return (self.top + self.bottom) / 2


LANDSCAPE = Stage(
    name="landscape", width=1920, height=1080, header=92, header_share=1.0, steps=0, footer=56,
    footer_middle=0.4, margin=72,
    touch_target=88,  # 22 mm on a 24-inch panel, above EN 301 549's 15 mm
    text={"bench": 24, "fine": 20, "small": 24, "label": 28, "body": 32, "large": 40, "title": 60, "prompt": 72,
          "display": 84, "figure": 120},
    names_steps=True, tells_date=True, bank_width=440,
    title_y=70, title_width=1700, title_lines=1,
    note=Place(960, 156, 1560), note_box=NoteBox(14, 44, (12, 16, 14)),
    card=Card(width=1240, beside=64, above=30, name=26, value=22, large=18, wrap=760, fits=900, fits_two=1400),
    shrinks=False, wrap=1560, one_line=1500, top=216, bottom=782,
    column=Column(left=247, top=216, width=700), field_height=128, cell_gap=14,
    keypad=Keypad(left=1067, top=216, key_width=190, key_height=128, gap=18),
    letters=Letters(width=1560, key_height=106, gap=12, line_height=92, line_gap=20, bottom=782,
                    note=Place(960, 156, 1560), target=88),
    rows=Rows(width=1400, top=216, bottom=782, gap=16, fewest=4),
    foot={
        "left": FootPlace(0.0, 72, 12, 400, "sw"), "middle": FootPlace(0.5, 0, 12, 400, "s"),
        "right": FootPlace(1.0, -72, 12, 400, "se"),
        "before": FootPlace(0.5, -148, 12, 280, "s"), "after": FootPlace(0.5, 148, 12, 280, "s"),
    },
    foot_height=104,
)  # fmt: skip

# What stands side by side on the others stands one above the other; what is touched most is below, within reach.
PORTRAIT = Stage(
    name="portrait", width=1080, height=1920, header=92, header_share=1.0, steps=72, footer=56,
    footer_middle=0.4, margin=48,
    touch_target=88,
    text={"bench": 20, "fine": 24, "small": 28, "label": 32, "body": 36, "large": 44, "title": 62, "prompt": 66,
          "display": 92, "figure": 132},
    names_steps=True, tells_date=True, bank_width=380,
    title_y=100, title_width=984, title_lines=2,
    note=Place(540, 248, 860), note_box=NoteBox(14, 44, (12, 16, 14)),
    card=Card(width=984, beside=48, above=30, name=36, value=32, large=28, wrap=640, fits=1060, fits_two=1060),
    shrinks=True, wrap=960, one_line=940, top=340, bottom=1400,
    column=Column(left=48, top=340, width=984), field_height=128, cell_gap=16,
    keypad=Keypad(left=48, top=892, key_width=317, key_height=115, gap=16),
    letters=Letters(width=1064, key_height=152, gap=8, line_height=124, line_gap=28, bottom=1400,
                    note=Place(540, 248, 860), target=73),
    rows=Rows(width=984, top=400, bottom=1400, gap=20, fewest=5),
    foot={
        "left": FootPlace(0.0, 48, 16, 480, "sw"), "middle": FootPlace(0.5, 0, 156, 984, "s"),
        "right": FootPlace(1.0, -48, 16, 480, "se"),
        "before": FootPlace(0.5, -252, 156, 480, "s"), "after": FootPlace(0.5, 252, 156, 480, "s"),
    },
    foot_height=120,
)  # fmt: skip

# On 800 × 480 body text is 21 px high and a target 44 px; on a large panel the same stage is the large text.
COMPACT = Stage(
    name="compact", width=1200, height=720, header=58, header_share=0.7, steps=0, footer=42,
    footer_middle=0.5, margin=36, touch_target=66,
    text={"bench": 15, "fine": 20, "small": 24, "label": 28, "body": 32, "large": 36, "title": 42, "prompt": 48,
          "display": 52, "figure": 80},
    names_steps=False, tells_date=False, bank_width=300,
    title_y=35, title_width=1128, title_lines=1,
    note=Place(600, 110, 1060), note_box=NoteBox(5, 30, (10, 10, 10)),
    card=Card(width=1128, beside=40, above=8, name=10, value=8, large=6, wrap=720, fits=700, fits_two=1300),
    shrinks=True, wrap=1100, one_line=1080, top=152, bottom=524,
    column=Column(left=36, top=152, width=590), field_height=76, cell_gap=10,
    keypad=Keypad(left=656, top=152, key_width=162, key_height=85, gap=10),
    letters=Letters(width=1160, key_height=73, gap=8, line_height=68, line_gap=4, bottom=524,
                    note=Place(600, 101, 1116), target=66),
    rows=Rows(width=1128, top=152, bottom=524, gap=10, fewest=4),
    foot={
        "left": FootPlace(0.0, 36, 8, 360, "sw"), "middle": FootPlace(0.5, 0, 8, 360, "s"),
        "right": FootPlace(1.0, -36, 8, 360, "se"),
        "before": FootPlace(0.5, -100, 8, 186, "s"), "after": FootPlace(0.5, 100, 8, 186, "s"),
    },
    foot_height=80,
)  # fmt: skip

UPRIGHT_MESSAGE = Message(sign_y=490, sign=300, title_y=760, line_y=910, told_y=870, wrap=900, anchor="n")
SMALL_MESSAGE = Message(sign_y=112, sign=140, title_y=232, line_y=304, told_y=284, wrap=1080, anchor="n")


def message_places(landscape: Message) -> Mapping[Stage, Message]:
    """Of a screen that says one thing; on small and on upright ones all of them stand alike."""
    return {LANDSCAPE: landscape, PORTRAIT: UPRIGHT_MESSAGE, COMPACT: SMALL_MESSAGE}


STAGES = (LANDSCAPE, PORTRAIT, COMPACT)


def stage_for(width: int, height: int, *, large: bool = False) -> Stage:
    """The stage of a window of so many pixels. ``large``: with large text, where the window has room for it."""
    if height > width:
        return PORTRAIT
    return COMPACT if large or height < COMPACT_BELOW else LANDSCAPE


def offers_large(width: int, height: int) -> bool:
    """Whether large text would look other than the usual one."""
    return stage_for(width, height, large=True) is not stage_for(width, height)
