-- grant: kiosk
-- Take an account off the customer's list; the name they gave it goes with it.
CREATE PROCEDURE forget_payee(
  IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE payee SET active = 0, sealed = '' WHERE customer_id = p_customer AND account_id = p_account AND active = 1;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'payee', 'forgotten', p_session, c.pseudonym, JSON_OBJECT('account', p_account)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
