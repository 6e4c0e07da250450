-- grant: staff
-- Withdrawals and deposits of which no device knows where the notes are, until staff settle them. account_end: the last
-- four digits of the customer's account.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW suspense_view AS
SELECT h.request_id, h.terminal, h.kind, h.amount, a.currency, RIGHT(a.number, 4) AS account_end, h.created_at, h.counted
FROM hold h JOIN account a ON a.id = h.account_id WHERE h.state = 'suspended' AND h.resolved = ''
