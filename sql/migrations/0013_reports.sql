-- What a cut-off and an exchange write down for the reports of them.

-- NULL: of a period that ended before these were kept. cash_in: notes customers paid in since the last exchange.
-- unsettled: open holds and those of which nobody knows, by state and kind. accounts: the machine's own, at the
-- beginning of the period, what the journal moved in it, and at its end as the ledger has them. All three in JSON.
-- done_by: the pseudonym of who ended it; empty where a command did.
ALTER TABLE cut_off ADD COLUMN cash_in LONGTEXT NULL;

ALTER TABLE cut_off ADD COLUMN unsettled LONGTEXT NULL;

ALTER TABLE cut_off ADD COLUMN accounts LONGTEXT NULL;

ALTER TABLE cut_off ADD COLUMN done_by VARBINARY(16) NOT NULL DEFAULT '';

-- What two people counted at an exchange, place by place, in JSON; sums in minor units. journal_id: NULL where nothing
-- moved. Never changed after.
CREATE TABLE cash_exchange (
  request_id BINARY(16) NOT NULL PRIMARY KEY,
  terminal VARCHAR(32) NOT NULL,
  period INT UNSIGNED NOT NULL,
  journal_id BIGINT UNSIGNED NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  booked BIGINT NOT NULL,
  counted BIGINT NOT NULL,
  loaded BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  places LONGTEXT NOT NULL,
  done_by VARBINARY(16) NOT NULL DEFAULT '',
  signed_by VARBINARY(16) NOT NULL DEFAULT '',
  KEY by_terminal (terminal, period),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal),
  FOREIGN KEY (journal_id) REFERENCES journal (id)
) ENGINE=InnoDB;

CREATE TRIGGER cash_exchange_is_never_updated BEFORE UPDATE ON cash_exchange FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cash exchange rows are never updated';

CREATE TRIGGER cash_exchange_is_never_deleted BEFORE DELETE ON cash_exchange FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cash exchange rows are never deleted';

-- Everything about one customer, newest first, without reading the whole audit.
ALTER TABLE audit ADD KEY by_subject (subject, id);
