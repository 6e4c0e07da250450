-- name: hold_withdrawal(request, customer, account, amount, currency, notes, policy, terminal, chain, session, subject)
CALL hold_withdrawal(:request, :customer, :account, :amount, :currency, :notes, :policy, :terminal, :chain, :session,
  :subject);

-- name: hold_deposit(request, customer, account, amount, currency, notes, policy, terminal, chain, session, subject)
CALL hold_deposit(:request, :customer, :account, :amount, :currency, :notes, :policy, :terminal, :chain, :session,
  :subject);

-- name: settle_hold(request, outcome, fate, terminal, chain)
CALL settle_hold(:request, :outcome, :fate, :terminal, :chain);

-- name: accounts_of(customer)
SELECT id, bank, number, kind, currency, balance, available FROM account_view
WHERE customer_id = :customer AND status = 'open' ORDER BY bank, id;

-- name: statement_of(account, count)
SELECT journal_id, created_at, kind, amount, balance_after, currency, reference, description, counterparty
FROM statement_view WHERE account_id = :account ORDER BY journal_id DESC LIMIT :count;

-- name: statement_between(account, since, until, before, count)
SELECT journal_id, created_at, kind, amount, balance_after, currency, reference, description, counterparty
FROM statement_view
WHERE account_id = :account AND created_at >= :since AND created_at < :until AND journal_id < :before
ORDER BY journal_id DESC LIMIT :count;

-- name: usual_withdrawal(customer, currency, latest, least)
SELECT amount FROM (
  SELECT amount, settled_at FROM withdrawal_view WHERE customer_id = :customer AND currency = :currency
  ORDER BY settled_at DESC LIMIT :latest
) recent GROUP BY amount HAVING COUNT(*) >= :least ORDER BY COUNT(*) DESC, MAX(settled_at) DESC LIMIT 1;

-- name: cash_units_of(terminal)
SELECT position, denomination, currency, initial, presented, rejected, retracted, unknown FROM cash_unit_view
WHERE terminal = :terminal ORDER BY position;

-- name: cash_in_of(terminal)
SELECT denomination, currency, accepted FROM cash_in_unit_view WHERE terminal = :terminal ORDER BY denomination DESC;

-- name: terminal_state(terminal)
SELECT period, in_exchange FROM terminal_view WHERE terminal = :terminal;

-- name: trial_balance()
SELECT postings_sum, accounts_off, groups_off, held_off, cash_difference, reserved_off, open_holds, negative_accounts
FROM trial_balance_view;
