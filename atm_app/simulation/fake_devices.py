"""The devices of a simulated machine. Their notes outlive its process; a person acts on them through ``show``,
``lay``, ``take`` and ``insert``. Cash behaves as in the virtual siblings under ``devices``, without disk and threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from atm_app.cash_ports import CashFate, DispenseFailed, Escrow, Mix, NoteCount, NotesIn, NotesOfValue
from atm_app.message_ports import Contact, DeliveryFailed, Message
from atm_app.palm_ports import PalmAdvice, PalmCapture, PalmNotCaptured, PalmProgress
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import (
    Cancellation,
    Cancelled,
    Candidate,
    DeviceError,
    DeviceState,
    DeviceStatus,
    DeviceUnavailable,
    FaceAdvice,
    FaceCapture,
    FaceNotCaptured,
    FaceProgress,
    FacePrompt,
    FaceRefusal,
    FaceRequest,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
    NoFinger,
)
from atm_app.simulation.clock import Time
from atm_app.simulation.workers import StillWaiting

FAMILY = "simulated-1"
# Either side of every threshold that settings may have.
SAME_FACE, OTHER_FACE = 0.1, 1.3
SAME_FINGER, OTHER_FINGER = 400, 5
SAME_PALM, OTHER_PALM = 0.1, 0.4


class Device:
    """What all have: a plug."""

    def __init__(self, name: str, time: Time) -> None:
        self.name = name
        self.plugged = True
        self._time = time
        self._online = DeviceStatus(name, DeviceState.ONLINE, virtual=True)
        self._offline = DeviceStatus(name, DeviceState.OFFLINE, virtual=True)

    def status(self) -> DeviceStatus:
        return self._online if self.plugged else self._offline

    def _powered(self) -> None:
        if not self.plugged:
            raise DeviceUnavailable(f"the {self.name} does not answer")


class FakeCamera(Device):
    """Waits for somebody to ``show`` a face, for as long as the request says."""

    def __init__(self, time: Time) -> None:
        super().__init__("camera", time)
        self._request: FaceRequest | None = None
        self._end = 0.0
        self._seen: bytes | FaceRefusal | None = None

    def show(self, seen: bytes | FaceRefusal) -> None:
        self._seen = seen

    def capture(
        self, request: FaceRequest, cancellation: Cancellation, report: Callable[[FaceProgress], None]
    ) -> FaceCapture:
        self._powered()
        if cancellation.cancelled:
            raise Cancelled
        if request is not self._request:
            self._request, self._end, self._seen = request, self._time.seconds + request.patience, None
            report(FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.1))
        if self._seen is None and self._time.seconds < self._end:
            raise StillWaiting
        seen, self._seen = self._seen, None
        if isinstance(seen, bytes):
            return FaceCapture((seen,) * request.samples_wanted, 0.9, {"blink": 0.3}, 4.0)
        raise FaceNotCaptured(seen or FaceRefusal.NOBODY)


class FakePalmCamera(Device):
    """Nobody shows a hand: no simulated kiosk asks for one."""

    def __init__(self, time: Time) -> None:
        super().__init__("camera", time)

    def capture(
        self, samples: int, patience: float, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        self._powered()
        raise PalmNotCaptured(PalmAdvice.NO_HAND)


class FakePictures:
    """Nobody brings a stick: no simulated kiosk takes one."""

    family = "pictures"

    def files(self) -> tuple[str, ...] | None:
        return None

    def enrol(self, file: str) -> bytes:
        raise UnusablePicture(PictureFault.UNREADABLE, "no stick")

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        raise UnusablePicture(PictureFault.UNREADABLE, "no stick")

    def capture(self, file: str) -> PalmCapture:
        raise UnusablePicture(PictureFault.UNREADABLE, "no stick")


class FakePalms:
    """Matcher: two palms are the same or not."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        return samples[0]

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        return SAME_PALM if template == samples[0] else OTHER_PALM


class FakeFaces:
    """Matcher and gallery: two faces are the same or not."""

    def __init__(self) -> None:
        self._templates: dict[int, bytes] = {}

    def template(self, samples: Sequence[bytes]) -> bytes:
        return samples[0]

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        return SAME_FACE if template == samples[0] else OTHER_FACE

    def moved(self, template: bytes, samples: Sequence[bytes], rate: float, origin: bytes, reach: float) -> bytes:
        return template

    def __len__(self) -> int:
        return len(self._templates)

    def customers(self) -> frozenset[int]:
        return frozenset(self._templates)

    def replace(self, templates: Sequence[tuple[int, bytes]]) -> None:
        self._templates = dict(templates)

    def put(self, customer_id: int, template: bytes) -> None:
        self._templates[customer_id] = template

    def remove(self, customer_id: int) -> None:
        self._templates.pop(customer_id, None)

    def nearest(self, samples: Sequence[bytes], count: int) -> tuple[Candidate, ...]:
        found = [Candidate(key, self.distance(face, samples)) for key, face in self._templates.items()]
        return tuple(sorted(found, key=lambda candidate: candidate.distance)[:count])


