-- grant: staff
-- Staff have looked at a customer who opened their account at a machine. Answers whether there was one to look at.
CREATE PROCEDURE review_sign_up(IN p_number VARCHAR(16), IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT c.id, c.pseudonym INTO v_customer, v_pseudonym FROM sign_up s JOIN customer c ON c.id = s.customer_id
    WHERE c.number = p_number AND s.outcome = 'done' AND s.reviewed_at IS NULL FOR UPDATE;
  IF v_customer IS NOT NULL THEN
    UPDATE sign_up SET reviewed_at = CURRENT_TIMESTAMP(6) WHERE customer_id = v_customer;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'sign_up', 'reviewed', p_session, v_pseudonym, '{}');
  END IF;
  COMMIT;
  SELECT v_customer IS NOT NULL AS done;
END
