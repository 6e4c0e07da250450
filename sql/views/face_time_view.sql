-- grant: staff
-- How long the camera took to tell a living face, seconds: of the last day.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW face_time_view AS
SELECT t.terminal, a.id, CAST(JSON_EXTRACT(a.details, '$.seconds') AS DECIMAL(9, 2)) AS seconds
FROM terminal t
JOIN audit a ON a.chain = CONCAT(t.terminal, '/kiosk') AND a.event = 'face_liveness' AND a.outcome = 'live'
  AND a.at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6))
