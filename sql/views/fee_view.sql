-- grant: kiosk, staff
-- What movements cost the customer.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW fee_view AS
SELECT kind, currency, amount FROM fee_rule WHERE amount > 0
