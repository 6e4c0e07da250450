"""Customers by the hundred: brought in from a list, found by what staff know of them, read out again page by page."""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import FoundCustomer
from atm_app.identity.consents import CONSENT_VERSION
from atm_app.identity.customer_import import Brought, BroughtAlong, Incoming, KnownBy
from atm_app.identity.self_sign_up import NewAccount
from atm_app.stores import Factor
from atm_app.trust.vault import KeyProblem, Vault
from db.code_sources import AUTHENTICATOR
from db.connection import Database, Row
from db.customers import PSEUDONYM_BYTES, Keys, SealedCustomer, comparable, sealed_templates
from db.documents import DOCUMENT

# A screenful, and what is read at once for a whole list.
PAGE, BATCH = 50, 500
# Of words somebody may type to find a customer.
MOST_WORDS = 8


@dataclass(frozen=True)
class ListedAccount:
    bank: str
    number: str
    kind: str
    balance: Money


class CustomerListRows:
    """``database``: the staff role's; ``chain``: its own."""

    def __init__(self, database: Database, vault: Vault, terminal: str, chain: str, country_code: str) -> None:
        self._database = database
        self._keys = Keys(vault)
        self._terminal = terminal
        self._chain = chain
        self._country_code = country_code

    # --- in ----------------------------------------------------------------------------------------------------------

    def bring_in(self, incoming: Incoming, *, dry_run: bool) -> Brought:
        drawn, request = (secrets.token_bytes(PSEUDONYM_BYTES) for _ in range(2))
        pseudonym = incoming.along.pseudonym if incoming.along else drawn
        row = self._bring_in(incoming, pseudonym, request, dry_run=dry_run)
        if row["customer_id"] is None and not row["reason"] and row["key_in_force"] is not None:
            # A rotation elsewhere: sealed anew, under the key that is in force now.
            self._keys.vault.follow(row["key_in_force"])
            row = self._bring_in(incoming, pseudonym, request, dry_run=dry_run)
        if row["reason"]:
            return Brought(KnownBy(row["reason"]), int(row["known"] or 0))
        if row["customer_id"] is None:
            raise KeyProblem("the key ring is not the one in force in this database")
        return Brought(KnownBy.NOTHING, 0 if dry_run else int(row["customer_id"]))

    def _bring_in(self, incoming: Incoming, pseudonym: bytes, request: bytes, *, dry_run: bool) -> Row:
        vault, account = self._keys.vault, incoming.account
        sealed = SealedCustomer.of(vault, incoming.customer, pseudonym)
        data_key = vault.unwrap(sealed.wrapped, pseudonym, sealed.key_id)
        along = incoming.along or BroughtAlong(pseudonym)

        def shut(plain: bytes, kind: str) -> bytes:
            return vault.seal(data_key, plain, pseudonym, kind) if plain else b""

        row = self._database.row(
            "import_customer",
            **sealed.parameters(), consents=json.dumps([kind.value for kind in incoming.consents]),
            version=CONSENT_VERSION,
            templates=json.dumps(sealed_templates(vault, data_key, pseudonym, incoming.templates)),
            bank=account.bank if account else "", account=account.number if account else "",
            kind=account.kind if account else "", currency=incoming.opening.currency,
            opening=incoming.opening.minor if account else 0, request=request, dry_run=int(dry_run),
            event="customer_enrol" if incoming.along else "customer_import", pin=along.pin_hash,
            app=shut(along.app_secret, AUTHENTICATOR), step=along.app_step, document=shut(along.document, DOCUMENT),
            terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        assert row is not None, "import_customer always answers"
        return row

    def open_further(self, customer_id: int, account: NewAccount, opening: Money) -> bool | None:
        was_there = account.number in {one.number for one in self.accounts(customer_id)}
        opened = self._database.row(
            "open_account",
            customer=customer_id, bank=account.bank, number=account.number, kind=account.kind,
            currency=account.currency, chain=self._chain,
        )  # fmt: skip
        if opened is None:
            return None
        if opening.minor:
            # The same for the same line, so that a repeat pays nothing in again.
            request = hashlib.sha256(f"import|{self._terminal}|{account.number}".encode()).digest()[:16]
            self._database.rows(
                "deposit_at_branch",
                request=request, account=opened["account_id"], amount=opening.minor, terminal=self._terminal,
                chain=self._chain,
            )  # fmt: skip
        return not was_there

    # --- found -------------------------------------------------------------------------------------------------------

    def search(self, text: str, after: int = 0, count: int = PAGE) -> tuple[FoundCustomer, ...]:
        """Customers with this number, or with all these words among name, phone, e-mail and user name, whole words in
        any order; ``after``: the last one of the page before. Through the blind indexes: no detail is opened but those
        of the page. Raises StoreUnavailable."""
        words = _words(text)
        if not words:
            return ()
        found = self._page("search_customers", tokens=json.dumps(self._tokens(words)), words=len(words), after=after,
                           count=count)  # fmt: skip
        numbered = self._database.row("customer_by_number", number=text.strip()) if not after else None
        if numbered is not None and numbered["id"] not in {one.customer_id for one in found}:
            found = (self._opened([{**numbered, **row} for row in self._database.rows(
                "details_of", customer=numbered["id"])]), *found)  # fmt: skip
        return found

    def _tokens(self, words: Sequence[str]) -> list[dict[str, str | int]]:
        """Customers a rotation has not come to yet are indexed under older keys."""
        vault = self._keys.vault
        self._keys.keep_up(self._database)
        return [
            {"word": place, "kind": kind, "token": vault.blind_index(kind, form, key_id).hex()}
            for place, word in enumerate(words)
            for kind, form in self._forms(word)
            for key_id in vault.key_ids
        ]

    def _forms(self, word: str) -> Iterable[tuple[str, str]]:
        """How a word may be indexed: (kind, form)."""
        digits = comparable("phone", word)
        if len(digits) >= LEAST_PHONE:
            yield "phone", digits
            yield "phone", f"{self._country_code}{digits.lstrip('0')}"
        for kind in ("name", "email", "user_name"):
            yield kind, word

    # --- out ---------------------------------------------------------------------------------------------------------

    def pages(self) -> Iterable[tuple[FoundCustomer, ...]]:
        """Everybody who is not erased, in the order they came."""
        after = 0
        while page := self._page("customers_after", after=after, count=BATCH):
            yield page
            after = page[-1].customer_id

    def accounts(self, customer_id: int) -> tuple[ListedAccount, ...]:
        return tuple(
            ListedAccount(row["bank"], row["number"], row["kind"], Money(int(row["balance"]), row["currency"]))
            for row in self._database.rows("listed_accounts", customer=customer_id)
        )

    def consents(self, customer_id: int) -> tuple[Factor, ...]:
        """Those in force."""
        rows = self._database.rows("consents_of", customer=customer_id)
        return tuple(Factor(row["kind"]) for row in rows if row["revoked_at"] is None)

    def _page(self, query: str, **parameters: object) -> tuple[FoundCustomer, ...]:
        rows = self._database.rows(query, **parameters)
        return tuple(self._opened(list(lines)) for _, lines in itertools.groupby(rows, key=lambda row: row["id"]))

    def _opened(self, lines: Sequence[Row]) -> FoundCustomer:
        first = lines[0]
        data_key, pseudonym = self._keys.of(first)
        details = {
            line["kind"]: self._keys.vault.open(data_key, bytes(line["sealed"]), pseudonym, line["kind"]).decode()
            for line in lines
        }
        return FoundCustomer(first["id"], first["number"], first["status"], details)


# Digits from which on a word may be a telephone number.
LEAST_PHONE = 5


def _words(text: str) -> list[str]:
    """What is looked for; a telephone number in groups is one word."""
    if len(comparable("phone", text)) >= LEAST_PHONE and not any(letter.isalpha() for letter in text):
        return [text]
    return text.split()[:MOST_WORDS]
