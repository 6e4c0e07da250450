-- grant: none
-- A terminal that may join within p_minutes; its earlier invitations are taken back. Answers reason: joined for one that
-- works already, and nothing is changed; empty when it was done.
CREATE PROCEDURE invite_terminal(
  IN p_terminal VARCHAR(24), IN p_join_user VARCHAR(32), IN p_sealed BLOB, IN p_minutes INT UNSIGNED,
  IN p_key_id VARCHAR(16), IN p_centre_key VARCHAR(16), IN p_wrapped VARBINARY(128), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_joined INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COUNT(*) INTO v_joined FROM terminal_login WHERE terminal = p_terminal AND state = 'joined' FOR UPDATE;
  IF NOT v_joined THEN
    INSERT INTO terminal_login (terminal, state) VALUES (p_terminal, 'invited')
      ON DUPLICATE KEY UPDATE state = 'invited', invited_at = CURRENT_TIMESTAMP(6);
    UPDATE invitation SET sealed = '', withdrawn_at = CURRENT_TIMESTAMP(6)
      WHERE terminal = p_terminal AND used_at IS NULL AND withdrawn_at IS NULL;
    INSERT INTO invitation (terminal, join_user, sealed, expires_at)
      VALUES (p_terminal, p_join_user, p_sealed, TIMESTAMPADD(MINUTE, p_minutes, CURRENT_TIMESTAMP(6)));
    INSERT INTO terminal_audit_key (terminal, key_id, centre_key, wrapped)
      VALUES (p_terminal, p_key_id, p_centre_key, p_wrapped);
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'terminal', 'invited', '', '', JSON_OBJECT('terminal', p_terminal, 'minutes', p_minutes));
  END IF;
  COMMIT;
  SELECT IF(v_joined, 'joined', '') AS reason;
END
