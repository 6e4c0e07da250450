"""What the private server takes of the machine."""

from __future__ import annotations

from commands.memory_floor import written_bytes
from db.folder import DataFolder
from db.storage import Storage
from tests.db.bank import administrator, ask

# More than the buffer pool holds, in rows of 200 bytes.
ROWS = 100_000
FILL = "CREATE TABLE filler (bytes CHAR(200) CHARACTER SET latin1 NOT NULL) SELECT '' AS bytes FROM seq_1_to_{}"
# Four as measured, its buffers for double writing among them; twelve of a pool whose frames come into use one by one.
MOST_GROWTH = 8_000_000


def test_its_buffer_pool_is_all_there_from_the_start(started_folder: DataFolder) -> None:
    """So that a machine that has room for it in the morning has room for it in the evening."""
    storage = Storage(started_folder, "ATM-1", "INR")
    storage.open()
    server = int((started_folder.database / "pid").read_text())
    admin = administrator(started_folder)
    before = written_bytes(server)
    ask(admin, FILL.format(ROWS))
    grown = written_bytes(server) - before
    admin.close()
    storage.close()
    assert grown < MOST_GROWTH
