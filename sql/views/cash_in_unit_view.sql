-- grant: kiosk, staff
-- Notes customers paid in.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cash_in_unit_view AS
SELECT terminal, denomination, currency, accepted FROM cash_in_unit
