"""What a customer is asked to do before the camera: a sequence nobody can foresee, drawn anew for every session.

A recording cannot hear the question: it plays its actions in its own order. Five steps of three kinds have 160
orders, and whoever turns the wrong way or unasked is refused (docs/liveness.md gives the chance with the timing).
"""

from __future__ import annotations

from functools import cache
from itertools import product

from atm_app.ports import FacePrompt, Random, ScreenColour

KINDS = (FacePrompt.BLINK, FacePrompt.TURN_LEFT, FacePrompt.TURN_RIGHT)
# A print cannot blink, living eyes behind a print cannot turn: each session asks for both. Turns tell a recording
# from a person better than blinks, which every recording of a person has in plenty.
FEWEST_BLINKS, MOST_BLINKS = 1, 2
# Fully saturated, so that each channel tells; white would say nothing against the screen's own light.
FLASH_COLOURS: tuple[ScreenColour, ...] = (
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255)
)  # fmt: skip
FLASHES = 6


@cache
def sequences(steps: int) -> tuple[tuple[FacePrompt, ...], ...]:
    """All that may be asked in ``steps`` steps, of which at least one is a blink and one a turn."""
    most = min(MOST_BLINKS, steps - 1)
    return tuple(
        kinds for kinds in product(KINDS, repeat=steps) if FEWEST_BLINKS <= kinds.count(FacePrompt.BLINK) <= most
    )


def draw_challenges(random: Random, steps: int) -> tuple[FacePrompt, ...]:
    """One of ``sequences(steps)``, each as likely as any other."""
    possible = sequences(steps)
    return possible[random.randbelow(len(possible))]


def draw_flash(random: Random) -> tuple[ScreenColour, ...]:
    """Colours for the screen, none twice in a row: 18,750 courses, each as likely as any other."""
    course = [random.randbelow(len(FLASH_COLOURS))]
    while len(course) < FLASHES:
        course.append((course[-1] + 1 + random.randbelow(len(FLASH_COLOURS) - 1)) % len(FLASH_COLOURS))
    return tuple(FLASH_COLOURS[number] for number in course)
