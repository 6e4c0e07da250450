-- grant: kiosk, staff
-- What is used of the day's limits.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW limit_use_view AS
SELECT customer_id, kind, currency, day, amount FROM limit_use
