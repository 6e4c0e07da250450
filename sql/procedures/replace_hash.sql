-- grant: none
-- One hash of a secret for another, for whoever knows the one in force, so that of two at once one fails.
CREATE PROCEDURE replace_hash(
  IN p_event VARCHAR(32), IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_old VARBINARY(128),
  IN p_new VARBINARY(128), IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE credential SET hash = p_new,
      changed_at = IF(p_event = 'credential_change', CURRENT_TIMESTAMP(6), changed_at)
    WHERE customer_id = p_customer AND kind = p_kind AND hash = p_old;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, p_event, IF(v_done, 'done', 'refused'), p_session, c.pseudonym, JSON_OBJECT('kind', p_kind)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  -- A repeat after a lost answer finds its own hash in force.
  SELECT EXISTS (SELECT 1 FROM credential WHERE customer_id = p_customer AND kind = p_kind AND hash = p_new) AS done;
END
