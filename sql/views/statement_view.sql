-- grant: kiosk, staff
-- Postings with their journal rows; counterparty: the other customer's account, all but its last four digits hidden,
-- or the name of the biller.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW statement_view AS
SELECT p.account_id, j.id AS journal_id, j.created_at, j.kind, p.amount, p.balance_after, a.currency, j.reference,
  j.description,
  COALESCE((SELECT IF(o.customer_id IS NULL, b.name, CONCAT('•••• ', RIGHT(o.number, 4)))
    FROM posting q JOIN account o ON o.id = q.account_id LEFT JOIN biller b ON b.account_id = o.id
    WHERE q.journal_id = p.journal_id AND q.line <> p.line AND (o.customer_id IS NOT NULL OR b.code IS NOT NULL)
    LIMIT 1), '') AS counterparty
FROM posting p JOIN journal j ON j.id = p.journal_id JOIN account a ON a.id = p.account_id
