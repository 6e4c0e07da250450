-- grant: kiosk, staff
-- Every difference that must be zero.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW trial_balance_view AS
SELECT
  (SELECT COALESCE(SUM(amount), 0) FROM posting) AS postings_sum,
  (SELECT COUNT(*) FROM account a
    WHERE a.balance <> (SELECT COALESCE(SUM(p.amount), 0) FROM posting p WHERE p.account_id = a.id)) AS accounts_off,
  (SELECT COUNT(*) FROM (SELECT journal_id FROM posting GROUP BY journal_id HAVING SUM(amount) <> 0) g) AS groups_off,
  (SELECT COUNT(*) FROM account a WHERE a.held <> (SELECT COALESCE(SUM(h.amount), 0) FROM hold h
    WHERE h.account_id = a.id AND h.state = 'held')) AS held_off,
  (SELECT COALESCE(SUM(denomination * (initial - presented - unknown)), 0) FROM cash_unit)
    + (SELECT COALESCE(SUM(balance), 0) FROM account WHERE kind = 'cash_in_machine')
    + (SELECT COALESCE(SUM(h.amount), 0) FROM hold h WHERE h.state = 'suspended') AS cash_difference,
  (SELECT COUNT(*) FROM hold WHERE state = 'held') AS open_holds,
  (SELECT COUNT(*) FROM account WHERE customer_id IS NOT NULL AND balance - held < 0) AS negative_accounts
