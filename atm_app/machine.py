"""All the controller works with; wiring fills it, the tests and the simulation fill their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits
from atm_app.banking.payees import Payees
from atm_app.banking.receipts import Receipt
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import CashAcceptor, CashDispenser
from atm_app.config import Settings
from atm_app.identity.authentication import Authentication
from atm_app.identity.consents import Consents
from atm_app.identity.delivery import Delivery
from atm_app.identity.face_learning import FaceLearning
from atm_app.identity.self_sign_up import SelfSignUp
from atm_app.identity.sign_ins import SignIns
from atm_app.identity.strangers import Strangers
from atm_app.identity.visits import Visits
from atm_app.message_ports import ReceiptPrinter
from atm_app.onlooker_ports import OnlookerCamera
from atm_app.palm_ports import PalmCamera
from atm_app.picture_ports import FingerPictures, PalmPictures
from atm_app.ports import Clock, FaceCamera, FingerprintSensor, Random, Workers
from atm_app.speech_ports import Speaker
from atm_app.stores import AuditLog, Ledger
from atm_app.trust.alerts import Alerts
from atm_app.watch.fleet import FleetWatch
from atm_app.watch.heartbeat import Sighting, WatchStore


@dataclass(frozen=True)
class Machine:
    """All the controller works with; wiring fills it. ``prepare`` opens the stores and settles what was left open,
    reporting each step by a key; it may be called again after a failure. ``heads``: the ends of the audit's chains, a
    line each. ``sign_up``: None where nobody may open an account. ``onlookers``: None where nobody is looked for.
    ``watch``: None where it tells nothing of itself; ``sighted`` hears how it is, on the controller's thread.
    ``fleet``: None where nobody looks at other terminals."""

    settings: Settings
    clock: Clock
    workers: Workers
    random: Random
    prepare: Callable[[Callable[[str], None]], None]
    authentication: Authentication
    learning: FaceLearning
    strangers: Strangers
    sign_ins: SignIns
    visits: Visits
    consents: Consents
    delivery: Delivery
    ledger: Ledger
    payees: Payees
    audit: AuditLog
    heads: Callable[[], str]
    alerts: Alerts
    withdrawals: Withdrawals
    deposits: Deposits
    settlement: Settlement
    transfers: Transfers
    confirmations: Confirmations
    camera: FaceCamera
    sensor: FingerprintSensor
    palms: PalmCamera
    finger_pictures: FingerPictures
    palm_pictures: PalmPictures
    dispenser: CashDispenser
    acceptor: CashAcceptor
    printer: ReceiptPrinter
    speaker: Speaker
    draw_receipt: Callable[[Receipt], bytes]
    draw_document: Callable[[Receipt], bytes]
    sign_up: SelfSignUp | None = None
    onlookers: OnlookerCamera | None = None
    watch: WatchStore | None = None
    fleet: FleetWatch | None = None
    sighted: Callable[[Sighting], None] = lambda _: None
