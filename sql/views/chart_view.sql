-- grant: staff
-- The chart of accounts: every kind with its class, how many accounts, and their balances together.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW chart_view AS
SELECT k.kind, k.class, a.currency, COUNT(a.id) AS accounts, SUM(a.balance) AS balance
FROM account_kind k JOIN account a ON a.kind = k.kind GROUP BY k.kind, k.class, a.currency
