-- grant: staff
-- Open an account for a customer at a bank. Repeating the same number is no error and opens nothing new.
CREATE PROCEDURE open_account(
  IN p_customer BIGINT UNSIGNED, IN p_bank VARCHAR(64), IN p_number VARCHAR(34), IN p_kind VARCHAR(24),
  IN p_currency CHAR(3), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  CALL add_account(p_customer, p_bank, p_number, p_kind, p_currency, p_chain, '');
  COMMIT;
  SELECT a.id AS account_id FROM account a WHERE a.number = p_number AND a.customer_id = p_customer;
END
