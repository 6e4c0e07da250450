-- grant: staff
-- What a policy allows for a kind of movement. Amounts in minor units; p_burst movements at once, then one in every
-- p_period / p_burst seconds. p_source: settings (of a machine, which do not write over what staff set), or staff.
CREATE PROCEDURE set_policy_limit(
  IN p_policy VARCHAR(32), IN p_kind VARCHAR(24), IN p_currency CHAR(3), IN p_transaction BIGINT, IN p_day BIGINT,
  IN p_burst INT UNSIGNED, IN p_period INT UNSIGNED, IN p_source VARCHAR(16), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  IF NOT EXISTS (SELECT 1 FROM limit_rule r
                 WHERE r.scope = 'policy' AND r.subject = p_policy AND r.kind = p_kind AND r.currency = p_currency
                   AND ((p_source = 'settings' AND r.source = 'staff')
                        OR (r.per_transaction = p_transaction AND r.per_day = p_day AND r.burst = p_burst
                            AND r.period = p_period AND r.source = p_source))) THEN
    INSERT INTO limit_rule (scope, subject, kind, currency, per_transaction, per_day, burst, period, source)
      VALUES ('policy', p_policy, p_kind, p_currency, p_transaction, p_day, p_burst, p_period, p_source)
      ON DUPLICATE KEY UPDATE per_transaction = p_transaction, per_day = p_day, burst = p_burst, period = p_period,
                              source = p_source, changed_at = CURRENT_TIMESTAMP(6);
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'limit_set', 'done', '', '',
              JSON_OBJECT('policy', p_policy, 'kind', p_kind, 'currency', p_currency, 'transaction', p_transaction,
                          'day', p_day, 'burst', p_burst, 'period', p_period, 'source', p_source));
  END IF;
  COMMIT;
END
