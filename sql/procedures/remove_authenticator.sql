-- grant: kiosk
-- Answers whether there was one.
CREATE PROCEDURE remove_authenticator(IN p_customer BIGINT UNSIGNED, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE authenticator SET sealed = NULL, changed_at = CURRENT_TIMESTAMP(6)
    WHERE customer_id = p_customer AND sealed IS NOT NULL;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'authenticator_remove', IF(v_done, 'done', 'refused'), p_session, c.pseudonym, '{}'
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_done AS done;
END
