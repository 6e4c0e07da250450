-- grant: staff
-- What moved on customers' accounts, by the customer's pseudonym: without their name, and without what was left.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW customer_movement_view AS
SELECT c.pseudonym, j.id AS journal_id, p.line, j.created_at, j.kind, j.terminal, p.amount, a.currency,
  RIGHT(a.number, 4) AS account_end
FROM customer c JOIN account a ON a.customer_id = c.id JOIN posting p ON p.account_id = a.id
  JOIN journal j ON j.id = p.journal_id
