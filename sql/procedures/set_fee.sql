-- grant: staff
-- What a kind of movement costs the customer, in minor units; 0 takes a fee away.
CREATE PROCEDURE set_fee(
  IN p_kind VARCHAR(24), IN p_currency CHAR(3), IN p_amount BIGINT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  IF NOT EXISTS (SELECT 1 FROM fee_rule f WHERE f.kind = p_kind AND f.currency = p_currency AND f.amount = p_amount) THEN
    INSERT INTO fee_rule (kind, currency, amount) VALUES (p_kind, p_currency, p_amount)
      ON DUPLICATE KEY UPDATE amount = p_amount;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'fee_set', 'done', '', '', JSON_OBJECT('kind', p_kind, 'currency', p_currency, 'amount', p_amount));
  END IF;
  COMMIT;
END
