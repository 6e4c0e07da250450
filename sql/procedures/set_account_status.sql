-- grant: staff
-- Staff freeze a customer's account, so that nothing moves from or to it, or open it again. Answers: reason
-- (no_such_account, closed; empty when it is as asked now).
CREATE PROCEDURE set_account_status(
  IN p_number VARCHAR(34), IN p_status VARCHAR(16), IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_account BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE v_status VARCHAR(16) DEFAULT '';
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT a.id, a.status, c.pseudonym INTO v_account, v_status, v_pseudonym
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.number = p_number FOR UPDATE;
  SET v_reason = CASE WHEN v_account IS NULL THEN 'no_such_account' WHEN v_status = 'closed' THEN 'closed' ELSE '' END;
  IF v_reason = '' THEN
    UPDATE account SET status = p_status, version = version + 1
      WHERE id = v_account AND status <> p_status AND p_status IN ('open', 'frozen');
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'account_status', p_status, p_session, v_pseudonym,
              JSON_OBJECT('account', v_account, 'was', v_status));
  END IF;
  COMMIT;
  SELECT v_reason AS reason;
END
