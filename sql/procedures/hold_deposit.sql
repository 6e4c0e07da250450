-- grant: kiosk
-- Ask the books whether notes counted in escrow may be kept for an account, before the machine keeps them. Moves no
-- money; settle_hold does. p_notes: [{"denomination": minor units, "count": n}]. Answers like hold_withdrawal.
CREATE PROCEDURE hold_deposit(
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
    CONCAT_WS('|', 'deposit', p_customer, p_account, p_amount, p_currency, p_notes, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload) VALUES (p_request, 'hold_deposit', v_payload);
  IF v_repeat THEN
    SELECT IF(r.payload = v_payload, r.outcome, 'refused') AS outcome,
           IF(r.payload = v_payload, r.reason, 'other_payload') AS reason,
           0 AS journal_id, (SELECT a.balance FROM account a WHERE a.id = p_account AND a.customer_id = p_customer) AS balance
    FROM request r WHERE r.request_id = p_request;
    ROLLBACK;
    LEAVE answer;
  END IF;

  SELECT t.in_exchange, DATE(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP())) INTO v_exchange, v_day
    FROM terminal t WHERE t.terminal = p_terminal LOCK IN SHARE MODE;
  SAVEPOINT before_limits;
  IF p_amount <= 0 THEN
    SET v_reason = 'not_positive';
  ELSEIF v_day IS NULL OR v_exchange THEN
    SET v_reason = 'cash_not_available';
  ELSEIF COALESCE((SELECT SUM(n.denomination * n.count) <> p_amount OR MIN(n.count) <= 0 OR MIN(n.denomination) <= 0
                          OR COUNT(*) <> COUNT(DISTINCT n.denomination)
                     FROM JSON_TABLE(p_notes, '$[*]' COLUMNS (
                       denomination BIGINT PATH '$.denomination', count INT PATH '$.count')) n), 1) THEN
    SET v_reason = 'notes_do_not_add_up';
  ELSEIF NOT EXISTS (SELECT 1 FROM account a JOIN customer c ON c.id = a.customer_id
                     WHERE a.id = p_account AND c.id = p_customer AND a.currency = p_currency
                       AND a.status = 'open' AND c.status = 'active') THEN
    CALL why_no_debit(p_customer, p_account, p_currency, v_reason);
  ELSE
    CALL renew_visit(p_customer, p_terminal, p_session, v_reason);
  END IF;
  IF v_reason = '' THEN
    CALL use_limits(p_customer, 'cash_deposit', p_currency, p_amount, p_policy, v_day, v_reason);
  END IF;

  IF v_reason = '' THEN
    INSERT INTO hold (request_id, account_id, terminal, session, amount, notes, state, kind, day)
      VALUES (p_request, p_account, p_terminal, p_session, p_amount, p_notes, 'held', 'deposit', v_day);
  ELSE
    ROLLBACK TO SAVEPOINT before_limits;
  END IF;
  UPDATE request SET outcome = IF(v_reason = '', 'held', 'refused'), reason = v_reason WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'deposit_hold', IF(v_reason = '', 'held', v_reason), p_session, p_subject,
            JSON_OBJECT('request', HEX(p_request), 'account', p_account, 'amount', p_amount, 'currency', p_currency));
  COMMIT;
  SELECT IF(v_reason = '', 'held', 'refused') AS outcome, v_reason AS reason, 0 AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = p_account AND a.customer_id = p_customer) AS balance;
END
