-- grant: staff
-- The terminals of a fleet, and how far each has come. waits: its newest invitation can still be taken up.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW terminal_login_view AS
SELECT l.terminal, l.state, l.invited_at, l.joined_at, l.revoked_at,
  (SELECT MAX(i.expires_at) FROM invitation i WHERE i.terminal = l.terminal AND i.used_at IS NULL
     AND i.withdrawn_at IS NULL) AS expires_at,
  EXISTS (SELECT 1 FROM invitation i WHERE i.terminal = l.terminal AND i.used_at IS NULL AND i.withdrawn_at IS NULL
            AND i.expires_at > UTC_TIMESTAMP(6)) AS waits
FROM terminal_login l
