-- grant: none
-- One failure more: what is to be kept of it. p_limit failures in a row lock for p_delays seconds: [60, 300, …], the last
-- one for every lock after. The last try is allowed; should it fail, the lock is already there.
CREATE PROCEDURE count_failure(
  IN p_limit INT, IN p_delays VARCHAR(128), INOUT p_failures INT UNSIGNED, INOUT p_locks INT UNSIGNED,
  OUT p_left INT, OUT p_locked_until TIMESTAMP(6))
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  SET p_failures = p_failures + 1, p_left = GREATEST(p_limit - CAST(p_failures AS SIGNED), 0), p_locked_until = NULL;
  IF p_failures >= p_limit THEN
    SET p_locked_until = TIMESTAMPADD(SECOND, CAST(JSON_EXTRACT(p_delays,
          CONCAT('$[', LEAST(p_locks, JSON_LENGTH(p_delays) - 1), ']')) AS SIGNED), UTC_TIMESTAMP(6));
    SET p_failures = 0, p_locks = p_locks + 1;
  END IF;
END
