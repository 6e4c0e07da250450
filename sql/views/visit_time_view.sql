-- grant: staff
-- How long visits took from the first touch to their end, seconds: of those that ended in the last day.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW visit_time_view AS
SELECT t.terminal, MAX(a.id) AS id, TIMESTAMPDIFF(SECOND, MIN(a.at), MAX(a.at)) AS seconds
FROM terminal t
JOIN audit a ON a.chain = CONCAT(t.terminal, '/kiosk') AND a.event = 'session'
  AND a.at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6))
GROUP BY t.terminal, a.session HAVING COUNT(*) = 2
