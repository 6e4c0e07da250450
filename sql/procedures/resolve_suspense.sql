-- grant: staff
-- Staff found out where the notes of a suspended withdrawal are: the customer has them (p_taken), or they are in the
-- machine and the customer gets the money back.
CREATE PROCEDURE resolve_suspense(
  IN p_request BINARY(16), IN p_hold BINARY(16), IN p_taken TINYINT(1), IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat, v_counted INT DEFAULT 0;
  DECLARE v_account, v_to, v_from, v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount BIGINT;
  DECLARE v_notes VARCHAR(512);
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(CONCAT_WS('|', 'resolve', HEX(p_hold), p_taken, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'resolve', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, NULL);
    ROLLBACK;
    LEAVE answer;
  END IF;
  SELECT h.account_id, h.amount, h.notes, h.counted INTO v_account, v_amount, v_notes, v_counted
    FROM hold h
    WHERE h.request_id = p_hold AND h.state = 'suspended' AND h.kind = 'withdrawal' AND h.terminal = p_terminal
      AND h.resolved = ''
    FOR UPDATE;
  IF v_account IS NULL THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, 'not_suspended' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;

  SELECT k.id INTO v_from FROM account k JOIN account a ON a.id = v_account
    WHERE k.number = CONCAT('SUSPENSE-', p_terminal, '-', a.currency);
  SELECT k.id INTO v_to FROM account k JOIN account a ON a.id = v_account
    WHERE IF(p_taken, k.number = CONCAT(IF(v_counted, 'DIFFERENCES-', 'CASH-'), p_terminal, '-', a.currency), k.id = a.id);
  CALL move_internal(p_request, IF(p_taken, 'withdrawal_found', 'withdrawal_returned'), v_from, v_to, v_amount,
                     p_terminal, v_journal);
  UPDATE hold SET resolved = IF(p_taken, 'taken', 'returned') WHERE request_id = p_hold;
  IF NOT v_counted THEN
    UPDATE cash_unit u
      JOIN JSON_TABLE(v_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
        ON u.terminal = p_terminal AND u.position = n.position
      SET u.unknown = u.unknown - n.count,
          u.presented = u.presented + IF(p_taken, n.count, 0),
          u.rejected = u.rejected + IF(p_taken, 0, n.count);
  END IF;
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'suspense', IF(p_taken, 'taken', 'returned'), '', c.pseudonym,
           JSON_OBJECT('hold', HEX(p_hold), 'amount', v_amount, 'journal', v_journal)
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = v_account;
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, v_journal AS journal_id, NULL AS balance;
END
