-- grant: staff
-- Destroy what a customer is known by, as destroy_customer has it, unless money is still theirs. Answers: outcome, reason.
CREATE PROCEDURE erase_customer(IN p_number VARCHAR(16), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE v_status VARCHAR(16) DEFAULT '';
  DECLARE v_balances, v_holds INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT c.id, c.pseudonym, c.status INTO v_customer, v_pseudonym, v_status
    FROM customer c WHERE c.number = p_number FOR UPDATE;
  -- Movements under way are waited for; those that come later find the accounts closed.
  SELECT COALESCE(SUM(a.balance <> 0), 0), COALESCE(SUM(a.held <> 0), 0) INTO v_balances, v_holds
    FROM account a WHERE a.customer_id = v_customer FOR UPDATE;
  SELECT v_holds + COUNT(*) INTO v_holds FROM hold h JOIN account a ON a.id = h.account_id
    WHERE a.customer_id = v_customer AND (h.state = 'held' OR (h.state = 'suspended' AND h.resolved = ''));
  SET v_reason = CASE WHEN v_customer IS NULL THEN 'no_such_customer' WHEN v_status = 'erased' THEN 'erased_already'
                      WHEN v_holds THEN 'open_holds' WHEN v_balances THEN 'balance' ELSE '' END;
  IF v_reason = '' THEN
    CALL destroy_customer(v_customer);
  END IF;
  IF v_customer IS NOT NULL THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'customer_erased', IF(v_reason = '', 'done', v_reason), '', v_pseudonym, '{}');
  END IF;
  COMMIT;
  SELECT IF(v_reason = '', 'erased', 'refused') AS outcome, v_reason AS reason;
END
