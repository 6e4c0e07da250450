-- Limits, transfers, payments, cash taken in, reversals, exchanges and cut-offs.

-- Kinds of account: to whom they belong in the bank's books, and which side a positive balance stands on there. A
-- balance is kept from the customer's side, so that a liability of the bank is positive.
CREATE TABLE account_kind (
  kind VARCHAR(24) NOT NULL PRIMARY KEY,
  class VARCHAR(16) NOT NULL CHECK (class IN ('asset', 'liability', 'income', 'expense')),
  of_customer TINYINT(1) NOT NULL
) ENGINE=InnoDB;

INSERT INTO account_kind (kind, class, of_customer) VALUES
  ('savings', 'liability', 1), ('current', 'liability', 1), ('wallet', 'liability', 1),
  ('biller', 'liability', 0), ('suspense', 'liability', 0), ('cash_in_machine', 'asset', 0), ('branch', 'asset', 0),
  ('reversals', 'asset', 0), ('fees', 'income', 0), ('differences', 'expense', 0)
  ON DUPLICATE KEY UPDATE kind = account_kind.kind;

ALTER TABLE account ADD CONSTRAINT kind_in_chart FOREIGN KEY (kind) REFERENCES account_kind (kind);

-- period: the accounting period of the terminal, ended by a cut-off. in_exchange: its cash is in a custodian's hands.
-- utc_offset: minutes from UTC to the bank's wall clock, by which days begin.
ALTER TABLE terminal ADD COLUMN period INT UNSIGNED NOT NULL DEFAULT 1;

ALTER TABLE terminal ADD COLUMN in_exchange TINYINT(1) NOT NULL DEFAULT 0;

ALTER TABLE terminal ADD COLUMN utc_offset SMALLINT NOT NULL DEFAULT 0;

-- A movement's limits: of a policy (what the bank allows whoever signs in that way), and of a customer (what they
-- allow themselves). Amounts in minor units; burst movements at once, then one in every period / burst seconds.
CREATE TABLE limit_rule (
  scope VARCHAR(16) NOT NULL CHECK (scope IN ('policy', 'customer')),
  subject VARCHAR(32) NOT NULL,
  kind VARCHAR(24) NOT NULL,
  currency CHAR(3) NOT NULL,
  per_transaction BIGINT NOT NULL CHECK (per_transaction >= 0),
  per_day BIGINT NOT NULL CHECK (per_day >= 0),
  burst INT UNSIGNED NULL CHECK (burst > 0),
  period INT UNSIGNED NULL CHECK (period > 0),
  changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (scope, subject, kind, currency)
) ENGINE=InnoDB;

-- What of the day's limit is used. earliest_next: the theoretical arrival time of the generic cell rate algorithm
-- (ITU-T I.371), which counts the velocity without keeping a list.
CREATE TABLE limit_use (
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(24) NOT NULL,
  currency CHAR(3) NOT NULL,
  day DATE NOT NULL,
  amount BIGINT NOT NULL DEFAULT 0 CHECK (amount >= 0),
  earliest_next TIMESTAMP(6) NULL,
  PRIMARY KEY (customer_id, kind, currency),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

-- What a movement of a kind costs the customer, in minor units.
CREATE TABLE fee_rule (
  kind VARCHAR(24) NOT NULL,
  currency CHAR(3) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (kind, currency)
) ENGINE=InnoDB;

ALTER TABLE hold ADD COLUMN kind VARCHAR(16) NOT NULL DEFAULT 'withdrawal' CHECK (kind IN ('withdrawal', 'deposit'));

ALTER TABLE hold ADD COLUMN day DATE NULL;

-- counted: an exchange has counted the machine's cash since; where its notes are is among the differences by now.
ALTER TABLE hold ADD COLUMN counted TINYINT(1) NOT NULL DEFAULT 0;

-- resolved: where staff found the notes of a suspended hold. Its state stays what the terminal was told.
ALTER TABLE hold ADD COLUMN resolved VARCHAR(16) NOT NULL DEFAULT '' CHECK (resolved IN ('', 'taken', 'returned'));

ALTER TABLE hold ADD KEY open_by_terminal (terminal, state);

ALTER TABLE journal ADD COLUMN period INT UNSIGNED NOT NULL DEFAULT 1;

ALTER TABLE journal ADD COLUMN reference VARCHAR(64) NOT NULL DEFAULT '';

ALTER TABLE journal ADD KEY by_period (terminal, period);

-- Which journal row takes back which: each at most once.
CREATE TABLE reversal (
  journal_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  reverses BIGINT UNSIGNED NOT NULL UNIQUE,
  FOREIGN KEY (journal_id) REFERENCES journal (id),
  FOREIGN KEY (reverses) REFERENCES journal (id)
) ENGINE=InnoDB;

-- Notes promised to open holds.
ALTER TABLE cash_unit ADD COLUMN reserved INT NOT NULL DEFAULT 0 CHECK (reserved >= 0);

ALTER TABLE cash_unit ADD CONSTRAINT never_promised_twice
  CHECK (initial - presented - rejected - retracted - unknown - reserved >= 0);

-- Notes customers paid in, in the machine's deposit box.
CREATE TABLE cash_in_unit (
  terminal VARCHAR(32) NOT NULL,
  denomination BIGINT NOT NULL CHECK (denomination > 0),
  currency CHAR(3) NOT NULL,
  accepted INT NOT NULL DEFAULT 0 CHECK (accepted >= 0),
  PRIMARY KEY (terminal, currency, denomination),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal)
) ENGINE=InnoDB;

-- Accounts a customer saved to pay again; the name they gave is sealed under their data key.
CREATE TABLE payee (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  sealed VARBINARY(512) NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT 1,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  UNIQUE KEY once (customer_id, account_id),
  FOREIGN KEY (customer_id) REFERENCES customer (id),
  FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB;

-- Whom bills and top-ups are paid to. reference_pattern: a regular expression of the customer's number there.
CREATE TABLE biller (
  code VARCHAR(24) NOT NULL PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  category VARCHAR(24) NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  reference_pattern VARCHAR(64) NOT NULL,
  least BIGINT NOT NULL CHECK (least > 0),
  most BIGINT NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT 1,
  CHECK (most >= least),
  FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB;

-- Confirmations that customers are owed, written with the movement and sent afterwards, at least once.
CREATE TABLE confirmation (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  terminal VARCHAR(32) NOT NULL,
  customer_id BIGINT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  journal_id BIGINT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'failed')),
  tries INT UNSIGNED NOT NULL DEFAULT 0,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  UNIQUE KEY once (journal_id, account_id),
  KEY owed_by_terminal (terminal, state),
  FOREIGN KEY (customer_id) REFERENCES customer (id),
  FOREIGN KEY (journal_id) REFERENCES journal (id)
) ENGINE=InnoDB;

-- The end of an accounting period of a terminal: totals and counters as they stood, in JSON, never changed after.
CREATE TABLE cut_off (
  terminal VARCHAR(32) NOT NULL,
  period INT UNSIGNED NOT NULL,
  request_id BINARY(16) NOT NULL UNIQUE,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  totals LONGTEXT NOT NULL,
  cash LONGTEXT NOT NULL,
  cash_difference BIGINT NOT NULL,
  PRIMARY KEY (terminal, period),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal)
) ENGINE=InnoDB;

CREATE TRIGGER cut_off_is_never_updated BEFORE UPDATE ON cut_off FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut-off rows are never updated';

CREATE TRIGGER cut_off_is_never_deleted BEFORE DELETE ON cut_off FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut-off rows are never deleted';
