-- grant: staff
-- Staff found out where the notes of a suspended hold are: the customer has them (p_taken), or they are in the machine
-- and the money is the customer's. A deposit moved nothing so far: notes handed back to the customer move nothing now
-- either. What an exchange counted meanwhile is among the differences of the machine.
CREATE PROCEDURE resolve_suspense(
  IN p_request BINARY(16), IN p_hold BINARY(16), IN p_taken TINYINT(1), IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat, v_counted INT DEFAULT 0;
  DECLARE v_account, v_cash, v_suspense, v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount BIGINT;
  DECLARE v_kind VARCHAR(16);
  DECLARE v_currency CHAR(3);
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
  SELECT h.kind, h.account_id, h.amount, h.notes, h.counted, a.currency
    INTO v_kind, v_account, v_amount, v_notes, v_counted, v_currency
    FROM hold h JOIN account a ON a.id = h.account_id
    WHERE h.request_id = p_hold AND h.state = 'suspended' AND h.terminal = p_terminal AND h.resolved = ''
    FOR UPDATE;
  IF v_account IS NULL THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, 'not_suspended' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;

  SELECT k.id INTO v_cash FROM account k
    WHERE k.number = CONCAT(IF(v_counted, 'DIFFERENCES-', 'CASH-'), p_terminal, '-', v_currency);
  UPDATE hold SET resolved = IF(p_taken, 'taken', 'returned') WHERE request_id = p_hold;
  IF v_kind = 'withdrawal' THEN
    SELECT k.id INTO v_suspense FROM account k WHERE k.number = CONCAT('SUSPENSE-', p_terminal, '-', v_currency);
    CALL move_internal(p_request, IF(p_taken, 'withdrawal_found', 'withdrawal_returned'), v_suspense,
                       IF(p_taken, v_cash, v_account), v_amount, p_terminal, v_journal);
    IF NOT v_counted THEN
      UPDATE cash_unit u
        JOIN JSON_TABLE(v_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
          ON u.terminal = p_terminal AND u.position = n.position
        SET u.unknown = u.unknown - n.count,
            u.presented = u.presented + IF(p_taken, n.count, 0),
            u.rejected = u.rejected + IF(p_taken, 0, n.count);
    END IF;
  ELSEIF NOT p_taken THEN
    CALL move_internal(p_request, 'deposit_found', v_cash, v_account, v_amount, p_terminal, v_journal);
    IF NOT v_counted THEN
      CALL count_cash_in(p_terminal, v_currency, v_notes);
    END IF;
  END IF;
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'suspense', IF(p_taken, 'taken', 'returned'), '', c.pseudonym,
           JSON_OBJECT('hold', HEX(p_hold), 'amount', v_amount, 'journal', COALESCE(v_journal, 0))
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = v_account;
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, COALESCE(v_journal, 0) AS journal_id, NULL AS balance;
END
