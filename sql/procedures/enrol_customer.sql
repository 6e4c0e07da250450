-- grant: staff
-- A new customer, all or nothing; p_details, p_tokens and the master key as add_customer has them. Answers: customer_id,
-- status (both NULL when nobody has the number), the key in force.
CREATE PROCEDURE enrol_customer(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_details LONGTEXT, IN p_tokens LONGTEXT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_in_force VARCHAR(16) DEFAULT NULL;
  -- Two at once with one number: the other came first, and this one is answered as a repeat.
  DECLARE EXIT HANDLER FOR 1062 BEGIN
    ROLLBACK;
    SELECT (SELECT c.id FROM customer c WHERE c.number = p_number) AS customer_id,
           (SELECT c.status FROM customer c WHERE c.number = p_number) AS status, p_key_id AS key_in_force;
  END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  CALL add_customer(p_number, p_pseudonym, 'active', p_key_id, p_wrapped, p_details, p_tokens, v_in_force, v_customer);
  IF v_customer IS NOT NULL THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'customer_enrol', 'done', '', p_pseudonym, '{}');
  END IF;
  COMMIT;
  SELECT (SELECT c.id FROM customer c WHERE c.number = p_number) AS customer_id,
         (SELECT c.status FROM customer c WHERE c.number = p_number) AS status, v_in_force AS key_in_force;
END
