-- name: write_audit(chain, event, outcome, session, subject, details)
CALL write_audit(:chain, :event, :outcome, :session, :subject, :details);

-- name: seal_audit(chain, sequence, seal, seals, new_sequence, new_seal)
CALL seal_audit(:chain, :sequence, :seal, :seals, :new_sequence, :new_seal);

-- name: head_of(chain)
SELECT chain, sequence, seal, key_id FROM audit_head_view WHERE chain = :chain;

-- name: unsealed_rows(chain, after)
SELECT id, chain, at, event, outcome, session, subject, details, age_seconds FROM audit_unsealed_view
WHERE chain = :chain AND id > :after ORDER BY id LIMIT 500;

-- name: all_rows()
SELECT id, chain, at, event, outcome, session, subject, details, age_seconds FROM audit_view ORDER BY id;

-- name: rows_after(after)
SELECT id, chain, at, event, outcome, session, subject, details, age_seconds FROM audit_view
WHERE id > :after ORDER BY id LIMIT 1000;

-- name: all_seals()
SELECT chain, sequence, audit_id, seal, key_id FROM audit_seal_view ORDER BY chain, sequence;

-- name: all_heads()
SELECT chain, sequence, seal, key_id FROM audit_head_view;

-- name: isolate_snapshot()
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

-- name: begin_snapshot()
START TRANSACTION WITH CONSISTENT SNAPSHOT;

-- name: end_snapshot()
COMMIT;

-- name: journal_totals()
SELECT journal_id, lines_written, balance, moved FROM journal_total_view ORDER BY journal_id;
