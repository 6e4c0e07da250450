-- grant: staff
-- Another role for somebody, or their account shut or opened again. There is always an administrator left, whoever asks
-- at the same moment. Answers: reason (no_such_staff, last_administrator; empty when it is as asked now).
CREATE PROCEDURE change_staff(
  IN p_staff BIGINT UNSIGNED, IN p_role VARCHAR(16), IN p_disabled TINYINT(1), IN p_chain VARCHAR(48),
  IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE v_administers, v_others INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COALESCE(SUM(role = 'administrator' AND disabled = 0 AND id = p_staff), 0),
         COALESCE(SUM(role = 'administrator' AND disabled = 0 AND id <> p_staff), 0),
         MAX(IF(id = p_staff, pseudonym, NULL))
    INTO v_administers, v_others, v_pseudonym FROM staff_account FOR UPDATE;
  SET v_reason = CASE WHEN v_pseudonym IS NULL THEN 'no_such_staff'
                      WHEN v_administers AND v_others = 0 AND (p_role <> 'administrator' OR p_disabled)
                        THEN 'last_administrator' ELSE '' END;
  IF v_reason = '' THEN
    UPDATE staff_account SET role = p_role, disabled = p_disabled WHERE id = p_staff;
  END IF;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'staff_account', IF(v_reason = '', 'changed', v_reason), p_session, COALESCE(v_pseudonym, ''),
            JSON_OBJECT('role', p_role, 'disabled', p_disabled + 0));
  COMMIT;
  SELECT v_reason AS reason;
END
