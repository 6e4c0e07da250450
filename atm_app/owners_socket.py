"""A Unix socket that its owner alone can connect to."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def listen_for_owner(path: Path) -> socket.socket:
    """Listening at ``path`` in place of whatever a killed process left there. Raises OSError.

    The socket's own mode is what ``bind`` gives its file (unix(7)), so it is closed to others from its first moment.
    The process's umask would do that too, but it is every thread's: a folder made meanwhile could not be entered.
    """
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(str(path))
        # Room for everybody at once: of a fleet that starts, who finds none takes whoever listens here for dead.
        listener.listen(socket.SOMAXCONN)
    except OSError:
        listener.close()
        raise
    return listener
