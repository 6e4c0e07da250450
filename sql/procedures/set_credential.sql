-- grant: staff
-- Set or change a hashed secret of a customer (PIN, password).
CREATE PROCEDURE set_credential(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_hash VARBINARY(128), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO credential (customer_id, kind, hash) VALUES (p_customer, p_kind, p_hash)
    ON DUPLICATE KEY UPDATE hash = p_hash, changed_at = CURRENT_TIMESTAMP(6);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'credential_set', 'done', '', c.pseudonym, JSON_OBJECT('kind', p_kind)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
