-- grant: staff
-- What begin_attempt is for customers: counted as failed before it is made; staff_attempt_succeeded takes it back.
CREATE PROCEDURE begin_staff_attempt(IN p_staff BIGINT UNSIGNED, IN p_limit INT, IN p_delays VARCHAR(128))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_locked INT DEFAULT 0;
  DECLARE v_failures, v_locks INT UNSIGNED DEFAULT 0;
  DECLARE v_left INT;
  DECLARE v_until TIMESTAMP(6) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, NULL);
  START TRANSACTION;
  SELECT COALESCE(GREATEST(0, CEILING(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), locked_until) / 1000000)), 0),
         failures, locks
    INTO v_locked, v_failures, v_locks FROM staff_account WHERE id = p_staff FOR UPDATE;
  SET v_left = GREATEST(p_limit - CAST(v_failures AS SIGNED), 0);
  IF v_locked = 0 THEN
    CALL count_failure(p_limit, p_delays, v_failures, v_locks, v_left, v_until);
    UPDATE staff_account SET failures = v_failures, locks = v_locks, locked_until = COALESCE(v_until, locked_until)
      WHERE id = p_staff;
  END IF;
  COMMIT;
  SELECT v_locked = 0 AS allowed, v_left AS tries_left, v_locked AS locked_seconds;
END
