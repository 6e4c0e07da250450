-- grant: staff
-- End the terminal's accounting period: its totals by kind, its cash counters and their difference to the books are
-- written down for good, and the next period begins. Waits for movements under way. p_by: the pseudonym of who does
-- it, empty for a command.
CREATE PROCEDURE cut_off(
  IN p_request BINARY(16), IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48), IN p_by VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_period INT UNSIGNED DEFAULT NULL;
  DECLARE v_difference BIGINT DEFAULT 0;
  DECLARE v_accounts LONGTEXT DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT t.period INTO v_period FROM terminal t WHERE t.terminal = p_terminal FOR UPDATE;
  IF v_period IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cut_off c WHERE c.request_id = p_request) THEN
    SELECT d.cash_difference INTO v_difference FROM cash_difference_view d WHERE d.terminal = p_terminal;
    CALL machine_accounts(p_terminal, v_period, v_accounts);
    INSERT INTO cut_off (terminal, period, request_id, totals, cash, cash_difference, cash_in, unsettled, accounts, done_by)
      SELECT p_terminal, v_period, p_request,
        COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('kind', t.kind, 'count', t.movements, 'amount', t.amount))
                  FROM period_total_view t WHERE t.terminal = p_terminal AND t.period = v_period), '[]'),
        COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT(
                    'position', u.position, 'denomination', u.denomination, 'currency', u.currency, 'initial', u.initial,
                    'presented', u.presented, 'rejected', u.rejected, 'retracted', u.retracted, 'unknown', u.unknown))
                  FROM cash_unit u WHERE u.terminal = p_terminal), '[]'),
        v_difference,
        COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('denomination', i.denomination, 'count', i.accepted))
                  FROM cash_in_unit i WHERE i.terminal = p_terminal AND i.accepted > 0), '[]'),
        COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('state', h.state, 'kind', h.kind, 'count', h.holds, 'amount', h.amount))
                  FROM (SELECT o.state, o.kind, COUNT(*) AS holds, SUM(o.amount) AS amount FROM hold o
                        WHERE o.terminal = p_terminal AND o.state IN ('held', 'suspended') AND o.resolved = ''
                        GROUP BY o.state, o.kind) h), '[]'),
        v_accounts, p_by;
    UPDATE terminal SET period = period + 1 WHERE terminal = p_terminal;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'cut_off', IF(v_difference, 'difference', 'agreed'), '', '',
              JSON_OBJECT('period', v_period, 'difference', v_difference));
  END IF;
  COMMIT;
  SELECT c.period, c.at, c.totals, c.cash, c.cash_difference FROM cut_off c WHERE c.request_id = p_request;
END
