-- grant: staff
-- Every movement by its request; amount: the sum of the credits, minor units.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW movement_view AS
SELECT j.id AS journal_id, j.request_id, j.kind, j.terminal,
  (SELECT COALESCE(SUM(p.amount), 0) FROM posting p WHERE p.journal_id = j.id AND p.amount > 0) AS amount
FROM journal j
