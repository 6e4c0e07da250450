-- grant: kiosk, staff
-- Every difference that must be zero.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW trial_balance_view AS
SELECT
  (SELECT COALESCE(SUM(amount), 0) FROM posting) AS postings_sum,
  (SELECT COUNT(*) FROM account a
    WHERE a.balance <> (SELECT COALESCE(SUM(p.amount), 0) FROM posting p WHERE p.account_id = a.id)) AS accounts_off,
  (SELECT COUNT(*) FROM (SELECT journal_id FROM posting GROUP BY journal_id HAVING SUM(amount) <> 0) g) AS groups_off,
  (SELECT COUNT(*) FROM account a WHERE a.held <> (SELECT COALESCE(SUM(h.amount), 0) FROM hold h
    WHERE h.account_id = a.id AND h.state = 'held' AND h.kind = 'withdrawal')) AS held_off,
  (SELECT COALESCE(SUM(ABS(cash_difference)), 0) FROM cash_difference_view) AS cash_difference,
  (SELECT COUNT(*) FROM cash_unit u WHERE u.reserved <> (
    SELECT COALESCE(SUM(n.count), 0)
    FROM hold h, JSON_TABLE(h.notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
    WHERE h.terminal = u.terminal AND h.state = 'held' AND h.kind = 'withdrawal' AND n.position = u.position))
    AS reserved_off,
  (SELECT COUNT(*) FROM hold WHERE state = 'held') AS open_holds,
  (SELECT COUNT(*) FROM account WHERE customer_id IS NOT NULL AND balance - held < 0) AS negative_accounts
