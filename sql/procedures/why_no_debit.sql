-- grant: none
-- In words, why a conditional debit found no row.
CREATE PROCEDURE why_no_debit(
  IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED, IN p_currency CHAR(3), OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  SET p_reason = COALESCE(
    (SELECT CASE WHEN c.status <> 'active' OR a.status <> 'open' THEN 'account_not_open'
                 WHEN a.currency <> p_currency THEN 'other_currency'
                 ELSE 'insufficient_funds' END
     FROM account a JOIN customer c ON c.id = a.customer_id
     WHERE a.id = p_account AND a.customer_id = p_customer), 'no_such_account');
END
