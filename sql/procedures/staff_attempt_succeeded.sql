-- grant: staff
-- The attempt begin_staff_attempt counted was right after all.
CREATE PROCEDURE staff_attempt_succeeded(IN p_staff BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE staff_account SET failures = 0, locks = 0, locked_until = NULL WHERE id = p_staff;
END
