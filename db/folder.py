"""Where everything of one machine lies: the data folder and the names in it.

The folder belongs to whoever runs the machine. Only ``database/`` belongs to the server's own user, when the machine
runs as root: MariaDB is never run as root.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The system user run.sh makes for the server when the machine itself runs as root.
SERVER_USER = "cardless-atm"

# sun_path of a Unix socket holds 107 bytes and a NUL.
LONGEST_SOCKET_PATH = 107


class FolderProblem(Exception):
    """The data folder cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class DataFolder:
    """Paths below one data folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "database"

    @property
    def database_marker(self) -> Path:
        """Lies beside a data directory that was set up to its end."""
        return self.database / "installed"

    @property
    def has_database(self) -> bool:
        return self.database_marker.exists()

    @property
    def key_file(self) -> Path:
        return self.root / "atm.key"

    @property
    def credential_file(self) -> Path:
        """What a machine of a fleet signs in to the database with, where the ring is not in the system's keyring."""
        return self.root / "terminal.key"

    @property
    def centre_file(self) -> Path:
        """At the centre of a fleet alone: the ring under which every terminal's audit key is wrapped."""
        return self.root / "centre.key"

    @property
    def key_lock(self) -> Path:
        """Held while the ring is being changed."""
        return self.root / "keys.lock"

    @property
    def published_settings(self) -> Path:
        """What the centre of a fleet decided for this machine, as it was last taken up."""
        return self.root / "settings.json"

    @property
    def intents(self) -> Path:
        return self.root / "intents.sqlite"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints.jsonl"

    @property
    def kiosk_lock(self) -> Path:
        return self.root / "kiosk.lock"

    @property
    def backup_lock(self) -> Path:
        """Held while a backup is made or restored."""
        return self.root / "backup.lock"

    @property
    def data_keys_lock(self) -> Path:
        """Held while the data keys beside backups are read and written anew."""
        return self.root / "data-keys.lock"

    @property
    def backup_places(self) -> Path:
        """Names the folders with backups of this machine, whose data keys an erasure has to reach."""
        return self.root / "backups.json"

    @property
    def trial(self) -> DataFolder:
        """Where a backup is tried out."""
        return DataFolder(self.root / "trial")

    @property
    def restoring(self) -> DataFolder:
        """Where a restored database is built before it takes the place of the one that is there."""
        return DataFolder(self.root / "restoring")

    @property
    def restore_marker(self) -> Path:
        """There while the restored database takes its place; names the folder what was there goes to."""
        return self.root / "restore.json"

    @property
    def receipts(self) -> Path:
        return self.root / "receipts"

    @property
    def reports(self) -> Path:
        """What staff saved at the console; made with the first of them."""
        return self.root / "reports"

    @property
    def virtual(self) -> Path:
        """The virtual devices' own state: their cassettes keep their notes when the machine is switched off."""
        return self.root / "virtual"

    @property
    def demonstrated(self) -> Path:
        """Which of the demonstration's customers were erased and come back under another number."""
        return self.virtual / "demonstration.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def database_lock(self) -> Path:
        return self.root / "database.lock"

    @property
    def control_socket(self) -> Path:
        return self._socket("control.sock", self.root)

    @property
    def supervisor_socket(self) -> Path:
        """Where staff ask the running machine for its camera, its sensor and its screen."""
        return self._socket("supervisor.sock", self.root)

    @property
    def database_socket(self) -> Path:
        return self._socket("mysql.sock", self.database)

    def _socket(self, name: str, home: Path) -> Path:
        path = home / name
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"atm-{os.getuid()}-{digest}-{name}"

    def prepare(self) -> DataFolder:
        """Make the folder with the rights it needs. Raises FolderProblem."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            # As root the server's own user has to pass through to its folder, but reads nothing else here.
            self.root.chmod(0o711 if os.getuid() == 0 else 0o700)
            for folder in (self.receipts, self.virtual, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FolderProblem(f"the data folder {self.root} cannot be used: {error.strerror}") from error
        return self


def server_user() -> str | None:
    """The user the server runs as, or None to run it as ourselves. Raises FolderProblem when root has none."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER).pw_name
    except KeyError:
        raise FolderProblem(
            f"as root the database needs a system user of its own: useradd --system {SERVER_USER}"
        ) from None


def data_folder(chosen: str | None = None) -> DataFolder:
    """``--data``, else ``ATM_DATA``, else the platform's place: /var/lib for root, the user's data folder otherwise."""
    name = chosen or os.environ.get("ATM_DATA")
    if name:
        return DataFolder(Path(name).expanduser().absolute())
    if os.getuid() == 0:
        return DataFolder(Path("/var/lib/cardless-atm/default"))
    from platformdirs import user_data_path

    return DataFolder(user_data_path("cardless-atm") / "default")


def fresh_folder(purpose: str) -> DataFolder:
    """A new, empty data folder beside the default one, kept after use."""
    parent = data_folder().root.parent
    parent.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        parent.chmod(0o711)
    return DataFolder(Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=parent)))
