"""The kiosk's sensor driver against the virtual R307: journeys, lasting faults, states. Every fault at every step is in
``test_sensor_faults.py``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceError,
    DeviceState,
    DeviceUnavailable,
    FingerprintSensor,
    FingerPrompt,
    FingerTemplate,
    NoFinger,
)
from biometric.attack_detection import Presentation
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.template import FAMILY, TEMPLATE_BYTES, unpack
from biometric.fingerprint.transport import LineTaken, RobustFingerprint
from biometric.virtual.r307_client import VirtualSensor
from tests.biometric.customer import Customer

FINGER = "ravi.right_index"
OTHER_FINGER = "ravi.left_index"
PATIENCE = 10.0
UNAVAILABLE_SECONDS = 2.0
CANCEL_SECONDS = 0.3

Report = Callable[[FingerPrompt], None]


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualSensor]:
    sensor = VirtualSensor(tmp_path_factory.mktemp("sensor"), seed=11, paced=False)
    sensor.start()
    yield sensor
    sensor.close()


@pytest.fixture
def bare(virtual: VirtualSensor) -> VirtualSensor:
    """Plugged in, no fault, nothing on the window."""
    virtual.fault("none")
    virtual.lift()
    virtual.plug()
    return virtual


@pytest.fixture
def sensor(bare: VirtualSensor) -> Iterator[R307Sensor]:
    opened = R307Sensor(bare.port, virtual=True)
    yield opened
    opened.close()


def enrol(sensor: R307Sensor, virtual: VirtualSensor, finger: str, captures: int = 2) -> FingerTemplate:
    data = sensor.enrol(captures, PATIENCE, Cancellation(), Customer(virtual, finger))
    virtual.lift()
    return FingerTemplate(template_id=captures, finger=finger, family=FAMILY, data=data)


@pytest.fixture(scope="module")
def template(virtual: VirtualSensor) -> FingerTemplate:
    opened = R307Sensor(virtual.port, virtual=True)
    made = enrol(opened, virtual, FINGER)
    opened.close()
    return made


def ignore(prompt: FingerPrompt) -> None:
    """A customer who does nothing."""


def test_it_is_what_the_port_asks_for(sensor: R307Sensor) -> None:
    port: FingerprintSensor = sensor
    assert port.family == FAMILY


def test_verify_the_right_finger(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    customer = Customer(bare, FINGER)
    match = sensor.verify([template], PATIENCE, Cancellation(), customer)
    assert match.template_id == template.template_id
    assert match.score >= RECOMMENDED_THRESHOLD
    assert customer.prompts == [FingerPrompt.PLACE, FingerPrompt.READING]


@pytest.mark.parametrize("finger", [OTHER_FINGER, "zoe.thumb"])
def test_a_wrong_finger_stays_below_the_threshold(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate, finger: str
) -> None:
    assert sensor.verify([template], PATIENCE, Cancellation(), Customer(bare, finger)).score < RECOMMENDED_THRESHOLD


def test_the_best_of_several_fingers_counts(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    other = enrol(sensor, bare, OTHER_FINGER, captures=3)
    assert unpack(other.data).touches == 3
    match = sensor.verify([template, other], PATIENCE, Cancellation(), Customer(bare, OTHER_FINGER))
    assert match.template_id == other.template_id
    assert match.score >= RECOMMENDED_THRESHOLD


def test_a_finger_that_lies_there_must_be_lifted_first(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate
) -> None:
    bare.place(FINGER)
    customer = Customer(bare, FINGER)
    assert sensor.verify([template], PATIENCE, Cancellation(), customer).score >= RECOMMENDED_THRESHOLD
    assert customer.prompts == [FingerPrompt.LIFT, FingerPrompt.PLACE, FingerPrompt.READING]


def test_a_finger_that_never_leaves_is_no_finger(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate
) -> None:
    bare.place(FINGER)
    prompts: list[FingerPrompt] = []
    with pytest.raises(NoFinger):
        sensor.verify([template], 0.3, Cancellation(), prompts.append)
    assert prompts == [FingerPrompt.LIFT]


def test_no_finger(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    begin = time.monotonic()
    with pytest.raises(NoFinger):
        sensor.verify([template], 0.3, Cancellation(), ignore)
    assert time.monotonic() - begin < 1.0


def test_a_smeared_touch_is_asked_for_again(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    bare.fault("messy")
    customer = Customer(bare, FINGER)

    def report(prompt: FingerPrompt) -> None:
        if prompt is FingerPrompt.MESSY:
            bare.fault("none")
        customer(prompt)

    assert sensor.verify([template], PATIENCE, Cancellation(), report).score >= RECOMMENDED_THRESHOLD
    assert customer.prompts == [
        FingerPrompt.PLACE,
        FingerPrompt.READING,
        FingerPrompt.MESSY,
        FingerPrompt.PLACE_AGAIN,
        FingerPrompt.READING,
    ]


def test_only_smeared_touches_end_with_no_finger(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate
) -> None:
    bare.fault("messy")
    customer = Customer(bare, FINGER)
    with pytest.raises(NoFinger):
        sensor.verify([template], 1.0, Cancellation(), customer)
    assert FingerPrompt.MESSY in customer.prompts


def test_a_wet_finger_ends_in_an_answer(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    bare.fault("wet")
    match = sensor.verify([template], PATIENCE, Cancellation(), Customer(bare, OTHER_FINGER))
    assert match.score < RECOMMENDED_THRESHOLD


def test_cancelled_while_waiting(sensor: R307Sensor, template: FingerTemplate) -> None:
    cancellation, cancelled_at = Cancellation(), [0.0]

    def report(prompt: FingerPrompt) -> None:
        cancelled_at[0] = time.monotonic()
        cancellation.cancel()

    with pytest.raises(Cancelled):
        sensor.verify([template], PATIENCE, cancellation, report)
    assert time.monotonic() - cancelled_at[0] < CANCEL_SECONDS


def test_cancelled_in_the_middle_of_an_exchange(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate
) -> None:
    cancellation, cancelled_at = Cancellation(), [0.0]

    def report(prompt: FingerPrompt) -> None:
        bare.fault("silent")
        cancelled_at[0] = time.monotonic()
        cancellation.cancel()

    with pytest.raises(Cancelled):
        sensor.verify([template], PATIENCE, cancellation, report)
    assert time.monotonic() - cancelled_at[0] < CANCEL_SECONDS
    bare.fault("none")
    customer = Customer(bare, FINGER)
    assert sensor.verify([template], PATIENCE, Cancellation(), customer).score >= RECOMMENDED_THRESHOLD


@pytest.mark.parametrize("family", ["palm-code-1", "r307-minutiae-2", ""])
def test_templates_of_another_family_are_refused(sensor: R307Sensor, template: FingerTemplate, family: str) -> None:
    stranger = FingerTemplate(9, FINGER, family, template.data)
    with pytest.raises(DeviceError, match="not for this sensor"):
        sensor.verify([template, stranger], PATIENCE, Cancellation(), ignore)


def test_without_templates_a_finger_is_read_all_the_same_and_matches_nothing(
    sensor: R307Sensor, bare: VirtualSensor
) -> None:
    """Whoever types a number nobody has sees what every wrong finger sees."""
    customer = Customer(bare, FINGER)
    assert sensor.verify([], PATIENCE, Cancellation(), customer).score == 0
    assert customer.prompts == [FingerPrompt.PLACE, FingerPrompt.READING]


def test_an_attack_detection_asks_the_sensor_and_vetoes_the_right_finger(
    bare: VirtualSensor, template: FingerTemplate
) -> None:
    asked: list[int] = []

    def no_finger_is_alive(presentation: Presentation) -> bool:
        assert presentation.ask_sensor is not None
        asked.append(presentation.ask_sensor("getStorageCapacity"))
        return True

    sensor = R307Sensor(bare.port, virtual=True, detections=[no_finger_is_alive])
    match = sensor.verify([template], PATIENCE, Cancellation(), Customer(bare, FINGER))
    assert match.vetoed
    assert match.score >= RECOMMENDED_THRESHOLD
    bare.lift()
    with pytest.raises(DeviceError, match="no living finger"):
        enrol(sensor, bare, FINGER)
    assert len(asked) == 2
    sensor.close()


def test_garbage_in_place_of_a_template_scores_nothing(sensor: R307Sensor, bare: VirtualSensor) -> None:
    garbage = FingerTemplate(1, FINGER, FAMILY, bytes(range(256)) * 2)
    assert sensor.verify([garbage], PATIENCE, Cancellation(), Customer(bare, FINGER)).score == 0


def test_enrol_prompts_and_template(sensor: R307Sensor, bare: VirtualSensor) -> None:
    customer = Customer(bare, "lea.thumb")
    data = sensor.enrol(3, PATIENCE, Cancellation(), customer)
    again = [FingerPrompt.LIFT, FingerPrompt.PLACE_AGAIN, FingerPrompt.READING]
    assert customer.prompts == [FingerPrompt.PLACE, FingerPrompt.READING, *again, *again]
    assert len(data) == TEMPLATE_BYTES


def test_enrol_refuses_touches_of_two_fingers(sensor: R307Sensor, bare: VirtualSensor) -> None:
    with pytest.raises(DeviceError, match="do not belong together"):
        sensor.enrol(2, PATIENCE, Cancellation(), Customer(bare, FINGER, OTHER_FINGER))


def test_enrol_without_a_second_touch(sensor: R307Sensor, bare: VirtualSensor) -> None:
    def report(prompt: FingerPrompt) -> None:
        if prompt is FingerPrompt.PLACE:
            bare.place(FINGER)
        elif prompt is FingerPrompt.LIFT:
            bare.lift()

    with pytest.raises(NoFinger):
        sensor.enrol(2, 0.4, Cancellation(), report)


def test_enrol_takes_two_or_three_captures(sensor: R307Sensor) -> None:
    with pytest.raises(ValueError, match="captures"):
        sensor.enrol(4, PATIENCE, Cancellation(), ignore)


@pytest.mark.parametrize(
    ("fault", "count"),
    [("noise", None), ("slow", None), ("corrupt", 3)],
)
def test_line_faults_are_recovered_from(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate, fault: str, count: int | None
) -> None:
    customer = Customer(bare, FINGER)

    def report(prompt: FingerPrompt) -> None:
        customer(prompt)
        if prompt is FingerPrompt.READING:
            bare.fault(fault, count)

    match = sensor.verify([template], PATIENCE, Cancellation(), report)
    assert match.score >= RECOMMENDED_THRESHOLD


def test_a_lasting_fault_is_reported_in_time(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    customer, broken_at = Customer(bare, FINGER), [0.0]

    def report(prompt: FingerPrompt) -> None:
        customer(prompt)
        if prompt is FingerPrompt.READING:
            bare.fault("lost_byte")
            broken_at[0] = time.monotonic()

    with pytest.raises(DeviceUnavailable):
        sensor.verify([template], PATIENCE, Cancellation(), report)
    assert time.monotonic() - broken_at[0] < UNAVAILABLE_SECONDS
    assert sensor.status().state is DeviceState.OFFLINE
    bare.fault("none")
    assert sensor.status().state is DeviceState.ONLINE


def test_a_slow_sensor_is_online(sensor: R307Sensor, bare: VirtualSensor) -> None:
    bare.fault("slow")
    begin = time.monotonic()
    assert sensor.status().state is DeviceState.ONLINE
    assert time.monotonic() - begin < UNAVAILABLE_SECONDS


def test_the_plug_pulled_in_the_middle_of_an_upload(
    sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate
) -> None:
    assert sensor.status().state is DeviceState.ONLINE
    customer, begin = Customer(bare, FINGER), time.monotonic()
    bare.unplug(at="data", nth=2)

    def report(prompt: FingerPrompt) -> None:
        nonlocal begin
        customer(prompt)
        begin = time.monotonic()

    with pytest.raises(DeviceUnavailable):
        sensor.verify([template], PATIENCE, Cancellation(), report)
    assert time.monotonic() - begin < UNAVAILABLE_SECONDS
    assert sensor.status().state is DeviceState.NO_DEVICE
    bare.lift()
    bare.plug()
    assert sensor.verify([template], PATIENCE, Cancellation(), customer).score >= RECOMMENDED_THRESHOLD


def test_replugged_between_two_calls(sensor: R307Sensor, bare: VirtualSensor, template: FingerTemplate) -> None:
    for _ in range(2):
        customer = Customer(bare, FINGER)
        assert sensor.verify([template], PATIENCE, Cancellation(), customer).score >= RECOMMENDED_THRESHOLD
        bare.lift()
        bare.unplug()
        bare.plug()


def test_status_without_a_device(tmp_path: Path, template: FingerTemplate) -> None:
    missing = R307Sensor(tmp_path / "nothing")
    assert missing.status().state is DeviceState.NO_DEVICE
    assert missing.status().advice
    with pytest.raises(DeviceUnavailable):
        missing.verify([template], PATIENCE, Cancellation(), ignore)


def test_status_of_a_silent_sensor_comes_in_time(sensor: R307Sensor, bare: VirtualSensor) -> None:
    assert sensor.status().state is DeviceState.ONLINE
    bare.fault("silent")
    sensor.close()
    begin = time.monotonic()
    assert sensor.status().state is DeviceState.OFFLINE
    assert time.monotonic() - begin < UNAVAILABLE_SECONDS


def test_status_is_quick_while_somebody_verifies(sensor: R307Sensor, template: FingerTemplate) -> None:
    cancellation, placed = Cancellation(), threading.Event()
    ended: list[BaseException] = []

    def work() -> None:
        try:
            sensor.verify([template], PATIENCE, cancellation, lambda _prompt: placed.set())
        except Cancelled as error:
            ended.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert placed.wait(5)
    begin = time.monotonic()
    for _ in range(50):
        assert sensor.status().state is DeviceState.ONLINE
    assert time.monotonic() - begin < 0.1
    cancellation.cancel()
    worker.join(2)
    assert ended


def test_a_wrong_password_is_a_hardware_error(bare: VirtualSensor, template: FingerTemplate) -> None:
    stranger = R307Sensor(bare.port, password=99)
    assert stranger.status().state is DeviceState.HARDWARE_ERROR
    with pytest.raises(DeviceUnavailable):
        stranger.verify([template], PATIENCE, Cancellation(), ignore)
    stranger.close()


def test_a_sensor_in_other_hands(sensor: R307Sensor, bare: VirtualSensor) -> None:
    holder = RobustFingerprint(str(bare.port))
    assert sensor.status().state is DeviceState.OFFLINE
    assert "Another program" in sensor.status().advice
    with pytest.raises(LineTaken):
        RobustFingerprint(str(bare.port))
    holder.close()
    assert sensor.status().state is DeviceState.ONLINE
