"""The kiosk's window: header, the screen of the present view, footer. Paints what it is shown and nothing else."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from datetime import datetime
from tkinter import ttk

from atm_app.config import Look
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
    InService,
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
from gui.brand import Brand
from gui.header import Header
from gui.keyboard import Keyboard
from gui.keypad_letters import DIGITS
from gui.motion import BACKWARDS, SlideIn, slide_from
from gui.reading import is_on_board, name_of
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
    welcome,
)  # fmt: skip
from gui.screens.base import Preview, Screen, Studio
from gui.stage import stage_for
from gui.text import Lettering
from gui.theme import Theme
from gui.tokens import Scale
from gui.words import DEVICES, words_of

SCREENS: dict[type[View], type[Screen]] = {
    Starting: outside.StartingScreen,
    OutOfService: outside.OutOfServiceScreen,
    InService: outside.InServiceScreen,
    Welcome: welcome.WelcomeScreen,
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
FORWARD = (1, 0)
# Those of a keypad or of the block of digits of a keyboard. Where letters are asked for they give letters; the digits
# above a keyboard's letters are digits.
KEYPAD_DIGITS = {f"KP_{digit}": digit for digit in DIGITS}
SIGN_WISHES = {"*": "repeat", "#": "blank", "+": "louder", "-": "softer"}
CLEAR_LETTERS = "cC"
BLACK = "#000000"
COMMANDING = 0x4 | 0x8  # X11's masks of Control and Alt
BUSY_HEIGHT = 8


class KioskWindow:
    """``touch`` takes what the customer does; ``show`` paints what the controller says. ``look`` and ``large``: of the
    first view."""

    def __init__(
        self, root: tkinter.Tk, brand: Brand, preview: Preview, size: tuple[int, int] | None,
        now: Callable[[], datetime] = datetime.now, look: Look = Look.LIGHT, large: bool = False,
    ) -> None:  # fmt: skip
        self.root = root
        root.title(brand.name)
        width, height = size or screen_of(root)
        # Without a window manager -fullscreen does nothing: the geometry is set first.
        root.geometry(f"{width}x{height}+0+0")
        if size is None:
            root.attributes("-fullscreen", True)
        self._size = (width, height)
        self.scale = Scale(width, height, stage_for(width, height, large=large))
        self.theme = Theme(root, self.scale, brand.palettes, look)
        self.touch: Callable[[Action], None] = lambda _: None
        self.painted: Callable[[Shown], None] = lambda _: None
        self.guided: Callable[[Shown, Screen], None] = lambda *_: None
        self.moved: Callable[[ttk.Button | None], None] = lambda _: None
        # A digit's next letter, and whether it is a secret's.
        self.tapped: Callable[[str, bool], None] = lambda *_: None
        self.digits_are_letters = False
        # Whether screens slide in.
        self.moving = False
        self._backwards = False
        self.ring = Ring(root)
        self._studio = Studio(self.theme, self._touched, preview, brand.name)
        self._brand = brand
        self._now = now
        self._screen: Screen | None = None
        self._shown: Shown | None = None
        self._state = ""
        self._busy_timer = ""
        self._shows: Callable[[], None] | None = None
        self._lay_out()
        self._cover = tkinter.Frame(root)
        root.bind("<Key>", self._key)
        for key in ("<Return>", "<KP_Enter>"):
            root.bind_class("TButton", key, self._press)
        root.update_idletasks()
        root.focus_force()

    def show(self, shown: Shown) -> None:
        """Paint: the same screen follows its view, another view or language builds its own, another look and large text
        everything."""
        if (shown.look, stage_for(*self._size, large=shown.large)) != (self.theme.look, self.scale.stage):
            self._build_anew(shown.look, large=shown.large)
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
            if before is not None and before.state != shown.state:
                self._slide_in(self._screen, shown)
            if old is not None:
                # A focused button takes the focus with it; keys are to reach the window all the same.
                self.root.focus_set()
                old.close()
        self._guide_ring(shown, entered=not same)
        self._cover_with(shown)
        self._header.tell_steps(shown)
        self._tell_busy(shown.busy and self._screen is not None and self._screen.shows_busy)
        if before is None or before.virtual != shown.virtual or before.language != shown.language:
            self._header.turn(shown.language)
            self._tell_virtual(shown)
        assert self._screen is not None
        self.guided(shown, self._screen)
        self.painted(shown)

    def fit(self, width: int, height: int) -> None:
        """Everything anew at another size, pixels. What is shown stays, and with it what was typed: views hold it."""
        if (width, height) == self._size:
            return
        self._size = (width, height)
        shown = self._shown
        self._build_anew(self.theme.look, large=shown is not None and shown.large)
        if shown is not None:
            self.show(shown)

    def lay_over(self, frame: ttk.Frame | None, shows: Callable[[], None] | None) -> None:
        """``frame``: something with buttons over the screen. ``shows``: the screen is covered, and any key but Cancel
        does no more than this."""
        self.ring.over, self._shows = frame, shows
        if shows is not None:
            self.ring.leave()

    @property
    def shown(self) -> Shown | None:
        return self._shown

    @property
    def parts(self) -> tuple[ttk.Frame, ttk.Frame, ttk.Frame]:
        """Header, body and footer."""
        return self._header.frame, self._body, self._foot

    @property
    def frames_painted(self) -> int:
        """Camera frames the present screen has painted."""
        return self._screen.frames_painted if isinstance(self._screen, camera.CameraScreen) else 0

    # --- parts -------------------------------------------------------------------------------------------------------

    def _build_anew(self, look: Look, *, large: bool) -> None:
        """Everything anew in a look and for the window's size; what is shown next finds an empty window."""
        if self._screen is not None:
            self.root.focus_set()
            self._screen.close()
        self._screen = self._shown = None
        self._tell_busy(False)
        for part in self._parts:
            part.destroy()
        width, height = self._size
        self.scale = Scale(width, height, stage_for(width, height, large=large))
        self.theme.wear(look, self.scale)
        self._lay_out()

    def _lay_out(self) -> None:
        stage = self.scale.stage
        self._header = Header(self.root, self.theme, self._brand, self._now)
        self._body = ttk.Frame(self.root)
        self._body.place(
            x=0, y=self.scale(stage.body_top), relwidth=1, relheight=1,
            height=-self.scale(stage.body_top) - self.scale(stage.footer),
        )  # fmt: skip
        self._foot = ttk.Frame(self.root)
        self._foot.place(x=0, rely=1.0, relwidth=1, height=self.scale(stage.footer), anchor="sw")
        self._foot_label = Lettering(self.theme, "en").label(
            self._foot, "", "small", colour=self.theme.palette.muted
        )  # fmt: skip
        self._foot_label.place(relx=0.5, rely=stage.footer_middle, anchor="center")
        self._busy_bar = MovingBar(self.root, self.theme.palette.paper, self.theme.palette.accent)
        self._parts: tuple[Header | tkinter.Widget, ...] = (self._header, self._body, self._foot, self._busy_bar)

    def _slide_in(self, screen: Screen, shown: Shown) -> None:
        """Not for who wants to read large letters, and of no use to who listens."""
        if not self.moving or shown.large or shown.guidance is not None:
            return
        way = slide_from(screen.direction, self.scale(tokens.SLIDE), backwards=self._backwards)
        SlideIn(screen.frame, way)
        self._backwards = False

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
        self._busy_bar.place(x=0, y=self._header.bottom, relwidth=1, height=self.scale(BUSY_HEIGHT))
        self._busy_bar.start()

    def _tell_virtual(self, shown: Shown) -> None:
        """Their names where there is room."""
        words, letters = words_of(shown.language), Lettering(self.theme, shown.language)
        names = ", ".join(words(DEVICES[name]) if name in DEVICES else name for name in shown.virtual)
        text = words("Virtual devices: {names}  ·  F12 opens the test bench").format(names=names) if names else ""
        if letters.fit(text, "small", self.scale.stage.inner) != text:
            text = words("Virtual devices  ·  F12 opens the test bench")
        letters.set(self._foot_label, text, "small", colour=self.theme.palette.muted)

    def _touched(self, action: Action) -> None:
        """A letter that waits comes before what is touched."""
        self._backwards = action.name in BACKWARDS
        if self._screen is not None and self._screen.letters is not None:
            self._screen.letters.taps.take()
        self.touch(action)

    def _key(self, event: tkinter.Event[tkinter.Misc]) -> None:
        if self._shows is not None and KEYS.get(event.keysym) != "cancel":
            self._shows()
            return
        screen = self._screen
        board = screen.letters if screen is not None else None
        if board is not None and self._key_of_letters(event, board):
            return
        if self._key_of_guide(event):
            return
        on_button = isinstance(self.root.focus_get(), ttk.Button)
        if board is not None:
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

    def _key_of_letters(self, event: tkinter.Event[tkinter.Misc], board: Keyboard) -> bool:
        """A digit of the keypad gives letters; the next key takes the one that waits, or takes it back. Whether that
        was all."""
        digit = KEYPAD_DIGITS.get(event.keysym, event.char if self.digits_are_letters else "")
        if digit in DIGITS and digit:
            self.ring.leave()
            listens = self._shown is not None and self._shown.guidance is not None
            board.taps.press(digit, rests=not listens)
            self.tapped(board.taps.letter, board.secret)
            self.touch(Action("guide", "move"))  # somebody is there
            return True
        if KEYS.get(event.keysym) in ("erase", "clear"):
            return board.taps.drop()
        if event.keysym in ARROWS:
            return board.put_keypad_away() and ARROWS[event.keysym] == FORWARD
        board.taps.take()
        return False

    def _press(self, event: tkinter.Event[tkinter.Misc]) -> str:
        """Return presses the focused button, as the space bar does, and nothing else hears of it. A key that changes
        what the others give is called otherwise afterwards."""
        button = event.widget
        if isinstance(button, ttk.Button):
            name = name_of(button)
            button.invoke()
            if button.winfo_exists() and is_on_board(button) and len(name) > 1 and name_of(button) != name:
                self.moved(button)
        return "break"

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
            self.ring.move(self._body, *ARROWS[event.keysym])
            self.moved(self.ring.button)
        if wish:
            self.touch(Action("guide", wish))
        return bool(wish)


def screen_of(root: tkinter.Misc) -> tuple[int, int]:
    """Width and height of the whole screen, pixels."""
    return root.winfo_screenwidth(), root.winfo_screenheight()


def _written(event: tkinter.Event[tkinter.Misc]) -> str:
    """What a key writes: mostly one letter, none with Control or Alt."""
    return event.char if event.char.isprintable() and not int(event.state) & COMMANDING else ""
