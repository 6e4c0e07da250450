-- grant: none
-- A terminal begins nothing any more, and its open invitations open nothing. Answers: done.
CREATE PROCEDURE revoke_terminal(IN p_terminal VARCHAR(24), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_known INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COUNT(*) INTO v_known FROM terminal_login WHERE terminal = p_terminal FOR UPDATE;
  IF v_known THEN
    UPDATE terminal_login SET state = 'revoked', revoked_at = CURRENT_TIMESTAMP(6)
      WHERE terminal = p_terminal AND state <> 'revoked';
    UPDATE invitation SET sealed = '', withdrawn_at = CURRENT_TIMESTAMP(6)
      WHERE terminal = p_terminal AND used_at IS NULL AND withdrawn_at IS NULL;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'terminal', 'revoked', '', '', JSON_OBJECT('terminal', p_terminal));
  END IF;
  COMMIT;
  SELECT v_known AS done;
END
