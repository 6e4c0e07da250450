-- name: begin_attempt(customer, factor, limit_, delays)
CALL begin_attempt(:customer, :factor, :limit_, :delays);

-- name: attempt_succeeded(customer, factor)
CALL attempt_succeeded(:customer, :factor);

-- name: locked_seconds(customer)
SELECT locked_seconds FROM lockout_view WHERE customer_id = :customer;

-- name: issue_code(customer, session, purpose, binding, mac, seconds, tries)
CALL issue_code(:customer, :session, :purpose, :binding, :mac, :seconds, :tries);

-- name: check_code(challenge, session, purpose, binding, mac)
CALL check_code(:challenge, :session, :purpose, :binding, :mac);

-- name: change_credential(customer, kind, old, new, chain, session)
CALL change_credential(:customer, :kind, :old, :new, :chain, :session);
