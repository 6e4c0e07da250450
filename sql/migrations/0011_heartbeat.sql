-- What each process last said of itself and of its devices, written over in place: it grows with the machine's parts and
-- never with time. And the keys by which the last hours are counted while the machine is being watched.

-- doing, reason: what a person would see, never who. since: when that began. beaten_at: when it was last said.
CREATE TABLE heartbeat (
  terminal VARCHAR(32) NOT NULL,
  process VARCHAR(16) NOT NULL CHECK (process IN ('kiosk', 'staff')),
  doing VARCHAR(24) NOT NULL,
  reason VARCHAR(32) NOT NULL DEFAULT '',
  version VARCHAR(32) NOT NULL,
  since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  beaten_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (terminal, process),
  FOREIGN KEY (terminal) REFERENCES terminal (terminal)
) ENGINE=InnoDB;

-- beaten_at: that of the process at the time; a device it names no more stays behind with an older one.
CREATE TABLE heartbeat_device (
  terminal VARCHAR(32) NOT NULL,
  process VARCHAR(16) NOT NULL,
  device VARCHAR(32) NOT NULL,
  place TINYINT UNSIGNED NOT NULL,
  state VARCHAR(24) NOT NULL,
  stands_in TINYINT(1) NOT NULL,
  advice VARCHAR(200) NOT NULL DEFAULT '',
  beaten_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (terminal, process, device),
  FOREIGN KEY (terminal, process) REFERENCES heartbeat (terminal, process)
) ENGINE=InnoDB;

ALTER TABLE audit ADD KEY by_event (chain, event, at);

ALTER TABLE journal ADD KEY by_time (terminal, created_at);
