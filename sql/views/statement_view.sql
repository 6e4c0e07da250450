-- grant: kiosk, staff
-- Postings with their journal rows.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW statement_view AS
SELECT p.account_id, j.id AS journal_id, j.created_at, j.kind, p.amount, p.balance_after, a.currency
FROM posting p JOIN journal j ON j.id = p.journal_id JOIN account a ON a.id = p.account_id
