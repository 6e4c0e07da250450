-- grant: kiosk
-- Secrets of authenticator apps, sealed, with what is needed to open them.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW authenticator_view AS
SELECT a.customer_id, a.sealed, c.pseudonym, k.key_id, k.wrapped
FROM authenticator a JOIN customer c ON c.id = a.customer_id JOIN data_key k ON k.customer_id = a.customer_id
WHERE a.sealed IS NOT NULL AND c.status <> 'erased'
