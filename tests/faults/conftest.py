from __future__ import annotations

# The customers of the journeys, enrolled once in a run.
from tests.journeys.conftest import enrolled as enrolled
