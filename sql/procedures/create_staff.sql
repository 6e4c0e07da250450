-- grant: staff
-- A new account of staff, with a password that has to be changed at the first sign-in. p_first: the first administrator,
-- only while nobody has ever finished setting up an account; asked for again, the one that waits gets this password.
-- Answers: staff_id (NULL when nothing was done), reason (user_name_taken, not_the_first; empty when it was done).
CREATE PROCEDURE create_staff(
  IN p_user_name VARCHAR(32), IN p_pseudonym BINARY(16), IN p_role VARCHAR(16), IN p_hash VARBINARY(128),
  IN p_first TINYINT(1), IN p_chain VARCHAR(48), IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_staff BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_taken, v_finished INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- One after the other: the lock is on every account there is.
  SELECT COALESCE(SUM(user_name = p_user_name), 0), COALESCE(SUM(sealed IS NOT NULL), 0) INTO v_taken, v_finished
    FROM staff_account FOR UPDATE;
  SET v_reason = CASE WHEN p_first AND v_finished THEN 'not_the_first'
                      WHEN v_taken AND NOT p_first THEN 'user_name_taken' ELSE '' END;
  IF v_reason = '' THEN
    INSERT INTO staff_account (user_name, pseudonym, role, hash) VALUES (p_user_name, p_pseudonym, p_role, p_hash)
      ON DUPLICATE KEY UPDATE pseudonym = p_pseudonym, role = p_role, hash = p_hash, must_change = 1, disabled = 0,
                              failures = 0, locks = 0, locked_until = NULL;
    SELECT id INTO v_staff FROM staff_account WHERE user_name = p_user_name;
  END IF;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'staff_account', IF(v_reason = '', 'created', v_reason), p_session,
            IF(v_reason = '', p_pseudonym, ''), JSON_OBJECT('role', p_role, 'first', p_first + 0));
  COMMIT;
  SELECT v_staff AS staff_id, v_reason AS reason;
END
