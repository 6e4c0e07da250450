-- grant: kiosk, staff
-- When, where and by which way in customers signed in.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW sign_in_view AS
SELECT id, customer_id, at, terminal, policy FROM sign_in
