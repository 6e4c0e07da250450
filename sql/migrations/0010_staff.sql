-- Who works at the branch: accounts of staff with their role, and what a second person has signed.

-- hash: of the password, peppered and bcrypt, bound to the pseudonym. sealed: the secret of the authenticator app under
-- the master key key_id; NULL until it is set up. must_change: the password is one that somebody else has seen.
-- failures, locks, locked_until: of password and code together.
CREATE TABLE staff_account (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_name VARCHAR(32) NOT NULL UNIQUE,
  pseudonym BINARY(16) NOT NULL UNIQUE,
  role VARCHAR(16) NOT NULL CHECK (role IN ('teller', 'custodian', 'auditor', 'administrator')),
  hash VARBINARY(128) NOT NULL,
  must_change TINYINT(1) NOT NULL DEFAULT 1,
  key_id VARCHAR(16) NOT NULL DEFAULT '',
  sealed VARBINARY(128) NULL,
  last_step BIGINT UNSIGNED NOT NULL DEFAULT 0,
  disabled TINYINT(1) NOT NULL DEFAULT 0,
  failures INT UNSIGNED NOT NULL DEFAULT 0,
  locks INT UNSIGNED NOT NULL DEFAULT 0,
  locked_until TIMESTAMP(6) NULL,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

-- binding: an HMAC of the very action and of both people. used_for: the one request it was used for.
CREATE TABLE staff_approval (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  key_id VARCHAR(16) NOT NULL,
  binding BINARY(32) NOT NULL,
  asked_by BIGINT UNSIGNED NOT NULL,
  approved_by BIGINT UNSIGNED NOT NULL,
  expires_at TIMESTAMP(6) NOT NULL,
  used_for BINARY(16) NULL,
  CONSTRAINT two_people CHECK (asked_by <> approved_by),
  FOREIGN KEY (asked_by) REFERENCES staff_account (id),
  FOREIGN KEY (approved_by) REFERENCES staff_account (id)
) ENGINE=InnoDB;

-- source: a limit that two people set at the branch is not written over by a machine's settings at its next start.
ALTER TABLE limit_rule ADD COLUMN source VARCHAR(16) NOT NULL DEFAULT 'settings'
  CHECK (source IN ('settings', 'staff'));

-- reviewed_at: when staff looked at somebody who opened their account at a machine.
ALTER TABLE sign_up ADD COLUMN reviewed_at TIMESTAMP(6) NULL;
