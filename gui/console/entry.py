"""Before the pages: signing in, setting up one's own account, and the cover of a locked console."""

from __future__ import annotations

from tkinter import ttk

from atm_app.branch.staff_session import StaffSession
from gui.console import layout
from gui.console.parts import Form
from gui.console.shell import Shell
from gui.console.words import NOT_SIGNED_IN
from gui.qr_code import qr_code

CARD_WIDTH = 1000
CODE_SIZE = 440


class _Card:
    """A card in the middle, with a form in it."""

    def __init__(self, shell: Shell, title: str, line: str = "") -> None:
        self.shell, work = shell, shell.workshop
        over = shell.root if shell.session is not None and shell.session.locked else shell.body
        self.frame = ttk.Frame(over)
        self.card = work.card(self.frame)
        self.card.place(relx=0.5, rely=0.45, anchor="center", width=work.scale(CARD_WIDTH))
        work.text(self.card, title, "title", bold=True).pack(anchor="w")
        if line:
            wrap = CARD_WIDTH - 2 * layout.CARD_PADDING
            work.text(self.card, line, quiet=True, wrap=wrap).pack(anchor="w")
        self.form = Form(work, self.card, self.done)
        self.form.frame.pack(fill="x", pady=work.scale(layout.GAP))
        self.problem = work.text(self.card, "", wrap=CARD_WIDTH - 2 * layout.CARD_PADDING)

    def foot(self, text: str) -> None:
        """What went wrong, and the button that leads on."""
        self.problem.pack(anchor="w")
        button = self.shell.workshop.button(self.card, text, self.done, "Primary")
        button.pack(fill="x", ipady=self.shell.workshop.scale(16), pady=(self.shell.workshop.scale(layout.GAP), 0))
        self.frame.after_idle(self._focus)

    def refuse(self, text: str) -> None:
        work = self.shell.workshop
        work.set(self.problem, text, bold=True, colour=self.shell.theme.palette.bad)

    def done(self) -> None:
        raise NotImplementedError  # each card has its own

    def _focus(self) -> None:
        if self.frame.winfo_exists():
            self.form.focus()


class SignInPage(_Card):
    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, "Sign in", "Whose authenticator is not set up yet leaves the code empty.")
        self.form.add("name", "User name")
        self.form.add("password", "Password", secret=True)
        self.form.add("code", "Code of your authenticator", secret=True, digits=True)
        self.foot("Sign in")
        if shell.at_machine:
            back = shell.workshop.button(self.card, "Back to the machine", shell.root.quit, "Quiet")
            back.pack(fill="x", ipady=shell.workshop.scale(16), pady=(shell.workshop.scale(layout.GAP), 0))

    def done(self) -> None:
        name, password, code = (self.form.value(key) for key in ("name", "password", "code"))
        self.form.clear("password", "code")
        self.shell.ask(lambda: self.shell.console.sign_in.sign_in(name, password, code), self._answered, self.refuse)

    def _answered(self, session: StaffSession | None) -> None:
        if session is None:
            self.refuse(NOT_SIGNED_IN)
            self.form.focus()
        else:
            self.shell.begin(session)


class CoverPage(_Card):
    """Nothing of what was open is to be seen; the same person goes on by their password."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, "Locked", f"{shell.signed_in.member.user_name} was signed in.")
        self.form.add("password", "Password", secret=True)
        self.foot("Go on")
        leave = shell.workshop.button(self.card, "Sign out", shell.leave, "Quiet")
        leave.pack(fill="x", ipady=shell.workshop.scale(16), pady=(shell.workshop.scale(layout.GAP), 0))

    def done(self) -> None:
        session = self.shell.signed_in
        password = self.form.value("password")
        self.form.clear()
        self.shell.ask(lambda: self.shell.console.sign_in.unlock(session, password), self._answered, self.refuse)

    def _answered(self, right: bool) -> None:
        if right:
            self.shell.uncover()
        elif self.shell.signed_in.ended:
            self.shell.leave(NOT_SIGNED_IN)
        else:
            self.refuse("The password is wrong.")


class NewcomerPage:
    """A password nobody else has seen, then the authenticator; nothing else is open before."""

    def __init__(self, shell: Shell) -> None:
        self.frame = ttk.Frame(shell.body)
        self.step = FirstPassword(shell) if shell.signed_in.member.must_change else FirstCode(shell)
        self.step.frame.place(in_=self.frame, relwidth=1, relheight=1)
        self.frame.bind("<Destroy>", lambda _: self.step.frame.destroy())


class FirstPassword(_Card):
    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, "A password of your own", "Nobody else may know it. Eight letters or more.")
        self.form.add("old", "The password you were given", secret=True)
        self.form.add("new", "Your new password", secret=True)
        self.form.add("again", "The new one once more", secret=True)
        self.foot("Change it")

    def done(self) -> None:
        session = self.shell.signed_in
        old, new, again = (self.form.value(key) for key in ("old", "new", "again"))
        self.form.clear()
        if new != again:
            self.refuse("The two new passwords differ.")
            return
        change = self.shell.console.own_account.change_password
        self.shell.ask(lambda: change(session, old, new), lambda _: look_again(self.shell), self.refuse)


class FirstCode(_Card):
    """The key of the authenticator as a QR code, shown this once, and the first code it gives."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell, "Your authenticator", "Scan this with the app on your telephone, then type its code.")
        self.form.add("code", "The code it shows", secret=True, digits=True)
        self._picture = ttk.Label(self.card, background=shell.theme.palette.surface)
        self._picture.pack()
        self.foot("Confirm")
        session = shell.signed_in
        shell.ask(lambda: shell.console.own_account.offer_authenticator(session), self._show, self.refuse)

    def _show(self, uri: str) -> None:
        photo = self.shell.theme.photos.make(qr_code(uri, self.shell.workshop.scale(CODE_SIZE)))
        self._picture.configure(image=photo)
        self._picture.photo = photo  # type: ignore[attr-defined]

    def done(self) -> None:
        session = self.shell.signed_in
        code = self.form.value("code")
        self.form.clear()
        confirm = self.shell.console.own_account.confirm_authenticator
        self.shell.ask(lambda: confirm(session, code), lambda _: look_again(self.shell), self.refuse)


def look_again(shell: Shell) -> None:
    """What the person may do has changed."""
    session = shell.signed_in
    shell.ask(lambda: shell.console.own_account.look_again(session), lambda _: shell.refresh())
