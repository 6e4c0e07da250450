"""The console's pictures in ``docs/screens``: ``python -m tests.console.gallery`` paints them anew; with names, those.

The real window with people and figures of ours behind it: what is in a database changes from run to run.
"""

from __future__ import annotations

import gc
import sys
import tkinter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from PIL import Image, ImageGrab

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import (
    AccountStatus,
    BranchAccount,
    FoundCustomer,
    JournalLine,
    TemplateLabel,
    WaitingSignUp,
)
from atm_app.branch.care_ports import BackupMade, Finding, NotSettings, SettingField
from atm_app.branch.cash_desk import CashLoad
from atm_app.branch.customer_desk import CustomerFile
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.now_ports import Durations, FailureCount, Heard, MachineNow
from atm_app.branch.roles import Role
from atm_app.branch.staff_ports import StaffMember
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.consents import BIOMETRICS
from atm_app.ports import DeviceState, DeviceStatus, FaceAdvice, FaceProgress, FacePrompt
from atm_app.stores import Customer, Factor, NewCustomer
from atm_app.trust.audit import AuditRow
from atm_app.watch.heartbeat import Doing
from gui.brand import Brand
from gui.console.enrolment import EnrolmentPage
from gui.console.sections import furnish
from gui.console.shell import Shell
from gui.console.touch import work_by_touch
from tests.console.cash_figures import CASH_PICTURES, UNITS, cash_answers
from tests.console.fleet_figures import FLEET_PICTURES, fleet_answers
from tests.console.record_figures import RECORD_PICTURES, record_answers
from tests.console.restore_figures import RESTORE_PICTURES, restore_answers
from tests.console.touch_figures import TOUCH_PICTURES
from tests.gui.gallery import COLOURS, CONSOLE, FOLDER
from tests.gui.studio import Display

SIZE = (1280, 800)
PAGE = FOLDER / "console.md"
MOMENT = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


def rupees(major: int) -> Money:
    return Money.of_major(major)


