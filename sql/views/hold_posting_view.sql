-- grant: staff
-- What was booked under a hold's request: a customer's account by its last four digits, the machine's own by their kind.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW hold_posting_view AS
SELECT j.request_id, j.id AS journal_id, j.created_at, j.kind, p.line, p.amount,
  IF(a.customer_id IS NULL, '', RIGHT(a.number, 4)) AS account_end, a.kind AS account_kind
FROM journal j JOIN posting p ON p.journal_id = j.id JOIN account a ON a.id = p.account_id
