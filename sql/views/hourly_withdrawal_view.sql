-- grant: staff
-- Cash paid out in the last day by hour of the bank's wall clock, minor units. hours_ago: 0 is this hour.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW hourly_withdrawal_view AS
SELECT t.terminal, TIMESTAMPDIFF(HOUR,
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, j.created_at), '%Y-%m-%d %H:00:00'),
    DATE_FORMAT(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP()), '%Y-%m-%d %H:00:00')) AS hours_ago,
  SUM(p.amount) AS amount
FROM terminal t
JOIN journal j ON j.terminal = t.terminal AND j.created_at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6))
  AND j.kind = 'withdrawal'
JOIN posting p ON p.journal_id = j.id AND p.amount > 0
GROUP BY t.terminal, hours_ago
