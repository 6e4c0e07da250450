-- grant: staff
-- What each process last said of itself; silent_seconds by the database's clock.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW heartbeat_view AS
SELECT terminal, process, doing, reason, version, since, beaten_at,
  TIMESTAMPDIFF(SECOND, beaten_at, UTC_TIMESTAMP(6)) AS silent_seconds
FROM heartbeat
