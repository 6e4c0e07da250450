-- grant: kiosk
-- Keep an account to pay again, under a name the customer gave (sealed). Saving it again renames it.
CREATE PROCEDURE save_payee(
  IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_sealed VARBINARY(512), IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO payee (customer_id, account_id, sealed) VALUES (p_customer, p_account, p_sealed)
    ON DUPLICATE KEY UPDATE sealed = p_sealed, active = 1;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'payee', 'saved', p_session, c.pseudonym, JSON_OBJECT('account', p_account)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
