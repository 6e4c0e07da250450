"""The machine's storage, opened: key ring, database server, schema, and a connection for each role."""

from __future__ import annotations

import getpass
import logging
from typing import Any

from atm_app.trust.audit import Sealer
from atm_app.trust.vault import Vault
from db.attach import Attachment, Hold
from db.audit import AuditRows, FolderVerifier
from db.branch import BranchRows
from db.code_sources import AuthenticatorRows, CodeListRows
from db.connection import ANSWER_SECONDS, Database, ServerAddress, open_raw
from db.consents import ConsentRows
from db.customers import CustomerRows, TemplateRows
from db.desk import CustomerFileRows, RecordRows, StoryRows
from db.documents import DocumentRows
from db.folder import DataFolder
from db.identity import CodeRows, LockoutRows, SignInRows
from db.intents import IntentRows
from db.key_source import KeySource, read_again, read_or_make, source_of
from db.ledger import LedgerRows
from db.lost_holds import LostHoldRows
from db.master_keys import MasterKeys, check_ring, registered_keys
from db.migrations import Migrator
from db.now import NowRows
from db.payees import ConfirmationRows, PayeeRows
from db.periods import PeriodRows
from db.sign_ups import SignUpRows
from db.staff import ApprovalRows, StaffLockoutRows, StaffRows
from db.swap import finish_restore
from db.visits import VisitRows
from db.watch import WatchRows

log = logging.getLogger(__name__)

KIOSK_CHAIN = "kiosk"
STAFF_CHAIN = "staff"


class Storage:
    """Everything the machine keeps. With ``server`` the same rows live on a configured server instead; its owner has
    migrated it (``main.py db migrate``), because only an administrator may. ``new_key``: a missing key file may be
    made, because the configured server holds nothing of ours yet. ``source``, ``hold``: where the ring is and what
    keeps the server up, where the folder is only a side room of another one."""

    def __init__(
        self, folder: DataFolder, terminal: str, currency: str, server: ServerAddress | None = None, *,
        new_key: bool = False, source: KeySource | None = None, hold: Hold | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder.prepare()
        finish_restore(folder)
        self._server = server
        exists = folder.has_database if server is None else not new_key
        self.key_source = source = source or source_of(folder.key_file)
        self.vault = Vault(read_or_make(source, database_exists=exists), lambda: read_again(source))
        self.attachment: Hold = hold or Attachment(folder)
        self.kiosk = self._database("kiosk")
        self.staff = self._database("staff")
        kiosk_chain, staff_chain = f"{terminal}/{KIOSK_CHAIN}", f"{terminal}/{STAFF_CHAIN}"
        sealer = Sealer(self.vault)
        self.ledger = LedgerRows(self.kiosk, terminal, kiosk_chain, currency)
        self.customers = CustomerRows(self.kiosk, self.staff, self.vault, staff_chain, kiosk_chain)
        self.payees = PayeeRows(self.kiosk, self.vault, kiosk_chain)
        self.confirmations = ConfirmationRows(self.kiosk, terminal)
        self.templates = TemplateRows(self.kiosk, self.staff, self.vault, staff_chain, kiosk_chain)
        self.consents = ConsentRows(self.kiosk, kiosk_chain)
        self.staff_consents = ConsentRows(self.staff, staff_chain)
        self.sign_ups = SignUpRows(self.kiosk, self.vault, kiosk_chain)
        self.codes = CodeRows(self.kiosk)
        self.lockouts = LockoutRows(self.kiosk)
        self.authenticators = AuthenticatorRows(self.kiosk, self.vault, kiosk_chain)
        self.sign_ins = SignInRows(self.kiosk)
        self.visits = VisitRows(self.kiosk, terminal, kiosk_chain)
        self.code_lists = CodeListRows(self.kiosk, self.staff, staff_chain)
        self.audit = AuditRows(self.kiosk, kiosk_chain, sealer, folder.checkpoints)
        self.staff_audit = AuditRows(self.staff, staff_chain, sealer, folder.checkpoints)
        self.branch = BranchRows(self.staff, terminal, staff_chain)
        self.staff_accounts = StaffRows(self.staff, self.vault, staff_chain)
        self.staff_lockouts = StaffLockoutRows(self.staff)
        self.approvals = ApprovalRows(self.staff, staff_chain)
        self.documents = DocumentRows(self.staff, self.vault, staff_chain)
        self.customer_files = CustomerFileRows(self.staff, staff_chain)
        self.records = RecordRows(self.staff)
        self.stories = StoryRows(self.staff)
        self.periods = PeriodRows(self.staff, terminal)
        self.now = NowRows(self.staff, terminal, kiosk_chain, currency)
        self.keys = MasterKeys(self.staff, self.vault, source, staff_chain)
        self.watch = WatchRows(self.kiosk, terminal, KIOSK_CHAIN, kiosk_chain)
        self.intents = IntentRows(folder.intents)
        self.lost_holds = LostHoldRows(self.staff, terminal, self.intents)
        self.verifier = FolderVerifier(lambda: self._database("kiosk"), sealer, folder.checkpoints)
        self.sealer = sealer

    def open(self) -> list[str]:
        """Start the private server where needed and bring its schema up to date; what was done, a line each.

        Raises ServerProblem, MigrationProblem, KeyProblem, mysql.connector.Error.
        """
        if self._server is not None:
            self.keys.take_up()
            return []
        self.attachment.ensure()
        return self.migrate(self._socket())

    def migrate(self, address: dict[str, Any], user: str = "", password: str | None = None) -> list[str]:
        """As the server's administrator; on the private server the socket itself says who we are. With another ring
        than the database was sealed with, nothing is changed. Raises as ``open`` does."""
        connection = open_raw(user or getpass.getuser(), password, address, database=None)
        try:
            check_ring(self.vault, registered_keys(connection))
            # On a configured server our users sign in from wherever the kiosks stand.
            host = "localhost" if self._server is None else "%"
            done = Migrator(connection, self.vault.database_password, host).run()
        finally:
            connection.close()
        self.keys.take_up()
        return done

    def audit_heads(self) -> str:
        """Both chains of this machine. Raises StoreUnavailable."""
        return "\n".join(rows.head_line() for rows in (self.audit, self.staff_audit))

    def close(self) -> None:
        self.kiosk.close()
        self.staff.close()
        self.intents.close()
        self.attachment.close()

    def _socket(self) -> dict[str, Any]:
        return {"unix_socket": str(self.folder.database_socket)}

    def _database(self, role: str) -> Database:
        if self._server is not None:
            address, ensure = self._server.options(), _nothing
        else:
            address, ensure = self._socket(), self.attachment.ensure
        password = self.vault.database_password(role)
        return Database(lambda: open_raw(f"atm_{role}", password, address, answer_seconds=ANSWER_SECONDS), ensure)


def _nothing() -> None:
    return None
