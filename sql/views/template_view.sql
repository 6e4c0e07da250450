-- grant: kiosk, staff
-- Active templates with what is needed to open them.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW template_view AS
SELECT t.id, t.customer_id, t.kind, t.position, t.family, t.sealed, c.pseudonym, k.key_id, k.wrapped
FROM template t JOIN customer c ON c.id = t.customer_id JOIN data_key k ON k.customer_id = t.customer_id
WHERE t.active = 1 AND c.status <> 'erased'
