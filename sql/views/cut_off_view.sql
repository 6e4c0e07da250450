-- grant: staff
-- Accounting periods that have ended, with when each began and who ended it.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cut_off_view AS
SELECT c.terminal, c.period, c.request_id, c.at, c.totals, c.cash, c.cash_difference, c.cash_in, c.unsettled, c.accounts,
  c.done_by, COALESCE(s.user_name, '') AS user_name,
  COALESCE((SELECT b.at FROM cut_off b WHERE b.terminal = c.terminal AND b.period = c.period - 1), t.created_at)
    AS opened_at
FROM cut_off c JOIN terminal t ON t.terminal = c.terminal LEFT JOIN staff_account s ON s.pseudonym = c.done_by
