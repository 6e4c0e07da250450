-- grant: kiosk, staff
-- How many faces are in force, the newest one, and the sum of their ids: a kiosk asks for more only when this changes.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW face_count_view AS
SELECT COUNT(*) AS faces, COALESCE(MAX(t.id), 0) AS newest,
  COALESCE(SUM(t.id), 0) AS sum_of_ids
FROM template t JOIN customer c ON c.id = t.customer_id WHERE t.kind = 'face' AND t.active = 1 AND c.status <> 'erased'
