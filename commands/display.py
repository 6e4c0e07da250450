"""A display to paint on: the one there is, or a private X server without a screen (Xvfb)."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess

SIZE = "1920x1080x24"


class NoDisplay(Exception):
    """There is neither a display nor Xvfb."""


def ensure_display() -> bool:
    """True when a virtual one had to be started; it ends with this process. Raises NoDisplay."""
    if os.environ.get("DISPLAY"):
        return False
    if shutil.which("Xvfb") is None:
        raise NoDisplay("there is no display, and Xvfb is not installed (apt-get install xvfb)")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        pass_fds=(writer,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    with os.fdopen(reader) as answer:
        number = answer.readline().strip()
    if not number:
        raise NoDisplay("Xvfb did not start")
    atexit.register(server.terminate)
    os.environ["DISPLAY"] = f":{number}"
    return True
