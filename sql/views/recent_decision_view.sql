-- grant: staff
-- Audit rows of the last day without whom they are about; found by chain and event, with the key by_event. hours_ago: by
-- the bank's wall clock, 0 is this hour. factor: the event without its last word. seconds: what a face took.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW recent_decision_view AS
SELECT a.id, a.chain, a.event, a.outcome, a.session, a.at, TIMESTAMPDIFF(SECOND, a.at, UTC_TIMESTAMP(6)) AS age_seconds,
  TIMESTAMPDIFF(HOUR,
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, a.at), '%Y-%m-%d %H:00:00'),
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP()), '%Y-%m-%d %H:00:00')) AS hours_ago,
  LEFT(a.event, CHAR_LENGTH(a.event) - LOCATE('_', REVERSE(a.event))) AS factor,
  CAST(JSON_EXTRACT(a.details, '$.seconds') AS DECIMAL(9, 2)) AS seconds
FROM audit a JOIN terminal t ON t.terminal = SUBSTRING_INDEX(a.chain, '/', 1)
WHERE a.at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6))
