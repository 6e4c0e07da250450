-- grant: kiosk
-- End a hold exactly once: 'posted' (notes taken by the customer, or kept by the machine), 'voided' (nothing changed
-- hands) or 'suspended' (nobody knows where the notes are; staff settle it). Moves money, cash counters and the hold
-- in one transaction. A repeat with the same outcome answers what was stored; with another it is refused. A request
-- never held leaves a tombstone, so that a hold still on its way is refused when it arrives.
CREATE PROCEDURE settle_hold(
  IN p_request BINARY(16), IN p_outcome VARCHAR(16), IN p_fate VARCHAR(16), IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_state, v_held_at VARCHAR(32) DEFAULT NULL;
  DECLARE v_kind VARCHAR(16) DEFAULT NULL;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_account, v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount BIGINT DEFAULT NULL;
  DECLARE v_session BINARY(16) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  IF p_outcome NOT IN ('posted', 'voided', 'suspended') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a hold is posted, voided or suspended';
  END IF;

  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  SELECT h.state, h.terminal, h.kind, h.account_id, h.amount, h.session
    INTO v_state, v_held_at, v_kind, v_account, v_amount, v_session
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
    SELECT h.state, h.terminal, h.kind, h.account_id, h.amount, h.session
      INTO v_state, v_held_at, v_kind, v_account, v_amount, v_session
      FROM hold h WHERE h.request_id = p_request FOR UPDATE;
  END IF;
  IF v_state IS NULL THEN
    -- A transfer has no hold: it was posted whole, or now never will be.
    SELECT IF(r.outcome = 'posted', 'posted', 'voided') AS outcome, '' AS reason, COALESCE(r.journal_id, 0) AS journal_id,
           NULL AS balance
    FROM request r WHERE r.request_id = p_request;
    COMMIT;
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
  IF p_outcome = 'voided' THEN
    CALL give_back_limits(p_request);
  END IF;
  IF v_kind = 'withdrawal' THEN
    CALL settle_withdrawal(p_request, p_outcome, p_fate, p_terminal, v_journal);
  ELSE
    CALL settle_deposit(p_request, p_outcome, p_terminal, v_journal, v_reason);
  END IF;
  IF v_journal IS NOT NULL THEN
    INSERT INTO confirmation (terminal, customer_id, account_id, journal_id)
      SELECT p_terminal, a.customer_id, a.id, v_journal FROM account a WHERE a.id = v_account;
  END IF;

  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, CONCAT(v_kind, '_settle'), p_outcome, v_session, c.pseudonym,
           JSON_OBJECT('request', HEX(p_request), 'account', v_account, 'amount', v_amount, 'fate', p_fate,
                       'journal', COALESCE(v_journal, 0), 'reason', v_reason)
    FROM account a JOIN customer c ON c.id = a.customer_id WHERE a.id = v_account;
  COMMIT;
  SELECT p_outcome AS outcome, v_reason AS reason, COALESCE(v_journal, 0) AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = v_account) AS balance;
END
