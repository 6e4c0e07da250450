-- grant: kiosk
-- Reserve the amount of a withdrawal on the customer's account, and its notes in the cash units, before any note
-- moves. Answers: outcome, reason, journal_id, balance. A repeat answers what was stored; the same id with another
-- payload is refused and changes nothing. The debit is one conditional UPDATE of the account row.
CREATE PROCEDURE hold_withdrawal(
  IN p_request BINARY(16), IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_amount BIGINT,
  IN p_currency CHAR(3), IN p_notes VARCHAR(512), IN p_policy VARCHAR(32), IN p_terminal VARCHAR(32),
  IN p_chain VARCHAR(48), IN p_session BINARY(16), IN p_subject VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat, v_exchange INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_day DATE DEFAULT NULL;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(
    CONCAT_WS('|', 'hold', p_customer, p_account, p_amount, p_currency, p_notes, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload) VALUES (p_request, 'hold', v_payload);
  IF v_repeat THEN
    SELECT IF(r.payload = v_payload, r.outcome, 'refused') AS outcome,
           IF(r.payload = v_payload, r.reason, 'other_payload') AS reason,
           0 AS journal_id, (SELECT a.balance FROM account a WHERE a.id = p_account AND a.customer_id = p_customer) AS balance
    FROM request r WHERE r.request_id = p_request;
    ROLLBACK;
    LEAVE answer;
  END IF;

  -- Shared: movements of one terminal go side by side, its exchange and its cut-off wait for them.
  SELECT t.in_exchange, DATE(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP())) INTO v_exchange, v_day
    FROM terminal t WHERE t.terminal = p_terminal LOCK IN SHARE MODE;

  SAVEPOINT before_money;
  IF p_amount <= 0 THEN
    SET v_reason = 'not_positive';
  ELSEIF v_day IS NULL OR v_exchange THEN
    SET v_reason = 'cash_not_available';
  ELSE
    CALL renew_visit(p_customer, p_terminal, p_session, v_reason);
  END IF;
  IF v_reason = '' THEN
    CALL use_limits(p_customer, 'withdrawal', p_currency, p_amount, p_policy, v_day, v_reason);
  END IF;
  IF v_reason = '' THEN
    UPDATE account SET held = held + p_amount, version = version + 1
      WHERE id = p_account AND customer_id = p_customer AND currency = p_currency AND status = 'open'
        AND balance - held >= p_amount
        AND EXISTS (SELECT 1 FROM customer c WHERE c.id = p_customer AND c.status = 'active');
    IF ROW_COUNT() = 0 THEN
      CALL why_no_debit(p_customer, p_account, p_currency, v_reason);
    END IF;
  END IF;
  IF v_reason = '' THEN
    IF COALESCE((SELECT SUM(u.denomination * n.count) = p_amount AND COUNT(*) = SUM(u.currency = p_currency)
                        AND COUNT(*) = COUNT(DISTINCT n.position) AND COUNT(*) = JSON_LENGTH(p_notes)
                        AND MIN(n.count) > 0
                   FROM JSON_TABLE(p_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
                   JOIN cash_unit u ON u.terminal = p_terminal AND u.position = n.position), 0) THEN
      UPDATE cash_unit u
        JOIN JSON_TABLE(p_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
          ON u.terminal = p_terminal AND u.position = n.position
        SET u.reserved = u.reserved + n.count
        WHERE u.initial - u.presented - u.rejected - u.retracted - u.unknown - u.reserved >= n.count;
      IF ROW_COUNT() <> JSON_LENGTH(p_notes) THEN
        SET v_reason = 'cash_not_available';
      END IF;
    ELSE
      SET v_reason = 'cash_not_available';
    END IF;
  END IF;

  IF v_reason = '' THEN
    INSERT INTO hold (request_id, account_id, terminal, session, amount, notes, state, day)
      VALUES (p_request, p_account, p_terminal, p_session, p_amount, p_notes, 'held', v_day);
  ELSE
    ROLLBACK TO SAVEPOINT before_money;
  END IF;
  UPDATE request SET outcome = IF(v_reason = '', 'held', 'refused'), reason = v_reason WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'withdrawal_hold', IF(v_reason = '', 'held', v_reason), p_session, p_subject,
            JSON_OBJECT('request', HEX(p_request), 'account', p_account, 'amount', p_amount, 'currency', p_currency));
  COMMIT;
  SELECT IF(v_reason = '', 'held', 'refused') AS outcome, v_reason AS reason, 0 AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = p_account AND a.customer_id = p_customer) AS balance;
END
