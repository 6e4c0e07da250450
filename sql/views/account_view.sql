-- grant: kiosk, staff
-- Customers' accounts that are not closed.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW account_view AS
SELECT a.id, a.customer_id, b.name AS bank, a.number, a.kind, a.currency, a.balance, a.balance - a.held AS available,
  a.status
FROM account a JOIN bank b ON b.id = a.bank_id WHERE a.status <> 'closed'
