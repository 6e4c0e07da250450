-- grant: none
-- The money and the notes of a cash deposit whose hold has just ended, inside the transaction of settle_hold. Notes
-- the machine kept are money of the customer's even when their account was closed meanwhile: it waits in suspense.
-- A suspended deposit moves nothing: nobody knows whether the notes are in the machine.
CREATE PROCEDURE settle_deposit(
  IN p_request BINARY(16), IN p_outcome VARCHAR(16), IN p_terminal VARCHAR(32),
  OUT p_journal BIGINT UNSIGNED, OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_account, v_credited BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_amount BIGINT DEFAULT NULL;
  DECLARE v_notes VARCHAR(512);
  DECLARE v_session BINARY(16);
  DECLARE v_currency CHAR(3);

  SET p_reason = '';
  IF p_outcome = 'posted' THEN
    SELECT h.account_id, h.amount, h.notes, h.session, a.currency
      INTO v_account, v_amount, v_notes, v_session, v_currency
      FROM hold h JOIN account a ON a.id = h.account_id WHERE h.request_id = p_request;
    SET v_credited = v_account;
    UPDATE account SET balance = balance + v_amount, version = version + 1 WHERE id = v_account AND status = 'open';
    IF ROW_COUNT() = 0 THEN
      SET p_reason = 'account_not_open';
      SELECT a.id INTO v_credited FROM account a WHERE a.number = CONCAT('SUSPENSE-', p_terminal, '-', v_currency);
      UPDATE account SET balance = balance + v_amount, version = version + 1 WHERE id = v_credited;
    END IF;
    UPDATE account SET balance = balance - v_amount, version = version + 1
      WHERE number = CONCAT('CASH-', p_terminal, '-', v_currency);
    CALL write_journal(p_request, IF(p_reason = '', 'cash_deposit', 'cash_deposit_suspense'), p_terminal, v_session,
                       '', '', p_journal);
    INSERT INTO posting (journal_id, line, account_id, amount, balance_after)
      SELECT p_journal, IF(a.id = v_credited, 1, 2), a.id, IF(a.id = v_credited, v_amount, -v_amount), a.balance
      FROM account a WHERE a.id = v_credited OR a.number = CONCAT('CASH-', p_terminal, '-', v_currency);
    CALL count_cash_in(p_terminal, v_currency, v_notes);
  END IF;
END
