-- grant: kiosk, staff
-- Customers' accounts money can be sent to, with what is needed to say whose they are.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW payable_account_view AS
SELECT a.id, a.customer_id, b.name AS bank, a.number, a.kind, a.currency, c.pseudonym, k.key_id, k.wrapped,
  d.sealed AS sealed_name
FROM account a JOIN bank b ON b.id = a.bank_id JOIN customer c ON c.id = a.customer_id
JOIN data_key k ON k.customer_id = c.id
JOIN customer_detail d ON d.customer_id = c.id AND d.kind = 'name'
WHERE a.status = 'open' AND c.status = 'active' AND k.key_id <> ''
