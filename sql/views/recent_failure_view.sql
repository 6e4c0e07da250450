-- grant: staff
-- Factors that were shown and not accepted: how many in the last hour and in the last day.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW recent_failure_view AS
SELECT t.terminal, f.factor, SUM(a.at >= TIMESTAMPADD(HOUR, -1, UTC_TIMESTAMP(6))) AS of_hour, COUNT(*) AS of_day
FROM terminal t
JOIN (SELECT 'face' AS factor, 'face_verify' AS event UNION ALL SELECT 'face', 'face_identify'
      UNION ALL SELECT 'face', 'face_liveness' UNION ALL SELECT 'fingerprint', 'fingerprint_verify'
      UNION ALL SELECT 'palm', 'palm_verify' UNION ALL SELECT 'palm', 'palm_identify'
      UNION ALL SELECT 'pin', 'pin_verify' UNION ALL SELECT 'one_time_code', 'one_time_code_verify') f
JOIN audit a ON a.chain = CONCAT(t.terminal, '/kiosk') AND a.event = f.event
  AND a.at >= TIMESTAMPADD(HOUR, -24, UTC_TIMESTAMP(6)) AND a.outcome NOT IN ('accepted', 'live')
GROUP BY t.terminal, f.factor
