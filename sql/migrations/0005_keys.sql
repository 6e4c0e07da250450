-- Which master key what is kept was made under, so that keys can be rotated.

-- The master keys this database has seen, by id, in the order they came; the last one seals. proof: a value derived
-- from the key by which a wrong one is told before it does any harm. rotated_at: when everything was wrapped under it.
CREATE TABLE master_key (
  place INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  key_id VARCHAR(16) NOT NULL UNIQUE,
  proof BINARY(32) NOT NULL,
  added_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  rotated_at TIMESTAMP(6) NULL
) ENGINE=InnoDB;

-- The first key of a ring is called k1: what there is so far was made under it.
ALTER TABLE audit_seal ADD COLUMN key_id VARCHAR(16) NOT NULL DEFAULT 'k1';

ALTER TABLE one_time_code ADD COLUMN key_id VARCHAR(16) NOT NULL DEFAULT 'k1';

-- A PIN's hash begins with the id of its pepper's key, before bcrypt's own $.
UPDATE credential SET hash = CONCAT('k1', hash) WHERE hash LIKE '$%';
