-- grant: staff
-- Staff take back failures and locks of all factors. Answers whether there is such a customer.
CREATE PROCEDURE unlock_customer(IN p_number VARCHAR(16), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE v_locked INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT id, pseudonym INTO v_customer, v_pseudonym FROM customer WHERE number = p_number AND status <> 'erased';
  IF v_customer IS NOT NULL THEN
    SELECT COUNT(*) INTO v_locked FROM lockout WHERE customer_id = v_customer AND locked_until > UTC_TIMESTAMP(6);
    UPDATE lockout SET failures = 0, locks = 0, locked_until = NULL WHERE customer_id = v_customer;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'customer_unlocked', 'done', '', v_pseudonym, JSON_OBJECT('locked', v_locked + 0));
  END IF;
  COMMIT;
  SELECT v_customer IS NOT NULL AS done;
END
