"""The page that looks at the machine every three seconds: what it shows is what the machine said, and it stops."""

from __future__ import annotations

import pytest

from atm_app.branch.roles import Role
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.stores import AuditEvent, StoreUnavailable
from atm_app.watch.heartbeat import SILENT_SECONDS, Doing, Heartbeat
from commands.staff_console import SIZE
from gui.console.charts import NOTHING, nice_step
from gui.console.now import NowPage
from tests.console.conftest import Clerk
from tests.db.bank import ask
from tests.gui.layout import clipped, visible

CAMERA = DeviceStatus("camera", DeviceState.ONLINE, virtual=True)
PRINTER = DeviceStatus("printer", DeviceState.OFFLINE, advice="plug it in")


@pytest.fixture
def page(clerk: Clerk) -> NowPage:
    say(clerk, Doing.FREE)
    clerk.as_(Role.AUDITOR)
    clerk.go_to("Now")
    page = clerk.shell.page
    assert isinstance(page, NowPage)
    return page


def say(clerk: Clerk, doing: Doing, reason: str = "", devices: tuple[DeviceStatus, ...] = (CAMERA, PRINTER)) -> None:
    clerk.branch.storage.watch.beat(Heartbeat(doing, reason, devices))


def kiosk(page: NowPage) -> str:
    return page.lines["The kiosk"].shown[0].cells[0]


def test_what_the_machine_said_is_shown_in_words(clerk: Clerk, page: NowPage) -> None:
    assert kiosk(page) == "It is free: nobody is at it."
    devices = {line.cells[0]: (line.cells[1], line.sign) for line in page.lines["Devices"].shown}
    assert devices == {"Camera": ("works, virtual", "check"), "Printer": ("does not answer: plug it in", "cancel")}
    say(clerk, Doing.CUSTOMER, devices=(CAMERA,))
    clerk.look_again(page, lambda: "customer" in kiosk(page))
    assert [line.cells[0] for line in page.lines["Devices"].shown] == ["Camera"]
    say(clerk, Doing.OUT_OF_SERVICE, "dispenser")
    clerk.look_again(page, lambda: kiosk(page) == "Out of service: the dispenser does not work.")
    assert page.lines["The kiosk"].shown[1].cells[0].startswith("Since ")


def test_a_machine_that_says_nothing_is_told_as_silent(clerk: Clerk, page: NowPage) -> None:
    ask(
        clerk.branch.admin,
        "UPDATE heartbeat SET beaten_at = UTC_TIMESTAMP(6) - INTERVAL %s SECOND WHERE terminal = %s",
        (SILENT_SECONDS + 5, clerk.branch.settings.terminal),
    )  # fmt: skip
    clerk.look_again(page, lambda: kiosk(page).startswith("Not heard of since "))


def test_long_advice_moves_no_card(clerk: Clerk, page: NowPage) -> None:
    advice = "Plug the sensor in, or correct its port in the settings; it was last seen at another one."
    say(clerk, Doing.OUT_OF_SERVICE, "a_reason_nobody_has_words_for_ye",
        (DeviceStatus("fingerprint", DeviceState.NO_DEVICE, advice=advice * 2),))  # fmt: skip
    clerk.look_again(page, lambda: "reason" in kiosk(page))
    right = clerk.root.winfo_rootx() + SIZE[0]
    cards = [each for column in page._columns for each in column.winfo_children()]
    assert len(cards) == 8
    assert all(card.winfo_rootx() + card.winfo_width() <= right for card in cards)
    assert len({card.winfo_width() for card in cards}) == 1
    assert not list(clipped(list(visible(clerk.top.frame))))


def test_a_day_in_which_nothing_happened_is_said_in_words(clerk: Clerk, page: NowPage) -> None:
    chart = page.charts["Withdrawals by hour"]
    chart.show([0.0] * 24, [""] * 24)
    items = [item for item in chart.canvas.find_all() if chart.canvas.type(item) == "text"]
    assert NOTHING in [chart.canvas.itemcget(item, "text") for item in items]
    assert not chart.canvas.find_withtag("bar")


def test_a_bar_more_stands_in_the_chart(clerk: Clerk, page: NowPage) -> None:
    canvas = page.charts["Sign-ins by hour"].canvas
    before = len(canvas.find_withtag("bar"))
    clerk.branch.storage.audit.write(AuditEvent("sign_in", "done"))
    clerk.branch.storage.audit.seal()
    clerk.look_again(page, lambda: len(canvas.find_withtag("bar")) == max(1, before))
    right = max(canvas.bbox(bar)[2] for bar in canvas.find_withtag("bar"))
    assert right <= int(canvas["width"]), "nothing is cut off"


def test_the_page_stops_looking_when_it_is_left(clerk: Clerk, page: NowPage) -> None:
    assert page._timer
    clerk.go_to("Audit")
    assert page._timer == ""
    timers = [clerk.root.tk.call("after", "info", name) for name in clerk.root.tk.call("after", "info")]
    assert not [timer for timer in timers if "look_again" in str(timer)]


def test_below_the_cover_nothing_is_asked(clerk: Clerk, page: NowPage) -> None:
    """Each question would be a refusal in the audit."""
    clerk.shell.lock()
    last = clerk.branch.last_audit()
    clerk.root.after_cancel(page._timer)
    for _ in range(3):
        page.look_again()
        clerk.settle()
        clerk.root.after_cancel(page._timer)
    assert clerk.branch.audit_after(last) == []


def test_a_database_that_says_nothing_leaves_what_was_there(
    clerk: Clerk, page: NowPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(clerk.branch.storage.now, "now", lost)
        clerk.look_again(page, lambda: any("does not answer; this is how it was" in text for text in clerk.texts))
    assert kiosk(page) == "It is free: nobody is at it."
    clerk.look_again(page, lambda: any(text.startswith("Machine ") for text in clerk.texts))


@pytest.mark.parametrize(("most", "step"), [(0, 1), (1, 1), (3, 1), (4, 2), (30, 10), (31, 20), (46_000, 20_000)])
def test_an_axis_counts_in_ones_twos_and_fives(most: float, step: float) -> None:
    assert nice_step(most) == step