class FakeSensor(Device):
    """Waits for somebody to ``lay`` a finger on it."""

    family = FAMILY

    def __init__(self, time: Time) -> None:
        super().__init__("fingerprint", time)
        self._asked: Cancellation | None = None
        self._end = 0.0
        self._finger: bytes | None = None

    def lay(self, finger: bytes) -> None:
        self._finger = finger

    def verify(
        self, templates: Sequence[FingerTemplate], patience: float, cancellation: Cancellation,
        report: Callable[[FingerPrompt], None],
    ) -> FingerMatch:  # fmt: skip
        self._powered()
        if cancellation.cancelled:
            raise Cancelled
        if cancellation is not self._asked:
            self._asked, self._end, self._finger = cancellation, self._time.seconds + patience, None
            report(FingerPrompt.PLACE)
        if self._finger is None:
            if self._time.seconds < self._end:
                raise StillWaiting
            raise NoFinger
        finger, self._finger = self._finger, None
        same = [template.template_id for template in templates if template.data == finger]
        return FingerMatch(same[0], SAME_FINGER, self.family) if same else FingerMatch(0, OTHER_FINGER, self.family)

    def enrol(
        self, captures: int, patience: float, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> bytes:
        raise NotImplementedError("nobody is enrolled while the simulation runs")


class FakeDispenser(Device):
    """``bin``: value of rejected and retracted notes. ``taken``: by request, what people really hold in their hands,
    whatever the device knows of it. Values in minor units."""

    def __init__(self, time: Time) -> None:
        super().__init__("dispenser", time)
        self.jams_before_stacker = False
        self.jams_at_shutter = False
        self.cassettes: dict[int, NoteCount] = {}
        self.bin = 0
        self.taken: dict[bytes, int] = {}
        self.fates: dict[bytes, CashFate] = {}
        self.transport: tuple[bytes, int] | None = None
        self._awaited: tuple[bytes, float] | None = None

    def status(self) -> DeviceStatus:
        status = super().status()
        if self.plugged and self.jams_before_stacker:
            return DeviceStatus(self.name, DeviceState.HARDWARE_ERROR, virtual=True)
        return status

    def counts(self) -> Mix:
        return tuple(self.cassettes.values())

    def dispense(self, request_id: bytes, mix: Mix) -> None:
        self._powered()
        if self.transport:
            presented = self.fates[self.transport[0]] is CashFate.PRESENTED
            self._clear(CashFate.RETRACTED if presented else CashFate.REJECTED)
        if any(note.position not in self.cassettes or self.cassettes[note.position].count < note.count for note in mix):
            self.fates[request_id] = CashFate.NOT_DISPENSED
            raise DispenseFailed("a cassette ran empty", CashFate.NOT_DISPENSED)
        for note in mix:
            left = self.cassettes[note.position].count - note.count
            self.cassettes[note.position] = NoteCount(note.position, note.denomination, left)
        self.transport = (request_id, sum(note.count * note.denomination for note in mix))
        self.fates[request_id] = CashFate.STACKED
        if self.jams_before_stacker:
            self._clear(CashFate.REJECTED)
            raise DispenseFailed("notes jammed on the way to the stacker", CashFate.REJECTED)

    def present(self, request_id: bytes) -> None:
        self._powered()
        if self.jams_at_shutter:
            self.jams_at_shutter = False
            self._clear(CashFate.REJECTED)
            raise DispenseFailed("the shutter did not open", CashFate.REJECTED)
        self.fates[request_id] = CashFate.PRESENTED

    def wait_taken(self, request_id: bytes, seconds: float) -> CashFate:
        self._powered()
        if self._awaited is None or self._awaited[0] != request_id:
            self._awaited = (request_id, self._time.seconds + seconds)
        if self.fate_now(request_id) is CashFate.PRESENTED:
            if self._time.seconds < self._awaited[1]:
                raise StillWaiting
            self._clear(CashFate.RETRACTED)
        return self.fate_now(request_id)

    def fate(self, request_id: bytes) -> CashFate:
        self._powered()
        known = self.fate_now(request_id)
        if known is CashFate.STACKED:
            self._clear(CashFate.REJECTED)
        elif known is CashFate.PRESENTED:
            self._clear(CashFate.RETRACTED)
        return self.fate_now(request_id)

    def fate_now(self, request_id: bytes) -> CashFate:
        return self.fates.get(request_id, CashFate.NOT_DISPENSED)

    # --- what people do ----------------------------------------------------------------------------------------------

    @property
    def presented(self) -> tuple[bytes, int] | None:
        """Request and value of what lies in the shutter."""
        if self.transport and self.fates[self.transport[0]] is CashFate.PRESENTED:
            return self.transport
        return None

    def take(self, *, seen: bool = True) -> None:
        """Somebody takes what lies in the shutter; not ``seen``: while the power is off."""
        if self.presented:
            self._clear(CashFate.TAKEN if seen else CashFate.UNKNOWN, taken=True)

    def load(self, notes: Mix) -> None:
        """The custodian empties it and puts cassettes in."""
        self.cassettes = {note.position: note for note in notes}
        self.bin = 0

    @property
    def value(self) -> int:
        """All that is in it."""
        in_cassettes = sum(note.count * note.denomination for note in self.cassettes.values())
        return in_cassettes + self.bin + (self.transport[1] if self.transport else 0)

    def _clear(self, fate: CashFate, *, taken: bool = False) -> None:
        assert self.transport is not None
        request_id, value = self.transport
        if taken:
            self.taken[request_id] = value
        else:
            self.bin += value
        self.fates[request_id], self.transport = fate, None


class FakeAcceptor(Device):
    """``stuck``: value of notes that nobody knows the way of. ``stored``: by request, what it kept."""

    def __init__(self, time: Time) -> None:
        super().__init__("acceptor", time)
        self.jammed = False
        self.escrow = Counter[int]()
        self.owner: bytes | None = None
        self.box = 0
        self.stuck = 0
        self.stored: dict[bytes, int] = {}
        self.lost: dict[bytes, int] = {}
        self.fates: dict[bytes, CashFate] = {}
        self._hand: NotesIn | None = None
        self._opened: tuple[Cancellation, float] | None = None

    def count(self, request_id: bytes, seconds: float, cancellation: Cancellation) -> Escrow:
        self._powered()
        if cancellation.cancelled:
            raise Cancelled
        if self.owner not in (None, request_id):
            self._empty(CashFate.RETURNED)
        self.owner = request_id
        if self._opened is None or self._opened[0] is not cancellation:
            self._opened = (cancellation, self._time.seconds + seconds)
        if self._hand is None and self._time.seconds < self._opened[1]:
            raise StillWaiting
        for note in self._hand or ():
            self.escrow[note.denomination] += note.count
        self._hand, self._opened = None, None
        return Escrow(tuple(NotesOfValue(value, count) for value, count in sorted(self.escrow.items(), reverse=True)))

    def store(self, request_id: bytes) -> None:
        self._powered()
        if self.owner != request_id:
            raise DeviceError("the escrow does not hold this deposit")
        if self.jammed:
            raise DeviceError("notes jammed on the way to the deposit box")
        self._empty(CashFate.STORED)

    def give_back(self, request_id: bytes, seconds: float) -> CashFate:
        self._powered()
        if self.owner == request_id:
            self._empty(CashFate.RETURNED)
        return self.fate_now(request_id)

    def fate(self, request_id: bytes) -> CashFate:
        self._powered()
        if self.owner == request_id:
            self._empty(CashFate.UNKNOWN if self.jammed and self.escrow else CashFate.RETURNED)
        return self.fate_now(request_id)

    def fate_now(self, request_id: bytes) -> CashFate:
        return self.fates.get(request_id, CashFate.RETURNED)

    def insert(self, notes: NotesIn) -> None:
        """A person has notes in the hand for the slot."""
        self._hand = notes

    def free(self, request_id: bytes, *, kept: bool) -> None:
        """Staff take stuck notes out of the way: into the box, or to whom they belong."""
        self.stuck -= self.lost[request_id]
        self.box += self.lost[request_id] if kept else 0

    def _empty(self, fate: CashFate) -> None:
        assert self.owner is not None
        value = sum(denomination * count for denomination, count in self.escrow.items())
        if fate is CashFate.STORED:
            self.box += value
            self.stored[self.owner] = value
        elif fate is CashFate.UNKNOWN:
            self.stuck += value
            self.lost[self.owner] = value
        self.fates[self.owner] = fate
        self.escrow.clear()
        self.owner = None


class FakePrinter(Device):
    """Prints into nothing; ``plugged`` is its paper."""

    def __init__(self, time: Time) -> None:
        super().__init__("printer", time)

    def print(self, picture: bytes, name: str) -> None:
        self._powered()


class FakeSpeaker:
    """Nobody listens."""

    def status(self) -> DeviceStatus:
        return DeviceStatus("speaker", DeviceState.ONLINE, virtual=True)

    def headset(self) -> bool:
        return False

    def say(self, text: str, language: str, volume: int) -> None: ...
    def spell(self, letter: str, language: str, volume: int) -> None: ...
    def tick(self, volume: int) -> None: ...
    def beep(self, volume: int) -> None: ...
    def stop(self) -> None: ...


class FakePost:
    """The customers' post: by address, the messages."""

    name = "e-mail"
    contact = Contact.EMAIL

    def __init__(self) -> None:
        self.down = False
        self.messages: dict[str, list[Message]] = {}

    def status(self) -> DeviceStatus:
        return DeviceStatus(self.name, DeviceState.OFFLINE if self.down else DeviceState.ONLINE, virtual=True)

    def send(self, message: Message) -> None:
        if self.down:
            raise DeliveryFailed("the server does not answer")
        self.messages.setdefault(message.address, []).append(message)
