-- grant: kiosk
-- Pay from a customer's account: to another account of theirs, to another customer, or to a biller (p_biller names
-- it and p_to is NULL). Posts at once, with the fee of its kind and a confirmation owed to each customer concerned.
-- Answers: outcome, reason, journal_id, balance. A repeat answers what was stored; another payload is refused.
CREATE PROCEDURE transfer(
  IN p_request BINARY(16), IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_to BIGINT UNSIGNED,
  IN p_biller VARCHAR(24), IN p_reference VARCHAR(64), IN p_amount BIGINT, IN p_currency CHAR(3),
  IN p_description VARCHAR(140), IN p_policy VARCHAR(32), IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48),
  IN p_session BINARY(16), IN p_subject VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat INT DEFAULT 0;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_kind VARCHAR(24) DEFAULT 'transfer';
  DECLARE v_to, v_to_customer, v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_fee BIGINT DEFAULT 0;
  DECLARE v_day DATE DEFAULT NULL;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(JSON_ARRAY(
    'transfer', p_customer, p_account, p_to, p_biller, p_reference, p_amount, p_currency, p_description, p_terminal), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload) VALUES (p_request, 'transfer', v_payload);
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, p_customer, p_account);
    ROLLBACK;
    LEAVE answer;
  END IF;

  SAVEPOINT before_money;
  IF p_amount <= 0 THEN
    SET v_reason = 'not_positive';
  ELSEIF p_to = p_account THEN
    SET v_reason = 'same_account';
  ELSE
    CALL find_payee(p_to, p_biller, p_reference, p_amount, p_currency, v_to, v_to_customer, v_kind, v_reason);
  END IF;
  IF v_reason = '' THEN
    CALL renew_visit(p_customer, p_terminal, p_session, v_reason);
  END IF;
  IF v_reason = '' AND NOT v_to_customer <=> p_customer THEN
    SELECT DATE(TIMESTAMPADD(MINUTE, t.utc_offset, UTC_TIMESTAMP())) INTO v_day
      FROM terminal t WHERE t.terminal = p_terminal;
    CALL use_limits(p_customer, IF(v_kind = 'transfer', 'transfer', 'payment'), p_currency, p_amount, p_policy, v_day,
                    v_reason);
    SELECT f.amount INTO v_fee FROM fee_rule f WHERE f.kind = IF(v_kind = 'transfer', 'transfer', 'payment') AND f.currency = p_currency;
  END IF;
  IF v_reason = '' THEN
    CALL move_between(p_customer, p_account, v_to, p_amount, v_fee, p_currency, v_reason);
  END IF;

  IF v_reason = '' THEN
    CALL write_journal(p_request, v_kind, p_terminal, p_session, p_reference, p_description, v_journal);
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after) VALUES
      (v_journal, 1, p_account, -p_amount - v_fee, (SELECT a.balance FROM account a WHERE a.id = p_account)),
      (v_journal, 2, v_to, p_amount, (SELECT a.balance FROM account a WHERE a.id = v_to));
    IF v_fee > 0 THEN
      UPDATE account SET balance = balance + v_fee, version = version + 1
        WHERE number = CONCAT('FEES-', p_currency);
      INSERT INTO posting (journal_id, line, account_id, amount, balance_after)
        SELECT v_journal, 3, a.id, v_fee, a.balance FROM account a WHERE a.number = CONCAT('FEES-', p_currency);
    END IF;
    INSERT INTO confirmation (terminal, customer_id, account_id, journal_id)
      SELECT p_terminal, a.customer_id, a.id, v_journal FROM account a
      WHERE a.id IN (p_account, v_to) AND a.customer_id IS NOT NULL;
  ELSE
    ROLLBACK TO SAVEPOINT before_money;
  END IF;
  UPDATE request SET outcome = IF(v_reason = '', 'posted', 'refused'), reason = v_reason, journal_id = v_journal
    WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, v_kind, IF(v_reason = '', 'posted', v_reason), p_session, p_subject,
            JSON_OBJECT('request', HEX(p_request), 'account', p_account, 'to', COALESCE(v_to, p_to, 0), 'amount', p_amount,
                        'currency', p_currency, 'fee', v_fee, 'journal', COALESCE(v_journal, 0)));
  COMMIT;
  SELECT IF(v_reason = '', 'posted', 'refused') AS outcome, v_reason AS reason, COALESCE(v_journal, 0) AS journal_id,
         (SELECT a.balance FROM account a WHERE a.id = p_account AND a.customer_id = p_customer) AS balance;
END
