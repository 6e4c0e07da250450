-- grant: none
-- Users of invitations that were taken up, taken back, or have expired: they may go.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW ended_invitation_view AS
SELECT join_user FROM invitation
WHERE used_at IS NOT NULL OR withdrawn_at IS NOT NULL OR expires_at <= UTC_TIMESTAMP(6)
