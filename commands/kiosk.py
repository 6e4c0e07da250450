"""``main.py``: the kiosk in its window."""

from __future__ import annotations

import logging
import logging.handlers
import signal
import sys
import time
import tkinter
from collections.abc import Callable

from atm_app.config import Settings
from atm_app.ports import ScreenColour, Work
from atm_app.views import Face, Shown
from atm_app.workers import ThreadWorkers
from commands.wiring import Plant
from db.folder import DataFolder
from gui.audio_guide import AudioGuide
from gui.bench_window import BenchWindow
from gui.brand import brand_of
from gui.inbox import Inbox, TkClock
from gui.window import KioskWindow


class Kiosk:
    """Plant, controller and window of one process. ``size`` None: the whole screen. Raises ConfigurationProblem for a
    brand that cannot be shown."""

    def __init__(self, folder: DataFolder, settings: Settings, size: tuple[int, int] | None) -> None:
        brand = brand_of(settings)
        write_log(folder)
        self.plant = Plant(folder, settings)
        # The devices take longest to come up, so that they come first.
        self.plant.start_devices()
        self.root = tkinter.Tk(className="CardlessATM")
        self.inbox = Inbox(self.root)
        self.workers = ThreadWorkers(self.inbox.post)
        self.window = KioskWindow(
            self.root, brand, self.plant.camera.preview, size, look=settings.screen.look,
            large=settings.screen.large_text,
        )  # fmt: skip
        self.controller = self.plant.controller(TkClock(self.root), self.workers, self.window.show)
        self.window.touch = self.controller.handle
        self.window.painted = self._painted
        guide = AudioGuide(self.plant.speaker, self.window.ring)
        self.window.guided, self.window.moved = guide.follow, guide.moved
        self.watchers: list[Callable[[Shown], None]] = [self.plant.bench.follow, self._tell_light]
        self._light: ScreenColour | None = None
        self._bench_window: BenchWindow | None = None
        self._demonstrated = False
        self.root.bind("<F12>", lambda _: self.toggle_bench())
        self.root.protocol("WM_DELETE_WINDOW", self.root.quit)

    def start(self) -> None:
        if self.plant.demonstrates:
            # Known before the first welcome: a customer who starts at once would find nobody enrolled.
            self.controller.set_preparing(0.0)
        self.controller.start()

    def run(self) -> None:
        """Until the window is closed or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.inbox.post(self.root.quit))
        self.start()
        try:
            self.root.mainloop()
        finally:
            self.close()

    def close(self) -> None:
        self.controller.stop()
        self.workers.stop()
        self.plant.close()
        self.inbox.close()
        self.root.destroy()

    def toggle_bench(self) -> None:
        if self._bench_window is not None and self._bench_window.alive:
            self._bench_window.close()
            self._bench_window = None
        else:
            self._bench_window = BenchWindow(self.root, self.window.theme, self.plant.bench, self.inbox.post)

    def _painted(self, shown: Shown) -> None:
        for watcher in self.watchers:
            watcher(shown)
        if shown.state == "welcome" and not self._demonstrated:
            self._demonstrated = True
            self.plant.start_demonstration(self._prepared)

    def _tell_light(self, shown: Shown) -> None:
        """The face session's clock of a colour begins when the glass has it, not when it was asked for."""
        light = shown.view.light if isinstance(shown.view, Face) else None
        if light != self._light:
            self._light = light
            self.root.update_idletasks()
            self.plant.camera.painted(light, time.monotonic())

    def _prepared(self, fraction: float) -> None:
        """On the demonstration's thread."""
        self.inbox.post(lambda: self.controller.set_preparing(fraction))
        if fraction >= 1.0:
            # A preparation meanwhile may have read the templates before the last of them was there.
            self.workers.submit(Work.LEDGER, self.plant.authentication.faces.refresh, lambda _: None, lambda _: None)


def write_log(folder: DataFolder) -> None:
    """The machine's own log, in its data folder; decisions about people are in the audit, not here."""
    folder.prepare()
    handler = logging.handlers.RotatingFileHandler(folder.logs / "kiosk.log", maxBytes=2_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for old in [old for old in root.handlers if isinstance(old, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    # Libraries tell their debug log what they send; codes are in there.
    for name in ("yagmail", "mail.log", "aiosmtpd", "apprise", "urllib3", "mysql.connector"):
        logging.getLogger(name).setLevel(logging.WARNING)


def run(folder: DataFolder, settings: Settings, size: tuple[int, int] | None) -> int:
    Kiosk(folder, settings, size).run()
    print(f"The kiosk has ended. Data folder: {folder.root}", file=sys.stderr)
    return 0
