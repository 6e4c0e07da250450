-- Tries at numbers nobody has, counted where every terminal sees them, like those of customers. A slot of a number's
-- blind index (token) is taken over by the next number that falls on it, so that the table cannot be made to grow.

CREATE TABLE invented_lockout (
  slot SMALLINT UNSIGNED NOT NULL,
  factor VARCHAR(16) NOT NULL,
  token BINARY(32) NOT NULL,
  failures INT UNSIGNED NOT NULL DEFAULT 0,
  locks INT UNSIGNED NOT NULL DEFAULT 0,
  locked_until TIMESTAMP(6) NULL,
  PRIMARY KEY (slot, factor)
) ENGINE=InnoDB;

-- When, where and by which way in customers signed in, for their own eyes.

CREATE TABLE sign_in (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  terminal VARCHAR(24) NOT NULL,
  policy VARCHAR(32) NOT NULL,
  KEY of_customer (customer_id, id),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;
