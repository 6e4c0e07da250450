"""The machine's storage, opened: key ring, database server, schema, and a connection for each role."""

from __future__ import annotations

import contextlib
import getpass
import logging
from collections.abc import Sequence

from mysql.connector import errors

from atm_app.stores import ShutOut
from atm_app.trust.audit import Sealer
from atm_app.trust.audit_keys import TerminalKeys
from atm_app.trust.vault import Vault
from db.attach import Attachment, Hold
from db.audit import AuditRows, FolderVerifier
from db.branch import BranchRows
from db.centre import Centre
from db.code_sources import AuthenticatorRows, CodeListRows
from db.connection import ONE_HOST, SEVERAL_HOSTS, Database, open_raw, serves
from db.consents import ConsentRows
from db.credential_source import own_credential
from db.customers import CustomerRows, TemplateRows
from db.desk import CustomerFileRows, RecordRows, StoryRows
from db.documents import DocumentRows
from db.fleet import FleetRows, FleetWatchRows
from db.folder import DataFolder
from db.hosts import Address, Hosts, ServerAddress, private_socket
from db.identity import CodeRows, LockoutRows, SignInRows
from db.intents import IntentRows
from db.key_source import KeySource, read_again, read_or_make, source_of
from db.ledger import LedgerRows
from db.logins import logins_of
from db.lost_holds import LostHoldRows
from db.master_keys import MasterKeys, check_ring, registered_keys
from db.migrations import Migrator
from db.now import NowRows
from db.payees import ConfirmationRows, PayeeRows
from db.periods import PeriodRows
from db.published_settings import SettingsOfTerminal
from db.sign_ups import SignUpRows
from db.staff import ApprovalRows, StaffLockoutRows, StaffRows
from db.swap import finish_restore
from db.visits import VisitRows
from db.watch import WatchRows

log = logging.getLogger(__name__)

KIOSK_CHAIN = "kiosk"
STAFF_CHAIN = "staff"


class Storage:
    """Everything the machine keeps. With ``servers`` the same rows live there instead, at the first of them that
    serves; their owner has migrated them (``main.py db migrate``), because only an administrator may. ``new_key``: a
    missing key file may be made, because the configured server holds nothing of ours yet. ``source``, ``hold``: where
    the ring is and what keeps the server up, where the folder is only a side room of another one."""

    def __init__(
        self, folder: DataFolder, terminal: str, currency: str, servers: Sequence[ServerAddress] = (), *,
        new_key: bool = False, source: KeySource | None = None, hold: Hold | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder.prepare()
        finish_restore(folder)
        self._is_private = not servers
        exists = folder.has_database if self._is_private else not new_key
        self.key_source = source = source or source_of(folder.key_file)
        self.vault = Vault(read_or_make(source, database_exists=exists), lambda: read_again(source))
        self.attachment: Hold = hold or Attachment(folder)
        addresses: Sequence[Address] = servers or (private_socket(folder),)
        self.hosts = Hosts(addresses, self._serves)
        self._credential = None if self._is_private else own_credential(folder, terminal)
        self._logins = logins_of(self._credential, self.vault)
        self.kiosk = self._database("kiosk")
        self.staff = self._database("staff")
        kiosk_chain, staff_chain = f"{terminal}/{KIOSK_CHAIN}", f"{terminal}/{STAFF_CHAIN}"
        self._kiosk_chain, self._staff_chain = kiosk_chain, staff_chain
        sealer = Sealer(self.vault, self._terminal_keys(folder))
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
        self.published_settings = SettingsOfTerminal(self.kiosk, terminal)
        self.fleet = FleetRows(self.staff)
        self.fleet_watch = FleetWatchRows(self.kiosk, terminal)
        # Of its own, because it is asked on threads of the status page; opened with the first question.
        self._onlooking = self._database("kiosk")
        self.fleet_figures = FleetRows(self._onlooking)
        self.intents = IntentRows(folder.intents)
        self.lost_holds = LostHoldRows(self.staff, terminal, self.intents)
        self.verifier = FolderVerifier(lambda: self._database("kiosk"), sealer, folder.checkpoints)
        self.sealer = sealer

    def open(self) -> list[str]:
        """Start the private server where needed and bring its schema up to date; what was done, a line each.

        Raises ServerProblem, MigrationProblem, KeyProblem, mysql.connector.Error.
        """
        if not self._is_private:
            if self._credential is not None:
                self.kiosk.rows("confirm_terminal", chain=self._kiosk_chain)
            self.keys.take_up()
            return []
        self.attachment.ensure()
        return self.migrate(self.hosts.chosen)

    def migrate(self, address: Address, user: str = "", password: str | None = None) -> list[str]:
        """As the server's administrator; on the private server the socket itself says who we are. With another ring
        than the database was sealed with, nothing is changed. Raises as ``open`` does."""
        connection = open_raw(user or getpass.getuser(), password, address, database=None)
        try:
            check_ring(self.vault, registered_keys(connection))
            # On a configured server our users sign in from wherever the kiosks stand.
            host = "localhost" if self._is_private else "%"
            done = Migrator(connection, self.vault.database_password, host).run()
        finally:
            connection.close()
        if self._is_private:
            self.keys.take_up()
        else:  # the users that machines share may be locked by now
            administrator = Database(lambda at: open_raw(user or getpass.getuser(), password, at), Hosts([address]))
            MasterKeys(administrator, self.vault, self.key_source, self._staff_chain).take_up()
            administrator.close()
        return done

    def audit_heads(self) -> str:
        """Both chains of this machine. Raises StoreUnavailable."""
        return "\n".join(rows.head_line() for rows in (self.audit, self.staff_audit))

    def close(self) -> None:
        self.hosts.close()
        self.kiosk.close()
        self.staff.close()
        self._onlooking.close()
        self.intents.close()
        self.attachment.close()

    def _database(self, role: str) -> Database:
        login = self._logins(role)
        patience = SEVERAL_HOSTS if len(self.hosts) > 1 else ONE_HOST
        ensure = self.attachment.ensure if self._is_private else _nothing
        return Database(lambda address: login.connect(address, patience), self.hosts, ensure)

    def _serves(self, address: Address) -> bool:
        try:
            with contextlib.closing(self._logins("kiosk").connect(address, SEVERAL_HOSTS)) as connection:
                return serves(connection)
        except (errors.Error, ShutOut):
            return False

    def _terminal_keys(self, folder: DataFolder) -> TerminalKeys:
        """Our own, and at the centre everybody's."""
        centre = Centre(folder, self.kiosk)
        own = self._credential.audit_key if self._credential else None
        return TerminalKeys(own, centre.everybodys if centre.is_here else None)


def _nothing() -> None:
    return None
