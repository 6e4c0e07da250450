-- grant: kiosk, staff
-- Every journal row with what its postings come to; postings whose journal row is gone are listed with their number.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW journal_total_view AS
SELECT j.id AS journal_id, COUNT(p.line) AS lines_written, COALESCE(SUM(p.amount), 0) AS balance,
  COALESCE(SUM(IF(p.amount > 0, p.amount, 0)), 0) AS moved
FROM journal j LEFT JOIN posting p ON p.journal_id = j.id GROUP BY j.id
UNION ALL
SELECT p.journal_id, 0, SUM(p.amount), 0
FROM posting p LEFT JOIN journal j ON j.id = p.journal_id WHERE j.id IS NULL GROUP BY p.journal_id
