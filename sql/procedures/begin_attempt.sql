-- grant: kiosk
-- Count an attempt as failed before it is made; attempt_succeeded takes it back. So a crash counts as a failure.
-- p_limit failures in a row lock the customer for p_delays seconds: [60, 300, …], the last one for every lock after.
CREATE PROCEDURE begin_attempt(
  IN p_customer BIGINT UNSIGNED, IN p_factor VARCHAR(16), IN p_limit INT, IN p_delays VARCHAR(128))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_locked INT;
  DECLARE v_failures, v_locks INT UNSIGNED;
  DECLARE v_left INT;
  DECLARE v_until TIMESTAMP(6) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, NULL);
  START TRANSACTION;
  INSERT INTO lockout (customer_id, factor) VALUES (p_customer, p_factor) ON DUPLICATE KEY UPDATE factor = factor;
  -- Rows of all factors are read under lock: one locked factor locks the customer.
  SELECT COALESCE(MAX(GREATEST(0, CEILING(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), locked_until) / 1000000))), 0)
    INTO v_locked FROM lockout WHERE customer_id = p_customer FOR UPDATE;
  SELECT failures, locks INTO v_failures, v_locks FROM lockout WHERE customer_id = p_customer AND factor = p_factor;
  SET v_left = GREATEST(p_limit - CAST(v_failures AS SIGNED), 0);
  IF v_locked = 0 THEN
    CALL count_failure(p_limit, p_delays, v_failures, v_locks, v_left, v_until);
    UPDATE lockout SET failures = v_failures, locks = v_locks, locked_until = COALESCE(v_until, locked_until)
      WHERE customer_id = p_customer AND factor = p_factor;
  END IF;
  COMMIT;
  SELECT v_locked = 0 AS allowed, v_left AS tries_left, v_locked AS locked_seconds;
END