FILE = CustomerFile(
    Customer(7, "400271", bytes(16), "Chen Wei Kulkarni", "+91 98200 44444", "chen@customer.example"),
    (
        BranchAccount("Sahyadri Bank", "300127450451", "savings", rupees(48_250), rupees(46_250), AccountStatus.OPEN),
        BranchAccount("Konkan Bank", "700198120033", "current", rupees(900), rupees(900), AccountStatus.FROZEN),
    ),
    (
        TemplateLabel(Factor.FACE, "face"), TemplateLabel(Factor.FINGERPRINT, "right_index"),
        TemplateLabel(Factor.FINGERPRINT, "left_thumb"), TemplateLabel(Factor.PALM, "right"),
    ),
    (), 290,
)  # fmt: skip
STAFF = (
    StaffMember(1, "asha.rao", bytes(16), Role.TELLER), StaffMember(2, "dev.patil", bytes(16), Role.CUSTODIAN),
    StaffMember(3, "ines.correa", bytes(16), Role.AUDITOR, locked_seconds=240),
    StaffMember(4, "meera.joshi", bytes(16), Role.ADMINISTRATOR),
    StaffMember(5, "new.person", bytes(16), Role.TELLER, must_change=True, has_authenticator=False),
)  # fmt: skip
AUDIT = tuple(
    AuditRow(1204 - place, "T-1/staff", f"2026-11-20 10:{42 - place:02}:07.000000", event, outcome,
             bytes([place + 17] * 16), bytes([place + 90] * 16), details)
    for place, (event, outcome, details) in enumerate((
        ("staff_deed", "done", '{"deed":"unlock_customer","role":"teller"}'),
        ("staff_deed", "begun", '{"deed":"unlock_customer","role":"teller"}'),
        ("staff_second_person", "accepted", "{}"),
        ("staff_refused", "role", '{"deed":"settle_suspense","role":"teller"}'),
        ("staff_sign_in", "accepted", "{}"), ("staff_sign_in", "refused", "{}"),
        ("withdrawal", "posted", '{"amount":450000,"currency":"INR"}'),
    ))
)  # fmt: skip
JOURNAL = tuple(
    JournalLine(880 - place, MOMENT, kind, "T-1", 12, amount, 0)
    for place, (kind, amount) in enumerate(
        (
            ("withdrawal", rupees(4500)),
            ("transfer", rupees(12_000)),
            ("deposit", rupees(800)),
            ("invented", None),
        )
    )
)
FOUND = tuple(
    FoundCustomer(number, str(400_271 + number), "active", {"name": name, "phone": "+91 98200 4444" + str(number),
                  "email": f"{name.split()[0].lower()}@customer.example"})
    for number, name in enumerate(("Chen Wei Kulkarni", "Wei Chen", "Chen Joshi"))
)  # fmt: skip
DEVICES = (
    DeviceStatus("acceptor", DeviceState.ONLINE, virtual=True), DeviceStatus("camera", DeviceState.ONLINE),
    DeviceStatus("dispenser", DeviceState.ONLINE), DeviceStatus("fingerprint", DeviceState.ONLINE),
    DeviceStatus("printer", DeviceState.USER_ERROR, advice="load paper"),
    DeviceStatus("speaker", DeviceState.NO_DEVICE, advice="install espeak-ng; nothing is spoken without it"),
)  # fmt: skip
FINDINGS = (
    Finding("python", "ok", "Python 3.11.9 on Linux"), Finding("settings", "ok", "terminal T-1, policy cardless"),
    Finding("disk", "ok", "212 GB free at /var/lib/cardless-atm/default"), Finding("display", "ok"),
    Finding("fonts", "ok"), Finding("key file", "ok", "key k1 of the key file /var/lib/cardless-atm/default/atm.key"),
    Finding("database", "ok", "private server"), Finding("books", "ok", "every difference is zero"),
    Finding("audit", "ok", "48211 rows, all whole"), Finding("cassettes", "degraded", "₹100 is empty; replenish them"),
    Finding("intent journal", "ok", "nothing is left open"), Finding("kiosk", "ok", "running, version 0.1.0, free"),
    Finding("camera", "ok"), Finding("fingerprint", "ok"), Finding("dispenser", "ok"),
    Finding("acceptor", "virtual", "a virtual device stands in"), Finding("printer", "degraded", "load paper"),
    Finding("speaker", "broken", "install espeak-ng; nothing is spoken without it"),
    Finding("folders", "degraded", "logs can be read by others", "folders"),
    Finding("shared memory", "ok", "nothing was left behind"),
)  # fmt: skip
MADE = tuple(
    BackupMade("/mnt/backups/T-1", f"202611{20 - day}T020000Z", f"2026-11-{20 - day}T02:00:00+00:00", 812 - day,
               48_211 - 640 * day, 3.4)
    for day in range(6)
)  # fmt: skip
SETTINGS = (
    SettingField("bank", "Sahyadri Bank", "Sahyadri Bank"),
    SettingField("alerts.email", "branch@sahyadri.example", ""), SettingField("alerts.heads_every", "3600", "3600"),
    SettingField("alerts.low_cash_share", "0.2", "0.1"), SettingField("alerts.low_cash_notes", "0", "0"),
    SettingField("alerts.device_down_after", "60.0", "60.0"),
    SettingField("alerts.out_of_service_after", "60.0", "60.0", overruled="ATM_ALERTS__OUT_OF_SERVICE_AFTER"),
    SettingField("alerts.refused_count", "10", "10"), SettingField("alerts.refused_window", "600.0", "600.0"),
)  # fmt: skip
NOW = MachineNow(
    Heard(Doing.CUSTOMER, "", "0.1.0", MOMENT, MOMENT, 2, DEVICES), UNITS,
    tuple(
        JournalLine(880 - place, MOMENT, ("withdrawal", "transfer", "cash_deposit")[place % 3], "T-1", 12,
                    rupees(amount), 0)
        for place, amount in enumerate((4500, 12_000, 800, 500, 2000, 640, 10_000, 1000, 250, 3000))
    ),
    (FailureCount("face", 2, 17), FailureCount("fingerprint", 1, 9), FailureCount("one_time_code", 0, 4),
     FailureCount("pin", 1, 6)),
    Durations(212, 3.4, 6.1), Durations(198, 52, 118),
    (0, 0, 1, 0, 0, 0, 0, 2, 6, 9, 14, 18, 22, 19, 12, 9, 11, 16, 21, 17, 9, 6, 4, 7),
    tuple(rupees(500 * each) for each in (0, 0, 4, 0, 0, 0, 0, 7, 20, 31, 55, 60, 92, 77, 40, 31, 44, 60, 82, 60, 30,
                                          21, 12, 22)),
    10,
)  # fmt: skip
WAITING = (WaitingSignUp("400310", "T-1", MOMENT), WaitingSignUp("400311", "T-2", MOMENT))


