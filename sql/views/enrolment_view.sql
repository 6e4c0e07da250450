-- grant: kiosk, staff
-- What each customer is enrolled with, for progress and for resuming.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW enrolment_view AS
SELECT c.id, c.number, c.status = 'erased' AS erased,
  (SELECT COUNT(*) FROM template t WHERE t.customer_id = c.id AND t.kind = 'face' AND t.active = 1) AS faces,
  (SELECT COUNT(*) FROM template t WHERE t.customer_id = c.id AND t.kind = 'fingerprint' AND t.active = 1) AS fingers,
  (SELECT COUNT(*) FROM template t WHERE t.customer_id = c.id AND t.kind = 'palm' AND t.active = 1) AS palms,
  (SELECT COUNT(*) FROM credential r WHERE r.customer_id = c.id AND r.hash <> '') AS credentials
FROM customer c
