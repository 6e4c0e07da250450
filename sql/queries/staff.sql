-- name: staff_by_user_name(user_name)
SELECT id, user_name, pseudonym, role, hash, must_change, key_id, sealed, disabled, locked_seconds FROM staff_account_view
WHERE user_name = :user_name;

-- name: staff_by_id(staff)
SELECT id, user_name, pseudonym, role, hash, must_change, key_id, sealed, disabled, locked_seconds FROM staff_account_view
WHERE id = :staff;

-- name: all_staff()
SELECT id, user_name, pseudonym, role, hash, must_change, key_id, sealed, disabled, locked_seconds FROM staff_account_view
ORDER BY user_name;

-- name: create_staff(user_name, pseudonym, role, hash, first, chain, session)
CALL create_staff(:user_name, :pseudonym, :role, :hash, :first, :chain, :session);

-- name: change_staff(staff, role, disabled, chain, session)
CALL change_staff(:staff, :role, :disabled, :chain, :session);

-- name: reset_staff(staff, hash, chain, session)
CALL reset_staff(:staff, :hash, :chain, :session);

-- name: change_staff_password(staff, old, new, chain, session)
CALL change_staff_password(:staff, :old, :new, :chain, :session);

-- name: set_staff_authenticator(staff, key_id, sealed, step, chain, session)
CALL set_staff_authenticator(:staff, :key_id, :sealed, :step, :chain, :session);

-- name: use_staff_step(staff, step)
CALL use_staff_step(:staff, :step);

-- name: renew_staff_secrets(staff, old, new, key_id, sealed, chain, session)
CALL renew_staff_secrets(:staff, :old, :new, :key_id, :sealed, :chain, :session);

-- name: begin_staff_attempt(staff, limit_, delays)
CALL begin_staff_attempt(:staff, :limit_, :delays);

-- name: staff_attempt_succeeded(staff)
CALL staff_attempt_succeeded(:staff);

-- name: grant_approval(key_id, binding, asked_by, approved_by, seconds, deed, chain, session)
CALL grant_approval(:key_id, :binding, :asked_by, :approved_by, :seconds, :deed, :chain, :session);

-- name: approval_of(approval)
SELECT key_id, approver, role FROM staff_approval_view WHERE id = :approval;

-- name: use_approval(approval, binding, asked_by, request)
CALL use_approval(:approval, :binding, :asked_by, :request);
