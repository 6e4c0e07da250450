-- grant: staff
-- A customer no longer wants what they type under duress, or somebody else knows it. Answers whether there was one.
CREATE PROCEDURE remove_emergency_pin(IN p_customer BIGINT UNSIGNED, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- No row is ever deleted: an empty hash is none.
  UPDATE credential SET hash = '', changed_at = CURRENT_TIMESTAMP(6)
    WHERE customer_id = p_customer AND kind = 'emergency_pin' AND hash <> '';
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'credential_remove', IF(v_done, 'done', 'refused'), p_session, c.pseudonym,
           JSON_OBJECT('kind', 'emergency_pin')
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_done AS done;
END
