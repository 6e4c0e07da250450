-- grant: none
-- Count an amount against the limits of a customer inside a transaction of the caller's, who takes it back with the
-- rest when the movement is refused. p_reason: empty, or why not. No rule for the policy: refused, not unlimited.
CREATE PROCEDURE use_limits(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(24), IN p_currency CHAR(3), IN p_amount BIGINT,
  IN p_policy VARCHAR(32), IN p_day DATE, OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_transaction, v_daily, v_own_transaction, v_own_daily BIGINT DEFAULT NULL;
  DECLARE v_burst, v_period INT UNSIGNED DEFAULT NULL;
  DECLARE v_interval BIGINT;
  DECLARE v_now TIMESTAMP(6) DEFAULT UTC_TIMESTAMP(6);

  SELECT p.per_transaction, p.per_day, p.burst, p.period, c.per_transaction, c.per_day
    INTO v_transaction, v_daily, v_burst, v_period, v_own_transaction, v_own_daily
    FROM limit_rule p
    LEFT JOIN limit_rule c ON c.scope = 'customer' AND c.subject = CAST(p_customer AS CHAR)
      AND c.kind = p.kind AND c.currency = p.currency
    WHERE p.scope = 'policy' AND p.subject = p_policy AND p.kind = p_kind AND p.currency = p_currency;

  IF v_transaction IS NULL THEN
    SET p_reason = 'not_offered';
    LEAVE answer;
  END IF;
  IF p_amount > LEAST(v_transaction, COALESCE(v_own_transaction, v_transaction)) THEN
    SET p_reason = 'over_transaction_limit';
    LEAVE answer;
  END IF;

  SET v_daily = LEAST(v_daily, COALESCE(v_own_daily, v_daily));
  SET v_interval = COALESCE(v_period * 1000000 DIV v_burst, 0);
  INSERT INTO limit_use (customer_id, kind, currency, day) VALUES (p_customer, p_kind, p_currency, p_day)
    ON DUPLICATE KEY UPDATE customer_id = p_customer;
  -- Columns are set from left to right: amount still sees the day before this movement.
  UPDATE limit_use
    SET amount = IF(day < p_day, 0, amount) + p_amount,
        day = p_day,
        earliest_next = TIMESTAMPADD(MICROSECOND, v_interval, GREATEST(COALESCE(earliest_next, v_now), v_now))
    WHERE customer_id = p_customer AND kind = p_kind AND currency = p_currency
      AND day <= p_day AND IF(day < p_day, 0, amount) + p_amount <= v_daily
      AND (v_burst IS NULL OR earliest_next IS NULL
           OR TIMESTAMPDIFF(MICROSECOND, v_now, earliest_next) <= v_interval * (v_burst - 1));
  IF ROW_COUNT() = 1 THEN
    SET p_reason = '';
  ELSE
    SELECT CASE WHEN u.day > p_day THEN 'clock_went_back'
                WHEN IF(u.day < p_day, 0, u.amount) + p_amount > v_daily THEN 'over_daily_limit'
                ELSE 'too_often' END
      INTO p_reason FROM limit_use u
      WHERE u.customer_id = p_customer AND u.kind = p_kind AND u.currency = p_currency;
  END IF;
END
