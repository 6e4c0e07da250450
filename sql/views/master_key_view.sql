-- grant: kiosk, staff
-- The master keys this database has seen, and what still needs each: data keys (with their blind indexes), hashed
-- secrets (codes on paper and accounts of staff among them), audit seals. It knows no key.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW master_key_view AS
SELECT m.place, m.key_id, m.proof, m.added_at, m.rotated_at,
  (SELECT COUNT(*) FROM data_key k WHERE k.key_id = m.key_id) AS data_keys,
  (SELECT COUNT(*) FROM credential r WHERE r.hash LIKE CONCAT(m.key_id, '$%'))
    + (SELECT COUNT(*) FROM listed_code l WHERE l.key_id = m.key_id AND l.used_at IS NULL AND l.tries_left > 0)
    + (SELECT COUNT(*) FROM staff_account w WHERE w.hash LIKE CONCAT(m.key_id, '$%') OR w.key_id = m.key_id)
    AS credentials,
  (SELECT COUNT(*) FROM audit_seal s WHERE s.key_id = m.key_id) AS seals
FROM master_key m
