-- grant: staff
-- Visits of the last day in which every factor passed, by hour of the bank's wall clock. hours_ago: 0 is this hour.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW hourly_sign_in_view AS
SELECT t.terminal, TIMESTAMPDIFF(HOUR,
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, a.at), '%Y-%m-%d %H:00:00'),
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP()), '%Y-%m-%d %H:00:00')) AS hours_ago,
  COUNT(*) AS sign_ins
FROM terminal t
JOIN audit a ON a.chain = CONCAT(t.terminal, '/kiosk') AND a.event = 'sign_in'
  AND a.at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6))
GROUP BY t.terminal, hours_ago
