-- grant: kiosk
-- Confirmations still owed to customers, with what they say.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW unsent_confirmation_view AS
SELECT n.id, n.terminal, n.customer_id, a.number, b.name AS bank, s.journal_id, s.created_at, s.kind, s.amount,
  s.balance_after, s.currency, s.counterparty, s.description
FROM confirmation n JOIN account a ON a.id = n.account_id JOIN bank b ON b.id = a.bank_id
JOIN statement_view s ON s.journal_id = n.journal_id AND s.account_id = n.account_id
WHERE n.state = 'owed'
