-- grant: staff
-- A new customer with a data key of their own, sealed details and blind indexes, all or nothing.
-- p_details: [{"kind": …, "sealed": hex}], p_tokens: [{"kind": …, "token": hex}].
CREATE PROCEDURE enrol_customer(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_details LONGTEXT, IN p_tokens LONGTEXT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  IF NOT EXISTS (SELECT 1 FROM customer WHERE number = p_number) THEN
    INSERT INTO customer (number, pseudonym) VALUES (p_number, p_pseudonym);
    SET v_customer = LAST_INSERT_ID();
    INSERT INTO data_key (customer_id, key_id, wrapped) VALUES (v_customer, p_key_id, p_wrapped);
    INSERT INTO customer_detail (customer_id, kind, sealed)
      SELECT v_customer, d.kind, UNHEX(d.sealed)
      FROM JSON_TABLE(p_details, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', sealed TEXT PATH '$.sealed')) d;
    INSERT INTO customer_index (customer_id, kind, token)
      SELECT DISTINCT v_customer, t.kind, UNHEX(t.token)
      FROM JSON_TABLE(p_tokens, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', token CHAR(64) PATH '$.token')) t;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'customer_enrol', 'done', '', p_pseudonym, '{}');
  END IF;
  COMMIT;
  SELECT id AS customer_id FROM customer WHERE number = p_number;
END