def _refuses(*_: object) -> str:
    raise NotSettings({"alerts.refused_count": "Input should be greater than or equal to 2"})


def console_of_ours() -> Any:
    """What the pages ask, answered with the figures above."""
    return SimpleNamespace(
        permissions=SimpleNamespace(is_open=lambda _: True, touched=lambda _: None),
        sign_in=SimpleNamespace(sign_out=lambda _: None),
        own_account=SimpleNamespace(
            offer_authenticator=lambda _: "otpauth://totp/Sahyadri:new.person?secret=JBSWY3DPEHPK3PXP&issuer=Sahyadri"
        ),
        customers=SimpleNamespace(
            look_up=lambda *_: FILE, search=lambda *_: FOUND[:1], waiting_sign_ups=lambda _: WAITING
        ),
        care=SimpleNamespace(
            check_up=lambda _: FINDINGS,
            backups=lambda _: MADE,
            settings=lambda _: SETTINGS,
            save_settings=_refuses,
        ),
        now=SimpleNamespace(open=lambda _: NOW, look_again=lambda _: NOW),
        watch=SimpleNamespace(audit=lambda *_: AUDIT, journal=lambda *_: JOURNAL),
        staff=SimpleNamespace(list=lambda _: STAFF),
        **cash_answers(),
        **record_answers(),
        **fleet_answers(),
        **restore_answers(),
        enrolment=SimpleNamespace(
            machine=SimpleNamespace(language=""), similar=lambda *_: FOUND[1:], give_back=lambda: None
        ),
    )


class Window:
    """``by_touch``: as at the machine, without keyboard and mouse."""

    def __init__(self, display: Display, *, by_touch: bool = False) -> None:
        self.root = tkinter.Tk(screenName=display.screen_for(SIZE))
        self.shell = Shell(
            self.root, Brand("Sahyadri Bank"), console_of_ours(), Settings(terminal="T-1"),
            lambda work, done, _failed: done(work()), SIZE, lambda act: act(),
        )  # fmt: skip
        self.keyboard = work_by_touch(self.shell) if by_touch else None
        self.root.focus_force()
        furnish(self.shell)

    def as_(self, role: Role, section: str = "", *, ready: bool = True, password: bool = True) -> Shell:
        named = {Role.TELLER: "asha.rao", Role.CUSTODIAN: "dev.patil", Role.AUDITOR: "ines.correa"}
        member = StaffMember(1, named.get(role, "meera.joshi"), bytes(16), role, not password, ready)
        self.shell.leave()
        self.shell.begin(StaffSession(bytes(16), member, 0.0))
        if section:
            self.shell.go_to(section)
        return self.shell

    def press(self, text: str) -> None:
        self.root.update()
        next(
            button for button in _buttons(self.root) if str(button["text"]).strip() == text and button.winfo_ismapped()
        ).invoke()  # fmt: skip

    def grab(self) -> Image.Image:
        if self.keyboard is None:  # which is there while a field has the focus
            self.root.focus_force()
        self.root.update()
        self.root.winfo_pointerxy()
        return ImageGrab.grab((0, 0, *SIZE), xdisplay=self.root.winfo_screen())

    def close(self) -> None:
        self.shell.close()
        self.root.destroy()
        del self.root, self.shell, self.keyboard
        gc.collect()


def _buttons(widget: tkinter.Misc) -> Iterator[Any]:
    for child in widget.winfo_children():
        if child.winfo_class() == "TButton":
            yield child
        yield from _buttons(child)


def _file(window: Window) -> None:
    page: Any = window.as_(Role.TELLER, "Customers").page
    page.search.fields["text"].insert(0, "400271")
    page.look_up()


def _several(window: Window) -> None:
    page: Any = window.as_(Role.TELLER, "Customers").page
    page.search.fields["text"].insert(0, "chen")
    page._found("chen", FOUND)
    page.list.choose(FOUND[1].number)


def _enrolling(window: Window, place: int) -> EnrolmentPage:
    """Somebody of whom nearly all is there, at one of the steps."""
    window.as_(Role.TELLER, "Customers")
    window.press("New customer")
    page: Any = window.shell.page
    customer = NewCustomer("400312", "Gita Naik", "+91 98200 55555", "gita@customer.example", "12 Hill Road", "female")
    page.file = EnrolmentFile(customer, bytes(16), agreed=BIOMETRICS, pin_hash=b"-", document=bytes(231_000))
    for kind, position in ((Factor.FACE, ""), (Factor.FINGERPRINT, "right_index"), (Factor.PALM, "right")):
        page.file.take(CapturedTemplate(kind, b"", 0.94, position))
    page.show(page.steps[place])
    return page  # type: ignore[no-any-return]


