"""Persons drawn at random, for trials with many people: any face, hair, age, skin, with and without glasses."""

from __future__ import annotations

import numpy as np

from biometric.virtual.person import Colour, Person, PersonFigures

GLASSES_SHARE, BEARD_SHARE, BALD_SHARE, WRINKLED_SHARE, LONG_HAIR_SHARE = 0.3, 0.2, 0.12, 0.25, 0.4
# From the darkest to the lightest; each person lies somewhere between.
DARKEST_SKIN, LIGHTEST_SKIN = np.array((84, 55, 42)), np.array((236, 204, 188))
HAIR_COLOURS: tuple[Colour, ...] = ((14, 13, 14), (45, 32, 25), (95, 60, 35), (110, 40, 25), (205, 205, 208))
IRIS_COLOURS: tuple[Colour, ...] = ((35, 24, 18), (80, 55, 35), (70, 105, 60), (95, 125, 150))
# Figures drawn evenly between two bounds.
BOUNDS = {
    "face_half_width": (0.88, 1.05), "chin_depth": (1.16, 1.36), "jaw_width": (0.60, 0.88),
    "eye_distance": (0.385, 0.45), "eye_width": (0.178, 0.211), "eye_height": (0.104, 0.145),
    "eye_tilt": (-0.03, 0.04), "brow_level": (-0.39, -0.31), "brow_thickness": (0.036, 0.06),
    "brow_arch": (0.045, 0.10), "brow_darkness": (0.45, 0.9), "nose_length": (0.33, 0.47),
    "nose_width": (0.12, 0.22), "nose_height": (0.24, 0.35), "mouth_level": (0.68, 0.75),
    "mouth_width": (0.30, 0.41), "upper_lip": (0.055, 0.10), "lower_lip": (0.065, 0.13),
    "cheek": (0.03, 0.11), "socket": (0.06, 0.115), "brow_ridge": (0.03, 0.10),
    "hairline": (-1.0, -0.85), "hair_volume": (0.05, 0.28), "parting": (-0.5, 0.5),
}  # fmt: skip


def random_person(key: str, chance: np.random.Generator) -> Person:
    """The same generator in the same state gives the same person."""
    figures = {name: float(chance.uniform(*bounds)) for name, bounds in BOUNDS.items()}
    skin = DARKEST_SKIN + (LIGHTEST_SKIN - DARKEST_SKIN) * chance.uniform(0, 1)
    bald = chance.uniform() < BALD_SHARE
    long_hair = not bald and chance.uniform() < LONG_HAIR_SHARE
    bearded = not long_hair and chance.uniform() < BEARD_SHARE
    return Person(
        key,
        f"Visitor {key}",
        PersonFigures(
            **figures,
            skin_colour=_colour(skin),
            lip_colour=_colour(skin * np.array((0.85, 0.55, 0.58))),
            hair_colour=HAIR_COLOURS[int(chance.integers(len(HAIR_COLOURS)))],
            iris_colour=IRIS_COLOURS[int(chance.integers(len(IRIS_COLOURS)))],
            hair_length=float(chance.uniform(0.3, 1.3) if long_hair else chance.uniform(-0.4, 0.0)),
            baldness=1.0 if bald else 0.0,
            beard=float(chance.uniform(0.3, 0.7)) if bearded else 0.0,
            moustache=float(chance.uniform(0.3, 0.7)) if bearded else 0.0,
            glasses=float(chance.uniform(0.7, 1.0)) if chance.uniform() < GLASSES_SHARE else 0.0,
            wrinkles=float(chance.uniform(0.3, 0.8)) if chance.uniform() < WRINKLED_SHARE else 0.0,
            shirt_colour=_colour(chance.uniform(25, 225, 3)),
            seed=int(chance.integers(1, 2**31)),
        ),
    )


def _colour(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Colour:
    red, green, blue = (float(round(value)) for value in values)
    return red, green, blue
