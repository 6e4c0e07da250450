-- grant: staff
-- The machine's cash after an exchange: everything that was in it went to the branch, p_units were put in, and what
-- the custodians counted (p_counted, minor units) differs from the books by what goes to the differences account.
-- p_units: [{"position": n, "denomination": minor units, "count": n}]; a cassette not named is empty. p_booked: what the
-- books said when it was signed; NULL where nobody was shown it. p_places: what was counted in each place, written down
-- for good. p_by, p_second: the pseudonyms of the two.
CREATE PROCEDURE end_exchange(
  IN p_request BINARY(16), IN p_terminal VARCHAR(32), IN p_currency CHAR(3), IN p_units VARCHAR(512),
  IN p_counted BIGINT, IN p_booked BIGINT, IN p_places LONGTEXT, IN p_by VARBINARY(16), IN p_second VARBINARY(16),
  IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat, v_exchange INT DEFAULT 0;
  DECLARE v_booked, v_loaded BIGINT DEFAULT 0;
  DECLARE v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(
    CONCAT_WS('|', 'exchange', p_terminal, p_currency, p_units, p_counted, p_booked, p_places), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'exchange', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, NULL);
    ROLLBACK;
    LEAVE answer;
  END IF;
  SELECT t.in_exchange INTO v_exchange FROM terminal t WHERE t.terminal = p_terminal FOR UPDATE;
  IF NOT v_exchange OR p_counted < 0 THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, IF(v_exchange, 'negative_count', 'not_in_exchange') AS reason, 0 AS journal_id,
           NULL AS balance;
    LEAVE answer;
  END IF;

  SELECT -a.balance INTO v_booked FROM account a WHERE a.number = CONCAT('CASH-', p_terminal, '-', p_currency);
  IF v_booked <> p_booked THEN
    ROLLBACK;
    SELECT 'refused' AS outcome, 'other_books' AS reason, 0 AS journal_id, NULL AS balance;
    LEAVE answer;
  END IF;
  SELECT COALESCE(SUM(n.denomination * n.count), 0) INTO v_loaded
    FROM JSON_TABLE(p_units, '$[*]' COLUMNS (denomination BIGINT PATH '$.denomination', count INT PATH '$.count')) n;
  UPDATE hold SET counted = 1 WHERE terminal = p_terminal AND state = 'suspended' AND resolved = '';
  UPDATE cash_in_unit SET accepted = 0 WHERE terminal = p_terminal AND currency = p_currency;
  UPDATE cash_unit SET initial = 0, presented = 0, rejected = 0, retracted = 0, unknown = 0, reserved = 0
    WHERE terminal = p_terminal AND currency = p_currency;
  INSERT INTO cash_unit (terminal, position, denomination, currency)
    SELECT p_terminal, n.position, n.denomination, p_currency
    FROM JSON_TABLE(p_units, '$[*]' COLUMNS (position INT PATH '$.position', denomination BIGINT PATH '$.denomination')) n
    ON DUPLICATE KEY UPDATE terminal = p_terminal;
  UPDATE cash_unit u
    JOIN JSON_TABLE(p_units, '$[*]' COLUMNS (
      position INT PATH '$.position', denomination BIGINT PATH '$.denomination', count INT PATH '$.count')) n
      ON u.terminal = p_terminal AND u.position = n.position
    SET u.denomination = n.denomination, u.currency = p_currency, u.initial = n.count;

  UPDATE account SET version = version + 1, balance = balance + CASE kind
      WHEN 'cash_in_machine' THEN v_booked - v_loaded
      WHEN 'branch' THEN v_loaded - p_counted
      ELSE p_counted - v_booked END
    WHERE number IN (CONCAT('CASH-', p_terminal, '-', p_currency), CONCAT('BRANCH-', p_terminal, '-', p_currency),
                     CONCAT('DIFFERENCES-', p_terminal, '-', p_currency));
  -- Where as much was found and put in as the books say nothing moves, and a movement of nothing is none.
  IF v_loaded <> v_booked OR p_counted <> v_booked THEN
    CALL write_journal(p_request, 'cash_exchange', p_terminal, UNHEX(REPEAT('00', 16)), '', '', v_journal);
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after)
      SELECT v_journal, m.line, m.account_id, m.amount, m.balance_after FROM (
        SELECT CASE a.kind WHEN 'cash_in_machine' THEN 1 WHEN 'branch' THEN 2 ELSE 3 END AS line, a.id AS account_id,
               CASE a.kind WHEN 'cash_in_machine' THEN v_booked - v_loaded WHEN 'branch' THEN v_loaded - p_counted
                 ELSE p_counted - v_booked END AS amount, a.balance AS balance_after
        FROM account a
        WHERE a.number IN (CONCAT('CASH-', p_terminal, '-', p_currency), CONCAT('BRANCH-', p_terminal, '-', p_currency),
                           CONCAT('DIFFERENCES-', p_terminal, '-', p_currency))) m
      WHERE m.amount <> 0;
  END IF;
  INSERT INTO cash_exchange (
      request_id, terminal, period, journal_id, booked, counted, loaded, currency, places, done_by, signed_by)
    SELECT p_request, p_terminal, t.period, v_journal, v_booked, p_counted, v_loaded, p_currency, p_places, p_by, p_second
    FROM terminal t WHERE t.terminal = p_terminal;
  UPDATE terminal SET in_exchange = 0 WHERE terminal = p_terminal;
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'exchange', 'ended', '', '',
            JSON_OBJECT('booked', v_booked, 'counted', p_counted, 'loaded', v_loaded, 'journal', COALESCE(v_journal, 0)));
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, COALESCE(v_journal, 0) AS journal_id, NULL AS balance;
END
