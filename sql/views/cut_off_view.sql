-- grant: staff
-- Accounting periods that have ended.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cut_off_view AS
SELECT terminal, period, at, totals, cash, cash_difference FROM cut_off
