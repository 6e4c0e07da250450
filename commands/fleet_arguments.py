"""The arguments of ``main.py fleet``, ``main.py terminal`` and ``main.py fleet-settings``."""

from __future__ import annotations

import argparse
from pathlib import Path

from commands.arguments import at_least_one, with_data


def add_fleet(family: argparse.ArgumentParser) -> None:
    up = family.add_subparsers(dest="action", required=True).add_parser(
        "up", help="a cluster and kiosks on this machine, customers, and the reckoning"
    )
    up.add_argument("--nodes", type=at_least_one, default=3, metavar="N", help="members of the cluster: 3")
    up.add_argument("--kiosks", type=at_least_one, default=8, metavar="N", help="8")
    up.add_argument("--chaos", type=at_least_one, metavar="SECONDS", help="kill, stop and cut off for so long")
    up.add_argument("--movements", type=at_least_one, default=20, metavar="N", help="in one visit: 20")
    up.add_argument("--seed", type=int, default=1, help="of the chaos and of what customers want: 1")
    up.add_argument("--json", action="store_true", help="one JSON object on standard output")


def add_terminal(family: argparse.ArgumentParser) -> None:
    terminal = family.add_subparsers(dest="action", required=True)
    join = with_data(terminal.add_parser("join", help="on the new machine: become the terminal the settings name"))
    join.add_argument(
        "--token-file", default="", metavar="FILE", help="where the token is, - for standard input (else asked for)"
    )
    for name, about in (
        ("invite", "let a machine join, once: prints the token it needs"),
        ("revoke", "shut a terminal out, at once and everywhere"),
        ("list", "each terminal and how far it has come"),
        ("lock-shared", "let in only machines that joined"),
    ):
        command = with_data(terminal.add_parser(name, help=about))
        command.add_argument("--user", default="root", help="the server's administrator; its password is asked for")
        if name in ("invite", "revoke"):
            command.add_argument("terminal", metavar="NAME", help="the terminal, as its settings name it")
        if name == "invite":
            command.add_argument("--hours", type=at_least_one, default=24, metavar="N", help="to join within: 24")


def add_fleet_settings(family: argparse.ArgumentParser) -> None:
    actions = family.add_subparsers(dest="action", required=True)
    for name, about in (
        ("publish", "a file for all terminals, or for one"),
        ("list", "each version, and which one every machine runs"),
        ("show", "what one version says"),
        ("rollback", "publish an earlier version once more, as a new one"),
    ):
        command = with_data(actions.add_parser(name, help=about))
        command.add_argument("--user", default="root", help="the server's administrator; its password is asked for")
        if name == "publish":
            command.add_argument("file", type=Path, metavar="FILE", help="TOML as in atm.toml; empty: nothing more")
            command.add_argument("--terminal", default="", metavar="NAME", help="for this one alone, over all others'")
        if name in ("show", "rollback"):
            command.add_argument("version", type=int, metavar="VERSION", help="its number, as list tells it")
