-- grant: kiosk
-- Accounts customers saved to pay again and that still take money.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW payee_view AS
SELECT y.customer_id, y.account_id, y.sealed, b.name AS bank, a.number, a.currency, c.pseudonym, k.key_id, k.wrapped
FROM payee y JOIN account a ON a.id = y.account_id JOIN bank b ON b.id = a.bank_id
JOIN customer h ON h.id = a.customer_id
JOIN customer c ON c.id = y.customer_id JOIN data_key k ON k.customer_id = c.id
WHERE y.active = 1 AND a.status = 'open' AND h.status = 'active'
