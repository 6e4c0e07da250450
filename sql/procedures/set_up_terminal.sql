-- grant: staff
-- The terminal and its internal accounts: cash in the machine, suspense, the branch its cash comes from, and what the
-- bank keeps once for every currency. p_utc_offset: minutes from UTC to the bank's wall clock.
CREATE PROCEDURE set_up_terminal(IN p_terminal VARCHAR(32), IN p_currency CHAR(3), IN p_utc_offset SMALLINT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO terminal (terminal, utc_offset) VALUES (p_terminal, p_utc_offset)
    ON DUPLICATE KEY UPDATE utc_offset = p_utc_offset;
  INSERT INTO account (number, kind, currency) VALUES
    (CONCAT('CASH-', p_terminal, '-', p_currency), 'cash_in_machine', p_currency),
    (CONCAT('SUSPENSE-', p_terminal, '-', p_currency), 'suspense', p_currency),
    (CONCAT('BRANCH-', p_terminal, '-', p_currency), 'branch', p_currency),
    (CONCAT('DIFFERENCES-', p_terminal, '-', p_currency), 'differences', p_currency),
    (CONCAT('FEES-', p_currency), 'fees', p_currency),
    (CONCAT('REVERSALS-', p_currency), 'reversals', p_currency)
    ON DUPLICATE KEY UPDATE number = number;
  COMMIT;
END
