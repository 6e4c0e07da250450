"""The machine's own log, in its data folder."""

from __future__ import annotations

import logging
import logging.handlers

from db.folder import DataFolder


def write_log(folder: DataFolder, level: str = "info") -> None:
    """The machine's own log, from this level on; decisions about people are in the audit, not here."""
    folder.prepare()
    handler = logging.handlers.RotatingFileHandler(folder.logs / "kiosk.log", maxBytes=2_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(level.upper())
    for old in [old for old in root.handlers if isinstance(old, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    # Libraries tell their debug log what they send; codes are in there.
    for name in ("yagmail", "mail.log", "aiosmtpd", "apprise", "urllib3", "mysql.connector"):
        logging.getLogger(name).setLevel(logging.WARNING)
