-- name: invite_terminal(terminal, join_user, sealed, minutes, key_id, centre_key, wrapped, chain)
CALL invite_terminal(:terminal, :join_user, :sealed, :minutes, :key_id, :centre_key, :wrapped, :chain);

-- name: join_terminal(terminal, key_id, proof)
CALL join_terminal(:terminal, :key_id, :proof);

-- name: confirm_terminal(chain)
CALL confirm_terminal(:chain);

-- name: revoke_terminal(terminal, chain)
CALL revoke_terminal(:terminal, :chain);

-- name: terminal_logins()
SELECT terminal, state, invited_at, joined_at, revoked_at, expires_at, waits FROM terminal_login_view ORDER BY terminal;

-- name: terminal_audit_keys()
SELECT terminal, key_id, centre_key, wrapped FROM terminal_audit_key_view;

-- name: ended_invitations()
SELECT join_user FROM ended_invitation_view;
