-- name: data_keys(after)
SELECT id, pseudonym, key_id, wrapped, has_row FROM data_key_view WHERE id > :after ORDER BY id LIMIT 1000;

-- name: restore_data_keys(keys)
CALL restore_data_keys(:keys);

-- name: erase_restored(chain)
CALL erase_restored(:chain);

-- name: row_counts()
SELECT name, lines_kept FROM row_count_view ORDER BY name;

-- name: request_outcome(request)
SELECT outcome FROM request_view WHERE request_id = :request;

-- name: open_holds_of(terminal)
SELECT request_id, kind FROM hold_view WHERE terminal = :terminal AND state = 'held';

-- name: written_since(moment)
SELECT (SELECT COUNT(*) FROM journal_view WHERE created_at > :moment) AS movements,
  (SELECT COUNT(*) FROM enrolled_view WHERE created_at > :moment) AS customers,
  (SELECT COUNT(*) FROM audit_view WHERE written_at > :moment) AS audit_rows;
