"""Enrolling at the branch: what is known of the customer, and what they will be known by, gathered at the machine that
was borrowed for it, tried out, and saved at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import BranchCustomers, CustomerFinder, Documents, FoundCustomer
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.lent_devices import LentCamera, LentPalms, LentSensor, answer_of
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.identity.authenticator_app import AuthenticatorStore, new_secret, provisioning_uri, step_of
from atm_app.identity.captures import Captures, EnrolmentProblem, FaceEnrolledAlready
from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION, Consents, in_force
from atm_app.identity.customer_import import Brought, BroughtAlong, Incoming, IncomingCustomers, KnownBy
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.face_challenges import draw_challenges
from atm_app.identity.self_sign_up import DRAWS, NewAccount, drawn_account, drawn_number
from atm_app.palm_ports import HandSide, PalmMatcher, PalmProgress
from atm_app.picture_ports import DocumentPictures
from atm_app.ports import (
    Cancellation,
    FaceGallery,
    FaceMatcher,
    FaceProgress,
    FacePurpose,
    FaceRequest,
    FingerPrompt,
    FingerTemplate,
    Random,
    TimeSource,
)
from atm_app.stores import Factor, NewCustomer, RequestRefused, Templates
from atm_app.supervisor_ports import Agreed, AgreementErrand, AppCode, AppErrand, LentMachine, PinErrand, PinHashed

PSEUDONYM_BYTES = 16
# Of a test: enough to tell whether what was taken is good.
TEST_SAMPLES, TEST_PATIENCE = 3, 20.0
# Of people who may be the one that is being enrolled.
MOST_SIMILAR = 10


class FaceKnown(RequestRefused):
    """The face is another customer's. ``number``: theirs."""

    def __init__(self, number: str) -> None:
        super().__init__("face_known")
        self.number = number


class NotTheSame(EnrolmentProblem):
    """What was taken did not know its owner again when it was tried out; it is not kept."""


@dataclass(frozen=True)
class EnrolmentStores:
    customers: BranchCustomers
    templates: Templates
    consents: Consents
    finder: CustomerFinder
    incoming: IncomingCustomers
    apps: AuthenticatorStore
    documents: Documents


@dataclass(frozen=True)
class Recognition:
    """How what is taken is compared. ``finger_threshold``: of the sensor's family."""

    faces: FaceMatcher
    gallery: FaceGallery
    palms: PalmMatcher
    finger_threshold: Callable[[str], int]


