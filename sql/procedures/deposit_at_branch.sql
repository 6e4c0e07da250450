-- grant: staff
-- Credit a customer's account with money paid in at the counter.
CREATE PROCEDURE deposit_at_branch(
  IN p_request BINARY(16), IN p_account BIGINT UNSIGNED, IN p_amount BIGINT, IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat INT DEFAULT 0;
  DECLARE v_journal BIGINT UNSIGNED;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(CONCAT_WS('|', 'deposit', p_account, p_amount, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'deposit', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, p_account);
    ROLLBACK;
    LEAVE answer;
  END IF;
  IF p_amount <= 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'only a positive amount is paid in';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM account a WHERE a.id = p_account AND a.customer_id IS NOT NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'money is paid in to a customer''s account only';
  END IF;
  CALL move_internal(p_request, 'branch_deposit',
    (SELECT b.id FROM account b JOIN account a ON a.id = p_account
      WHERE b.number = CONCAT('BRANCH-', p_terminal, '-', a.currency)),
    p_account, p_amount, p_terminal, v_journal);
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'branch_deposit', 'posted', '', c.pseudonym,
           JSON_OBJECT('account', p_account, 'amount', p_amount, 'journal', v_journal)
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = p_account;
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, v_journal AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = p_account) AS balance;
END
