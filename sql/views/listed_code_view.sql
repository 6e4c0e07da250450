-- grant: kiosk
-- What is still good on lists of codes; never the MACs.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW listed_code_view AS
SELECT customer_id, position, key_id FROM listed_code WHERE used_at IS NULL AND tries_left > 0
