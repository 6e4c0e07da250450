-- grant: kiosk, staff
-- What begin_attempt is for customers, for numbers nobody has: whoever tries them learns nothing, at one terminal or at
-- several. p_token: the number's blind index; its first fourteen bits are the slot.
CREATE PROCEDURE begin_invented_attempt(
  IN p_token BINARY(32), IN p_factor VARCHAR(16), IN p_limit INT, IN p_delays VARCHAR(128))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_slot INT DEFAULT CONV(HEX(LEFT(p_token, 2)), 16, 10) DIV 4;
  DECLARE v_locked INT;
  DECLARE v_failures, v_locks INT UNSIGNED;
  DECLARE v_left INT;
  DECLARE v_until TIMESTAMP(6) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, NULL);
  START TRANSACTION;
  -- The token last: what stands before it is decided by the earlier one.
  INSERT INTO invented_lockout (slot, factor, token) VALUES (v_slot, p_factor, p_token)
    ON DUPLICATE KEY UPDATE
      failures = IF(token = p_token, failures, 0), locks = IF(token = p_token, locks, 0),
      locked_until = IF(token = p_token, locked_until, NULL), token = p_token;
  SELECT COALESCE(MAX(GREATEST(0, CEILING(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), locked_until) / 1000000))), 0)
    INTO v_locked FROM invented_lockout WHERE slot = v_slot AND token = p_token FOR UPDATE;
  SELECT failures, locks INTO v_failures, v_locks FROM invented_lockout WHERE slot = v_slot AND factor = p_factor;
  SET v_left = GREATEST(p_limit - CAST(v_failures AS SIGNED), 0);
  IF v_locked = 0 THEN
    CALL count_failure(p_limit, p_delays, v_failures, v_locks, v_left, v_until);
    UPDATE invented_lockout SET failures = v_failures, locks = v_locks, locked_until = COALESCE(v_until, locked_until)
      WHERE slot = v_slot AND factor = p_factor;
  END IF;
  COMMIT;
  SELECT v_locked = 0 AS allowed, v_left AS tries_left, v_locked AS locked_seconds;
END
