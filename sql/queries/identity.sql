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

-- name: codes_proving(binding)
SELECT COUNT(*) AS sent FROM proving_code_view
WHERE binding = :binding AND expires_at > TIMESTAMPADD(DAY, -1, UTC_TIMESTAMP(6));

-- name: check_code(challenge, session, purpose, binding, mac)
CALL check_code(:challenge, :session, :purpose, :binding, :mac);

-- name: change_credential(customer, kind, old, new, chain, session)
CALL change_credential(:customer, :kind, :old, :new, :chain, :session);

-- name: authenticator_of(customer)
SELECT sealed, pseudonym, key_id, wrapped FROM authenticator_view WHERE customer_id = :customer;

-- name: set_authenticator(customer, sealed, step, chain, session)
CALL set_authenticator(:customer, :sealed, :step, :chain, :session);

-- name: remove_authenticator(customer, chain, session)
CALL remove_authenticator(:customer, :chain, :session);

-- name: use_authenticator_step(customer, step)
CALL use_authenticator_step(:customer, :step);

-- name: next_listed_code(customer)
SELECT position, key_id FROM listed_code_view WHERE customer_id = :customer ORDER BY position LIMIT 1;

-- name: replace_code_list(customer, key_id, macs, tries, chain)
CALL replace_code_list(:customer, :key_id, :macs, :tries, :chain);

-- name: use_listed_code(customer, position, mac)
CALL use_listed_code(:customer, :position, :mac);

-- name: begin_invented_attempt(token, factor, limit_, delays)
CALL begin_invented_attempt(:token, :factor, :limit_, :delays);

-- name: set_emergency_pin(customer, pin, emergency, chain, session)
CALL set_emergency_pin(:customer, :pin, :emergency, :chain, :session);

-- name: begin_visit(customer, terminal, policy, seconds, chain, session)
CALL begin_visit(:customer, :terminal, :policy, :seconds, :chain, :session);

-- name: keep_visit(customer, terminal, session)
CALL keep_visit(:customer, :terminal, :session);

-- name: end_visit(customer, terminal, session)
CALL end_visit(:customer, :terminal, :session);

-- name: end_visits(terminal)
CALL end_visits(:terminal);

-- name: sign_ins_of(customer, count)
SELECT at, terminal, policy FROM sign_in_view WHERE customer_id = :customer ORDER BY id DESC LIMIT :count;

-- name: renew_credential(customer, kind, old, new, chain, session)
CALL renew_credential(:customer, :kind, :old, :new, :chain, :session);
