"""The administrator's page of settings: a section at a time, checked before it is saved as the next start checks it."""

from __future__ import annotations

from tkinter import ttk

from atm_app.branch.care_ports import NotSettings, SettingField
from gui.console import layout
from gui.console.shell import Shell, heading, row_of

GENERAL = "General"
WIDTH = 34  # characters of a field
PROBLEM = 760  # design pixels a line of it may be long


class SettingsPage:
    """``fields``: the widgets of the section that is shown, by the settings' keys."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        self.form = self
        heading(shell, self.frame, "Settings", "They take effect at the kiosk's next start; the file before is kept.")
        self.fields: dict[str, ttk.Entry] = {}
        self._all: dict[str, SettingField] = {}
        self._typed: dict[str, str] = {}
        self._problems: dict[str, ttk.Label] = {}
        margin = shell.workshop.scale(layout.MARGIN)
        self.sections = ttk.Combobox(
            self.frame, state="readonly", style="Console.TCombobox", width=WIDTH,
            font=shell.theme.fonts["body", False],
        )  # fmt: skip
        self.sections.pack(anchor="w", padx=margin, pady=(margin // 2, 0))
        self.sections.bind("<<ComboboxSelected>>", lambda _: self._choose())
        self._body = ttk.Frame(self.frame)
        self._body.pack(anchor="w", padx=margin, pady=margin // 3)
        row = row_of(shell, self.frame)
        row.add("Check and save", self._save, "Primary")
        row.add("As they were", self.look)
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.care, self._shell.signed_in
        self._shell.ask(lambda: desk.settings(session), self._show)

    def open_section(self, name: str) -> None:
        self.sections.set(name)
        self._choose()

    # --- showing -----------------------------------------------------------------------------------------------------

    def _show(self, fields: tuple[SettingField, ...]) -> None:
        self._all = {field.key: field for field in fields}
        self._typed = {}
        names = list(dict.fromkeys(map(section_of, fields)))
        self.sections.configure(values=names)
        self.sections.set(self.sections.get() or names[0])
        self._lay_section()

    def _choose(self) -> None:
        self._keep()
        self._lay_section()

    def _keep(self) -> None:
        """What was typed in this section, while another one is looked at."""
        for key, widget in self.fields.items():
            text = widget.get().strip()
            if text != self._all[key].value:
                self._typed[key] = text
            else:
                self._typed.pop(key, None)

    def _lay_section(self) -> None:
        for child in self._body.winfo_children():
            child.destroy()
        self.fields, self._problems = {}, {}
        chosen = self.sections.get()
        for row, field in enumerate(each for each in self._all.values() if section_of(each) == chosen):
            self._lay_field(row, field)

    def _lay_field(self, row: int, field: SettingField) -> None:
        work, gap = self._shell.workshop, self._shell.workshop.scale(layout.GAP)
        name = field.key.rpartition(".")[2].replace("_", " ")
        work.text(self._body, name[:1].upper() + name[1:], on_card=False).grid(row=row, column=0, sticky="w")
        widget: ttk.Entry
        value = self._typed.get(field.key, field.value)
        if field.choices:
            widget = ttk.Combobox(
                self._body, values=list(field.choices), state="readonly", style="Console.TCombobox", width=WIDTH - 3,
                font=work.theme.fonts["body", False],
            )  # fmt: skip
            widget.set(value)
        else:
            widget = work.field(self._body, secret=field.secret, width=WIDTH)
            widget.insert(0, value)
        widget.grid(row=row, column=1, sticky="we", padx=gap, pady=gap // 6)
        if field.overruled or field.decided:
            widget.configure(state="disabled")
        widget.bind("<Return>", lambda _: self._save())
        label = work.text(self._body, hint_of(field), "small", quiet=True, on_card=False, wrap=PROBLEM)
        label.grid(row=row, column=2, sticky="w")
        self.fields[field.key], self._problems[field.key] = widget, label

    # --- saving ------------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        self._keep()
        if not self._typed:
            self._shell.tell("Nothing was changed.")
            return
        desk, session, changes = self._shell.console.care, self._shell.signed_in, dict(self._typed)

        def save() -> str | NotSettings:
            try:
                return desk.save_settings(session, changes)
            except NotSettings as refused:
                return refused

        self._shell.ask(save, self._answered)

    def _answered(self, answer: str | NotSettings) -> None:
        if isinstance(answer, NotSettings):
            self._tell_problems(answer.problems)
            return
        names = ", ".join(self._typed)
        self.look_again_at(answer, names)

    def look_again_at(self, path: str, names: str) -> None:
        desk, session = self._shell.console.care, self._shell.signed_in

        def shown(fields: tuple[SettingField, ...]) -> None:
            self._show(fields)
            self._shell.tell(f"Saved in {path}: {names}. The kiosk has them at its next start.", good=True)

        self._shell.ask(lambda: desk.settings(session), shown)

    def _tell_problems(self, problems: dict[str, str]) -> None:
        """Beside its field, where that is shown; the first section with one is opened."""
        bad, work = self._shell.theme.palette.bad, self._shell.workshop
        owners = {key: self._owner(key) for key in problems}
        first = next((owner for owner in owners.values() if owner), "")
        if first and first not in self.fields:
            self.open_section(section_of(self._all[first]))
        for key, text in problems.items():
            owner = owners[key]
            if owner in self._problems:
                work.letters.set(
                    self._problems[owner], text, "small", bold=True, colour=bad, wrap=PROBLEM, justify="left"
                )
        elsewhere = [text for key, text in problems.items() if not owners[key]]
        self._shell.tell(f"Nothing was saved. {'; '.join(elsewhere) or 'What is wrong stands beside its field.'}")

    def _owner(self, key: str) -> str:
        """The field a problem belongs to: its own, or the one that was changed in its section."""
        if key in self._all:
            return key
        return next((typed for typed in self._typed if not key or typed.startswith(key)), "")


def section_of(field: SettingField) -> str:
    """As people read it."""
    return field.section.replace("_", " ").replace(".", " · ").capitalize() or GENERAL


def hint_of(field: SettingField) -> str:
    if field.overruled:
        return f"the environment says so: {field.overruled}"
    if field.decided:
        return "the centre of the fleet decides this"
    if field.secret:
        return "there is one; what is typed takes its place" if field.is_set else "there is none"
    return "" if field.value == field.usual else f"usually {field.usual or 'empty'}"
