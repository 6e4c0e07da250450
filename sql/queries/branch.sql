-- name: unlock_customer(number, chain)
CALL unlock_customer(:number, :chain);

-- name: set_up_terminal(terminal, currency, utc_offset)
CALL set_up_terminal(:terminal, :currency, :utc_offset);

-- name: load_cash_unit(request, terminal, position, denomination, currency, count, chain)
CALL load_cash_unit(:request, :terminal, :position, :denomination, :currency, :count, :chain);

-- name: begin_exchange(terminal, chain)
CALL begin_exchange(:terminal, :chain);

-- name: end_exchange(request, terminal, currency, units, counted, chain)
CALL end_exchange(:request, :terminal, :currency, :units, :counted, :chain);

-- name: cut_off(request, terminal, chain)
CALL cut_off(:request, :terminal, :chain);

-- name: cut_offs_of(terminal, count)
SELECT period, at, totals, cash, cash_difference FROM cut_off_view WHERE terminal = :terminal
ORDER BY period DESC LIMIT :count;

-- name: reverse_movement(request, journal, terminal, chain)
CALL reverse_movement(:request, :journal, :terminal, :chain);

-- name: resolve_suspense(request, hold, taken, terminal, chain)
CALL resolve_suspense(:request, :hold, :taken, :terminal, :chain);

-- name: chart()
SELECT kind, class, currency, accounts, balance FROM chart_view ORDER BY class, kind, currency;

-- name: open_account(customer, bank, number, kind, currency, chain)
CALL open_account(:customer, :bank, :number, :kind, :currency, :chain);

-- name: deposit_at_branch(request, account, amount, terminal, chain)
CALL deposit_at_branch(:request, :account, :amount, :terminal, :chain);
