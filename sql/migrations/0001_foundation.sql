-- Customers, their keys and what identifies them; banks, accounts and double entry; cash units; codes and lockouts;
-- audit. One statement a step: a step that failed half-way can be seen in schema_step and is tried again.

CREATE TABLE terminal (
  terminal VARCHAR(32) NOT NULL PRIMARY KEY,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

CREATE TABLE customer (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number VARCHAR(16) NOT NULL UNIQUE,
  pseudonym BINARY(16) NOT NULL UNIQUE,
  status VARCHAR(16) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'frozen', 'erased')),
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

CREATE TABLE data_key (
  customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  key_id VARCHAR(16) NOT NULL,
  wrapped VARBINARY(128) NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE customer_detail (
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) NOT NULL,
  sealed VARBINARY(2048) NOT NULL,
  PRIMARY KEY (customer_id, kind),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE customer_index (
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) NOT NULL,
  token BINARY(32) NOT NULL,
  PRIMARY KEY (customer_id, kind, token),
  KEY by_token (kind, token),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE credential (
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) NOT NULL,
  hash VARBINARY(128) NOT NULL,
  changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (customer_id, kind),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE template (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) NOT NULL CHECK (kind IN ('face', 'fingerprint', 'palm')),
  position VARCHAR(32) NOT NULL,
  family VARCHAR(32) NOT NULL,
  version INT UNSIGNED NOT NULL,
  quality FLOAT NOT NULL,
  sealed VARBINARY(8192) NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT 1,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  UNIQUE KEY one_version (customer_id, kind, position, family, version),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE lockout (
  customer_id BIGINT UNSIGNED NOT NULL,
  factor VARCHAR(16) NOT NULL,
  failures INT UNSIGNED NOT NULL DEFAULT 0,
  locks INT UNSIGNED NOT NULL DEFAULT 0,
  locked_until TIMESTAMP(6) NULL,
  PRIMARY KEY (customer_id, factor),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE one_time_code (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  session BINARY(16) NOT NULL,
  purpose VARCHAR(32) NOT NULL,
  binding BINARY(32) NOT NULL,
  mac BINARY(32) NOT NULL,
  tries_left INT NOT NULL CHECK (tries_left >= 0),
  expires_at TIMESTAMP(6) NOT NULL,
  ended_at TIMESTAMP(6) NULL,
  KEY by_session (session, purpose),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE bank (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) NOT NULL UNIQUE
) ENGINE=InnoDB;

-- A balance is from the customer's side: a customer's money is positive, so cash in the machine, an asset of the
-- bank, is negative. held is money promised to open holds; available is balance - held.
CREATE TABLE account (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  bank_id INT UNSIGNED NULL,
  customer_id BIGINT UNSIGNED NULL,
  number VARCHAR(34) NOT NULL UNIQUE,
  kind VARCHAR(24) NOT NULL,
  currency CHAR(3) NOT NULL,
  balance BIGINT NOT NULL DEFAULT 0,
  held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
  status VARCHAR(16) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'frozen', 'closed')),
  version INT UNSIGNED NOT NULL DEFAULT 0,
  KEY by_customer (customer_id),
  CONSTRAINT never_overdrawn CHECK (customer_id IS NULL OR balance - held >= 0),
  FOREIGN KEY (bank_id) REFERENCES bank (id),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

-- Every money call's request, exactly once: what was asked (a digest) and what came of it.
CREATE TABLE request (
  request_id BINARY(16) NOT NULL PRIMARY KEY,
  kind VARCHAR(24) NOT NULL,
  payload BINARY(32) NOT NULL,
  outcome VARCHAR(16) NOT NULL DEFAULT '',
  reason VARCHAR(32) NOT NULL DEFAULT '',
  journal_id BIGINT UNSIGNED NULL,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

CREATE TABLE hold (
  request_id BINARY(16) NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL,
  terminal VARCHAR(32) NOT NULL,
  session BINARY(16) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  notes VARCHAR(512) NOT NULL,
  state VARCHAR(16) NOT NULL CHECK (state IN ('held', 'posted', 'voided', 'suspended')),
  fate VARCHAR(16) NOT NULL DEFAULT '',
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  settled_at TIMESTAMP(6) NULL,
  KEY by_account (account_id, state),
  FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB;

CREATE TABLE journal (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  request_id BINARY(16) NOT NULL UNIQUE,
  kind VARCHAR(24) NOT NULL,
  terminal VARCHAR(32) NOT NULL,
  session BINARY(16) NOT NULL,
  description VARCHAR(140) NOT NULL DEFAULT '',
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

CREATE TABLE posting (
  journal_id BIGINT UNSIGNED NOT NULL,
  line TINYINT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  balance_after BIGINT NOT NULL,
  PRIMARY KEY (journal_id, line),
  KEY by_account (account_id, journal_id),
  FOREIGN KEY (journal_id) REFERENCES journal (id),
  FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB;

CREATE TABLE cash_unit (
  terminal VARCHAR(32) NOT NULL,
  position TINYINT UNSIGNED NOT NULL,
  denomination BIGINT NOT NULL CHECK (denomination > 0),
  currency CHAR(3) NOT NULL,
  initial INT NOT NULL DEFAULT 0 CHECK (initial >= 0),
  presented INT NOT NULL DEFAULT 0 CHECK (presented >= 0),
  rejected INT NOT NULL DEFAULT 0 CHECK (rejected >= 0),
  retracted INT NOT NULL DEFAULT 0 CHECK (retracted >= 0),
  unknown INT NOT NULL DEFAULT 0 CHECK (unknown >= 0),
  PRIMARY KEY (terminal, position),
  CONSTRAINT never_below_empty CHECK (initial - presented - rejected - retracted - unknown >= 0),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal)
) ENGINE=InnoDB;

CREATE TABLE audit (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  chain VARCHAR(48) NOT NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  event VARCHAR(32) NOT NULL,
  outcome VARCHAR(32) NOT NULL,
  session VARBINARY(16) NOT NULL,
  subject VARBINARY(16) NOT NULL,
  details VARCHAR(1024) NOT NULL,
  KEY by_chain (chain, id)
) ENGINE=InnoDB;

CREATE TABLE audit_seal (
  chain VARCHAR(48) NOT NULL,
  sequence BIGINT UNSIGNED NOT NULL,
  audit_id BIGINT UNSIGNED NOT NULL UNIQUE,
  seal BINARY(32) NOT NULL,
  PRIMARY KEY (chain, sequence)
) ENGINE=InnoDB;

CREATE TABLE audit_head (
  chain VARCHAR(48) NOT NULL PRIMARY KEY,
  sequence BIGINT UNSIGNED NOT NULL,
  seal BINARY(32) NOT NULL
) ENGINE=InnoDB;

CREATE TRIGGER journal_is_never_updated BEFORE UPDATE ON journal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'journal rows are never updated';

CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'journal rows are never deleted';

CREATE TRIGGER posting_is_never_updated BEFORE UPDATE ON posting FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'posting rows are never updated';

CREATE TRIGGER posting_is_never_deleted BEFORE DELETE ON posting FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'posting rows are never deleted';

CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never updated';

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never deleted';

CREATE TRIGGER seal_is_never_updated BEFORE UPDATE ON audit_seal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seals are never updated';

CREATE TRIGGER seal_is_never_deleted BEFORE DELETE ON audit_seal FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seals are never deleted';
