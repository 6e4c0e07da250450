-- name: transfer(request, customer, account, to, biller, reference, amount, currency, description, policy, terminal, chain, session, subject)
CALL transfer(:request, :customer, :account, :to, :biller, :reference, :amount, :currency, :description, :policy,
  :terminal, :chain, :session, :subject);

-- name: payable_account_by_number(number)
SELECT id, customer_id, bank, number, kind, currency, pseudonym, key_id, wrapped, sealed_name FROM payable_account_view
WHERE number = :number;

-- name: payable_accounts_by_token(kind, token)
SELECT p.id, p.customer_id, p.bank, p.number, p.kind, p.currency, p.pseudonym, p.key_id, p.wrapped, p.sealed_name
FROM customer_index_view i JOIN payable_account_view p ON p.customer_id = i.customer_id
WHERE i.kind = :kind AND i.token = :token ORDER BY p.kind <> 'wallet', p.id;

-- name: payees_of(customer)
SELECT customer_id, account_id, sealed, bank, number, currency, pseudonym, key_id, wrapped FROM payee_view
WHERE customer_id = :customer ORDER BY account_id;

-- name: save_payee(customer, account, sealed, chain, session)
CALL save_payee(:customer, :account, :sealed, :chain, :session);

-- name: forget_payee(customer, account, chain, session)
CALL forget_payee(:customer, :account, :chain, :session);

-- name: billers_in(currency)
SELECT code, name, category, reference_pattern, least, most, currency FROM biller_view
WHERE currency = :currency ORDER BY category, name;

-- name: set_up_biller(code, name, category, currency, pattern, least, most)
CALL set_up_biller(:code, :name, :category, :currency, :pattern, :least, :most);

-- name: unsent_confirmations(terminal, count)
SELECT id, customer_id, number, bank, journal_id, created_at, kind, amount, balance_after, currency, counterparty,
  description
FROM unsent_confirmation_view WHERE terminal = :terminal ORDER BY id LIMIT :count;

-- name: confirmation_sent(confirmation, sent, limit_)
CALL confirmation_sent(:confirmation, :sent, :limit_);