@dataclass
class EnrolmentDesk:
    """Blocking; the caller chooses the worker. All raise NotAllowed; those that need the machine MachineAway, Cancelled
    and ErrandRefused, and what the device raises that they are about."""

    permissions: Permissions
    stores: EnrolmentStores
    machine: LentMachine
    recognition: Recognition
    pictures: DocumentPictures
    clock: TimeSource
    random: Random
    settings: Settings
    _captures: Captures = field(init=False)
    _faces: EnrolledFaces = field(init=False)

    def __post_init__(self) -> None:
        seen, settings = self.recognition, self.settings
        self._captures = Captures(
            LentCamera(self.machine), seen.faces, seen.gallery, LentSensor(self.machine), LentPalms(self.machine),
            seen.palms, settings.face,
        )  # fmt: skip
        self._faces = EnrolledFaces(self.stores.templates, seen.gallery, settings.face.gallery_limit)

    # --- who it is ---------------------------------------------------------------------------------------------------

    def open(self, session: StaffSession, details: Mapping[str, str]) -> EnrolmentFile:
        """Of somebody new. ``details``: the fields of NewCustomer; an empty number is drawn. Raises DetailRefused,
        RequestRefused (number_taken)."""
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what="details"):
            customer = NewCustomer(**{**details, "number": details["number"] or drawn_number(self.random)})
            if self.stores.customers.find(customer.number) is not None:
                raise RequestRefused("number_taken")
            return EnrolmentFile(customer, self.random.token_bytes(PSEUDONYM_BYTES))

    def reopen(self, session: StaffSession, number: str) -> EnrolmentFile:
        """Of a customer who is to be known by more, or anew. Raises RequestRefused (no_such_customer)."""
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what="again") as record:
            customer = self.stores.customers.find(number)
            if customer is None:
                raise RequestRefused("no_such_customer")
            record.subject = customer.pseudonym
            known = NewCustomer(number, customer.name, customer.phone, customer.email, "", "")
            agreed = tuple(consent.kind for consent in in_force(self.stores.consents.of(customer.customer_id)))
            return EnrolmentFile(known, customer.pseudonym, customer.customer_id, agreed)

    def similar(self, session: StaffSession, details: Mapping[str, str]) -> tuple[FoundCustomer, ...]:
        """Who has this telephone number, this address or all the words of this name."""
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what="similar"):
            found: dict[int, FoundCustomer] = {}
            for text in (details["phone"], details["email"], details["name"]):
                for each in self.stores.finder.search(text, 0, MOST_SIMILAR):
                    found.setdefault(each.customer_id, each)
            return tuple(found.values())[:MOST_SIMILAR]

    # --- the machine -------------------------------------------------------------------------------------------------

    def borrow(self, session: StaffSession, cancellation: Cancellation, waits: Callable[[str], None]) -> None:
        """Returns when the machine is lent; ``waits`` hears which state a visit is in that has to end first."""
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what="borrow"):
            self.machine.borrow(cancellation, waits)

    def give_back(self) -> None:
        """Whoever asks; nothing is done with it."""
        self.machine.give_back()

    @contextmanager
    def _at_machine(self, session: StaffSession, file: EnrolmentFile, what: str) -> Iterator[None]:
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what=what) as record:
            record.subject = file.pseudonym
            yield

    def agree(self, session: StaffSession, file: EnrolmentFile, cancellation: Cancellation) -> tuple[Factor, ...]:
        """What the customer agrees to, by their own hand."""
        with self._at_machine(session, file, "agreement"):
            answer = answer_of(self.machine, AgreementErrand(BIOMETRICS), Agreed, cancellation)
            file.agree(answer.kinds)
            return file.agreed

    def pin(self, session: StaffSession, file: EnrolmentFile, cancellation: Cancellation) -> None:
        """Typed at the machine's pad; its hash is all that is seen of it here."""
        with self._at_machine(session, file, Factor.PIN.value):
            file.pin_hash = answer_of(self.machine, PinErrand(file.pseudonym), PinHashed, cancellation).pin_hash

    def app(self, session: StaffSession, file: EnrolmentFile, cancellation: Cancellation) -> None:
        """The customer's authenticator. Raises RequestRefused (code_wrong)."""
        with self._at_machine(session, file, "authenticator"):
            secret = new_secret(self.random)
            uri = provisioning_uri(file.customer.number, self.settings.bank, secret)
            code = answer_of(self.machine, AppErrand(uri, secret), AppCode, cancellation).code
            step = step_of(secret, code, self.clock.now())
            if step is None:
                raise RequestRefused("code_wrong")
            file.app_secret, file.app_step = secret, step

    # --- what they are known by --------------------------------------------------------------------------------------

    def face(
        self, session: StaffSession, file: EnrolmentFile, cancellation: Cancellation,
        report: Callable[[FaceProgress], None],
    ) -> float:  # fmt: skip
        """Taken, looked for among all customers, tried out. The quality, 0 to 1. Raises FaceKnown, EnrolmentProblem,
        NotTheSame, RequestRefused (not_agreed)."""
        with self._biometric(session, file, Factor.FACE):
            self._faces.refresh()
            challenges = draw_challenges(self.random, self.settings.face.challenges)
            try:
                taken = self._captures.face(challenges, cancellation, report, file.customer_id or None)
            except FaceEnrolledAlready as error:
                other = self.stores.customers.get(error.customer_id)
                raise FaceKnown(other.number if other else "") from error
            test = FaceRequest(
                FacePurpose.AUTHENTICATE, draw_challenges(self.random, 2), TEST_SAMPLES, self.settings.face.patience
            )
            seen = self._captures.camera.capture(test, cancellation, report)
            distance = self.recognition.faces.distance(taken.template, seen.samples)
            if distance > self.settings.face.verify_distance:
                raise NotTheSame("the face was not known again")
            file.take(taken)
            return taken.quality

    def finger(
        self, session: StaffSession, file: EnrolmentFile, finger: str, cancellation: Cancellation,
        report: Callable[[FingerPrompt], None],
    ) -> int:  # fmt: skip
        """Taken and tried out; the score of the test. Raises NotTheSame, RequestRefused (not_agreed)."""
        with self._biometric(session, file, Factor.FINGERPRINT):
            taken = self._captures.finger(finger, cancellation, report)
            template = FingerTemplate(1, finger, taken.family, taken.template)
            match = self._captures.sensor.verify((template,), TEST_PATIENCE, cancellation, report)
            if match.vetoed or match.score < self.recognition.finger_threshold(taken.family):
                raise NotTheSame("the finger was not known again")
            file.take(taken)
            return match.score

    def palm(
        self, session: StaffSession, file: EnrolmentFile, cancellation: Cancellation,
        report: Callable[[PalmProgress], None],
    ) -> HandSide:  # fmt: skip
        """Which hand it was. Raises as ``finger``."""
        with self._biometric(session, file, Factor.PALM):
            taken = self._captures.palm(cancellation, report)
            seen = self._captures.palms.capture(TEST_SAMPLES, TEST_PATIENCE, cancellation, report)
            distance = self.recognition.palms.distance(taken.template, seen.samples)
            if seen.vetoed or distance > self.settings.palm.distance:
                raise NotTheSame("the palm was not known again")
            file.take(taken)
            return HandSide(taken.position)

    @contextmanager
    def _biometric(self, session: StaffSession, file: EnrolmentFile, kind: Factor) -> Iterator[None]:
        with self._at_machine(session, file, kind.value):
            if kind not in file.agreed:
                raise RequestRefused("not_agreed")
            yield

    def document(self, session: StaffSession, file: EnrolmentFile, path: str) -> None:
        """A picture of what proves who they are. Raises UnusablePicture."""
        with self._at_machine(session, file, "document"):
            file.document = self.pictures.read(path)

    # --- all of it ---------------------------------------------------------------------------------------------------

    def save(self, session: StaffSession, file: EnrolmentFile, account_kind: str = "") -> str:
        """The customer's number. Of a new one everything is written at once or nothing is; ``account_kind``: of an
        account to be opened with it, empty for none. Raises RequestRefused: number_taken, contact_known, no_way_in."""
        with self._at_machine(session, file, "save"):
            if file.customer_id:
                self._save_more(file)
            elif not file.ways_in:
                raise RequestRefused("no_way_in")
            else:
                self._save_new(file, account_kind)
            return file.customer.number

    def _save_new(self, file: EnrolmentFile, account_kind: str) -> None:
        settings = self.settings
        along = BroughtAlong(
            file.pseudonym, file.pin_hash, file.app_secret.encode(), file.app_step, file.document
        )  # fmt: skip
        for _ in range(DRAWS):
            number = drawn_account(settings.sign_up, self.random)
            brought = self.stores.incoming.bring_in(
                Incoming(
                    file.customer,
                    NewAccount(settings.bank, number, account_kind, settings.currency) if account_kind else None,
                    Money(0, settings.currency), file.agreed, tuple(file.templates.values()), along,
                ),
                dry_run=False,
            )  # fmt: skip
            if brought.known_by is not KnownBy.ACCOUNT:
                break
        _refuse(brought)

    def _save_more(self, file: EnrolmentFile) -> None:
        """Each is whole for itself: what was there is replaced by what was tried out."""
        stores, customer = self.stores, file.customer_id
        given = {consent.kind for consent in in_force(stores.consents.of(customer))}
        for kind in file.agreed:
            if kind not in given:
                stores.consents.give(customer, kind, CONSENT_VERSION)
        for one in file.templates.values():
            match one.kind:
                case Factor.FACE:
                    stores.templates.store_face(customer, one.template, one.quality)
                case Factor.FINGERPRINT:
                    stores.templates.store_finger(customer, one.position, one.family, one.template)
                case Factor.PALM:
                    stores.templates.store_palm(customer, HandSide(one.position), one.template, one.quality)
        if file.pin_hash:
            stores.customers.set_pin_hash(customer, file.pin_hash)
        if file.app_secret:
            stores.apps.store(customer, file.app_secret.encode(), file.app_step, b"")
        if file.document:
            stores.documents.store(customer, file.document)


REASONS = {KnownBy.NUMBER: "number_taken", KnownBy.CONTACT: "contact_known", KnownBy.ACCOUNT: "number_taken"}


def _refuse(brought: Brought) -> None:
    if brought.known_by is not KnownBy.NOTHING:
        raise RequestRefused(REASONS[brought.known_by])
