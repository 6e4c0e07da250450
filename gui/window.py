"""The kiosk's window: header, the screen of the present view, footer. Paints what it is shown and nothing else."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from datetime import datetime
from tkinter import ttk

from babel.dates import format_date, format_time
from PIL import Image

from atm_app.config import Look
from atm_app.languages import LOCALE
from atm_app.sign_up_views import Agreements, FirstPassword, Joined, Joining, Question
from atm_app.views import (
    Action,
    Amount,
    Another,
    Authenticator,
    Balance,
    Booking,
    ChooseAccount,
    ChooseBiller,
    ChooseNotes,
    ChoosePayee,
    Claim,
    Confirm,
    Description,
    Dispensing,
    Face,
    FaceAndPin,
    Farewell,
    FingerPicture,
    Fingerprint,
    InsertNotes,
    Locked,
    Menu,
    MoreTime,
    NewPin,
    Notice,
    OneTimeCode,
    OutOfService,
    OwnAccount,
    OwnConsents,
    OwnLimits,
    Palm,
    PalmPicture,
    Password,
    PayeeNumber,
    Pin,
    ReceiptOffer,
    Reference,
    Shown,
    Starting,
    Statement,
    Storing,
    TakeCash,
    UserName,
    View,
    Welcome,
)
from gui import tokens
from gui.bars import MovingBar
from gui.brand import LOGO_HEIGHT, LOGO_WIDTH, Brand
from gui.direction import Direction, Side
from gui.icons import icon
from gui.ring import ARROWS, Ring
from gui.screens import (
    camera,
    cash,
    face,
    identity,
    money,
    outside,
    own_account,
    own_consents,
    own_settings,
    palm,
    papers,
    sign_up,
    stick_picture,
    transfer,
)  # fmt: skip
from gui.screens.base import Preview, Screen, Studio
from gui.steps import Steps, drawn, steps_of
from gui.text import Lettering
from gui.theme import Theme
from gui.tokens import Scale
from gui.words import DAY, DAYS, DEVICES, words_of

SCREENS: dict[type[View], type[Screen]] = {
    Starting: outside.StartingScreen,
    OutOfService: outside.OutOfServiceScreen,
    Welcome: outside.WelcomeScreen,
    MoreTime: outside.MoreTimeScreen,
    Locked: outside.LockedScreen,
    Farewell: outside.FarewellScreen,
    Claim: identity.ClaimScreen,
    Face: face.FaceScreen,
    FaceAndPin: face.FaceAndPinScreen,
    Fingerprint: identity.FingerprintScreen,
    FingerPicture: stick_picture.FingerPictureScreen,
    Palm: palm.PalmScreen,
    PalmPicture: stick_picture.PalmPictureScreen,
    Pin: identity.PinScreen,
    OneTimeCode: identity.OneTimeCodeScreen,
    Menu: money.MenuScreen,
    ChooseAccount: money.ChooseAccountScreen,
    Amount: money.AmountScreen,
    Confirm: money.ConfirmScreen,
    ChooseNotes: cash.ChooseNotesScreen,
    Dispensing: cash.DispensingScreen,
    TakeCash: cash.TakeCashScreen,
    InsertNotes: cash.InsertNotesScreen,
    Storing: cash.StoringScreen,
    ChoosePayee: transfer.ChoosePayeeScreen,
    PayeeNumber: transfer.PayeeNumberScreen,
    ChooseBiller: transfer.ChooseBillerScreen,
    Reference: transfer.ReferenceScreen,
    Description: transfer.DescriptionScreen,
    Booking: cash.BookingScreen,
    ReceiptOffer: papers.ReceiptScreen,
    Statement: papers.StatementScreen,
    NewPin: own_settings.NewPinScreen,
    OwnAccount: own_account.OwnAccountScreen,
    Authenticator: own_account.AuthenticatorScreen,
    OwnConsents: own_consents.OwnConsentsScreen,
    OwnLimits: own_settings.OwnLimitsScreen,
    UserName: sign_up.UserNameScreen,
    Password: sign_up.PasswordScreen,
    Question: sign_up.QuestionScreen,
    FirstPassword: sign_up.FirstPasswordScreen,
    Agreements: sign_up.AgreementsScreen,
    Joining: sign_up.JoiningScreen,
    Joined: sign_up.JoinedScreen,
    Balance: money.BalanceScreen,
    Another: money.AnotherScreen,
    Notice: money.NoticeScreen,
}
KEYS = {
    "BackSpace": "erase", "Delete": "clear", "Return": "enter", "KP_Enter": "enter", "Escape": "cancel",
}  # fmt: skip
# For somebody who listens. Signs are theirs where they are not letters of a password.
WISHES = {"F1": "repeat", "F2": "blank", "Prior": "louder", "Next": "softer"}
SIGN_WISHES = {"*": "repeat", "#": "blank", "+": "louder", "-": "softer"}
CLEAR_LETTERS = "cC"
BLACK = "#000000"
COMMANDING = 0x4 | 0x8  # X11's masks of Control and Alt
CLOCK_MILLISECONDS = 5000
BUSY_HEIGHT = 8
HEADER_LINE = 4


class KioskWindow:
    """``touch`` takes what the customer does; ``show`` paints what the controller says. ``look``: of the first view."""

    def __init__(
        self, root: tkinter.Tk, brand: Brand, preview: Preview, size: tuple[int, int] | None,
        now: Callable[[], datetime] = datetime.now, look: Look = Look.LIGHT,
    ) -> None:  # fmt: skip
        self.root = root
        root.title(brand.name)
        width, height = size or (root.winfo_screenwidth(), root.winfo_screenheight())
        # Without a window manager -fullscreen does nothing: the geometry is set first.
        root.geometry(f"{width}x{height}+0+0")
        if size is None:
            root.attributes("-fullscreen", True)
        self.scale = Scale(width, height)
        self.theme = Theme(root, self.scale, brand.palettes, look)
        self.touch: Callable[[Action], None] = lambda _: None
        self.painted: Callable[[Shown], None] = lambda _: None
        self.guided: Callable[[Shown, Screen], None] = lambda *_: None
        self.moved: Callable[[ttk.Button | None], None] = lambda _: None
        self.ring = Ring(root)
        self._studio = Studio(self.theme, lambda action: self.touch(action), preview, brand.name)
        self._brand = brand
        self._now = now
        self._screen: Screen | None = None
        self._shown: Shown | None = None
        self._state = ""
        self._busy_timer = ""
        self._lay_out()
        self._cover = tkinter.Frame(root)
        root.bind("<Key>", self._key)
        for key in ("<Return>", "<KP_Enter>"):
            root.bind_class("TButton", key, _press)
        root.update_idletasks()
        root.focus_force()

    def show(self, shown: Shown) -> None:
        """Paint: the same screen follows its view, another view or language builds its own, another look everything."""
        if shown.look != self.theme.look:
            self._wear(shown.look)
        before, self._shown = self._shown, shown
        same = (
            self._screen is not None
            and before is not None
            and type(before.view) is type(shown.view)
            and before.language == shown.language
            and before.state == shown.state
            and before.view.sheet == shown.view.sheet
        )
        if same:
            assert self._screen is not None
            self._screen.refresh(shown)
        else:
            old = self._screen
            self._screen = SCREENS[type(shown.view)](self._body, self._studio, shown)
            if old is not None:
                # A focused button takes the focus with it; keys are to reach the window all the same.
                self.root.focus_set()
                old.close()
        self._guide_ring(shown, entered=not same)
        self._cover_with(shown)
        self._tell_steps(shown)
        self._tell_busy(shown.busy and self._screen is not None and self._screen.shows_busy)
        if before is None or before.virtual != shown.virtual or before.language != shown.language:
            self._turn_header(shown.language)
            self._tell_virtual(shown)
            self._tick_clock()
        assert self._screen is not None
        self.guided(shown, self._screen)
        self.painted(shown)

    def fit(self, width: int, height: int) -> None:
        """Everything anew at another size, pixels. What is shown stays, and with it what was typed: views hold it."""
        if (width, height) == (self.scale.width, self.scale.height):
            return
        self.scale = Scale(width, height)
        self.theme.rescale(self.scale)
        shown = self._shown
        self._wear(self.theme.look)
        if shown is not None:
            self.show(shown)

    @property
    def shown(self) -> Shown | None:
        return self._shown

    @property
    def parts(self) -> tuple[ttk.Frame, ttk.Frame, ttk.Frame]:
        """Header, body and footer."""
        return self._head, self._body, self._foot

    @property
    def frames_painted(self) -> int:
        """Camera frames the present screen has painted."""
        return self._screen.frames_painted if isinstance(self._screen, camera.CameraScreen) else 0

    # --- parts -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._header()
        self._body = ttk.Frame(self.root)
        self._body.place(
            x=0, y=self.scale(tokens.HEADER), relwidth=1, relheight=1,
            height=-self.scale(tokens.HEADER) - self.scale(tokens.FOOTER),
        )  # fmt: skip
        self._footer()
        self._busy_bar = MovingBar(self.root, self.theme.palette.paper, self.theme.palette.accent)

    def _wear(self, look: Look) -> None:
        """Everything anew in this look and size; what is shown next finds an empty window."""
        if self._screen is not None:
            self.root.focus_set()
            self._screen.close()
        self._screen = self._shown = None
        for widget in (self._head, self._body, self._foot, self._busy_bar):
            widget.destroy()
        self.theme.wear(look)
        self._lay_out()

    def _guide_ring(self, shown: Shown, *, entered: bool) -> None:
        """The next visitor finds no ring, unless they listen."""
        if shown.state == "welcome" and self._state != "welcome":
            self.ring.wanted = False
        self._state = shown.state
        self.ring.wanted = self.ring.wanted or shown.guidance is not None
        assert self._screen is not None
        if entered:
            self.ring.enter(self._body, typing=self._screen.asks_to_type)
        else:
            self.ring.follow(self._body)

    def _cover_with(self, shown: Shown) -> None:
        """Nothing of the visit is to be seen, and nobody else can touch it; the light on a face still comes."""
        if shown.guidance is None or not shown.guidance.blank:
            self._cover.place_forget()
            return
        light = shown.view.light if isinstance(shown.view, Face) else None
        self._cover.configure(background="#{:02x}{:02x}{:02x}".format(*light) if light else BLACK)
        self._cover.place(x=0, y=0, relwidth=1, relheight=1)
        self._cover.lift()

    def _header(self) -> None:
        palette = self.theme.palette
        self._head = header = ttk.Frame(self.root, style="Header.TFrame")
        header.place(x=0, y=0, relwidth=1, height=self.scale(tokens.HEADER))
        letters = Lettering(self.theme, "en")
        tkinter.Frame(header, background=palette.header_line).place(
            relx=0, rely=1, relwidth=1, height=self.scale(HEADER_LINE), anchor="sw"
        )
        self._bank_sign = letters.photo(self._sign_of_bank())
        margin = self.scale(tokens.MARGIN)
        sign = ttk.Label(header, image=self._bank_sign, background=palette.header)
        fitting = letters.fit(self._brand.name, "body", 440, bold=True)
        name = letters.label(header, fitting, "body", bold=True, colour=palette.header_ink, ground=palette.header)
        self._clock = letters.label(header, "", "body", bold=True, colour=palette.header_ink, ground=palette.header)
        self._date = letters.label(header, "", "small", colour=palette.header_soft, ground=palette.header)
        self._in_header: tuple[tuple[ttk.Label, Side, tuple[int, int]], ...] = (
            (sign, "left", (margin, self.scale(20))), (name, "left", (0, 0)),
            (self._clock, "right", (self.scale(28), margin)), (self._date, "right", (0, 0)),
        )  # fmt: skip
        self._turn_header("en")
        self._steps = ttk.Label(header, background=palette.header)
        self._told_steps: Steps | None = None
        self._clock_timer = self.root.after(CLOCK_MILLISECONDS, self._every_few_seconds)
        header.bind("<Destroy>", lambda _: self._stop_timers())

    def _sign_of_bank(self) -> Image.Image:
        if self._brand.logo is not None:
            return self._brand.logo.drawn(self.scale(LOGO_WIDTH), self.scale(LOGO_HEIGHT))
        return icon("bank", self.scale(52), self.theme.palette.header_ink)

    def _turn_header(self, language: str) -> None:
        """The bank where a line begins, the clock where it ends."""
        direction = Direction.of(language)
        for widget, side, padx in self._in_header:
            direction.pack(widget, side=side, padx=padx)

    def _footer(self) -> None:
        self._foot = ttk.Frame(self.root)
        self._foot.place(x=0, rely=1.0, relwidth=1, height=self.scale(tokens.FOOTER), anchor="sw")
        self._foot_label: ttk.Label = Lettering(self.theme, "en").label(
            self._foot, "", "small", colour=self.theme.palette.muted
        )
        self._foot_label.place(relx=0.5, rely=0.4, anchor="center")

    def _tell_steps(self, shown: Shown) -> None:
        """What is done and what is still to come of proving who one is."""
        steps = steps_of(shown)
        if steps == self._told_steps:
            return
        self._told_steps = steps
        if steps is None:
            self._steps.place_forget()
            return
        self._steps_picture = Lettering(self.theme, shown.language).photo(drawn(steps, self.scale, self.theme.palette))
        self._steps.configure(image=self._steps_picture)
        self._steps.place(relx=0.5, rely=0.5, anchor="center")

    def _tell_busy(self, busy: bool) -> None:
        """A moving line under the header, for work that lasts."""
        if busy and not self._busy_timer:
            self._busy_timer = self.root.after(tokens.BUSY_MILLISECONDS, self._show_busy)
        elif not busy and self._busy_timer:
            self.root.after_cancel(self._busy_timer)
            self._busy_timer = ""
            self._busy_bar.stop()
            self._busy_bar.place_forget()

    def _show_busy(self) -> None:
        self._busy_bar.place(x=0, y=self.scale(tokens.HEADER), relwidth=1, height=self.scale(BUSY_HEIGHT))
        self._busy_bar.start()

    def _tell_virtual(self, shown: Shown) -> None:
        words = words_of(shown.language)
        names = ", ".join(words(DEVICES[name]) if name in DEVICES else name for name in shown.virtual)
        text = words("Virtual devices: {names}  ·  F12 opens the test bench").format(names=names) if names else ""
        Lettering(self.theme, shown.language).set(self._foot_label, text, "small", colour=self.theme.palette.muted)

    def _every_few_seconds(self) -> None:
        self._tick_clock()
        self._clock_timer = self.root.after(CLOCK_MILLISECONDS, self._every_few_seconds)

    def _stop_timers(self) -> None:
        """The header goes; what was to happen later finds no widgets."""
        self.root.after_cancel(self._clock_timer)
        if self._busy_timer:
            self.root.after_cancel(self._busy_timer)
            self._busy_timer = ""

    def _tick_clock(self) -> None:
        language = self._shown.language if self._shown else "en"
        locale, now = LOCALE.get(language, "en_IN"), self._now()
        letters = Lettering(self.theme, language)
        letters.set(
            self._clock, format_time(now, "HH:mm", locale=locale), "body", bold=True,
            colour=self.theme.palette.header_ink,
        )  # fmt: skip
        day = format_date(now, DAYS.get(language, DAY), locale=locale)
        letters.set(self._date, day, "small", colour=self.theme.palette.header_soft)

    def _key(self, event: tkinter.Event[tkinter.Misc]) -> None:
        if self._key_of_guide(event):
            return
        on_button = isinstance(self.root.focus_get(), ttk.Button)
        if self._screen is not None and self._screen.takes_letters:
            for letter in _written(event):
                if not (letter == " " and on_button):  # the space bar presses it
                    self._typed(Action("type", letter))
        elif event.char.isdecimal() and event.char.isascii():
            self._typed(Action("digit", event.char))
        elif event.char and event.char in CLEAR_LETTERS:
            self._typed(Action("clear"))
        if event.keysym in KEYS and not (event.keysym in ("Return", "KP_Enter") and on_button):
            # A focused button answers Return itself.
            self.touch(Action(KEYS[event.keysym]))

    def _typed(self, action: Action) -> None:
        """Enter belongs to what is typed from now on, where something is asked for."""
        if self._screen is not None and self._screen.asks_to_type:
            self.ring.leave()
        self.touch(action)

    def _key_of_guide(self, event: tkinter.Event[tkinter.Misc]) -> bool:
        """Arrows move the ring; other keys are a listener's. Whether it was one of them."""
        letters = self._screen is not None and self._screen.takes_letters
        wish = WISHES.get(event.keysym, "" if letters else SIGN_WISHES.get(event.char, ""))
        if event.keysym in ARROWS:
            wish = "move"
            self.ring.move(self._body, ARROWS[event.keysym])
            self.moved(self.ring.button)
        if wish:
            self.touch(Action("guide", wish))
        return bool(wish)


def _written(event: tkinter.Event[tkinter.Misc]) -> str:
    """What a key writes: mostly one letter, none with Control or Alt."""
    return event.char if event.char.isprintable() and not int(event.state) & COMMANDING else ""


def _press(event: tkinter.Event[tkinter.Misc]) -> str:
    """Return presses the focused button, as the space bar does, and nothing else hears of it."""
    button = event.widget
    if isinstance(button, ttk.Button):
        button.invoke()
    return "break"