def _similar(window: Window) -> None:
    page = _enrolling(window, 0)
    window.press("Continue")
    page.step.similar.choose(FOUND[1].number)  # type: ignore[attr-defined]


def _at_the_machine(window: Window) -> None:
    page = _enrolling(window, 2)
    page._at_machine = True
    page._show_at_machine()
    page._saw(FaceProgress(FacePrompt.TURN_LEFT, FaceAdvice.TOO_FAR, 0.4))


def _enrolment(place: int) -> Callable[[Window], None]:
    return lambda window: _enrolling(window, place) and None


def _going_back(window: Window) -> None:
    page = _enrolling(window, 5)
    page._chosen(page.steps[0])


def _dialog(text: str) -> Callable[[Window], None]:
    def show(window: Window) -> None:
        _file(window)
        window.press(text)

    return show


def _audit(window: Window) -> None:
    page: Any = window.as_(Role.AUDITOR, "Audit").page
    page.table.choose("1201")


def _signature(window: Window) -> None:
    shell = window.as_(Role.CUSTODIAN, "Cash")
    shell.ask_two(CashLoad(4, rupees(100), 1500).action("T-1"), lambda _: None, lambda _: None)


def _settings(window: Window) -> None:
    page: Any = window.as_(Role.ADMINISTRATOR, "Settings").page
    page.open_section("Alerts")
    page.fields["alerts.refused_count"].delete(0, "end")
    page.fields["alerts.refused_count"].insert(0, "1")
    window.press("Check and save")


def _newcomer(*, password: bool) -> Callable[[Window], None]:
    def show(window: Window) -> None:
        window.as_(Role.TELLER, ready=False, password=password)

    return show


PICTURES: dict[str, Callable[[Window], None]] = {
    "now": lambda window: window.as_(Role.AUDITOR, "Now") and None,
    "sign_in": lambda window: window.shell.leave(),
    "first_password": _newcomer(password=False),
    "authenticator": _newcomer(password=True),
    "locked": lambda window: window.as_(Role.TELLER).lock(),
    "customers": _several,
    "customer": _file,
    "enrolment": _enrolment(0),
    "enrolment_similar": _similar,
    "enrolment_fingers": _enrolment(3),
    "enrolment_at_the_machine": _at_the_machine,
    "enrolment_save": _enrolment(8),
    "enrolment_going_back": _going_back,
    "erase": _dialog("Erase"),
    "sign_ups": lambda window: window.as_(Role.TELLER, "Sign-ups") and None,
    "cash": lambda window: window.as_(Role.CUSTODIAN, "Cash") and None,
    "second_person": _signature,
    "audit": _audit,
    "journal": lambda window: window.as_(Role.AUDITOR, "Journal") and None,
    "limits": lambda window: window.as_(Role.ADMINISTRATOR, "Limits") and None,
    "check_up": lambda window: window.as_(Role.ADMINISTRATOR, "Check-up") and None,
    "settings": _settings,
    "backup": lambda window: window.as_(Role.ADMINISTRATOR, "Backup") and None,
    "staff": lambda window: window.as_(Role.ADMINISTRATOR, "Staff") and None,
    **CASH_PICTURES,
    **RECORD_PICTURES,
    **FLEET_PICTURES,
    **RESTORE_PICTURES,
}
ALL = {**PICTURES, **TOUCH_PICTURES}


def painted(display: Display, names: Sequence[str] = ()) -> Iterator[tuple[str, Image.Image]]:
    """Every file's picture, painted now; ``names``: of these alone."""
    for pictures, by_touch in ((PICTURES, False), (TOUCH_PICTURES, True)):
        wanted = [name for name in pictures if name in (names or pictures)]
        window = Window(display, by_touch=by_touch) if wanted else None
        try:
            for name in wanted:
                pictures[name](window)
                yield f"{CONSOLE}{name}.png", window.grab()
        finally:
            if window:
                window.close()


def page() -> str:
    lines = ["# The console of the branch", "", "Painted by `python -m tests.console.gallery`.", ""]
    lines += [f"![{name}]({CONSOLE}{name}.png)" for name in ALL]
    return "\n".join(lines) + "\n"


def main() -> None:
    display = Display()
    try:
        for name, picture in painted(display, sys.argv[1:]):
            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)
    finally:
        display.close()
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
