-- grant: staff
-- Movements as the books have them; amount: the sum of the credits, minor units. Whose they are is not in it.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW journal_view AS
SELECT j.id AS journal_id, j.created_at, j.kind, j.terminal, j.period,
  (SELECT COALESCE(SUM(p.amount), 0) FROM posting p WHERE p.journal_id = j.id AND p.amount > 0) AS amount,
  (SELECT MAX(a.currency) FROM posting p JOIN account a ON a.id = p.account_id WHERE p.journal_id = j.id) AS currency,
  COALESCE((SELECT r.reverses FROM reversal r WHERE r.journal_id = j.id), 0) AS reverses
FROM journal j
