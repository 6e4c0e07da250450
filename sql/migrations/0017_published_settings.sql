-- What the centre of a fleet decides for its terminals' settings, version after version.

-- terminal: whom it is for, empty for all. content: TOML. seal: HMAC under a key made from the ring, over all columns
-- before it but published_at. again_of: the earlier version it brings back. version is counted by publish_settings, not
-- by the server: a cluster's members leave numbers out.
CREATE TABLE published_settings (
  version BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  terminal VARCHAR(24) NOT NULL,
  content TEXT NOT NULL,
  digest CHAR(64) NOT NULL,
  again_of BIGINT UNSIGNED NULL,
  program VARCHAR(32) NOT NULL,
  published_by VARCHAR(128) NOT NULL,
  published_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  key_id VARCHAR(16) NOT NULL,
  seal BINARY(32) NOT NULL,
  KEY by_terminal (terminal, version)
) ENGINE=InnoDB;

CREATE TRIGGER published_settings_are_never_updated BEFORE UPDATE ON published_settings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'published settings are never updated';

CREATE TRIGGER published_settings_are_never_deleted BEFORE DELETE ON published_settings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'published settings are never deleted';

-- What each terminal says it runs; 0: none. refused_version: one it could not use, and why.
CREATE TABLE terminal_settings (
  terminal VARCHAR(24) NOT NULL PRIMARY KEY,
  general_version BIGINT UNSIGNED NOT NULL,
  own_version BIGINT UNSIGNED NOT NULL,
  refused_version BIGINT UNSIGNED NULL,
  reason VARCHAR(500) NOT NULL,
  told_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;
