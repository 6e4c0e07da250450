-- grant: kiosk
-- A visit in which every factor passed: for the audit, and for the customer's own eyes.
CREATE PROCEDURE note_sign_in(
  IN p_customer BIGINT UNSIGNED, IN p_terminal VARCHAR(24), IN p_policy VARCHAR(32), IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  INSERT INTO sign_in (customer_id, terminal, policy) VALUES (p_customer, p_terminal, p_policy);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'sign_in', 'done', p_session, c.pseudonym, JSON_OBJECT('policy', p_policy)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
