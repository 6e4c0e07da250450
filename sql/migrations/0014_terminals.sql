-- Terminals that sign in as database users of their own, and how they come by them.

-- state: invited, and taken up by a machine that has not signed in yet, do nothing; joined does what a machine does;
-- revoked never again, unless it is invited anew. Users are called kiosk_ and staff_ and the terminal's name.
CREATE TABLE terminal_login (
  terminal VARCHAR(24) NOT NULL PRIMARY KEY,
  state VARCHAR(16) NOT NULL CHECK (state IN ('invited', 'taken', 'joined', 'revoked')),
  invited_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  joined_at TIMESTAMP(6) NULL,
  revoked_at TIMESTAMP(6) NULL
) ENGINE=InnoDB;

-- sealed: key ring and credential under a key that is made from the token, which is nowhere here; empty as soon as it
-- was taken up or taken back. join_user: who may call join_terminal for it, and do nothing else.
CREATE TABLE invitation (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  terminal VARCHAR(24) NOT NULL,
  join_user VARCHAR(32) NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  invited_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  expires_at TIMESTAMP(6) NULL,
  used_at TIMESTAMP(6) NULL,
  withdrawn_at TIMESTAMP(6) NULL,
  KEY by_terminal (terminal, id),
  FOREIGN KEY (terminal) REFERENCES terminal_login (terminal)
) ENGINE=InnoDB;

-- The key each terminal seals its audit with, wrapped under the centre's key centre_key, which no terminal has. Later
-- ones of a terminal have a higher number after the colon.
CREATE TABLE terminal_audit_key (
  terminal VARCHAR(24) NOT NULL,
  key_id VARCHAR(16) NOT NULL,
  centre_key VARCHAR(16) NOT NULL,
  wrapped VARBINARY(128) NOT NULL,
  made_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (terminal, key_id),
  FOREIGN KEY (terminal) REFERENCES terminal_login (terminal)
) ENGINE=InnoDB;
