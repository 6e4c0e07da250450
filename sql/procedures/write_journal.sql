-- grant: none
-- A journal row in the terminal's open accounting period, inside a transaction of the caller's. The period is read
-- under a shared lock: a cut-off waits for the movements under way, and later ones belong to the next period.
CREATE PROCEDURE write_journal(
  IN p_request BINARY(16), IN p_kind VARCHAR(24), IN p_terminal VARCHAR(32), IN p_session BINARY(16),
  IN p_reference VARCHAR(64), IN p_description VARCHAR(140), OUT p_journal BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_period INT UNSIGNED DEFAULT NULL;
  SELECT t.period INTO v_period FROM terminal t WHERE t.terminal = p_terminal LOCK IN SHARE MODE;
  INSERT INTO journal (request_id, kind, terminal, session, period, reference, description)
    VALUES (p_request, p_kind, p_terminal, p_session, v_period, p_reference, p_description);
  SET p_journal = LAST_INSERT_ID();
END
