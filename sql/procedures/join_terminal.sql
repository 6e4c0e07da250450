-- grant: joining
-- The bundle of the invitation this very user belongs to, once: it is empty afterwards. p_key_id, p_proof: the first key of
-- the ring the machine has already, empty without one. Answers: reason (unknown, used, withdrawn, expired,
-- other_terminal, other_ring; empty when it was done), terminal, sealed.
CREATE PROCEDURE join_terminal(IN p_terminal VARCHAR(24), IN p_key_id VARCHAR(16), IN p_proof VARBINARY(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_invitation BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_terminal VARCHAR(24) DEFAULT '';
  DECLARE v_sealed BLOB DEFAULT '';
  DECLARE v_used, v_withdrawn, v_expired INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- Of two machines at once the second waits here, and finds it used.
  SELECT i.id, i.terminal, i.sealed, i.used_at IS NOT NULL, i.withdrawn_at IS NOT NULL,
         i.expires_at <= CURRENT_TIMESTAMP(6)
    INTO v_invitation, v_terminal, v_sealed, v_used, v_withdrawn, v_expired
    FROM invitation i WHERE i.join_user = SUBSTRING_INDEX(USER(), '@', 1) FOR UPDATE;
  SET v_reason = CASE
    WHEN v_invitation IS NULL THEN 'unknown' WHEN v_used THEN 'used' WHEN v_withdrawn THEN 'withdrawn'
    WHEN v_expired THEN 'expired' WHEN v_terminal <> p_terminal THEN 'other_terminal'
    WHEN p_key_id <> '' AND NOT EXISTS (SELECT 1 FROM master_key m WHERE m.key_id = p_key_id AND m.proof = p_proof)
      THEN 'other_ring'
    ELSE '' END;
  IF v_reason = '' THEN
    UPDATE invitation SET sealed = '', used_at = CURRENT_TIMESTAMP(6) WHERE id = v_invitation;
    UPDATE terminal_login SET state = 'taken' WHERE terminal = v_terminal AND state = 'invited';
  ELSE
    SET v_sealed = '';
  END IF;
  COMMIT;
  SELECT v_reason AS reason, v_terminal AS terminal, v_sealed AS sealed;
END
