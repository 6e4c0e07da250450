-- grant: staff
-- A password chosen by its owner, for whoever knows the one in force: of two at once one fails. Answers whether it was
-- done.
CREATE PROCEDURE change_staff_password(
  IN p_staff BIGINT UNSIGNED, IN p_old VARBINARY(128), IN p_new VARBINARY(128), IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE staff_account SET hash = p_new, must_change = 0 WHERE id = p_staff AND hash = p_old;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'staff_password', IF(v_done, 'changed', 'refused'), p_session, s.pseudonym, '{}'
    FROM staff_account s WHERE s.id = p_staff;
  COMMIT;
  -- A repeat after a lost answer finds its own hash in force.
  SELECT EXISTS (SELECT 1 FROM staff_account WHERE id = p_staff AND hash = p_new) AS done;
END
