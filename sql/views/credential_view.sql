-- grant: kiosk, staff
-- Hashed secrets; one that was taken away is none.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW credential_view AS
SELECT customer_id, kind, hash FROM credential WHERE hash <> ''
