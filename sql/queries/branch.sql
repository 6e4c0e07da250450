-- name: unlock_customer(number, chain)
CALL unlock_customer(:number, :chain);

-- name: set_up_terminal(terminal, currency, utc_offset)
CALL set_up_terminal(:terminal, :currency, :utc_offset);

-- name: load_cash_unit(request, terminal, position, denomination, currency, count, chain)
CALL load_cash_unit(:request, :terminal, :position, :denomination, :currency, :count, :chain);

-- name: begin_exchange(terminal, chain)
CALL begin_exchange(:terminal, :chain);

-- name: end_exchange(request, terminal, currency, units, counted, booked, places, by, second, chain)
CALL end_exchange(
  :request, :terminal, :currency, :units, :counted, :booked, :places, :by, :second, :chain);

-- name: cut_off(request, terminal, chain, by)
CALL cut_off(:request, :terminal, :chain, :by);

-- name: cut_offs_of(terminal, before, count)
SELECT period, request_id, opened_at, at, totals, cash, cash_difference, cash_in, unsettled, accounts, done_by, user_name
FROM cut_off_view WHERE terminal = :terminal AND period < :before ORDER BY period DESC LIMIT :count;

-- name: exchanges_of(terminal, first, last)
SELECT period, request_id, journal_id, at, booked, counted, loaded, currency, places, done_by, user_name, second_name
FROM cash_exchange_view WHERE terminal = :terminal AND period >= :first AND period <= :last ORDER BY at DESC;

-- name: cash_difference_of(terminal)
SELECT cash_difference FROM cash_difference_view WHERE terminal = :terminal;

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

-- name: pay_out_at_branch(request, account, amount, terminal, chain)
CALL pay_out_at_branch(:request, :account, :amount, :terminal, :chain);

-- name: set_account_status(number, status, chain, session)
CALL set_account_status(:number, :status, :chain, :session);

-- name: remove_emergency_pin(customer, chain, session)
CALL remove_emergency_pin(:customer, :chain, :session);

-- name: revoke_template(customer, kind, position, chain, session)
CALL revoke_template(:customer, :kind, :position, :chain, :session);

-- name: review_sign_up(number, chain, session)
CALL review_sign_up(:number, :chain, :session);

-- name: sign_ups_to_review(count)
SELECT number, chain, ended_at FROM sign_up_view ORDER BY ended_at LIMIT :count;

-- name: accounts_at_branch(customer)
SELECT id, bank, number, kind, currency, balance, available, status FROM account_view
WHERE customer_id = :customer ORDER BY bank, id;

-- name: suspense_of(terminal)
SELECT request_id, kind, amount, currency, account_end, created_at, counted FROM suspense_view
WHERE terminal = :terminal ORDER BY created_at;

-- name: audit_matching(event, outcome, chain, subject, session, since, until, before, count)
SELECT id, chain, at, event, outcome, session, subject, details, age_seconds FROM audit_view
WHERE (:event = '' OR event = :event) AND (:outcome = '' OR outcome = :outcome) AND (:chain = '' OR chain = :chain)
  AND (:subject = '' OR subject = :subject) AND (:session = '' OR session = :session)
  AND written_at >= :since AND written_at < :until AND id < :before
ORDER BY id DESC LIMIT :count;

-- name: journal_matching(kind, terminal, least, most, since, until, before, count)
SELECT journal_id, created_at, kind, terminal, period, amount, currency, reverses FROM journal_view
WHERE (:kind = '' OR kind = :kind) AND (:terminal = '' OR terminal = :terminal) AND amount >= :least AND amount <= :most
  AND created_at >= :since AND created_at < :until AND journal_id < :before
ORDER BY journal_id DESC LIMIT :count;

-- name: templates_in_force(customer)
SELECT DISTINCT kind, position FROM template_view WHERE customer_id = :customer ORDER BY kind, position;

-- name: lost_hold(request, terminal)
SELECT request_id, kind, amount, currency, account_end, notes, fate, created_at, settled_at, counted, resolved
FROM lost_hold_view WHERE request_id = :request AND terminal = :terminal;

-- name: postings_of_hold(request)
SELECT journal_id, created_at, kind, amount, account_end, account_kind FROM hold_posting_view
WHERE request_id = :request ORDER BY journal_id, line;

-- name: audit_about(subject, events, inside, hidden, before, count)
SELECT id, chain, at, event, outcome, session, subject, details, age_seconds FROM audit_view
WHERE subject = :subject AND id < :before AND (FIND_IN_SET(event, :events) > 0) = :inside
  AND FIND_IN_SET(CONCAT(event, '/', outcome), :hidden) = 0 AND FIND_IN_SET(event, :hidden) = 0
ORDER BY id DESC LIMIT :count;

-- name: movements_of(subject, before, count)
SELECT journal_id, created_at, kind, terminal, amount, currency, account_end FROM customer_movement_view
WHERE pseudonym = :subject AND journal_id < :before ORDER BY journal_id DESC, line LIMIT :count;

-- name: movements_after(after)
SELECT journal_id, request_id, kind, terminal, amount FROM movement_view WHERE journal_id > :after
ORDER BY journal_id LIMIT 5000;
