"""The people who exist only as drawings: five faces, each a set of figures, kept in ``persons.json``.

Lengths are in head units: the face is about one unit half-wide, the origin lies between eyes and nose, x grows to
the picture's right (the person's own left), y downwards. Colours are RGB, 0..255.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PERSONS_FILE = Path(__file__).with_name("persons.json")

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class PersonFigures:
    """What makes a drawn face its own; the defaults are a plain face."""

    face_half_width: float = 0.98
    crown_height: float = 1.28
    chin_depth: float = 1.28
    jaw_width: float = 0.72
    jaw_roundness: float = 2.6
    eye_distance: float = 0.42
    eye_level: float = -0.10
    eye_width: float = 0.19
    eye_height: float = 0.125
    eye_tilt: float = 0.02
    lid_fold: float = 0.05
    brow_level: float = -0.36
    brow_thickness: float = 0.055
    brow_arch: float = 0.07
    brow_width: float = 0.27
    brow_darkness: float = 0.75
    brow_tilt: float = 0.0
    nose_length: float = 0.40
    nose_width: float = 0.15
    nose_height: float = 0.34
    nose_bridge: float = 0.10
    mouth_level: float = 0.74
    mouth_width: float = 0.34
    upper_lip: float = 0.065
    lower_lip: float = 0.085
    lip_colour: Colour = (150, 85, 85)
    lip_strength: float = 1.0
    cheek: float = 0.06
    socket: float = 0.11
    brow_ridge: float = 0.07
    chin_bulge: float = 0.10
    skin_colour: Colour = (205, 160, 135)
    iris_colour: Colour = (80, 55, 35)
    hair_colour: Colour = (45, 32, 25)
    hairline: float = -0.82
    hair_volume: float = 0.16
    hair_length: float = -0.2
    sideburns: float = 0.06
    baldness: float = 0.0
    parting: float = 0.0
    fringe: float = 0.0
    beard: float = 0.0
    moustache: float = 0.0
    glasses: float = 0.0
    wrinkles: float = 0.0
    shirt_colour: Colour = (60, 70, 110)
    seed: int = 1


@dataclass(frozen=True)
class Person:
    """``key`` names the person to the virtual camera; ``name`` is what a customer record says."""

    key: str
    name: str
    figures: PersonFigures = field(default_factory=PersonFigures)


@dataclass(frozen=True)
class Pose:
    """``eyes``: 1 open, 0 shut. ``yaw``: degrees, positive towards the person's own left."""

    eyes: float = 1.0
    yaw: float = 0.0
    mouth: float = 0.0


def read_persons(path: Path = PERSONS_FILE) -> dict[str, Person]:
    """The persons of a file by key, in its order. Raises ValueError naming a figure that does not exist."""
    known = {one.name for one in fields(PersonFigures)}
    persons: dict[str, Person] = {}
    for key, entry in json.loads(path.read_text(encoding="utf-8")).items():
        figures: dict[str, Any] = entry["figures"]
        unknown = figures.keys() - known
        if unknown:
            raise ValueError(f"{path.name}: {key} has unknown figures {sorted(unknown)}")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in figures.items()
        }
        persons[key] = Person(key, entry["name"], PersonFigures(**values))
    return persons
