-- grant: staff
-- Somebody lost password or authenticator: both begin anew, with a password that has to be changed, and locks are lifted.
-- Answers whether there is such an account.
CREATE PROCEDURE reset_staff(
  IN p_staff BIGINT UNSIGNED, IN p_hash VARBINARY(128), IN p_chain VARCHAR(48), IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE staff_account SET hash = p_hash, must_change = 1, sealed = NULL, key_id = '', failures = 0, locks = 0,
      locked_until = NULL
    WHERE id = p_staff;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'staff_account', 'reset', p_session, s.pseudonym, '{}' FROM staff_account s WHERE s.id = p_staff;
  COMMIT;
  SELECT v_done AS done;
END
