-- grant: kiosk, staff
-- Blind indexes: whoever knows the value and the key finds the customer.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW customer_index_view AS
SELECT customer_id, kind, token FROM customer_index
