-- grant: staff
-- Accounts of staff with what their sign-in is checked against; the authenticator's secret is sealed.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW staff_account_view AS
SELECT id, user_name, pseudonym, role, hash, must_change, key_id, sealed, disabled,
  COALESCE(GREATEST(0, CEILING(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), locked_until) / 1000000)), 0)
    AS locked_seconds
FROM staff_account
