-- grant: kiosk, staff
-- Everybody not erased, with the wrapped data key. Who is erased has none, whatever a restored row says of them.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW customer_view AS
SELECT c.id, c.number, c.pseudonym, c.status, k.key_id, k.wrapped
FROM customer c JOIN data_key k ON k.customer_id = c.id WHERE c.status <> 'erased' AND k.key_id <> ''
