-- grant: staff
-- A new customer with a data key of their own, sealed details and blind indexes, all or nothing.
-- p_details: [{"kind": …, "sealed": hex}], p_tokens: [{"kind": …, "token": hex}]. Nothing is done under a master key that
-- is no longer in force. Answers: customer_id, status (both NULL when nobody has the number), the key in force.
CREATE PROCEDURE enrol_customer(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_details LONGTEXT, IN p_tokens LONGTEXT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_in_force VARCHAR(16) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- Shared: a rotation begins after the enrolments that are under way, and finds what they wrote.
  SELECT m.key_id INTO v_in_force FROM master_key m ORDER BY m.place DESC LIMIT 1 LOCK IN SHARE MODE;
  IF v_in_force = p_key_id AND NOT EXISTS (SELECT 1 FROM customer WHERE number = p_number) THEN
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
  SELECT (SELECT c.id FROM customer c WHERE c.number = p_number) AS customer_id,
         (SELECT c.status FROM customer c WHERE c.number = p_number) AS status, v_in_force AS key_in_force;
END
