"""``main.py``: the kiosk in its window."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import tkinter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from atm_app.config import ConfigurationProblem, Settings
from atm_app.ports import ScreenColour, Work
from atm_app.sound_ports import Sound
from atm_app.views import Action, Face, Shown
from atm_app.workers import ThreadWorkers
from commands.leftovers import Leftovers
from commands.machine_log import write_log
from commands.service_manager import Heartbeat, ServiceManager
from commands.settings_in_force import SettingsInForce
from commands.settings_watch import LONGEST_DELAY_SECONDS, Restart, SettingsWatch
from commands.supervisor_key import SupervisorKey
from commands.supervisor_line import SupervisorLine
from commands.wiring import Plant
from db.folder import DataFolder
from gui import burn_in
from gui.audio_guide import AudioGuide
from gui.bench_window import BenchWindow
from gui.brand import brand_of
from gui.burn_in import BurnInCare
from gui.inbox import Inbox, TkClock
from gui.kiosk_mode import Fitting, FullScreen
from gui.onlooker_banner import OnlookerBanner
from gui.sounds import Sounds
from gui.touch_sizes import needs_large_text
from gui.window import KioskWindow, screen_of

if TYPE_CHECKING:
    from commands.figures_server import FiguresServer


class Kiosk:
    """Plant, controller and window of one process. ``size`` None: the whole screen. ``supervisor``: None where no key
    opens the console. ``in_force``: where the settings came from; None where nobody decides them elsewhere. Raises
    ConfigurationProblem for a brand that cannot be shown."""

    def __init__(
        self, folder: DataFolder, settings: Settings, size: tuple[int, int] | None,
        supervisor: SupervisorKey | None = None, in_force: SettingsInForce | None = None,
    ) -> None:  # fmt: skip
        brand = brand_of(settings)
        write_log(folder, settings.log.level)
        self.service = ServiceManager.of(os.environ)
        self.plant = Plant(folder, settings)
        # The devices take longest to come up, so that they come first.
        self.plant.start_devices()
        self.root = tkinter.Tk(className="CardlessATM")
        self.inbox = Inbox(self.root)
        self.workers = ThreadWorkers(self.inbox.post)
        diagonal = settings.screen.diagonal
        if diagonal and needs_large_text(size or screen_of(self.root), diagonal):
            self.plant.settings = settings = settings.with_large_text()
        self.window = KioskWindow(
            self.root, brand, self.plant.camera.preview, size, look=settings.screen.look,
            large=settings.screen.large_text,
        )  # fmt: skip
        clock = TkClock(self.root)
        self.heartbeat = Heartbeat(self.service, clock, self.inbox.post)
        self.controller = self.plant.controller(clock, self.workers, self.window.show)
        self.line = SupervisorLine(folder.supervisor_socket, self.controller, self.inbox.post)
        self.settings_watch = self._settings_watch(in_force, clock) if in_force and settings.database.hosts else None
        self.window.touch = self._touched
        self.window.painted = self._painted
        self.sounds = Sounds(self._play, clock)
        self.leftovers = Leftovers(clock)
        self.care = BurnInCare(clock, settings.screen.rest_after, partial(burn_in.move, self.window))
        guide = AudioGuide(self.plant.speaker, self.window.ring)
        self.window.guided, self.window.moved, self.window.tapped = guide.follow, guide.moved, guide.tapped
        self.window.digits_are_letters = settings.screen.keypad_letters
        self.window.moving = settings.screen.motion
        banner = OnlookerBanner(self.root, self.window.theme, self._touched)
        banner.over = self.window.lay_over
        self.watchers: list[Callable[[Shown], None]] = [
            self.plant.bench.follow,
            self._tell_light,
            self.care.follow,
            self.leftovers.follow,
            self.sounds.follow,
            banner.follow,
        ]
        self.figures_server: FiguresServer | None = None
        self._light: ScreenColour | None = None
        self._bench_window: BenchWindow | None = None
        self._demonstrated = False
        self._is_ready = False
        self._ending = False
        self.root.bind("<F12>", lambda _: self.toggle_bench())
        self.supervisor = supervisor
        if supervisor is not None and settings.staff.supervisor_key:
            self._bind_supervisor(settings.staff.supervisor_key, supervisor)
        self.root.protocol("WM_DELETE_WINDOW", self.end)
        self.fitting = (
            Fitting(self.root, self._fit) if size else FullScreen(self.root, self._fit, pointer=self._has_pointer())
        )

    def start(self) -> None:
        self._show_figures()
        if self.plant.demonstrates:
            # Known before the first welcome: a customer who starts at once would find nobody enrolled.
            self.controller.set_preparing(0.0)
        self.controller.start()
        self.line.start()

    def run(self) -> None:
        """Until the window is closed or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.inbox.post(self.end))
        self.start()
        self.heartbeat.start()
        if self.settings_watch is not None:
            self.settings_watch.start()
        try:
            self.root.mainloop()
        finally:
            self.close()

    def end(self) -> None:
        """Leave ``run``; where money is on its way, as soon as it has come to rest."""
        self._ending = True
        if not self.controller.moving:
            self.root.quit()

    def close(self) -> None:
        self.service.stopping()
        self.fitting.close()
        self.heartbeat.stop()
        if self.settings_watch is not None:
            self.settings_watch.stop()
        if self.figures_server is not None:
            self.figures_server.stop()
        self.sounds.stop()
        self.leftovers.stop()
        if self.supervisor is not None:
            self.supervisor.close()
        self.line.close()
        self.controller.stop()
        self.workers.stop()
        self.plant.close()
        self.inbox.close()
        self.root.destroy()

    def toggle_bench(self) -> None:
        """Nothing on a machine whose devices are all real, which tells of no test bench either."""
        shown = self.window.shown
        if shown is None or not shown.virtual:
            return
        if self._bench_window is not None and self._bench_window.alive:
            self._bench_window.close()
            self._bench_window = None
        else:
            self._bench_window = BenchWindow(self.root, self.window.theme, self.plant.bench, self.inbox.post)

    def _bind_supervisor(self, key: str, supervisor: SupervisorKey) -> None:
        try:
            self.root.bind(f"<{key}>", lambda _: supervisor.turn())
        except tkinter.TclError as error:
            raise ConfigurationProblem(f"staff.supervisor_key: {key} is no key") from error

    def _settings_watch(self, in_force: SettingsInForce, clock: TkClock) -> SettingsWatch:
        restart = Restart(
            self._is_free, lambda: self.plant.random.randbelow(LONGEST_DELAY_SECONDS * 1000) / 1000,
            lambda: self.inbox.post(self.end),
        )  # fmt: skip
        return SettingsWatch(
            self.plant.storage, in_force, clock, self.workers, restart if self.service.is_there else None
        )  # fmt: skip

    def _is_free(self) -> bool:
        shown = self.window.shown
        welcomes = shown is not None and shown.state == "welcome"
        return welcomes and not (self.supervisor is not None and self.supervisor.turned)

    def _touched(self, action: Action) -> None:
        self.care.touched()
        self.sounds.touched()
        self.controller.handle(action)

    def _painted(self, shown: Shown) -> None:
        for watcher in self.watchers:
            watcher(shown)
        if not self._is_ready:
            self._is_ready = True
            self.inbox.post(self.service.ready)
        if self._ending and not self.controller.moving:
            self.root.quit()
        if shown.state == "welcome" and not self._demonstrated:
            self._demonstrated = True
            self.plant.start_demonstration(self._prepared)

    def _show_figures(self) -> None:
        if self.plant.figures is not None:
            from commands.figures_server import FiguresServer

            self.figures_server = FiguresServer(self.plant.settings, self.plant.figures)
            self.figures_server.start()

    def _play(self, sound: Sound) -> None:
        """Starting a player takes up to a tenth of a second on a busy machine, which the window does not wait for."""
        settings, loudspeaker = self.plant.settings.sound, self.plant.loudspeaker
        if settings.enabled:
            self.workers.submit(
                Work.SPEAKER, lambda: loudspeaker.play(sound, settings.volume), lambda _: None, lambda _: None
            )

    def _fit(self, width: int, height: int) -> None:
        self.window.fit(width, height)
        self.care.anew()

    def _has_pointer(self) -> bool:
        """Who tries the machine at a desk has a mouse; before a real camera stands a touch screen."""
        wanted = self.plant.settings.screen.pointer
        return wanted == "shown" or (wanted == "auto" and self.plant.virtual_camera is not None)

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


def run(
    folder: DataFolder, size: tuple[int, int] | None, supervisor: SupervisorKey, in_force: SettingsInForce
) -> int:  # fmt: skip
    if sys.__stderr__ is not None:
        faulthandler.enable(sys.__stderr__)  # a watchdog's SIGABRT leaves in the journal where each thread stood
    Kiosk(folder, in_force.at_start().settings, size, supervisor, in_force).run()
    print(f"The kiosk has ended. Data folder: {folder.root}", file=sys.stderr)
    return 0
