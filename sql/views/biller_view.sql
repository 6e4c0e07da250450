-- grant: kiosk, staff
-- Billers that take payments.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW biller_view AS
SELECT b.code, b.name, b.category, b.reference_pattern, b.least, b.most, a.currency
FROM biller b JOIN account a ON a.id = b.account_id WHERE b.active = 1 AND a.status = 'open'
