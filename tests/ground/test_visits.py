"""How long a lease of a visit is, against how long a machine waits for its customer."""

from __future__ import annotations

from atm_app.config import TimeSettings
from atm_app.desk import Step
from atm_app.identity.visits import LEASE_SECONDS, LONGEST_PATIENCE, RENEWAL_SECONDS, lease_seconds
from atm_app.steps.every_state import STEPS


def test_no_lease_runs_out_while_a_machine_still_waits() -> None:
    for times in (TimeSettings(), TimeSettings(idle=20), TimeSettings(idle=600, more_time=120)):
        assert lease_seconds(times) > LONGEST_PATIENCE * times.idle + times.more_time + RENEWAL_SECONDS
    assert lease_seconds(TimeSettings()) == LEASE_SECONDS, "three minutes as the settings come"


def test_no_step_is_more_patient_than_the_lease_allows() -> None:
    assert max(step.patience for step in (Step, *STEPS.values())) == LONGEST_PATIENCE
