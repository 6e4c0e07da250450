-- grant: kiosk
-- The secret of a customer's authenticator app, in place of an earlier one. p_step: the latest time step that was used.
CREATE PROCEDURE set_authenticator(
  IN p_customer BIGINT UNSIGNED, IN p_sealed VARBINARY(128), IN p_step BIGINT UNSIGNED, IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO authenticator (customer_id, sealed, last_step) VALUES (p_customer, p_sealed, p_step)
    ON DUPLICATE KEY UPDATE sealed = p_sealed, last_step = p_step, changed_at = CURRENT_TIMESTAMP(6);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'authenticator_set', 'done', p_session, c.pseudonym, '{}' FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
