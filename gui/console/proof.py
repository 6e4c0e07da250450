"""Whether the audit is as it was written: the check that ``main.py audit verify`` makes, in the window."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from atm_app.trust.audit import Verification
from gui.console import layout
from gui.console.long_run import run_long
from gui.console.parts import Column
from gui.console.shell import Shell, heading, row_of, table_of

FINDINGS = (Column("Finding", 118),)
ROWS = 14
# Of more findings than these it is enough to know that there are more.
MOST_SHOWN = 500


def verdict_of(found: Verification) -> tuple[str, ...]:
    """In plain words."""
    told = [
        "The audit is whole: nothing was changed, cut off, put in or moved.",
        f"{found.rows:,} rows in {found.chains} chains were compared with their seals, with what was noted outside the "
        "database, and with the books.",
    ]
    if found.elsewhere:
        told[0] = "What this machine can compare is whole: nothing was changed, cut off, put in or moved."
    if not found.ok:
        count = len(found.problems)
        told[0] = f"The audit is not as it was written: {count:,} {'finding' if count == 1 else 'findings'}."
    if found.unsealed:
        many = "row is" if found.unsealed == 1 else "rows are"
        told.append(f"{found.unsealed:,} {many} not sealed yet; the next row that is written seals them.")
    if found.elsewhere:
        many = "chain is" if len(found.elsewhere) == 1 else "chains are"
        told.append(
            f"{len(found.elsewhere):,} {many} sealed with another machine's own key: the centre compares those."
        )
    return tuple(told)


class ProofPage:
    """``table``: the findings, where there are any."""

    def __init__(self, shell: Shell, found: Verification, back: Callable[[], None]) -> None:
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "The audit, verified")
        work, palette = shell.workshop, shell.theme.palette
        first, *others = verdict_of(found)
        line = work.text(self.frame, first, "large", bold=True, on_card=False)
        work.set(line, first, "large", bold=True, colour=palette.good if found.ok else palette.bad)
        line.pack(anchor="w", padx=work.scale(layout.MARGIN), pady=work.scale(layout.GAP))
        for text in others:
            work.text(self.frame, text, on_card=False, wrap=1900).pack(anchor="w", padx=work.scale(layout.MARGIN))
        if found.problems:
            self.table = table_of(shell, self.frame, FINDINGS, min(ROWS, len(found.problems)))
            self.table.fill([(f"{place}", (problem,)) for place, problem in enumerate(found.problems[:MOST_SHOWN])])
            work.text(
                self.frame, "Tell the bank's security before anything else is done at this machine, and keep its disk.",
                bold=True, on_card=False,
            ).pack(anchor="w", padx=work.scale(layout.MARGIN), pady=work.scale(layout.GAP))  # fmt: skip
        row_of(shell, self.frame).add("Back", back)


def verify(shell: Shell) -> None:
    desk, session = shell.console.exports, shell.signed_in

    def show(found: Verification) -> None:
        shell.open(lambda opened: ProofPage(opened, found, lambda: opened.go_to("Audit")))

    run_long(shell, "Verifying the audit", "rows", lambda work: desk.verify(session, work), show)
