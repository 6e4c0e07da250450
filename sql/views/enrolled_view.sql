-- grant: staff
-- When everybody who is not erased was enrolled: how many of them a backup does not know.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW enrolled_view AS
SELECT created_at FROM customer WHERE status <> 'erased'
