-- grant: none
-- Debit a customer's account by amount and fee, credit another by the amount, inside a transaction of the caller's,
-- who takes it back when a reason is given. The rows are written in the order of their ids, so that two customers
-- who pay each other at the same moment wait and do not deadlock. The debit is one conditional UPDATE.
CREATE PROCEDURE move_between(
  IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_to BIGINT UNSIGNED, IN p_amount BIGINT,
  IN p_fee BIGINT, IN p_currency CHAR(3), OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  SET p_reason = '';
  IF p_to < p_account THEN
    UPDATE account SET balance = balance + p_amount, version = version + 1 WHERE id = p_to AND status = 'open';
    IF ROW_COUNT() = 0 THEN
      SET p_reason = 'payee_not_open';
      LEAVE answer;
    END IF;
  END IF;
  UPDATE account SET balance = balance - p_amount - p_fee, version = version + 1
    WHERE id = p_account AND customer_id = p_customer AND currency = p_currency AND status = 'open'
      AND balance - held >= p_amount + p_fee
      AND EXISTS (SELECT 1 FROM customer c WHERE c.id = p_customer AND c.status = 'active');
  IF ROW_COUNT() = 0 THEN
    CALL why_no_debit(p_customer, p_account, p_currency, p_reason);
    LEAVE answer;
  END IF;
  IF p_to > p_account THEN
    UPDATE account SET balance = balance + p_amount, version = version + 1 WHERE id = p_to AND status = 'open';
    IF ROW_COUNT() = 0 THEN
      SET p_reason = 'payee_not_open';
    END IF;
  END IF;
END
