-- grant: none
-- The machine's own accounts at the end of a period, in JSON, inside the transaction of cut_off: opening balance, what
-- the journal moved in the period, and the balance the ledger has now. A period opens with what the one before closed
-- with; where that was not written down, with what the journal comes to. Only this terminal's movements touch them.
CREATE PROCEDURE machine_accounts(
  IN p_terminal VARCHAR(32), IN p_period INT UNSIGNED, OUT p_accounts LONGTEXT)
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  DECLARE v_before LONGTEXT DEFAULT NULL;
  SELECT MAX(c.accounts) INTO v_before FROM cut_off c WHERE c.terminal = p_terminal AND c.period = p_period - 1;
  SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT(
           'kind', a.kind, 'currency', a.currency, 'opening', COALESCE(b.balance, o.opening, 0),
           'moved', COALESCE(t.moved, 0), 'balance', a.balance)), '[]')
    INTO p_accounts
    FROM account a
    LEFT JOIN (SELECT p.account_id, SUM(p.amount) AS moved FROM journal j JOIN posting p ON p.journal_id = j.id
               WHERE j.terminal = p_terminal AND j.period = p_period GROUP BY p.account_id) t ON t.account_id = a.id
    LEFT JOIN JSON_TABLE(COALESCE(v_before, '[]'), '$[*]' COLUMNS (
                 kind VARCHAR(24) PATH '$.kind', currency CHAR(3) PATH '$.currency', balance BIGINT PATH '$.balance')) b
      ON b.kind = a.kind AND b.currency = a.currency
    LEFT JOIN (SELECT p.account_id, SUM(p.amount) AS opening FROM journal j JOIN posting p ON p.journal_id = j.id
               WHERE j.terminal = p_terminal AND j.period < p_period AND v_before IS NULL
               GROUP BY p.account_id) o ON o.account_id = a.id
    WHERE a.kind IN ('cash_in_machine', 'suspense', 'differences')
      AND a.number IN (CONCAT('CASH-', p_terminal, '-', a.currency), CONCAT('SUSPENSE-', p_terminal, '-', a.currency),
                       CONCAT('DIFFERENCES-', p_terminal, '-', a.currency));
END
