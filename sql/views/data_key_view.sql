-- grant: staff
-- Every customer's wrapped data key, for the part of a backup that an erasure reaches; who is erased has none.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW data_key_view AS
SELECT c.id, c.pseudonym, IF(c.status = 'erased', '', COALESCE(k.key_id, '')) AS key_id,
  COALESCE(k.wrapped, '') AS wrapped, k.customer_id IS NOT NULL AS has_row
FROM customer c LEFT JOIN data_key k ON k.customer_id = c.id
