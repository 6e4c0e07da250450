-- grant: staff
-- The secret of an authenticator app, for an account that has none: it begins anew by reset_staff alone. p_step: the time
-- step whose code showed that the app has it. Answers whether it was done.
CREATE PROCEDURE set_staff_authenticator(
  IN p_staff BIGINT UNSIGNED, IN p_key_id VARCHAR(16), IN p_sealed VARBINARY(128), IN p_step BIGINT UNSIGNED,
  IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE staff_account SET key_id = p_key_id, sealed = p_sealed, last_step = p_step
    WHERE id = p_staff AND sealed IS NULL AND must_change = 0;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'staff_authenticator', IF(v_done, 'set', 'refused'), p_session, s.pseudonym, '{}'
    FROM staff_account s WHERE s.id = p_staff;
  COMMIT;
  -- A repeat after a lost answer finds its own secret in force.
  SELECT EXISTS (SELECT 1 FROM staff_account WHERE id = p_staff AND sealed = p_sealed) AS done;
END
