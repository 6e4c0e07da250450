-- grant: staff
-- The custodian takes the machine's cash into their hands: nothing is dispensed or taken in until end_exchange.
-- Waits for movements under way; refused while a hold is open, because its notes are on their way.
CREATE PROCEDURE begin_exchange(IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_open INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  UPDATE terminal SET in_exchange = 1 WHERE terminal = p_terminal;
  SELECT COUNT(*) INTO v_open FROM hold h WHERE h.terminal = p_terminal AND h.state = 'held';
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, 'exchange', IF(v_open, 'money_moving', 'begun'), '', '', JSON_OBJECT('open_holds', v_open));
  IF v_open THEN
    UPDATE terminal SET in_exchange = 0 WHERE terminal = p_terminal;
  END IF;
  COMMIT;
  SELECT IF(v_open, 'refused', 'posted') AS outcome, IF(v_open, 'money_moving', '') AS reason, 0 AS journal_id,
         NULL AS balance;
END
