from __future__ import annotations

from tests.flows.conftest import cheap_pins as cheap_pins
from tests.flows.conftest import make_world as make_world
from tests.flows.conftest import world as world
