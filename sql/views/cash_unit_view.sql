-- grant: kiosk, staff
-- Cash units with their counters.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cash_unit_view AS
SELECT terminal, position, denomination, currency, initial, presented, rejected, retracted, unknown FROM cash_unit
