-- name: beat_with_clock(terminal, process, doing, reason, version, devices, clock)
CALL beat_with_clock(:terminal, :process, :doing, :reason, :version, :devices, :clock);

-- name: heartbeats_of(terminal)
SELECT process, doing, reason, version, since, beaten_at, silent_seconds FROM heartbeat_view
WHERE terminal = :terminal ORDER BY process;

-- name: devices_of(terminal, process)
SELECT device, state, stands_in, advice FROM heartbeat_device_view
WHERE terminal = :terminal AND process = :process ORDER BY place;

-- name: newest_of(chain)
SELECT COALESCE(MAX(id), 0) AS id FROM audit_view WHERE chain = :chain;

-- name: decisions_after(chain, after)
SELECT id, event, outcome, details FROM audit_view WHERE chain = :chain AND id > :after ORDER BY id LIMIT 500;

-- name: hour_of(terminal)
SELECT HOUR(TIMESTAMPADD(MINUTE, utc_offset, UTC_TIMESTAMP())) AS hour_now FROM terminal_view WHERE terminal = :terminal;

-- name: hourly_sign_ins(chain)
SELECT hours_ago, COUNT(*) AS sign_ins FROM recent_decision_view WHERE chain = :chain AND event = 'sign_in'
GROUP BY hours_ago;

-- name: hourly_withdrawals(terminal)
SELECT hours_ago, amount FROM hourly_withdrawal_view WHERE terminal = :terminal;

-- name: recent_failures(chain)
SELECT factor, SUM(age_seconds < 3600) AS of_hour, COUNT(*) AS of_day FROM recent_decision_view
WHERE chain = :chain AND outcome NOT IN ('accepted', 'live')
  AND event IN ('face_identify', 'face_liveness', 'face_verify', 'fingerprint_verify', 'one_time_code_verify',
                'palm_identify', 'palm_verify', 'pin_verify')
GROUP BY factor ORDER BY factor;

-- name: face_times(chain, count)
SELECT seconds FROM recent_decision_view WHERE chain = :chain AND event = 'face_liveness' AND outcome = 'live'
ORDER BY at DESC LIMIT :count;

-- name: visit_times(chain, count)
SELECT TIMESTAMPDIFF(SECOND, MIN(at), MAX(at)) AS seconds FROM recent_decision_view
WHERE chain = :chain AND event = 'session' GROUP BY session HAVING COUNT(*) = 2 ORDER BY MAX(at) DESC LIMIT :count;
