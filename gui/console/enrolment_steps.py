"""The steps of an enrolment, in their order. Each shows what it needs, and says in a few words what is there."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from atm_app.branch.branch_ports import FoundCustomer
from atm_app.branch.customer_desk import ACCOUNT_KINDS
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.identity.personal_details import GENDERS
from atm_app.stores import Factor
from gui.console import layout
from gui.console.parts import Column, Form, Row, Table
from gui.console.saving import PictureDialog
from gui.words import NAMES

if TYPE_CHECKING:
    from gui.console.enrolment import EnrolmentPage

FINGERS = tuple(
    f"{side} {finger}" for side in ("right", "left") for finger in ("index", "thumb", "middle", "ring", "little")
)  # fmt: skip
# One cut finger is no reason to stand before a machine that does not know one.
FEWEST_FINGERS = 2
NO_ACCOUNT = "none"
SIMILAR = (Column("Number", 14), Column("Name", 30), Column("Telephone", 22))
SIMILAR_ROWS = 6


class EnrolmentStep:
    """``line``: what the step is for. ``at_machine``: what is told while the customer is to do something there."""

    name, line, at_machine = "", "", ""

    def __init__(self, page: EnrolmentPage) -> None:
        self.page = page
        self.form: Form | None = None

    @classmethod
    def is_for(cls, file: EnrolmentFile | None) -> bool:
        """``file``: of somebody who is a customer already."""
        return True

    def build(self, parent: tkinter.Misc) -> None:
        raise NotImplementedError  # each step has fields or buttons of its own

    def told(self, file: EnrolmentFile) -> str:
        """What is there; empty while nothing is."""
        raise NotImplementedError

    @property
    def file(self) -> EnrolmentFile:
        assert self.page.file is not None, "the first step makes it"
        return self.page.file

    def buttons(self, parent: tkinter.Misc, *buttons: tuple[str, Callable[[], None]]) -> None:
        """The first is what is mostly done."""
        row = Row(self.page.shell.workshop, parent, on_card=True)
        row.frame.pack(anchor="w", pady=(self.page.shell.workshop.scale(layout.GAP), 0))
        for place, (text, command) in enumerate(buttons):
            row.add(text, command, "Secondary" if place else "Primary")

    def fields(self, parent: tkinter.Misc, done: Callable[[], None]) -> Form:
        form = self.form = Form(self.page.shell.workshop, parent, done)
        form.frame.pack(fill="x")
        return form


class DetailsStep(EnrolmentStep):
    name, line = "Who it is", "As the papers have it. A number that is left empty is drawn."

    @classmethod
    def is_for(cls, file: EnrolmentFile | None) -> bool:
        return file is None

    def told(self, file: EnrolmentFile) -> str:
        return f"{file.customer.name}, {file.customer.number}"

    def build(self, parent: tkinter.Misc) -> None:
        form = self.fields(parent, self._look)
        known = self.page.file.customer if self.page.file else None
        for key, name in (("number", "Customer number"), ("name", "Name"), ("phone", "Telephone"),
                          ("email", "E-mail"), ("address", "Address")):  # fmt: skip
            form.add(key, name, value=str(getattr(known, key)) if known else "")
        form.add("gender", "Gender", choices=GENDERS, value=known.gender if known else "")
        languages = [NAMES[each] for each in self.page.shell.settings.languages]
        form.add("language", "Language at the machine", choices=languages)
        self.buttons(parent, ("Continue", self._look))
        form.focus()

    def _look(self) -> None:
        """Whether somebody like this is there already."""
        form, page = self.form, self.page
        assert form is not None
        details = {key: form.value(key) for key in ("number", "name", "phone", "email", "address", "gender")}
        language = form.value("language")
        codes = {NAMES[each]: each for each in page.shell.settings.languages}
        page.desk.machine.language = codes[language]
        desk, session = page.desk, page.session
        page.shell.ask(lambda: desk.similar(session, details), lambda found: self._found(details, found))

    def _found(self, details: dict[str, str], found: tuple[FoundCustomer, ...]) -> None:
        if not found:
            self._open(details)
            return
        parent = self.page.card
        for child in parent.winfo_children():
            child.destroy()
        work = self.page.shell.workshop
        work.text(parent, "Is it one of these?", "large", bold=True).pack(anchor="w")
        work.text(parent, "Same telephone number, address or name.", quiet=True).pack(anchor="w")
        self.similar = Table(work, parent, SIMILAR, rows=SIMILAR_ROWS)
        self.similar.fill([
            (each.number, (each.number, each.details.get("name", ""), each.details.get("phone", "")))
            for each in found
        ])  # fmt: skip
        self.similar.widget.pack(fill="x", pady=(work.scale(layout.GAP), 0))
        self.buttons(parent, ("Somebody else", lambda: self._open(details)), ("Open the marked one", self._open_marked))

    def _open_marked(self) -> None:
        if number := self.page.shell.marked(self.similar, "Mark one first."):
            self.page.open_customer(number, "")

    def _open(self, details: dict[str, str]) -> None:
        desk, session, page = self.page.desk, self.page.session, self.page

        def opened(file: EnrolmentFile) -> None:
            page.file = file
            page.go_on()

        def refused(text: str) -> None:
            page.show(self)
            page.shell.tell(text)

        page.shell.ask(lambda: desk.open(session, details), opened, refused)


class MachineStep(EnrolmentStep):
    """Done by the customer, at the machine."""

    start, again = "Begin", "Once more"

    def build(self, parent: tkinter.Misc) -> None:
        name = self.again if self.told(self.file) else self.start
        self.buttons(parent, (name, self.begin), ("Continue without", self.page.go_on))

    def begin(self) -> None:
        raise NotImplementedError


class AgreementStep(MachineStep):
    name, at_machine = "Agreement", "The customer reads and agrees"
    line = (
        "The customer reads what is kept of face, finger and palm, and agrees to each by their own hand, or does not."
    )

    def told(self, file: EnrolmentFile) -> str:
        return ", ".join(kind.value for kind in file.agreed)

    def begin(self) -> None:
        page, file = self.page, self.file
        page.at_machine(lambda end, _: page.desk.agree(page.session, file, end), self._agreed)

    def _agreed(self, kinds: tuple[Factor, ...]) -> None:
        self.page.go_on(f"Agreed: {', '.join(kinds)}." if kinds else "Nothing was agreed to.")


class BiometricStep(MachineStep):
    """Taken, and then shown once more: what does not know its owner again is not kept."""

    kind: Factor

    def build(self, parent: tkinter.Misc) -> None:
        if self.kind in self.file.agreed:
            self.build_agreed(parent)
        else:
            work = self.page.shell.workshop
            work.text(parent, "The customer has not agreed to this.", bold=True).pack(anchor="w")
            self.buttons(parent, ("Continue", self.page.go_on))

    def build_agreed(self, parent: tkinter.Misc) -> None:
        super().build(parent)


class FaceStep(BiometricStep):
    name, kind, at_machine = "Face", Factor.FACE, "The customer looks at the camera"
    line = "A living face in several poses, and once more to try it out. Nobody's face is enrolled twice."

    def told(self, file: EnrolmentFile) -> str:
        return next((f"quality {one.quality:.0%}" for one in file.of_kind(Factor.FACE)), "")

    def begin(self) -> None:
        page, file = self.page, self.file
        page.at_machine(
            lambda end, report: page.desk.face(page.session, file, end, report),
            lambda quality: page.go_on(f"The face is taken, and was known again. Quality {quality:.0%}."),
        )


class FingersStep(BiometricStep):
    name, kind, at_machine = "Fingers", Factor.FINGERPRINT, "The customer lays a finger on the sensor"
    line = "Two fingers or more. Each is laid down twice, and once more to try it out."

    def told(self, file: EnrolmentFile) -> str:
        return ", ".join(one.position.replace("_", " ") for one in file.of_kind(Factor.FINGERPRINT))

    def build_agreed(self, parent: tkinter.Misc) -> None:
        taken = {one.position.replace("_", " ") for one in self.file.of_kind(Factor.FINGERPRINT)}
        left = [finger for finger in FINGERS if finger not in taken] or list(FINGERS)
        form = self.fields(parent, self.begin)
        form.add("finger", "Which", choices=FINGERS, value=left[0])
        self.buttons(parent, ("Begin", self.begin), ("Continue", self.page.go_on))

    def begin(self) -> None:
        assert self.form is not None
        page, file, finger = self.page, self.file, self.form.value("finger").replace(" ", "_")
        page.at_machine(lambda end, report: page.desk.finger(page.session, file, finger, end, report), self._taken)

    def _taken(self, score: int) -> None:
        left = FEWEST_FINGERS - len(self.file.of_kind(Factor.FINGERPRINT))
        self.page.show(self)
        more = " One more is good to have." if left > 0 else ""
        self.page.shell.tell(f"The finger is taken, and was known again with {score} points.{more}", good=True)


class PalmStep(BiometricStep):
    name, kind, at_machine = "Palms", Factor.PALM, "The customer holds a hand before the camera"
    line = "Either hand, or both one after the other; each once more to try it out."

    def told(self, file: EnrolmentFile) -> str:
        return ", ".join(f"{one.position}, quality {one.quality:.0%}" for one in file.of_kind(Factor.PALM))

    def begin(self) -> None:
        page, file = self.page, self.file

        def taken(side: Any) -> None:
            page.go_on(f"The {side} palm is taken, and was known again.")

        page.at_machine(lambda end, report: page.desk.palm(page.session, file, end, report), taken)


class PinStep(MachineStep):
    name, at_machine = "PIN", "The customer chooses a PIN"
    line = "Chosen and typed twice at the machine's pad. Nobody but the customer ever sees it."

    def told(self, file: EnrolmentFile) -> str:
        return "chosen" if file.pin_hash else ""

    def begin(self) -> None:
        page, file = self.page, self.file
        page.at_machine(
            lambda end, _: page.desk.pin(page.session, file, end), lambda _: page.go_on("The PIN is chosen.")
        )


class AppStep(MachineStep):
    name, at_machine = "Authenticator app", "The customer scans the code with their app"
    line = "For one-time codes without a message: the machine shows a QR code, the app a code in return."

    def told(self, file: EnrolmentFile) -> str:
        return "set up" if file.app_secret else ""

    def begin(self) -> None:
        page, file = self.page, self.file
        page.at_machine(
            lambda end, _: page.desk.app(page.session, file, end), lambda _: page.go_on("The app is set up.")
        )


class DocumentStep(EnrolmentStep):
    name, line = "Document", "A photograph of the paper that proves who they are. It is kept sealed."

    def told(self, file: EnrolmentFile) -> str:
        return f"{len(file.document) // 1000} kB" if file.document else ""

    def build(self, parent: tkinter.Misc) -> None:
        form = self.fields(parent, self._read)
        form.add("path", "File")
        self.buttons(parent, ("Take it", self._read), ("Look for it", self._choose),
                     ("Continue without", self.page.go_on))  # fmt: skip

    def _choose(self) -> None:
        shell = self.page.shell
        PictureDialog(shell, "Which picture?", shell.console.report_folder, self._chosen)

    def _chosen(self, path: str) -> None:
        assert self.form is not None
        self.form.clear("path")
        self.form.fields["path"].insert(0, path)

    def _read(self) -> None:
        assert self.form is not None
        page, file, path = self.page, self.file, self.form.value("path")
        page.shell.ask(
            lambda: page.desk.document(page.session, file, path), lambda _: page.go_on("The document is there.")
        )


class SaveStep(EnrolmentStep):
    name, line = "Save", "All of it at once. From then on the customer can use the machine."

    def told(self, file: EnrolmentFile) -> str:
        return ""

    def build(self, parent: tkinter.Misc) -> None:
        work, page = self.page.shell.workshop, self.page
        table = ttk.Frame(parent, style="Surface.TFrame")
        table.pack(anchor="w", pady=(0, work.scale(layout.GAP)))
        for place, step in enumerate(page.steps[:-1]):
            work.text(table, step.name, quiet=True).grid(row=place, column=0, sticky="w")
            work.text(table, step.told(self.file) or "–", bold=True).grid(
                row=place, column=1, sticky="w", padx=work.scale(2 * layout.GAP)
            )
        if not self.file.customer_id:
            form = self.fields(parent, self._save)
            form.add("kind", "Account", choices=(*ACCOUNT_KINDS, NO_ACCOUNT))
        self.buttons(parent, ("Save", self._save))

    def _save(self) -> None:
        page, file = self.page, self.file
        kind = self.form.value("kind") if self.form else ""
        desk, session = page.desk, page.session

        def saved(number: str) -> None:
            page.open_customer(number, "Enrolled.")

        page.shell.ask(lambda: desk.save(session, file, "" if kind == NO_ACCOUNT else kind), saved)


STEPS: tuple[type[EnrolmentStep], ...] = (
    DetailsStep, AgreementStep, FaceStep, FingersStep, PalmStep, PinStep, AppStep, DocumentStep, SaveStep,
)  # fmt: skip
