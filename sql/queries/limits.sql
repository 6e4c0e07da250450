-- name: limits_of(policy, customer, currency, terminal)
SELECT p.kind, p.per_transaction AS ceiling_per_transaction, p.per_day AS ceiling_per_day,
  LEAST(p.per_transaction, COALESCE(c.per_transaction, p.per_transaction)) AS per_transaction,
  LEAST(p.per_day, COALESCE(c.per_day, p.per_day)) AS per_day,
  COALESCE((SELECT u.amount FROM limit_use_view u JOIN terminal_view t ON t.terminal = :terminal AND t.today = u.day
            WHERE u.customer_id = :customer AND u.kind = p.kind AND u.currency = p.currency), 0) AS used
FROM limit_view p
LEFT JOIN limit_view c ON c.scope = 'customer' AND c.subject = CAST(:customer AS CHAR) AND c.kind = p.kind
  AND c.currency = p.currency
WHERE p.scope = 'policy' AND p.subject = :policy AND p.currency = :currency;

-- name: set_policy_limit(policy, kind, currency, transaction, day, burst, period, source, chain)
CALL set_policy_limit(:policy, :kind, :currency, :transaction, :day, :burst, :period, :source, :chain);

-- name: set_own_limit(customer, kind, currency, transaction, day, chain, session)
CALL set_own_limit(:customer, :kind, :currency, :transaction, :day, :chain, :session);

-- name: set_fee(kind, currency, amount, chain)
CALL set_fee(:kind, :currency, :amount, :chain);

-- name: fee_of(kind, currency)
SELECT amount FROM fee_view WHERE kind = :kind AND currency = :currency;
