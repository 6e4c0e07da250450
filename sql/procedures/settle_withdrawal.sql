-- grant: kiosk
-- End a hold exactly once: 'posted' (cash taken), 'voided' (cash still in the machine) or 'suspended' (nobody knows:
-- the money goes to suspense and staff settle it). Moves money, cash counters and the hold in one transaction.
-- A repeat with the same outcome answers what was stored; with another it is refused. A request never held leaves a
-- tombstone, so that a hold still on its way is refused when it arrives.
CREATE PROCEDURE settle_withdrawal(
  IN p_request BINARY(16), IN p_outcome VARCHAR(16), IN p_fate VARCHAR(16), IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_state, v_held_at VARCHAR(32) DEFAULT NULL;
  DECLARE v_account, v_counter BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount, v_balance BIGINT DEFAULT NULL;
  DECLARE v_notes VARCHAR(512);
  DECLARE v_subject, v_session BINARY(16) DEFAULT NULL;
  DECLARE v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_currency CHAR(3);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  IF p_outcome NOT IN ('posted', 'voided', 'suspended') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a hold is posted, voided or suspended';
  END IF;

  START TRANSACTION;
  SELECT h.state, h.terminal, h.account_id, h.amount, h.notes, h.session
    INTO v_state, v_held_at, v_account, v_amount, v_notes, v_session
    FROM hold h WHERE h.request_id = p_request FOR UPDATE;

  IF v_state IS NULL AND p_outcome <> 'voided' THEN
    SELECT 'refused' AS outcome, 'no_such_hold' AS reason, 0 AS journal_id, NULL AS balance;
    ROLLBACK;
    LEAVE answer;
  END IF;
  IF v_state IS NULL THEN
    -- Waits for a hold that is being made right now; after it the hold is there or never comes.
    INSERT INTO request (request_id, kind, payload, outcome, reason)
      VALUES (p_request, 'tombstone', UNHEX(REPEAT('00', 32)), 'voided', '')
      ON DUPLICATE KEY UPDATE request_id = request_id;
    SELECT h.state, h.terminal, h.account_id, h.amount, h.notes, h.session
      INTO v_state, v_held_at, v_account, v_amount, v_notes, v_session
      FROM hold h WHERE h.request_id = p_request FOR UPDATE;
  END IF;
  IF v_state IS NULL THEN
    COMMIT;
    SELECT 'voided' AS outcome, '' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;

  IF v_state <> 'held' OR v_held_at <> p_terminal THEN
    SELECT IF(v_state = p_outcome, v_state, 'refused') AS outcome,
           IF(v_state = p_outcome, '', 'settled_otherwise') AS reason,
           COALESCE((SELECT j.id FROM journal j WHERE j.request_id = p_request), 0) AS journal_id,
           (SELECT a.balance FROM account a WHERE a.id = v_account) AS balance;
    ROLLBACK;
    LEAVE answer;
  END IF;

  UPDATE hold SET state = p_outcome, fate = p_fate, settled_at = CURRENT_TIMESTAMP(6) WHERE request_id = p_request;
  UPDATE account SET held = held - v_amount, balance = balance - IF(p_outcome = 'voided', 0, v_amount),
                     version = version + 1
    WHERE id = v_account AND held >= v_amount;
  IF ROW_COUNT() = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the account does not hold what the hold says';
  END IF;
  SELECT a.balance, a.currency, c.pseudonym INTO v_balance, v_currency, v_subject
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = v_account;

  IF p_outcome <> 'voided' THEN
    SELECT a.id INTO v_counter FROM account a
      WHERE a.number = CONCAT(IF(p_outcome = 'posted', 'CASH-', 'SUSPENSE-'), p_terminal, '-', v_currency);
    INSERT INTO journal (request_id, kind, terminal, session)
      VALUES (p_request, IF(p_outcome = 'posted', 'withdrawal', 'withdrawal_suspense'), p_terminal, v_session);
    SET v_journal = LAST_INSERT_ID();
    UPDATE account SET balance = balance + v_amount, version = version + 1 WHERE id = v_counter;
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after) VALUES
      (v_journal, 1, v_account, -v_amount, v_balance),
      (v_journal, 2, v_counter, v_amount, (SELECT a.balance FROM account a WHERE a.id = v_counter));
  END IF;

  UPDATE cash_unit u
    JOIN JSON_TABLE(v_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
      ON u.terminal = p_terminal AND u.position = n.position
    SET u.presented = u.presented + IF(p_outcome = 'posted', n.count, 0),
        u.unknown = u.unknown + IF(p_outcome = 'suspended', n.count, 0),
        u.rejected = u.rejected + IF(p_outcome = 'voided' AND p_fate = 'rejected', n.count, 0),
        u.retracted = u.retracted + IF(p_outcome = 'voided' AND p_fate = 'retracted', n.count, 0);

  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'withdrawal_settle', p_outcome, v_session, v_subject,
            JSON_OBJECT('request', HEX(p_request), 'account', v_account, 'amount', v_amount, 'fate', p_fate,
                        'journal', COALESCE(v_journal, 0)));
  COMMIT;
  SELECT p_outcome AS outcome, '' AS reason, COALESCE(v_journal, 0) AS journal_id, v_balance AS balance;
END
