-- grant: staff
-- Post the opposite of a transfer, a payment or a deposit, once. What a customer no longer has to give back is owed
-- on the reversals account. Cash movements are settled by their hold, never reversed.
CREATE PROCEDURE reverse_movement(
  IN p_request BINARY(16), IN p_journal BIGINT UNSIGNED, IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat, v_locked INT DEFAULT 0;
  DECLARE v_kind VARCHAR(24) DEFAULT NULL;
  DECLARE v_currency CHAR(3);
  DECLARE v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_missing BIGINT DEFAULT 0;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(CONCAT_WS('|', 'reverse', p_journal, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'reverse', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, NULL);
    ROLLBACK;
    LEAVE answer;
  END IF;
  SELECT j.kind INTO v_kind FROM journal j
    WHERE j.id = p_journal AND j.kind IN ('transfer', 'payment', 'top_up', 'branch_deposit');
  IF v_kind IS NULL THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, 'not_reversible' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;
  CALL write_journal(p_request, 'reversal', p_terminal, UNHEX(REPEAT('00', 16)), '', '', v_journal);
  INSERT INTO reversal (journal_id, reverses) VALUES (v_journal, p_journal);
  IF v_repeat THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, 'reversed_already' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;

  -- The credited customer gives back what they have; nobody takes it meanwhile.
  SELECT COUNT(*) INTO v_locked FROM posting p JOIN account a ON a.id = p.account_id WHERE p.journal_id = p_journal
    FOR UPDATE;
  SELECT a.currency, GREATEST(0, COALESCE(SUM(IF(p.amount > 0 AND a.customer_id IS NOT NULL,
                                                 p.amount - LEAST(p.amount, a.balance - a.held), 0)), 0))
    INTO v_currency, v_missing
    FROM posting p JOIN account a ON a.id = p.account_id WHERE p.journal_id = p_journal GROUP BY a.currency;
  UPDATE account a JOIN posting p ON p.journal_id = p_journal AND p.account_id = a.id
    SET a.balance = a.balance - IF(p.amount > 0 AND a.customer_id IS NOT NULL, p.amount - v_missing, p.amount),
        a.version = a.version + 1;
  INSERT INTO posting (journal_id, line, account_id, amount, balance_after)
    SELECT v_journal, p.line, p.account_id,
           -IF(p.amount > 0 AND a.customer_id IS NOT NULL, p.amount - v_missing, p.amount), a.balance
    FROM posting p JOIN account a ON a.id = p.account_id
    WHERE p.journal_id = p_journal AND IF(p.amount > 0 AND a.customer_id IS NOT NULL, p.amount - v_missing, p.amount) <> 0;
  IF v_missing > 0 THEN
    UPDATE account SET balance = balance - v_missing, version = version + 1
      WHERE number = CONCAT('REVERSALS-', v_currency);
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after)
      SELECT v_journal, 9, a.id, -v_missing, a.balance FROM account a WHERE a.number = CONCAT('REVERSALS-', v_currency);
  END IF;

  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'reversal', 'posted', '', '',
            JSON_OBJECT('journal', v_journal, 'reverses', p_journal, 'missing', v_missing));
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, v_journal AS journal_id, NULL AS balance;
END
