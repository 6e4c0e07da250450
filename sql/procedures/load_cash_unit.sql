-- grant: staff
-- Put notes into a cash unit: the counter and the ledger (branch to cash in the machine) in one transaction.
CREATE PROCEDURE load_cash_unit(
  IN p_request BINARY(16), IN p_terminal VARCHAR(32), IN p_position TINYINT UNSIGNED, IN p_denomination BIGINT,
  IN p_currency CHAR(3), IN p_count INT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_repeat INT DEFAULT 0;
  DECLARE v_journal BIGINT UNSIGNED;
  DECLARE v_payload BINARY(32) DEFAULT UNHEX(SHA2(
    CONCAT_WS('|', 'load', p_terminal, p_position, p_denomination, p_currency, p_count), 256));
  DECLARE CONTINUE HANDLER FOR 1062 SET v_repeat = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  INSERT INTO request (request_id, kind, payload, outcome) VALUES (p_request, 'load', v_payload, 'posted');
  IF v_repeat THEN
    CALL answer_repeat(p_request, v_payload, NULL, NULL);
    ROLLBACK;
    LEAVE answer;
  END IF;
  IF p_count <= 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a cash unit is loaded with at least one note';
  END IF;
  INSERT INTO cash_unit (terminal, position, denomination, currency, initial)
    VALUES (p_terminal, p_position, p_denomination, p_currency, 0)
    ON DUPLICATE KEY UPDATE position = position;
  SET v_repeat = 0;
  UPDATE cash_unit SET initial = initial + p_count
    WHERE terminal = p_terminal AND position = p_position AND denomination = p_denomination
      AND currency = p_currency;
  IF ROW_COUNT() = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the cash unit holds another denomination';
  END IF;
  CALL move_internal(p_request, 'cash_load',
    (SELECT a.id FROM account a WHERE a.number = CONCAT('CASH-', p_terminal, '-', p_currency)),
    (SELECT a.id FROM account a WHERE a.number = CONCAT('BRANCH-', p_terminal, '-', p_currency)),
    p_count * p_denomination, p_terminal, v_journal);
  UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'cash_load', 'posted', '', '',
            JSON_OBJECT('position', p_position, 'denomination', p_denomination, 'count', p_count, 'journal', v_journal));
  COMMIT;
  SELECT 'posted' AS outcome, '' AS reason, v_journal AS journal_id, NULL AS balance;
END
