-- grant: kiosk, staff
-- Hashed secrets.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW credential_view AS
SELECT customer_id, kind, hash FROM credential
