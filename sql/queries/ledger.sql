-- name: hold_withdrawal(request, customer, account, amount, currency, notes, terminal, chain, session, subject)
CALL hold_withdrawal(:request, :customer, :account, :amount, :currency, :notes, :terminal, :chain, :session, :subject);

-- name: settle_withdrawal(request, outcome, fate, terminal, chain)
CALL settle_withdrawal(:request, :outcome, :fate, :terminal, :chain);

-- name: accounts_of(customer)
SELECT id, bank, number, kind, currency, balance, available FROM account_view
WHERE customer_id = :customer AND status = 'open' ORDER BY bank, id;

-- name: statement_of(account, count)
SELECT journal_id, created_at, kind, amount, balance_after, currency FROM statement_view
WHERE account_id = :account ORDER BY journal_id DESC LIMIT :count;

-- name: cash_units_of(terminal)
SELECT position, denomination, currency, initial, presented, rejected, retracted, unknown FROM cash_unit_view
WHERE terminal = :terminal ORDER BY position;

-- name: trial_balance()
SELECT postings_sum, accounts_off, groups_off, held_off, cash_difference, open_holds, negative_accounts
FROM trial_balance_view;

-- name: set_up_terminal(terminal, currency)
CALL set_up_terminal(:terminal, :currency);

-- name: load_cash_unit(request, terminal, position, denomination, currency, count, chain)
CALL load_cash_unit(:request, :terminal, :position, :denomination, :currency, :count, :chain);

-- name: open_account(customer, bank, number, kind, currency, chain)
CALL open_account(:customer, :bank, :number, :kind, :currency, :chain);

-- name: deposit_at_branch(request, account, amount, terminal, chain)
CALL deposit_at_branch(:request, :account, :amount, :terminal, :chain);
