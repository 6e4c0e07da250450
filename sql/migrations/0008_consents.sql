-- What each customer agreed to: that a biometric of theirs is kept and compared. version: of the text they agreed to.
-- Rows are never deleted: that and until when somebody agreed can be shown afterwards.
CREATE TABLE consent (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) NOT NULL CHECK (kind IN ('face', 'fingerprint', 'palm')),
  version SMALLINT UNSIGNED NOT NULL,
  given_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  revoked_at TIMESTAMP(6) NULL,
  KEY of_customer (customer_id, kind),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

-- Whoever was enrolled before agreed at the branch, to no text of ours: version 0, dated now. Run again, it adds nobody.
INSERT INTO consent (customer_id, kind, version)
  SELECT DISTINCT t.customer_id, t.kind, 0 FROM template t JOIN customer c ON c.id = t.customer_id
  WHERE t.active = 1 AND c.status <> 'erased'
    AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.customer_id = t.customer_id AND n.kind = t.kind);
