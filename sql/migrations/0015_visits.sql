-- Which machine a customer is being served at, so that it is one: a lease that its visit renews and gives back.

-- One row a customer, written over in place. It is theirs until expires_at; seconds: how much longer each renewal makes
-- it. renewals: so that every renewal changes the row, and is seen by whoever writes it elsewhere at the same time.
CREATE TABLE visit_lease (
  customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  terminal VARCHAR(32) NOT NULL,
  session BINARY(16) NOT NULL,
  seconds INT UNSIGNED NOT NULL,
  expires_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  renewals BIGINT UNSIGNED NOT NULL DEFAULT 0,
  KEY of_terminal (terminal),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

-- begin_visit does what it did, and claims the lease.
DROP PROCEDURE IF EXISTS note_sign_in;
