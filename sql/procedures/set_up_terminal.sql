-- grant: staff
-- The terminal and its internal accounts: cash in the machine, suspense, and the branch its cash comes from.
CREATE PROCEDURE set_up_terminal(IN p_terminal VARCHAR(32), IN p_currency CHAR(3))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  INSERT INTO terminal (terminal) VALUES (p_terminal) ON DUPLICATE KEY UPDATE terminal = terminal;
  INSERT INTO account (number, kind, currency) VALUES
    (CONCAT('CASH-', p_terminal, '-', p_currency), 'cash_in_machine', p_currency),
    (CONCAT('SUSPENSE-', p_terminal, '-', p_currency), 'suspense', p_currency),
    (CONCAT('BRANCH-', p_terminal, '-', p_currency), 'branch', p_currency)
    ON DUPLICATE KEY UPDATE number = number;
END
