-- grant: kiosk, staff
-- What a customer allows themselves. It only ever narrows what the policy allows, whatever is written here.
CREATE PROCEDURE set_own_limit(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(24), IN p_currency CHAR(3), IN p_transaction BIGINT,
  IN p_day BIGINT, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  IF p_transaction < 0 OR p_day < 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a limit is not negative';
  END IF;
  START TRANSACTION;
  INSERT INTO limit_rule (scope, subject, kind, currency, per_transaction, per_day)
    VALUES ('customer', CAST(p_customer AS CHAR), p_kind, p_currency, p_transaction, p_day)
    ON DUPLICATE KEY UPDATE per_transaction = p_transaction, per_day = p_day, changed_at = CURRENT_TIMESTAMP(6);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'limit_set', 'done', p_session, c.pseudonym,
           JSON_OBJECT('kind', p_kind, 'currency', p_currency, 'transaction', p_transaction, 'day', p_day)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
