-- name: beat(terminal, process, doing, reason, version, devices)
CALL beat(:terminal, :process, :doing, :reason, :version, :devices);

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

-- name: hourly_sign_ins(terminal)
SELECT hours_ago, sign_ins FROM hourly_sign_in_view WHERE terminal = :terminal;

-- name: hourly_withdrawals(terminal)
SELECT hours_ago, amount FROM hourly_withdrawal_view WHERE terminal = :terminal;

-- name: recent_failures(terminal)
SELECT factor, of_hour, of_day FROM recent_failure_view WHERE terminal = :terminal ORDER BY factor;

-- name: face_times(terminal, count)
SELECT seconds FROM face_time_view WHERE terminal = :terminal ORDER BY id DESC LIMIT :count;

-- name: visit_times(terminal, count)
SELECT seconds FROM visit_time_view WHERE terminal = :terminal ORDER BY id DESC LIMIT :count;
