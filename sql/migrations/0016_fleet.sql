-- What a fleet's terminals know of each other: each machine's own clock beside the database's, and what staff were told.

-- How far the machine's own clock is ahead of the database's, milliseconds; NULL where its version does not say.
ALTER TABLE heartbeat ADD COLUMN clock_ahead BIGINT NULL;

-- Whose turn it is to look at all of them: the kiosk whose update changed the row. watching_since: when somebody began
-- to look without a longer pause; after one everybody would seem silent.
CREATE TABLE fleet_watch (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  watched_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  watching_since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;

INSERT INTO fleet_watch (id) VALUES (1) ON DUPLICATE KEY UPDATE id = id;

-- A row a terminal and kind of trouble, written over in place. state: seen and not yet told, told, over. claim: of the
-- call that is to tell it, and of the one that is to tell that it is over.
CREATE TABLE fleet_alert (
  terminal VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL CHECK (kind IN ('silent', 'clock', 'version')),
  state VARCHAR(8) NOT NULL CHECK (state IN ('seen', 'told', 'over')),
  begun_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  claim VARBINARY(16) NOT NULL DEFAULT '',
  PRIMARY KEY (terminal, kind),
  KEY by_claim (claim),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal)
) ENGINE=InnoDB;
