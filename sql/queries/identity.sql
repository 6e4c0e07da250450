-- name: begin_attempt(customer, factor, limit_, delays)
CALL begin_attempt(:customer, :factor, :limit_, :delays);

-- name: attempt_succeeded(customer, factor)
CALL attempt_succeeded(:customer, :factor);

-- name: locked_seconds(customer)
SELECT locked_seconds FROM lockout_view WHERE customer_id = :customer;

-- name: issue_code(customer, session, purpose, binding, mac, key_id, seconds, tries)
CALL issue_code(:customer, :session, :purpose, :binding, :mac, :key_id, :seconds, :tries);

-- name: key_of_code(challenge)
SELECT key_id FROM code_key_view WHERE id = :challenge;

-- name: check_code(challenge, session, purpose, binding, mac)
CALL check_code(:challenge, :session, :purpose, :binding, :mac);

-- name: change_credential(customer, kind, old, new, chain, session)
CALL change_credential(:customer, :kind, :old, :new, :chain, :session);

-- name: renew_credential(customer, kind, old, new, chain, session)
CALL renew_credential(:customer, :kind, :old, :new, :chain, :session);
