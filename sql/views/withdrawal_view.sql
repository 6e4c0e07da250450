-- grant: kiosk
-- Withdrawals whose notes were taken.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW withdrawal_view AS
SELECT a.customer_id, a.currency, h.amount, h.settled_at FROM hold h JOIN account a ON a.id = h.account_id
WHERE h.kind = 'withdrawal' AND h.state = 'posted'
