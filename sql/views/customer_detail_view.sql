-- grant: kiosk, staff
-- Sealed details of customers.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW customer_detail_view AS
SELECT customer_id, kind, sealed FROM customer_detail
