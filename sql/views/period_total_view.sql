-- grant: staff
-- Movements of every terminal and accounting period by kind: how many, and how much they moved.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW period_total_view AS
SELECT j.terminal, j.period, j.kind, COUNT(DISTINCT j.id) AS movements,
  COALESCE(SUM(IF(p.amount > 0, p.amount, 0)), 0) AS amount
FROM journal j JOIN posting p ON p.journal_id = j.id GROUP BY j.terminal, j.period, j.kind
