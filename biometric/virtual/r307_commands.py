"""What an R307 does with a command: buffers, flash memory, real extraction and matching. Knows no wire."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from biometric.fingerprint.coarse_index import CoarseIndex
from biometric.fingerprint.matcher import SCORE_SCALE, compare, join
from biometric.fingerprint.minutiae import MessyImage, TooFewFeatures, extract, image_from_nibbles
from biometric.fingerprint.packets import (
    BAUD_UNIT,
    DEFAULT_ADDRESS,
    DEFAULT_BAUD_RATE,
    DEFAULT_PASSWORD,
    SMALLEST_PACKET,
    Instruction,
    Parameter,
    Reply,
)
from biometric.fingerprint.template import MalformedTemplate, pack, unpack
from biometric.virtual.finger_touch import GreyImage, to_nibbles

# The score from which the sensor itself says "match" or "found", for its security levels 1 to 5, and the level it comes
# with. Of 780 impostor pairs (fingers 20000 to 20039) 1.8 % reach 60, one reaches 80, none 100; of 1,120 genuine ones
# 0.2 % stay below 100 and 0.8 % below 140. The kiosk's own threshold is fingerprint.matcher.RECOMMENDED_THRESHOLD.
LEVEL_SCORES = {1: 60, 2: 80, 3: 100, 4: 120, 5: 140}
DEFAULT_LEVEL = 3
DEFAULT_CAPACITY = 1000
DEFAULT_PACKET_SIZE = 2
# Touches of one finger that agree less than this are not joined.
JOINING_SCORE = 100
INDEX_PAGE_BYTES = 32
SYSTEM_ID = 0x0009
# Pictures whose template is remembered, for touches that are laid down again and again.
KEPT_FEATURES = 8


@dataclass(frozen=True)
class Answer:
    """One acknowledge packet with ``reply`` and ``details``; then ``data`` in data packets when there is any."""

    reply: int
    details: bytes = b""
    data: bytes | None = None


# Templates a search compares in full, the likeliest of all.
LOOKED_AT = 24


@dataclass
class SensorMemory:
    """``image``: the last one taken. ``buffers``: the two feature buffers. ``flash``: page to template."""

    capacity: int = DEFAULT_CAPACITY
    password: int = DEFAULT_PASSWORD
    address: int = DEFAULT_ADDRESS
    level: int = DEFAULT_LEVEL
    packet_size: int = DEFAULT_PACKET_SIZE
    baud_units: int = DEFAULT_BAUD_RATE // BAUD_UNIT
    image: GreyImage | None = None
    buffers: dict[int, bytes | None] = field(default_factory=lambda: {1: None, 2: None})
    flash: dict[int, bytes] = field(default_factory=dict)
    verified: bool = False
    light: bool = False

    @property
    def packet_bytes(self) -> int:
        return SMALLEST_PACKET << self.packet_size


class CommandTable:
    """Answers commands. ``look`` gives what lies on the window now: an image, or None when nothing does.

    ``only_short_uploads``: like some units, refuse templates unless the packet size is 32 bytes.
    """

    def __init__(self, memory: SensorMemory, look: Callable[[], GreyImage | None]) -> None:
        self.memory = memory
        self._index = CoarseIndex()
        self.only_short_uploads = False
        self.counts: dict[str, int] = {}
        self._look = look
        self._incoming: tuple[Instruction, int] | None = None
        self._answers: dict[int, Callable[[bytes], Answer]] = {
            Instruction.TAKE_IMAGE: self._take_image,
            Instruction.IMAGE_TO_FEATURES: self._image_to_features,
            Instruction.MATCH: self._match,
            Instruction.SEARCH: self._search,
            Instruction.FAST_SEARCH: self._search,
            Instruction.MAKE_TEMPLATE: self._make_template,
            Instruction.STORE: self._store,
            Instruction.LOAD: self._load,
            Instruction.TEMPLATE_OUT: self._template_out,
            Instruction.TEMPLATE_IN: self._template_in,
            Instruction.IMAGE_OUT: self._image_out,
            Instruction.IMAGE_IN: self._image_in,
            Instruction.DELETE: self._delete,
            Instruction.CLEAR: self._clear,
            Instruction.SET_PARAMETER: self._set_parameter,
            Instruction.READ_PARAMETERS: self._read_parameters,
            Instruction.SET_PASSWORD: self._set_password,
            Instruction.VERIFY_PASSWORD: self._verify_password,
            Instruction.RANDOM_NUMBER: self._random_number,
            Instruction.SET_ADDRESS: self._set_address,
            Instruction.TEMPLATE_COUNT: self._template_count,
            Instruction.TEMPLATE_INDEX: self._template_index,
            Instruction.LIGHT_ON: self._light,
            Instruction.LIGHT_OFF: self._light,
        }

    def power_up(self) -> None:
        """What is lost without power: image, buffers, the verified password. Flash and parameters stay."""
        self.memory.image, self.memory.buffers = None, {1: None, 2: None}
        self.memory.verified = self.memory.light = False
        self._incoming = None

    def answer(self, command: bytes) -> Answer:
        """``command``: instruction and arguments. Malformed or unknown ones get a packet error."""
        if not command or command[0] not in self._answers:
            return Answer(Reply.PACKET_ERROR)
        instruction = Instruction(command[0])
        name = instruction.name.lower()
        self.counts[name] = self.counts.get(name, 0) + 1
        if not self.memory.verified and instruction is not Instruction.VERIFY_PASSWORD:
            return Answer(Reply.NOT_VERIFIED)
        self._incoming = None
        try:
            return self._answers[instruction](command)
        except (IndexError, KeyError):
            return Answer(Reply.PACKET_ERROR)

    def take_data(self, content: bytes) -> None:
        """The data packets after TEMPLATE_IN or IMAGE_IN, whole. Like the sensor, says nothing about them."""
        incoming, self._incoming = self._incoming, None
        if incoming is None:
            return
        instruction, buffer = incoming
        if instruction is Instruction.TEMPLATE_IN:
            self.memory.buffers[buffer] = content
        elif len(content) == 256 * 288 // 2:
            self.memory.image = image_from_nibbles(content)

    def _take_image(self, command: bytes) -> Answer:
        image = self._look()
        if image is None:
            return Answer(Reply.NO_FINGER)
        self.memory.image = image
        return Answer(Reply.OK)

    def _image_to_features(self, command: bytes) -> Answer:
        buffer = self._buffer(command)
        if self.memory.image is None:
            return Answer(Reply.NO_IMAGE)
        try:
            self.memory.buffers[buffer] = _features(self.memory.image.tobytes(), self.memory.image.shape)
        except MessyImage:
            return Answer(Reply.MESSY)
        except TooFewFeatures:
            return Answer(Reply.TOO_FEW_FEATURES)
        return Answer(Reply.OK)

    def _match(self, command: bytes) -> Answer:
        score = _score(self.memory.buffers[1], self.memory.buffers[2])
        reply = Reply.OK if score >= LEVEL_SCORES[self.memory.level] else Reply.NO_MATCH
        return Answer(reply, _word(score if reply is Reply.OK else 0))

    def _search(self, command: bytes) -> Answer:
        probe = self.memory.buffers[self._buffer(command)]
        start, count = _number(command[2:4]), _number(command[4:6])
        asked = [(page, template) for page, template in sorted(self.memory.flash.items())
                 if start <= page < start + count]  # fmt: skip
        best_page, best_score = 0, 0
        for page in self._index.likeliest(probe, asked, LOOKED_AT) if probe is not None else ():
            score = _score(self.memory.flash[page], probe)
            if score > best_score:
                best_page, best_score = page, score
        if best_score < LEVEL_SCORES[self.memory.level]:
            return Answer(Reply.NOT_FOUND, _word(0) + _word(0))
        return Answer(Reply.OK, _word(best_page) + _word(best_score))

    def _make_template(self, command: bytes) -> Answer:
        first, second = self.memory.buffers[1], self.memory.buffers[2]
        if first is None or second is None:
            return Answer(Reply.DO_NOT_BELONG_TOGETHER)
        try:
            joined = join(unpack(first), unpack(second), JOINING_SCORE / SCORE_SCALE)
        except MalformedTemplate:
            joined = None
        if joined is None:
            return Answer(Reply.DO_NOT_BELONG_TOGETHER)
        self.memory.buffers = {1: pack(joined), 2: pack(joined)}
        return Answer(Reply.OK)

    def _store(self, command: bytes) -> Answer:
        template, page = self.memory.buffers[self._buffer(command)], _number(command[2:4])
        if page >= self.memory.capacity:
            return Answer(Reply.BAD_PAGE)
        if template is None:
            return Answer(Reply.FLASH_FAILED)
        self.memory.flash[page] = template
        self._index.put(page, template)
        return Answer(Reply.OK)

    def _load(self, command: bytes) -> Answer:
        buffer, page = self._buffer(command), _number(command[2:4])
        if page >= self.memory.capacity:
            return Answer(Reply.BAD_PAGE)
        if page not in self.memory.flash:
            return Answer(Reply.READ_FAILED)
        self.memory.buffers[buffer] = self.memory.flash[page]
        return Answer(Reply.OK)

    def _template_out(self, command: bytes) -> Answer:
        template = self.memory.buffers[self._buffer(command)]
        if template is None:
            return Answer(Reply.TEMPLATE_OUT_FAILED)
        return Answer(Reply.OK, data=template)

    def _template_in(self, command: bytes) -> Answer:
        buffer = self._buffer(command)
        if self.only_short_uploads and self.memory.packet_bytes != SMALLEST_PACKET:
            return Answer(Reply.TEMPLATE_IN_FAILED)
        self._incoming = (Instruction.TEMPLATE_IN, buffer)
        return Answer(Reply.OK)

    def _image_out(self, command: bytes) -> Answer:
        if self.memory.image is None:
            return Answer(Reply.IMAGE_OUT_FAILED)
        return Answer(Reply.OK, data=to_nibbles(self.memory.image))

    def _image_in(self, command: bytes) -> Answer:
        self._incoming = (Instruction.IMAGE_IN, 0)
        return Answer(Reply.OK)

    def _delete(self, command: bytes) -> Answer:
        start, count = _number(command[1:3]), _number(command[3:5])
        if start + count > self.memory.capacity:
            return Answer(Reply.DELETE_FAILED)
        for page in range(start, start + count):
            self.memory.flash.pop(page, None)
        return Answer(Reply.OK)

    def _clear(self, command: bytes) -> Answer:
        self.memory.flash.clear()
        return Answer(Reply.OK)

    def _set_parameter(self, command: bytes) -> Answer:
        parameter, value = command[1], command[2]
        if parameter == Parameter.BAUD_RATE and 1 <= value <= 12:
            self.memory.baud_units = value
        elif parameter == Parameter.SECURITY_LEVEL and value in LEVEL_SCORES:
            self.memory.level = value
        elif parameter == Parameter.PACKET_SIZE and 0 <= value <= 3:
            self.memory.packet_size = value
        else:
            return Answer(Reply.BAD_PARAMETER)
        return Answer(Reply.OK)

    def _read_parameters(self, command: bytes) -> Answer:
        memory = self.memory
        words = (0, SYSTEM_ID, memory.capacity, memory.level)
        details = b"".join(map(_word, words)) + memory.address.to_bytes(4, "big")
        return Answer(Reply.OK, details + _word(memory.packet_size) + _word(memory.baud_units))

    def _set_password(self, command: bytes) -> Answer:
        self.memory.password = _number(command[1:5])
        return Answer(Reply.OK)

    def _verify_password(self, command: bytes) -> Answer:
        self.memory.verified = _number(command[1:5]) == self.memory.password
        return Answer(Reply.OK if self.memory.verified else Reply.WRONG_PASSWORD)

    def _random_number(self, command: bytes) -> Answer:
        return Answer(Reply.OK, secrets.token_bytes(4))

    def _set_address(self, command: bytes) -> Answer:
        """The wire answers under the new address already, as the manual says."""
        self.memory.address = _number(command[1:5])
        return Answer(Reply.OK)

    def _template_count(self, command: bytes) -> Answer:
        return Answer(Reply.OK, _word(len(self.memory.flash)))

    def _template_index(self, command: bytes) -> Answer:
        index = bytearray(INDEX_PAGE_BYTES)
        first = command[1] * INDEX_PAGE_BYTES * 8
        for page in self.memory.flash:
            if first <= page < first + INDEX_PAGE_BYTES * 8:
                index[(page - first) // 8] |= 1 << (page % 8)
        return Answer(Reply.OK, bytes(index))

    def _light(self, command: bytes) -> Answer:
        self.memory.light = command[0] == Instruction.LIGHT_ON
        return Answer(Reply.OK)

    def _buffer(self, command: bytes) -> int:
        """Any number but 1 means the second buffer, as the manual says."""
        return 1 if command[1] == 1 else 2


@lru_cache(maxsize=KEPT_FEATURES)
def _features(pixels: bytes, shape: tuple[int, ...]) -> bytes:
    """The template of a picture; once for each. Raises MessyImage, TooFewFeatures."""
    return pack(extract(np.frombuffer(pixels, np.uint8).reshape(shape)))


def _score(first: bytes | None, second: bytes | None) -> int:
    if first is None or second is None:
        return 0
    try:
        return compare(first, second)
    except MalformedTemplate:
        return 0


def _word(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _number(content: bytes) -> int:
    """Raises IndexError when nothing is there: the command was cut short."""
    if not content:
        raise IndexError("argument missing")
    return int.from_bytes(content, "big")
