-- One-time codes that are not sent: of an authenticator app (none: sealed is NULL), and on a list of paper. No row is
-- ever deleted: the owner of the tables may not.

CREATE TABLE authenticator (
  customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  sealed VARBINARY(128) NULL,
  last_step BIGINT UNSIGNED NOT NULL,
  changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

CREATE TABLE listed_code (
  customer_id BIGINT UNSIGNED NOT NULL,
  position SMALLINT UNSIGNED NOT NULL,
  key_id VARCHAR(16) NOT NULL,
  mac BINARY(32) NOT NULL,
  tries_left INT NOT NULL CHECK (tries_left >= 0),
  used_at TIMESTAMP(6) NULL,
  PRIMARY KEY (customer_id, position),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;
