-- grant: none
-- Post one amount between two accounts inside a transaction of the caller's. The credited account's balance grows.
CREATE PROCEDURE move_internal(
  IN p_request BINARY(16), IN p_kind VARCHAR(24), IN p_from BIGINT UNSIGNED, IN p_to BIGINT UNSIGNED,
  IN p_amount BIGINT, IN p_terminal VARCHAR(32), OUT p_journal BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE account SET balance = balance - p_amount, version = version + 1 WHERE id = p_from AND status = 'open';
  IF ROW_COUNT() = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the account to debit is not open';
  END IF;
  UPDATE account SET balance = balance + p_amount, version = version + 1 WHERE id = p_to AND status = 'open';
  IF ROW_COUNT() = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the account to credit is not open';
  END IF;
  CALL write_journal(p_request, p_kind, p_terminal, UNHEX(REPEAT('00', 16)), '', '', p_journal);
  INSERT INTO posting (journal_id, line, account_id, amount, balance_after) VALUES
    (p_journal, 1, p_from, -p_amount, (SELECT a.balance FROM account a WHERE a.id = p_from)),
    (p_journal, 2, p_to, p_amount, (SELECT a.balance FROM account a WHERE a.id = p_to));
END
