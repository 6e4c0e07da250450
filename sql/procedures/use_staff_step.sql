-- grant: staff
-- As use_authenticator_step, for staff: each time step once, and none before it any more.
CREATE PROCEDURE use_staff_step(IN p_staff BIGINT UNSIGNED, IN p_step BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE staff_account SET last_step = p_step WHERE id = p_staff AND last_step < p_step AND sealed IS NOT NULL;
  SELECT ROW_COUNT() AS done;
END
