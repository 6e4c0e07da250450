"""The test bench: everything around the machine that is virtual, as one object. The bench window paints it, the
demonstration and the tests call it; none of them can do more than a person standing before the machine."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from atm_app.banking.money import Money
from atm_app.cash_ports import NotesOfValue
from atm_app.devices.mail import Inbox
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.devices.virtual_printer import VirtualPrinter
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.ports import DeviceUnavailable, FacePrompt, FingerPrompt, ScreenColour
from atm_app.views import Face, Fingerprint, Palm, Shown, StickPicture
from biometric.virtual.camera_client import VirtualCamera
from biometric.virtual.control import ControlError
from biometric.virtual.person import read_persons
from biometric.virtual.person_obliging import answer
from biometric.virtual.picture_stick import VirtualStick
from biometric.virtual.r307_client import VirtualSensor
from commands.people import NEWCOMER, PEOPLE, Person

log = logging.getLogger(__name__)


class TestBench:
    """``camera``, ``sensor``, ``stick``, ``printer``, ``speaker`` and ``loudspeaker`` are None where a real one is
    plugged in; ``people`` are the demonstration's customers. Calls return at once; they are carried out in order on one
    thread, so that a slow device never holds up the screen."""

    __test__ = False  # not a test of pytest's

    def __init__(
        self,
        camera: VirtualCamera | None,
        sensor: VirtualSensor | None,
        stick: VirtualStick | None,
        dispenser: VirtualDispenser,
        acceptor: VirtualAcceptor,
        printer: VirtualPrinter | None,
        speaker: VirtualSpeaker | None,
        loudspeaker: VirtualSpeaker | None,
        inbox: Inbox | None,
        kill_vision: Callable[[], None],
        people: tuple[Person, ...] = PEOPLE,
    ) -> None:
        self.camera = camera
        self.sensor = sensor
        self.stick = stick
        self.dispenser = dispenser
        self.acceptor = acceptor
        self.printer = printer
        self.speaker = speaker
        self.loudspeaker = loudspeaker
        self.inbox = inbox
        self.kill_vision = kill_vision
        self.people = people
        self.person: Person | None = None
        self.finger = ""
        self.left_hand = False
        self.obliging = True
        self._pictured = PEOPLE[0].key
        self._prompt = FacePrompt.LOOK
        self._palm = False
        self._stick_wanted = False
        self._light: ScreenColour | None = None
        self._finger_prompt: FingerPrompt | None = None
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="bench")
        self._closed = threading.Event()

    def start_sensor(self) -> None:
        """Start the sensor's process; what is asked of it meanwhile waits."""
        self._sensor_do("start")

    @property
    def visitors(self) -> tuple[Person, ...]:
        """Everybody who can step up."""
        return (*self.people, NEWCOMER)

    def close(self) -> None:
        self._closed.set()
        self._hands.shutdown(wait=False, cancel_futures=True)

    # --- the person before the machine --------------------------------------------------------------------------------

    def step_up(self, key: str) -> None:
        """A person stands before the camera, with their own finger and right hand ready; ``finger`` may then be
        another, or none, and ``left_hand`` true."""
        self.person = next(person for person in self.visitors if person.key == key)
        self.finger, self.left_hand = self.person.finger, False
        self._camera_do("stand", key)

    def walk_away(self) -> None:
        self.person = None
        self._camera_do("leave")
        self.lift_finger()

    def show_hand(self) -> None:
        """The hand of who stands there, close to the camera."""
        if self.person is not None:
            self._camera_do("show_hand", self.person.key, self.left_hand)

    def hide_hand(self) -> None:
        self._camera_do("hide_hand")

    def hold_up_photograph(self, key: str) -> None:
        """A print of a person; nobody answers the prompts."""
        self.person, self._pictured = None, key
        self._camera_do("photograph", key)

    def hold_up_bent_print(self) -> None:
        """The photograph, bent, turned and tilted as the prompts ask."""
        self.person = None
        self._camera_do("bent_print", self._pictured)

    def hold_up_cut_out_eyes(self) -> None:
        """The photograph with somebody else's living eyes in its holes."""
        self.person = None
        behind = next(person.key for person in PEOPLE if person.key != self._pictured)
        self._camera_do("cut_out_eyes", self._pictured, behind)

    def hold_up_tablet(self) -> None:
        """A recording of the person on the photograph, over and over."""
        self.person = None
        self._camera_do("looped_video", self._pictured)

    def stand_together(self, key: str, other: str) -> None:
        self._camera_do("two", key, other)

    def stand_behind(self, on: bool) -> None:
        """Somebody looks over the shoulder of who stands there, or goes."""
        if on:
            behind = next(person.key for person in reversed(self.visitors) if person is not self.person)
            self._camera_do("stand_behind", behind)
        else:
            self._camera_do("nobody_behind")

    def blink(self) -> None:
        self._camera_do("blink")

    def turn(self, side: str) -> None:
        self._camera_do("turn", side)

    def camera_fault(self, name: str, on: bool) -> None:
        """``name``: unplug, freeze, dark, noise or strange."""
        if name == "unplug":
            self._camera_do("unplug" if on else "plug")
        else:
            self._camera_do(name, on)

    def place_finger(self, finger: str) -> None:
        self._sensor_do("place", finger)

    def lift_finger(self) -> None:
        self._sensor_do("lift")

    def sensor_fault(self, name: str) -> None:
        """``name``: unplug, plug, or a fault of the virtual R307's wire, ``none`` for an end of it."""
        if name in ("unplug", "plug"):
            self._sensor_do(name)
        else:
            self._sensor_do("fault", name)

    def put_in_stick(self, key: str) -> None:
        """The memory stick of a person: pictures of two fingers and of the right hand, and what else people keep."""
        finger = next(person.finger for person in self.visitors if person.key == key)
        if self.stick is not None:
            stick, hand_seed = self.stick, read_persons()[key].figures.seed
            self._do("stick", lambda: stick.put_in(finger, hand_seed))

    def pull_out_stick(self) -> None:
        if self.stick is not None:
            self._do("stick", self.stick.pull_out)

    def take_cash(self) -> None:
        self._hands.submit(self.dispenser.take)

    def insert_notes(self, major: int, count: int) -> None:
        """Put so many notes of a denomination in the acceptor's slot, if it is open."""
        denomination = Money.of_major(major).minor
        self._hands.submit(self.acceptor.insert, (NotesOfValue(denomination, count),))

    # --- a person who does what the screen asks ----------------------------------------------------------------------

    def follow(self, shown: Shown) -> None:
        """Called with every picture of the machine; an obliging person, or who holds up a print, reads it and acts."""
        view = shown.view
        prompt = view.prompt if isinstance(view, Face) else FacePrompt.LOOK
        finger_prompt = view.prompt if isinstance(view, Fingerprint) else None
        light = view.light if isinstance(view, Face) else None
        if light != self._light:
            self._light = light
            self._camera_do("lit_by", light)
        before, self._prompt = self._prompt, prompt
        finger_before, self._finger_prompt = self._finger_prompt, finger_prompt
        palm_before, self._palm = self._palm, isinstance(view, Palm)
        stick_before, self._stick_wanted = self._stick_wanted, isinstance(view, StickPicture)
        if not self.obliging:
            return
        if self._palm is not palm_before:
            self.show_hand() if self._palm else self.hide_hand()
        if self._stick_wanted is not stick_before and self.person is not None:
            self.put_in_stick(self.person.key) if self._stick_wanted else self.pull_out_stick()
        if prompt is not before and self.camera is not None:
            camera = self.camera
            self._do("camera", lambda: answer(camera, prompt))
        if not self.finger or self.person is None or finger_prompt is finger_before:
            return
        if finger_prompt in (FingerPrompt.PLACE, FingerPrompt.PLACE_AGAIN):
            self.place_finger(self.finger)
        elif finger_prompt in (FingerPrompt.LIFT, FingerPrompt.MESSY, None):
            self.lift_finger()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _camera_do(self, method: str, *arguments: Any) -> None:
        camera = self.camera
        if camera is not None:
            self._do(f"camera {method}", lambda: getattr(camera, method)(*arguments))

    def _sensor_do(self, method: str, *arguments: Any) -> None:
        sensor = self.sensor
        if sensor is not None:
            self._do(f"sensor {method}", lambda: getattr(sensor, method)(*arguments))

    def _do(self, name: str, act: Callable[[], object]) -> None:
        def carefully() -> None:
            try:
                act()
            except (DeviceUnavailable, ControlError, OSError) as error:
                if not self._closed.is_set():
                    log.warning("test bench, %s: %s", name, error)

        with contextlib.suppress(RuntimeError):  # closed already
            self._hands.submit(carefully)
