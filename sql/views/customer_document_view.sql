-- grant: staff
-- Pictures of customers' proofs of identity, sealed, with what is needed to open them.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW customer_document_view AS
SELECT d.customer_id, d.sealed, d.taken_at, c.pseudonym, k.key_id, k.wrapped
FROM customer_document d JOIN customer c ON c.id = d.customer_id JOIN data_key k ON k.customer_id = d.customer_id
WHERE c.status <> 'erased'
