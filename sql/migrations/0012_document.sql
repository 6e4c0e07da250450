-- A picture of the paper a customer proved at the branch who they are with: a JPEG, sealed under their own data key.
-- Empty once the customer is erased.
CREATE TABLE customer_document (
  customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  sealed MEDIUMBLOB NOT NULL,
  taken_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;
