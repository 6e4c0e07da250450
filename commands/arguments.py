"""What arguments of several commands have in common."""

from __future__ import annotations

import argparse


def with_data(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.add_argument("--data", dest="own_data", help="the data folder")
    return command


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number of at least 1 is wanted")
    return int(text)


def at_least_two(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError("a whole number of at least 2 is wanted")
    return int(text)
