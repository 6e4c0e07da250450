-- grant: kiosk, staff
-- The latest enrolled face of each customer, in force or not, with what is needed to open it: what learning is bound to.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW enrolled_face_view AS
SELECT t.id, t.customer_id, t.kind, t.position, t.family, t.sealed, c.pseudonym, k.key_id, k.wrapped
FROM template t JOIN customer c ON c.id = t.customer_id JOIN data_key k ON k.customer_id = t.customer_id
WHERE t.kind = 'face' AND t.source = 'enrolled' AND c.status <> 'erased'
  AND t.version = (SELECT MAX(v.version) FROM template v
                   WHERE v.customer_id = t.customer_id AND v.kind = 'face' AND v.source = 'enrolled')
