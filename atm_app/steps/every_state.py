"""What each state of the flow does: all steps, by the state's name."""

from __future__ import annotations

from atm_app.desk import Step
from atm_app.steps import (
    consents,
    deposit,
    face_and_pin,
    identity,
    joining,
    one_time_code,
    order,
    outside,
    own_account,
    own_settings,
    palm,
    picture,
    receipt,
    sign_up,
    supervisor,
    transfer,
    user_name,
    withdrawal,
)

STEPS: dict[str, type[Step]] = {
    **outside.STEPS,
    **identity.STEPS,
    **one_time_code.STEPS,
    **face_and_pin.STEPS,
    **picture.STEPS,
    **palm.STEPS,
    **order.STEPS,
    **withdrawal.STEPS,
    **deposit.STEPS,
    **transfer.STEPS,
    **receipt.STEPS,
    **own_settings.STEPS,
    **own_account.STEPS,
    **consents.STEPS,
    **sign_up.STEPS,
    **joining.STEPS,
    **supervisor.STEPS,
    **user_name.STEPS,
}
