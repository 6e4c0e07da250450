-- grant: none
-- An account at a bank, inside a transaction of the caller's. A number somebody has already opens nothing.
CREATE PROCEDURE add_account(
  IN p_customer BIGINT UNSIGNED, IN p_bank VARCHAR(64), IN p_number VARCHAR(34), IN p_kind VARCHAR(24),
  IN p_currency CHAR(3), IN p_chain VARCHAR(48), IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  INSERT INTO bank (name) VALUES (p_bank) ON DUPLICATE KEY UPDATE name = name;
  IF NOT EXISTS (SELECT 1 FROM account WHERE number = p_number) THEN
    INSERT INTO account (bank_id, customer_id, number, kind, currency)
      SELECT b.id, p_customer, p_number, p_kind, p_currency FROM bank b WHERE b.name = p_bank;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'account_open', 'done', p_session, c.pseudonym,
             JSON_OBJECT('account', LAST_INSERT_ID(), 'kind', p_kind)
      FROM customer c WHERE c.id = p_customer;
  END IF;
END
