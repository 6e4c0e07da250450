-- grant: kiosk
-- A machine signs in as the terminal it was invited to be: from here on it is joined. Said at every start; refuses a
-- terminal that was revoked.
CREATE PROCEDURE confirm_terminal(IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_own VARCHAR(128) DEFAULT SUBSTRING(SUBSTRING_INDEX(USER(), '@', 1), 7);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE terminal_login SET state = 'joined', joined_at = CURRENT_TIMESTAMP(6)
    WHERE terminal = v_own AND state = 'taken';
  IF ROW_COUNT() THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'terminal', 'joined', '', '', JSON_OBJECT('terminal', v_own));
  END IF;
  CALL admit_terminal(v_own, p_chain);
  COMMIT;
END
