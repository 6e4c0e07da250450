-- grant: none
-- The money and the notes of a withdrawal whose hold has just ended, inside the transaction of settle_hold.
CREATE PROCEDURE settle_withdrawal(
  IN p_request BINARY(16), IN p_outcome VARCHAR(16), IN p_fate VARCHAR(16), IN p_terminal VARCHAR(32),
  OUT p_journal BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_account, v_counter BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount BIGINT DEFAULT NULL;
  DECLARE v_notes VARCHAR(512);
  DECLARE v_session BINARY(16);

  SELECT h.account_id, h.amount, h.notes, h.session INTO v_account, v_amount, v_notes, v_session
    FROM hold h WHERE h.request_id = p_request;
  UPDATE account SET held = held - v_amount, balance = balance - IF(p_outcome = 'voided', 0, v_amount),
                     version = version + 1
    WHERE id = v_account AND held >= v_amount;
  IF ROW_COUNT() = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the account does not hold what the hold says';
  END IF;

  IF p_outcome <> 'voided' THEN
    SELECT k.id INTO v_counter FROM account k JOIN account a ON a.id = v_account
      WHERE k.number = CONCAT(IF(p_outcome = 'posted', 'CASH-', 'SUSPENSE-'), p_terminal, '-', a.currency);
    UPDATE account SET balance = balance + v_amount, version = version + 1 WHERE id = v_counter;
    CALL write_journal(p_request, IF(p_outcome = 'posted', 'withdrawal', 'withdrawal_suspense'), p_terminal,
                       v_session, '', '', p_journal);
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after) VALUES
      (p_journal, 1, v_account, -v_amount, (SELECT a.balance FROM account a WHERE a.id = v_account)),
      (p_journal, 2, v_counter, v_amount, (SELECT a.balance FROM account a WHERE a.id = v_counter));
  END IF;

  UPDATE cash_unit u
    JOIN JSON_TABLE(v_notes, '$[*]' COLUMNS (position INT PATH '$.position', count INT PATH '$.count')) n
      ON u.terminal = p_terminal AND u.position = n.position
    SET u.reserved = u.reserved - n.count,
        u.presented = u.presented + IF(p_outcome = 'posted', n.count, 0),
        u.unknown = u.unknown + IF(p_outcome = 'suspended', n.count, 0),
        u.rejected = u.rejected + IF(p_outcome = 'voided' AND p_fate = 'rejected', n.count, 0),
        u.retracted = u.retracted + IF(p_outcome = 'voided' AND p_fate = 'retracted', n.count, 0);
END
