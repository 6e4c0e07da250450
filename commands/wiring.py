"""Plugs wings and devices into the ports: the one place that knows them all."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits
from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import NoteCount
from atm_app.config import PrinterSettings, Settings
from atm_app.controller import Controller
from atm_app.devices.documents import ReceiptDocument
from atm_app.devices.espeak import EspeakSpeaker
from atm_app.devices.receipt_paper import ReceiptPaper
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.devices.virtual_printer import VirtualPrinter
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.identity.authentication import Authentication
from atm_app.identity.authenticator_app import AuthenticatorApps
from atm_app.identity.captures import Captures
from atm_app.identity.code_lists import CodeLists
from atm_app.identity.code_sources import CodeSources
from atm_app.identity.delivery import Delivery
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.identity.enrolment import Enrolment
from atm_app.identity.face_learning import FaceLearning
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.identity.policy import Policy, policy_of
from atm_app.identity.self_sign_up import SelfSignUp
from atm_app.identity.strangers import Strangers
from atm_app.machine import Machine
from atm_app.ports import Clock, Workers
from atm_app.stores import AuditEvent, Factor
from atm_app.trust.alerts import Alerts
from atm_app.views import Shown
from atm_app.watch.fleet import FleetRecords
from atm_app.watch.heartbeat import Sighting
from biometric.attack_detection import AttackDetection
from biometric.camera import CameraThread
from biometric.face.camera_face import VisionFaceCamera
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.face.onlookers import CameraOnlookers
from biometric.face.vision_process import VisionProcess
from biometric.fingerprint.picture_stick import RECOMMENDED_THRESHOLD as PICTURE_THRESHOLD
from biometric.fingerprint.picture_stick import PictureStick
from biometric.fingerprint.sensor import R307Sensor
from biometric.palm.palm_camera import CameraPalms
from biometric.palm.palm_matcher import LineCodePalmMatcher
from biometric.palm.picture_stick import PalmPictureStick
from biometric.virtual.camera_client import VirtualCamera
from biometric.virtual.picture_stick import VirtualStick
from biometric.virtual.r307_client import VirtualSensor
from commands.demonstrated_people import people_now
from commands.demonstration import Demonstration, request_id
from commands.finger_thresholds import VENDOR_FAMILY, sensor_threshold
from commands.messages import Messages
from commands.opened_storage import server_addresses
from commands.people import ACCEPTED_NOTES, BILLERS, full_cassettes
from commands.system_random import SystemRandom
from commands.workbench import TestBench
from db.folder import DataFolder, data_folder
from db.locks import take
from db.storage import Storage
from gui.fonts import pillow_font
from gui.words import words_of

if TYPE_CHECKING:
    from atm_app.devices.escpos_printer import EscPosPrinter
    from commands.figures import Figures

log = logging.getLogger(__name__)

# Here a bank adds what tells a living finger or palm from a copy; nothing that ships does.
FINGER_DETECTIONS: tuple[AttackDetection, ...] = ()
PALM_DETECTIONS: tuple[AttackDetection, ...] = ()


class SecondKiosk(Exception):
    """Another kiosk works on this data folder."""


@dataclass(frozen=True)
class FoundDevices:
    """Which devices are real. ``camera``: index, path or URL for OpenCV, None for the virtual one."""

    camera: int | str | None
    fingerprint_port: str | None
    stick: Path | None
    printer_port: str | None

    @classmethod
    def by(cls, settings: Settings) -> FoundDevices:
        stick = _real_port(settings.fingerprint.stick)
        return cls(
            _camera_source(settings.camera), _real_port(settings.fingerprint.port), Path(stick) if stick else None,
            _real_port(settings.printer.port),
        )  # fmt: skip


def _camera_source(setting: str) -> int | str | None:
    if setting == "virtual":
        return None
    if setting != "auto":
        return int(setting) if setting.isdecimal() else setting
    found = sorted(Path("/dev").glob("video[0-9]*"))
    return str(found[0]) if found else None


def _real_port(setting: str) -> str | None:
    return None if setting in ("auto", "virtual") else setting


def _printer(folder: DataFolder, settings: PrinterSettings, port: str | None) -> VirtualPrinter | EscPosPrinter:
    """The real one is imported here: python-escpos takes a third of a second, which a virtual printer does not need."""
    if port is None:
        return VirtualPrinter(folder.receipts)
    from atm_app.devices.escpos_printer import EscPosPrinter

    return EscPosPrinter(settings)


def _speaker(folder: DataFolder, device: str, name: str) -> VirtualSpeaker | EspeakSpeaker:
    virtual = device in ("auto", "virtual")
    return VirtualSpeaker(name) if virtual else EspeakSpeaker(folder.root / "sounds", device, name=name)


def pose_cache() -> Path:
    """Drawn poses take seconds to draw and are the same for every machine: kept beside the data folders."""
    return data_folder().root.parent / "poses"


def _parts_of(policy: Policy) -> frozenset[str]:
    """What demonstration customers are enrolled with: a PIN, which is always on offer, and what the policy asks for."""
    parts = {Factor.FACE: "face", Factor.FINGERPRINT: "finger", Factor.PALM: "palm"}
    pictures = {"finger_picture"} if Factor.FINGERPRINT in policy.pictures else set()
    return frozenset({"pin", *pictures, *(parts[factor] for factor in policy.steps if factor in parts)})


class Plant:
    """All parts of one kiosk, built but not started."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self._lock = _take(folder.prepare().kiosk_lock)
        self.storage = Storage(folder, settings.terminal, settings.currency, server_addresses(settings))
        found = FoundDevices.by(settings)
        self.virtual_camera = VirtualCamera(folder.virtual, pose_cache()) if found.camera is None else None
        self.virtual_sensor = VirtualSensor(folder.virtual) if found.fingerprint_port is None else None
        self.vision = VisionProcess(folder.root)
        camera_thread = self._camera_thread(found)
        self.camera = VisionFaceCamera(camera_thread, self.vision)
        self.onlookers = CameraOnlookers(camera_thread, self.vision)
        self.palms = CameraPalms(camera_thread, PALM_DETECTIONS)
        self.palm_matcher = LineCodePalmMatcher()
        self.sensor = self._finger_sensor(found.fingerprint_port)
        self.virtual_stick = VirtualStick(folder.virtual / "stick") if found.stick is None else None
        stick = found.stick or folder.virtual / "stick"
        self.finger_pictures = PictureStick(stick, FINGER_DETECTIONS)
        self.palm_pictures = PalmPictureStick(stick, PALM_DETECTIONS)
        self.finger_thresholds = {
            self.sensor.family: sensor_threshold(settings.fingerprint, self.sensor.family),
            self.finger_pictures.family: PICTURE_THRESHOLD,
        }  # fmt: skip
        self.dispenser = VirtualDispenser(folder.virtual / "dispenser.json")
        self.acceptor = VirtualAcceptor(
            folder.virtual / "acceptor.json", [Money.of_major(note, settings.currency).minor for note in ACCEPTED_NOTES]
        )
        self.printer = _printer(folder, settings.printer, found.printer_port)
        self.virtual_printer = self.printer if isinstance(self.printer, VirtualPrinter) else None
        self.speaker = _speaker(folder, settings.speaker.device, "speaker")
        self.virtual_speaker = self.speaker if isinstance(self.speaker, VirtualSpeaker) else None
        self.loudspeaker = _speaker(folder, settings.sound.device, "loudspeaker")
        self.virtual_loudspeaker = self.loudspeaker if isinstance(self.loudspeaker, VirtualSpeaker) else None
        self.messages = Messages(settings)
        self.inbox = self.messages.inbox
        self.gallery = InMemoryFaceGallery()
        self.matcher = EuclideanFaceMatcher()
        self.captures = Captures(
            self.camera, self.matcher, self.gallery, self.sensor, self.palms, self.palm_matcher, settings.face
        )
        self.random = SystemRandom()
        self.bench = TestBench(
            self.virtual_camera, self.virtual_sensor, self.virtual_stick, self.dispenser, self.acceptor,
            self.virtual_printer, self.virtual_speaker, self.virtual_loudspeaker, self.inbox, self.vision.kill,
            people_now(folder),
        )  # fmt: skip
        self.demonstration: Demonstration | None = None
        self.figures = _figures_of(settings, self.storage.fleet_figures)

    # --- life --------------------------------------------------------------------------------------------------------

    def start_devices(self) -> None:
        """Returns at once but for the sensor's process, which a thread of its own waits for."""
        if self.virtual_camera is not None:
            self.virtual_camera.start()
        self.camera.start()
        if self.virtual_sensor is not None:
            self.bench.start_sensor()

    def close(self) -> None:
        if self.demonstration is not None:
            self.demonstration.stop()
        self.bench.close()
        self.camera.close()
        self.sensor.close()
        if not isinstance(self.printer, VirtualPrinter):
            self.printer.close()
        self.speaker.stop()
        self.loudspeaker.stop()
        if self.virtual_camera is not None:
            self.virtual_camera.close()
        if self.virtual_sensor is not None:
            self.virtual_sensor.close()
        self.messages.close()
        self.storage.close()
        os.close(self._lock)

    # --- the machine -------------------------------------------------------------------------------------------------

    def controller(self, clock: Clock, workers: Workers, show: Callable[[Shown], None]) -> Controller:
        storage, settings = self.storage, self.settings
        codes = CodeSources(
            OneTimeCodes(storage.codes, storage.vault, self.random, settings.code),
            AuthenticatorApps(storage.authenticators, clock, self.random, settings.bank),
            CodeLists(storage.code_lists, storage.vault, self.random),
        )
        lockout = LockoutRule(storage.lockouts, settings.lockout, storage.vault.number_token)
        faces = EnrolledFaces(storage.templates, self.gallery, settings.face.gallery_limit)
        self.authentication = Authentication(
            storage.customers, storage.templates, faces, self.matcher,
            EnrolledPalms(storage.templates, self.palm_matcher, settings.palm), codes, lockout, storage.audit,
            storage.vault, settings.face, self.finger_thresholds,
        )  # fmt: skip
        self.withdrawals = Withdrawals(storage.ledger, storage.intents, self.dispenser, self.random)
        deposits = Deposits(storage.ledger, storage.intents, self.acceptor, self.random)
        self.settlement = settlement = Settlement(storage.ledger, storage.intents)
        self.recovery = Recovery(settlement, storage.intents, self.dispenser, self.acceptor)
        delivery = Delivery(self.messages.channels, settings.bank)
        machine = Machine(
            settings=settings, clock=clock, workers=workers, random=self.random, prepare=self.prepare,
            authentication=self.authentication, learning=FaceLearning(storage.templates, self.matcher),
            strangers=Strangers(self.matcher, clock, settings.strangers, settings.face.verify_distance),
            sign_ins=storage.sign_ins, visits=storage.visits, consents=storage.consents,
            alerts=Alerts(self.messages.mail, self.messages.staff_address, settings.terminal),
            delivery=delivery, ledger=storage.ledger, payees=storage.payees,
            audit=storage.audit, heads=storage.audit_heads,
            withdrawals=self.withdrawals, deposits=deposits, settlement=settlement,
            transfers=Transfers(storage.ledger, storage.intents, self.random),
            confirmations=Confirmations(storage.confirmations, storage.customers, delivery.send, settings.bank),
            camera=self.camera, sensor=self.sensor, palms=self.palms,
            finger_pictures=self.finger_pictures, palm_pictures=self.palm_pictures,
            dispenser=self.dispenser, acceptor=self.acceptor, printer=self.printer, speaker=self.speaker,
            draw_receipt=ReceiptPaper(pillow_font, words_of), draw_document=ReceiptDocument(pillow_font, words_of),
            sign_up=self._sign_up(codes.messages),
            onlookers=self.onlookers if settings.privacy.onlooker_warning else None,
            watch=storage.watch, fleet=storage.fleet_watch,
            sighted=self.figures.take if self.figures else _ignore,
        )  # fmt: skip
        return Controller(machine, show)

    def _sign_up(self, codes: OneTimeCodes) -> SelfSignUp | None:
        if not self.settings.sign_up.enabled:
            return None
        storage = self.storage
        return SelfSignUp(
            storage.sign_ups, storage.customers, codes, storage.vault, self.random, self.settings, self.captures
        )

    def prepare(self, report: Callable[[str], None]) -> None:
        """Open the stores, settle what was left open, load the gallery. May be called again after a failure."""
        report("database")
        for line in self.storage.open():
            log.info("schema: %s", line)
        self.storage.branch.prepare_books(self.settings, BILLERS if self.demonstrates else ())
        self._load_virtual_cassettes()
        report("recovery")
        self.recover()
        if ended := self.storage.visits.end_all():
            log.warning("%d visits that an earlier process left are over", ended)
        if given_up := self.storage.sign_ups.give_up():
            log.warning("%d sign-ups that were not finished are destroyed", given_up)
        report("gallery")
        self.authentication.faces.load()

    def recover(self) -> None:
        """Settle open intents, each with an audit row; seal what earlier processes left unsealed."""
        for intent, movement in self.recovery.settle_open():
            log.warning("recovered a %s in state %s: %s", intent.kind, intent.state, movement.outcome)
            details: dict[str, str | int | float] = {"request": intent.request_id.hex(), "state": intent.state.value}
            self.storage.audit.write(AuditEvent("recovery", movement.outcome.value, details=details))
        self.storage.intents.forget_old()
        self.storage.audit.seal()
        self.storage.staff_audit.seal()

    @property
    def demonstrates(self) -> bool:
        """Demonstration customers are enrolled where camera and sensor are virtual, and nowhere else."""
        return self.virtual_camera is not None and self.virtual_sensor is not None

    def start_demonstration(self, progress: Callable[[float], None]) -> None:
        """Enrol them behind the welcome screen."""
        if self.virtual_camera is None or self.virtual_sensor is None:
            return
        storage = self.storage
        enrolment = Enrolment(
            storage.customers,
            storage.templates,
            storage.staff_consents,
            self.captures,
            self.finger_pictures,
            storage.vault,
        )
        self.demonstration = Demonstration(
            self.settings.terminal,
            storage.branch,
            enrolment,
            self.virtual_camera,
            self.virtual_sensor,
            self.virtual_stick,
            _parts_of(policy_of(self.settings)),
            storage.staff_audit.seal,
            progress,
            self.bench.people,
        )
        self.demonstration.start()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _camera_thread(self, found: FoundDevices) -> CameraThread:
        virtual = self.virtual_camera
        if virtual is None:
            assert found.camera is not None
            return CameraThread(found.camera)
        return CameraThread(lambda: virtual.url, virtual=True)

    def _finger_sensor(self, port: str | None) -> R307Sensor:
        if port is not None:
            return R307Sensor(port, family=VENDOR_FAMILY, detections=FINGER_DETECTIONS)
        assert self.virtual_sensor is not None
        return R307Sensor(self.virtual_sensor.port, virtual=True, detections=FINGER_DETECTIONS)

    def _load_virtual_cassettes(self) -> None:
        """A new virtual machine gets its cassettes: in the books first, then in the dispenser, each once."""
        storage = self.storage
        loaded = {unit.position for unit in storage.ledger.cash_units()}
        for unit in full_cassettes(self.settings.currency):
            if unit.position not in loaded:
                load = request_id(self.settings.terminal, "cassette", str(unit.position))
                note = Money(unit.denomination, self.settings.currency)
                storage.branch.load_cash_unit(load, unit.position, note, unit.count)
        if not self.dispenser.counts():
            units = storage.ledger.cash_units()
            self.dispenser.load(tuple(NoteCount(unit.position, unit.denomination, unit.count) for unit in units))


def _figures_of(settings: Settings, fleet: FleetRecords) -> Figures | None:
    """Imported here: a machine that tells nobody of itself need not wait for Prometheus's library."""
    if not settings.watch.port:
        return None
    from commands.figures import Figures

    return Figures(settings.terminal, fleet)


def _ignore(_: Sighting) -> None:
    return None


def _take(path: Path) -> int:
    """The kiosk's lock, held until the process ends. Raises SecondKiosk."""
    descriptor = take(path)
    if descriptor is None:
        raise SecondKiosk(f"another kiosk is working on {path.parent}")
    return descriptor
