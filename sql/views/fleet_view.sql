-- grant: kiosk, staff
-- A row a terminal. state: never (heard of), revoked, silent (for 15 seconds, as SILENT_SECONDS says), else what its
-- kiosk said last. urgency: who has to be looked at first, 0 the most. cash: minor units of the notes in its cassettes.
-- worst: state and name of the device that is worst off. clock_ahead: milliseconds; silent_seconds: by the database's
-- clock. A clock is wrong from 5 seconds on, as clock_off has it where nobody sets it. A machine has one currency.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW fleet_view AS
SELECT s.terminal, s.state, s.reason, s.version, s.since, s.beaten_at, s.silent_seconds, s.clock_ahead, s.cash,
  s.currency, s.low_units, s.empty_units, s.devices_down, s.worst,
  CASE WHEN s.state = 'silent' THEN 0 WHEN s.state = 'out_of_service' THEN 1 WHEN s.state = 'never' THEN 5
    WHEN s.state = 'revoked' THEN 6 WHEN s.devices_down > 0 OR s.empty_units > 0 THEN 2 WHEN s.low_units > 0 OR ABS(s.clock_ahead) > 5000 THEN 3
    ELSE 4 END AS urgency
FROM (
  SELECT t.terminal,
    CASE WHEN l.state = 'revoked' THEN 'revoked' WHEN h.terminal IS NULL THEN 'never'
      WHEN TIMESTAMPDIFF(SECOND, h.beaten_at, UTC_TIMESTAMP(6)) > 15 THEN 'silent' ELSE h.doing END AS state,
    COALESCE(h.reason, '') AS reason, COALESCE(h.version, '') AS version,
    CASE WHEN l.state = 'revoked' THEN l.revoked_at ELSE h.since END AS since, h.beaten_at,
    TIMESTAMPDIFF(SECOND, h.beaten_at, UTC_TIMESTAMP(6)) AS silent_seconds, h.clock_ahead, c.cash, c.currency,
    COALESCE(c.low_units, 0) AS low_units, COALESCE(c.empty_units, 0) AS empty_units,
    COALESCE(d.devices_down, 0) AS devices_down, COALESCE(d.worst, '') AS worst
  FROM (SELECT terminal FROM terminal UNION SELECT terminal FROM terminal_login) t
  LEFT JOIN heartbeat h ON h.terminal = t.terminal AND h.process = 'kiosk'
  LEFT JOIN terminal_login l ON l.terminal = t.terminal
  LEFT JOIN (
    SELECT u.terminal, MIN(u.currency) AS currency, SUM(u.notes * u.denomination) AS cash, SUM(u.notes = 0) AS empty_units,
      SUM(u.notes > 0 AND u.notes < u.initial DIV 10) AS low_units
    FROM (SELECT terminal, currency, denomination, initial,
            initial - presented - rejected - retracted - unknown AS notes FROM cash_unit) u
    GROUP BY u.terminal
  ) c ON c.terminal = t.terminal
  LEFT JOIN (
    SELECT b.terminal, COUNT(*) AS devices_down,
      SUBSTRING(MIN(CONCAT(
        CASE e.state WHEN 'fraud_attempt' THEN 1 WHEN 'hardware_error' THEN 2 WHEN 'no_device' THEN 3
          WHEN 'offline' THEN 4 WHEN 'user_error' THEN 5 ELSE 6 END, e.state, ' ', e.device)), 2) AS worst
    FROM heartbeat b
    JOIN heartbeat_device e ON e.terminal = b.terminal AND e.process = b.process AND e.beaten_at = b.beaten_at
    WHERE b.process = 'kiosk' AND e.state <> 'online'
    GROUP BY b.terminal
  ) d ON d.terminal = t.terminal
) s
