"""The door: ``python main.py``. Reads the command line and hands over to ``commands``."""

from __future__ import annotations

import sys


def main() -> int:
    from commands.command_line import run

    return run(sys.argv[1:])


# The guard matters: the vision process is spawned, which imports this module again.
if __name__ == "__main__":
    sys.exit(main())
