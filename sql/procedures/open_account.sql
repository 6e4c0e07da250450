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
  INSERT INTO bank (name) VALUES (p_bank) ON DUPLICATE KEY UPDATE name = name;
  IF NOT EXISTS (SELECT 1 FROM account WHERE number = p_number) THEN
    INSERT INTO account (bank_id, customer_id, number, kind, currency)
      SELECT b.id, p_customer, p_number, p_kind, p_currency FROM bank b WHERE b.name = p_bank;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'account_open', 'done', '', c.pseudonym, JSON_OBJECT('account', LAST_INSERT_ID(), 'kind', p_kind)
      FROM customer c WHERE c.id = p_customer;
  END IF;
  COMMIT;
  SELECT a.id AS account_id FROM account a WHERE a.number = p_number AND a.customer_id = p_customer;
END
