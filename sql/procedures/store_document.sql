-- grant: staff
-- The picture of a customer's proof of identity, sealed, in place of an earlier one.
CREATE PROCEDURE store_document(
  IN p_customer BIGINT UNSIGNED, IN p_sealed MEDIUMBLOB, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO customer_document (customer_id, sealed) VALUES (p_customer, p_sealed)
    ON DUPLICATE KEY UPDATE sealed = p_sealed, taken_at = CURRENT_TIMESTAMP(6);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'document_store', 'done', '', c.pseudonym, '{}' FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
