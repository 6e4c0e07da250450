-- grant: staff
-- Debit a customer's account with money paid out at the counter: at most what is in it and not held.
CREATE PROCEDURE pay_out_at_branch(
  IN p_request BINARY(16), IN p_account BIGINT UNSIGNED, IN p_amount BIGINT, IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_journal BIGINT UNSIGNED;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(CONCAT_WS('|', 'payout', p_account, p_amount, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'payout', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, p_account);
    ROLLBACK;
    LEAVE answer;
  END IF;
  IF p_amount <= 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'only a positive amount is paid out';
  END IF;
  -- The row stays locked until the money has moved.
  SET v_reason = COALESCE(
    (SELECT CASE WHEN a.status <> 'open' THEN 'account_not_open'
                 WHEN a.balance - a.held < p_amount THEN 'insufficient_funds' ELSE '' END
     FROM account a WHERE a.id = p_account AND a.customer_id IS NOT NULL FOR UPDATE), 'no_such_account');
  IF v_reason <> '' THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, v_reason AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;
  CALL move_internal(p_request, 'branch_payout', p_account,
    (SELECT b.id FROM account b JOIN account a ON a.id = p_account
      WHERE b.number = CONCAT('BRANCH-', p_terminal, '-', a.currency)),
    p_amount, p_terminal, v_journal);
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'branch_payout', 'posted', '', c.pseudonym,
           JSON_OBJECT('account', p_account, 'amount', p_amount, 'journal', v_journal)
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = p_account;
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, v_journal AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = p_account) AS balance;
END
